// The official client at the gateway: a collection's whole life says there what it says straight at a
// server, for two tenants that use the same names at the same time.
import { QdrantClient } from '@qdrant/js-client-rest'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type QdrantStandIn, startQdrant } from '../../../support/qdrant/server.ts'
import type { BareGateway } from '../bare-gateway.ts'
import { startQdrantGateway } from './counted-places.ts'
import { type LifeTranscript, runQdrantLife } from './life.ts'

let server: QdrantStandIn
let gateway: BareGateway

beforeEach(async () => {
  vi.spyOn(console, 'warn').mockReturnValue()
  server = await startQdrant()
})

afterEach(async () => {
  await gateway.close()
  await server.close()
})

function clientOf(tenant: string, prefix = ''): QdrantClient {
  const { port } = new URL(gateway.url)
  const url = `http://127.0.0.1:${port}`
  return new QdrantClient({ url, prefix, apiKey: tenant, checkCompatibility: false })
}

async function straight(mark: string): Promise<LifeTranscript> {
  const own = await startQdrant()
  const client = new QdrantClient({ url: own.url, apiKey: own.apiKey, checkCompatibility: false })
  try {
    return await runQdrantLife(client, 'docs', mark)
  } finally {
    await own.close()
  }
}

describe('the official client', () => {
  it.each(['', '/qdrant'])('lives at "%s" as straight at a server', async (mount) => {
    gateway = await startQdrantGateway(server, mount)
    const before = server.state()
    expect(await runQdrantLife(clientOf('acme', mount), 'docs', 'mark-of-acme')).toEqual(
      await straight('mark-of-acme'),
    )
    expect(server.state()).toEqual(before)
    expect(server.noted).toEqual([])
  })

  it('lives beside another tenant with the same names', async () => {
    gateway = await startQdrantGateway(server)
    const [acme, other, alone] = await Promise.all([
      runQdrantLife(clientOf('acme'), 'docs', 'mark-of-one'),
      runQdrantLife(clientOf('other'), 'docs', 'mark-of-two'),
      straight('mark-of-one'),
    ])
    expect(acme).toEqual(alone)
    expect(other).toEqual(alone)
    expect(server.noted).toEqual([])
  })

  it('finds the version that it wants', async () => {
    gateway = await startQdrantGateway(server, '/qdrant')
    const { port } = new URL(gateway.url)
    const options = { url: `http://127.0.0.1:${port}`, prefix: '/qdrant', apiKey: 'acme' }
    const client = new QdrantClient(options)
    expect(await client.versionInfo()).toEqual({
      title: 'qdrant - vector search engine',
      version: '1.19.0',
    })
    await vi.waitFor(() => expect(gateway.plans.length).toBe(2))
    const compatible = vi.mocked(console.warn).mock.calls.flat()
    expect(compatible).toEqual(['Api key is used with unsecure connection.'])
  })

  it('raises its own error with what is wrong', async () => {
    gateway = await startQdrantGateway(server)
    const failed = clientOf('acme').query('docs', { query: [1], limit: 100_000 })
    const error: unknown = await failed.catch((raised: unknown) => raised)
    expect(error).toMatchObject({
      status: 400,
      data: { status: { error: 'limit must be an integer from 1 to 10000.' }, result: null },
    })
  })

  it('gets the same answer for what is another’s as for what never was', async () => {
    gateway = await startQdrantGateway(server)
    const victim = clientOf('victim')
    await victim.createCollection('docs', { vectors: { size: 1, distance: 'Dot' } })
    const mallory = clientOf('mallory')
    const answers = await Promise.all(
      ['docs', 'tenant_victim_docs', 'never'].map(async (name) => {
        const before = server.requests.length
        const error: unknown = await mallory.getCollection(name).catch((raised: unknown) => raised)
        return { error, asked: server.requests.length > before }
      }),
    )
    const told = answers.map(({ error }) => (error as { data: unknown }).data)
    expect(told[0]).toMatchObject({ code: 'NotFound' })
    expect(told).toEqual([told[0], told[0], told[0]])
  })
})

describe('the stand-in behind it', () => {
  it('holds the tag with every point, and is asked under physical names alone', async () => {
    gateway = await startQdrantGateway(server)
    const client = clientOf('acme')
    await client.createCollection('docs', { vectors: { size: 1, distance: 'Dot' } })
    await client.upsert('docs', {
      points: [
        { id: 1, vector: [1], payload: { a: 1 } },
        { id: 2, vector: [1] },
      ],
    })
    await client.clearPayload('docs', { points: [1] })
    const raw = new QdrantClient({
      url: server.url,
      apiKey: server.apiKey,
      checkCompatibility: false,
    })
    expect((await raw.scroll('tenant_acme_docs', { with_payload: true })).points).toEqual([
      { id: 1, payload: { _tenant_id: 'acme' } },
      { id: 2, payload: { _tenant_id: 'acme' } },
    ])
    expect((await client.getCollection('docs')).payload_schema).toEqual({})
  })

  it('gets its tag for a point that was written past the gateway', async () => {
    gateway = await startQdrantGateway(server)
    const client = clientOf('acme')
    await client.createCollection('docs', { vectors: { size: 1, distance: 'Dot' } })
    const raw = new QdrantClient({
      url: server.url,
      apiKey: server.apiKey,
      checkCompatibility: false,
    })
    await raw.upsert('tenant_acme_docs', {
      wait: true,
      points: [{ id: 1, vector: [1], payload: { a: 1 } }],
    })
    expect(await client.count('docs')).toEqual({ count: 0 })
    expect(await client.retrieve('docs', { ids: [1] })).toEqual([{ id: 1, payload: { a: 1 } }])
    expect(await client.count('docs')).toEqual({ count: 1 })
  })
})
