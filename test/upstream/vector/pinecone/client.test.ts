// The official client, told nothing but the gateway's address, lives as it does straight at Pinecone.
import { Pinecone } from '@pinecone-database/pinecone'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pinecone } from '../../../../src/upstream/vector/pinecone/pinecone.ts'
import { type PineconeStandIn, startPinecone } from '../../../support/pinecone/pinecone.ts'
import { type BareGateway, startBareGateway } from '../bare-gateway.ts'
import type { Transcript } from '../transcript.ts'
import { live, type OpenNamespace } from './life.ts'

let standIn: PineconeStandIn
let byPath: BareGateway
let byHost: BareGateway
/** A life straight at the service, before anybody else was there. */
let alone: Transcript

beforeAll(async () => {
  standIn = await startPinecone()
  const upstream = { url: standIn.url, key: standIn.apiKey, settings: { index: 'poems' } }
  byPath = await startBareGateway(pinecone, upstream, '/pinecone')
  byHost = await startBareGateway(pinecone, upstream)
  alone = await live(straight(), 'poems')
})

afterAll(async () => {
  await Promise.all([byPath.close(), byHost.close(), standIn.close()])
})

function clientOf(gateway: BareGateway, tenant: string): Pinecone {
  return new Pinecone({ apiKey: tenant, controllerHostUrl: gateway.url, maxRetries: 0 })
}

function opener(gateway: BareGateway, tenant: string): OpenNamespace {
  const client = clientOf(gateway, tenant)
  return (namespace) => client.index({ name: 'poems', ...(namespace ? { namespace } : {}) })
}

function straight(): OpenNamespace {
  const client = new Pinecone({ apiKey: standIn.apiKey, maxRetries: 0 })
  return (namespace) =>
    client.index({ name: 'tests', host: standIn.url, ...(namespace ? { namespace } : {}) })
}

describe('the official client of Pinecone', () => {
  it('lives under a path of the gateway as it does straight at the service, next to another tenant', async () => {
    const globex = opener(byPath, 'globex')
    await globex('poems').upsert({ records: [{ id: 'a1', values: [9, 9, 9] }] })
    await globex().upsert({ records: [{ id: 'd1', values: [9, 9, 9] }] })
    const lives = await Promise.all([
      live(opener(byPath, 'acme'), 'poems'),
      live(opener(byPath, 'acme-two'), 'poems'),
    ])
    expect(lives).toEqual([alone, alone])
    const { namespaces } = (await standIn.dump()) as { namespaces: Record<string, object[]> }
    expect(namespaces['tenant_globex_poems']).toEqual([{ id: 'a1', values: [9, 9, 9] }])
    expect(namespaces['tenant_globex_']).toEqual([{ id: 'd1', values: [9, 9, 9] }])
  })

  it('finds the index at a host name of its own, or is told where it is', async () => {
    expect(await live(opener(byHost, 'umbrella'), 'poems')).toEqual(alone)
    const direct = clientOf(byPath, 'initech')
    const index: OpenNamespace = (namespace) =>
      direct.index({ host: byPath.url, ...(namespace ? { namespace } : {}) })
    expect(await live(index, 'poems')).toEqual(alone)
  })

  it('is told of the one index as if it were its own', async () => {
    const client = clientOf(byPath, 'acme')
    const described = await client.describeIndex('poems')
    expect(described).toMatchObject({ name: 'poems', host: byPath.url })
    expect([described.dimension, described.metric, described.vectorType]).toEqual([
      3,
      'cosine',
      'dense',
    ])
    const { indexes } = await client.listIndexes()
    expect(indexes).toEqual([described])
    const straightly = new Pinecone({ apiKey: standIn.apiKey, controllerHostUrl: standIn.url })
    const { host: _there, name: _name, deletionProtection: _, ...same } = await straightly.describeIndex('tests') // prettier-ignore
    expect(described).toMatchObject(same)
  })

  it.each<[what: string, work: (client: Pinecone) => Promise<unknown>, error: object]>([
    [
      'an index that is not there',
      (client) => client.describeIndex('tests'),
      { name: 'PineconeNotFoundError' },
    ],
    [
      'what is not offered',
      (client) => client.createIndex({ name: 'x', dimension: 3, spec: { serverless: { cloud: 'aws', region: 'a' } } }), // prettier-ignore
      { name: 'PineconeMethodNotAllowedError' },
    ],
    [
      'a request that is refused',
      (client) => client.index('poems').query({ topK: 10_001, id: 'a' }),
      { name: 'PineconeBadRequestError', message: 'topK must be an integer from 1 to 10000.' },
    ],
    [
      'a vector of another dimension',
      (client) => client.index('poems').query({ topK: 1, vector: [1] }),
      {
        name: 'PineconeBadRequestError',
        message: 'The index has vectors of 3 dimensions, not of 1.',
      },
    ],
  ])('throws its own error for %s', async (_what, work, error) => {
    await expect(work(clientOf(byPath, 'acme'))).rejects.toMatchObject(error)
  })

  it('is told the same of a namespace that is another’s as of none', async () => {
    const globex = clientOf(byPath, 'globex').index('poems')
    await globex.namespace('secret').upsert({ records: [{ id: 'a', values: [1, 0, 0] }] })
    const told = async (namespace: string) => {
      const seen = standIn.requests.length
      const answer = await fetch(`${byPath.url}/namespaces/${namespace}`, {
        headers: { 'api-key': 'acme' },
      })
      return [answer.status, await answer.text(), standIn.requests.length - seen]
    }
    expect(await told('secret')).toEqual(await told('nothing'))
  })
})
