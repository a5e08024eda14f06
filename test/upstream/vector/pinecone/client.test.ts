// The official client, told nothing but the gateway's address, lives as it does straight at Pinecone.
import { Pinecone } from '@pinecone-database/pinecone'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pinecone } from '../../../../src/upstream/vector/pinecone/pinecone.ts'
import { type PineconeStandIn, startPinecone } from '../../../support/pinecone/pinecone.ts'
import { type BareGateway, startBareGateway } from '../bare-gateway.ts'
import { live, type OpenNamespace } from './life.ts'

let standIn: PineconeStandIn
let byPath: BareGateway
let byHost: BareGateway

beforeAll(async () => {
  standIn = await startPinecone()
  const upstream = { url: standIn.url, key: standIn.apiKey, settings: { index: 'poems' } }
  byPath = await startBareGateway(pinecone, upstream, '/pinecone')
  byHost = await startBareGateway(pinecone, upstream)
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
    const alone = await live(straight(), 'poems')
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
})
