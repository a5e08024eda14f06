// The official client, told nothing but the gateway's address, lives as it does straight at Upstash.
import { Index } from '@upstash/vector'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { upstashVector } from '../../../../src/upstream/vector/upstash-vector/upstash-vector.ts'
import {
  startUpstashVector,
  type UpstashVectorStandIn,
} from '../../../support/upstash-vector/upstash-vector.ts'
import { type BareGateway, startBareGateway } from '../bare-gateway.ts'
import { live } from './life.ts'

let standIn: UpstashVectorStandIn
let gateway: BareGateway

beforeAll(async () => {
  standIn = await startUpstashVector()
  gateway = await startBareGateway(upstashVector, { url: standIn.url, key: standIn.token }, '/uv')
})

afterAll(async () => {
  await Promise.all([gateway.close(), standIn.close()])
})

function clientOf(token: string, url = gateway.url): Index {
  return new Index({ url, token, retry: false })
}

describe('the official client of Upstash Vector', () => {
  it('lives behind the gateway as it does straight at the service, next to another tenant', async () => {
    const alone = await live(clientOf(standIn.token, standIn.url), 'poems')
    const globex = clientOf('globex')
    await globex.namespace('poems').upsert({ id: 'a1', vector: [9, 9, 9] })
    await globex.upsert({ id: 'd1', vector: [9, 9, 9] })
    const lives = await Promise.all([
      live(clientOf('acme'), 'poems'),
      live(clientOf('acme-two'), 'poems'),
    ])
    expect(lives[0]).toEqual(alone)
    expect(lives[1]).toEqual(alone)
    const { namespaces } = (await standIn.dump()) as { namespaces: Record<string, object[]> }
    expect(namespaces['tenant_globex_poems']).toEqual([{ id: 'a1', vector: [9, 9, 9] }])
    expect(namespaces['tenant_globex_']).toEqual([{ id: 'd1', vector: [9, 9, 9] }])
    expect(namespaces['']).toEqual([])
  })

  it('throws its own error with what is wrong', async () => {
    const acme = clientOf('acme')
    await expect(acme.query({ vector: [1, 0], topK: 1 })).rejects.toMatchObject({
      name: 'UpstashError',
      message: 'The index has vectors of 3 dimensions, not of 2.',
    })
    await expect(acme.reset({ all: true })).rejects.toMatchObject({
      name: 'UpstashError',
      message: 'The query has a member that is not accepted here.',
    })
  })

  it('is told the same of a namespace that is another’s as of none', async () => {
    await clientOf('globex')
      .namespace('secret')
      .upsert({ id: 'a', vector: [1, 0, 0] })
    const told = async (namespace: string) => {
      const seen = standIn.requests.length
      const error: unknown = await clientOf('acme')
        .deleteNamespace(namespace)
        .catch((thrown: unknown) => thrown)
      return [error, standIn.requests.length - seen]
    }
    expect(await told('secret')).toEqual(await told('nothing'))
    expect(await clientOf('acme').namespace('secret').fetch(['a'])).toEqual([null])
  })
})
