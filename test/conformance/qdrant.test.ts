// The official Qdrant client at the gateway, with all that stands between: a collection's whole life for
// two tenants at once, quotas under a crowd of writers, and what the tenant and the platform are told.
import { QdrantClient } from '@qdrant/js-client-rest'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { type AdminClient, waitFor } from '../support/admin-client.ts'
import { type QdrantStandIn, startQdrant } from '../support/qdrant/server.ts'
import { type RunningGateway, startGateway } from '../support/start-gateway.ts'
import { openTestStore, type TestStore } from '../support/stores.ts'
import { type LifeTranscript, runQdrantLife } from '../upstream/vector/qdrant/life.ts'

let store: TestStore
let server: QdrantStandIn
let gateway: RunningGateway
let admin: AdminClient

beforeAll(async () => {
  store = await openTestStore()
  server = await startQdrant()
  gateway = await startGateway({
    upstreamUrl: 'http://127.0.0.1:9',
    instances: 2,
    bindings: {
      ...store.bindings,
      UPSTREAM_QDRANT_URL: server.url,
      UPSTREAM_QDRANT_KEY: server.apiKey ?? '',
    },
  })
  admin = gateway.admin
})

afterAll(async () => {
  await gateway.stop()
  await server.close()
  await store.close()
})

beforeEach(() => {
  vi.spyOn(console, 'warn').mockReturnValue()
})

const clientOf = (key: string, instance = 0) =>
  new QdrantClient({
    url: gateway.urls[instance] ?? '',
    prefix: '/qdrant',
    apiKey: key,
    checkCompatibility: false,
  })

async function newTenant(body: object = {}) {
  const { id, key } = await admin.createTenant(body)
  return { id, key, client: clientOf(key) }
}

async function straight(): Promise<LifeTranscript> {
  const own = await startQdrant()
  const client = new QdrantClient({ url: own.url, apiKey: own.apiKey, checkCompatibility: false })
  try {
    return await runQdrantLife(client, 'docs', 'mark-of-one')
  } finally {
    await own.close()
  }
}

/** Where the tenant's quotas stand, by name. */
async function quotas(tenant: string): Promise<Record<string, number>> {
  const answer = await admin.request('GET', `/tenants/${tenant}/quotas`)
  const { quotas: told } = (await answer.json()) as { quotas: { name: string; used: number }[] }
  return Object.fromEntries(told.map(({ name, used }) => [name, used]))
}

const points = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => ({ id: from + at, vector: [from, at, 1, 2] }))

const dense = { vectors: { size: 4, distance: 'Dot' as const } }

/** The status that a call of the client ends with. */
const statusOf = (call: Promise<unknown>): Promise<number> =>
  call.then(
    () => 200,
    (error: unknown) => (error as { status?: number }).status ?? 0,
  )

describe(`the official Qdrant client, on ${inject('store')}`, () => {
  it('lives as straight at a server, for two tenants with the same names at once', async () => {
    const [one, other] = [await newTenant(), await newTenant()]
    const before = server.state()
    const [first, second, alone] = await Promise.all([
      runQdrantLife(one.client, 'docs', 'mark-of-one'),
      runQdrantLife(other.client, 'docs', 'mark-of-two'),
      straight(),
    ])
    expect(first).toEqual(alone)
    expect(second).toEqual(alone)
    expect(server.state()).toEqual(before)
    expect(server.noted).toEqual([])
    const usage = await admin.quiet(one.id)
    expect(usage.total.requests).toBe(first.length)
    await waitFor('the counts', async () => {
      const { max_collections, max_vectors, max_storage } = await quotas(one.id)
      return max_collections === 0 && max_vectors === 0 && max_storage === 0 ? true : null
    })
  })

  it('is told its quota, and a write that would pass it never reaches the service', async () => {
    const { client, id } = await newTenant({ quotas: { max_vectors: 5, max_collections: 1 } })
    await client.createCollection('docs', dense)
    await client.upsert('docs', { points: points(1, 4) })
    const asked = server.requests.length
    await expect(client.upsert('docs', { points: points(10, 2) })).rejects.toMatchObject({
      status: 429,
      data: {
        code: 'QuotaExceeded',
        limit: 'max_vectors',
        used: 4,
        max: 5,
        status: { error: expect.stringContaining('4/5 vectors') as unknown },
      },
    })
    // It is asked how many there are, and which of these it has.
    const between = server.requests.slice(asked)
    expect(between.filter(({ method }) => method !== 'POST')).toEqual([])
    expect(await statusOf(client.createCollection('more', dense))).toBe(429)
    expect((await client.count('docs')).count).toBe(4)
    expect(await quotas(id)).toMatchObject({ max_collections: 1, max_vectors: 4 })
  })

  it('may write again what it has, at its limit, and may delete', async () => {
    const { client, id } = await newTenant({ quotas: { max_vectors: 5 } })
    await client.createCollection('docs', dense)
    await client.upsert('docs', { points: points(1, 5) })
    const counted = (vectors: number) =>
      waitFor(`${vectors} vectors`, async () =>
        (await quotas(id))['max_vectors'] === vectors ? true : null,
      )
    await counted(5)
    expect(await statusOf(client.upsert('docs', { points: points(1, 5) }))).toBe(200)
    expect(await statusOf(client.upsert('docs', { points: points(1, 6) }))).toBe(429)
    await counted(5)
    await client.delete('docs', { filter: { must: [{ has_id: [1, 2] }] } })
    await counted(3)
    await client.deleteCollection('docs')
    await counted(0)
  })

  it('never has more vectors than its quota, whoever of 64 writes at once', async () => {
    const { key, id, client } = await newTenant({ quotas: { max_vectors: 100 } })
    await client.createCollection('docs', dense)
    const statuses = await Promise.all(
      Array.from({ length: 64 }, (_, n) =>
        statusOf(clientOf(key, n % 2).upsert('docs', { points: points(n * 10, 3) })),
      ),
    )
    const written = statuses.filter((status) => status === 200).length
    expect(new Set(statuses)).toEqual(new Set([200, 429]))
    expect(written).toBe(33)
    expect((await client.count('docs')).count).toBe(99)
    await admin.quiet(id)
    expect((await quotas(id))['max_vectors']).toBe(99)
  })

  it('reads and cannot write while its tenant is suspended', async () => {
    const { client, id } = await newTenant()
    await client.createCollection('docs', dense)
    await client.upsert('docs', { points: points(1, 3) })
    await admin.suspend(id)
    expect((await client.scroll('docs')).points).toHaveLength(3)
    expect(await statusOf(client.upsert('docs', { points: points(9, 1) }))).toBe(403)
    expect(await statusOf(client.deleteCollection('docs'))).toBe(403)
    await admin.reactivate(id)
    expect((await client.count('docs')).count).toBe(3)
  })

  it('finds nothing of an erased tenant, on the service neither', async () => {
    const { client, id } = await newTenant()
    const beside = await newTenant()
    await client.createCollection('docs', dense)
    await client.upsert('docs', { points: points(1, 3) })
    await beside.client.createCollection('docs', dense)
    await admin.quiet(id)
    const answer = await admin.request('DELETE', `/tenants/${id}?force=true`)
    const { receipt } = (await answer.json()) as { receipt: { deleted: object } }
    expect(receipt.deleted).toMatchObject({ collections: 1, vectors: 3 })
    expect(JSON.stringify(server.state())).not.toContain(`tenant_${id}_`)
    expect(await statusOf(client.getCollections())).toBe(401)
    expect((await beside.client.getCollections()).collections).toEqual([{ name: 'docs' }])
  })
})
