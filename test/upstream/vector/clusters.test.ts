// Tenants over several clusters of one service: spread by room, staying where they are, and refused
// where there is no room, before anything is written.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Cluster } from '../../../src/upstream/vector/upstream.ts'
import { openGateway, type OpenGateway } from '../../support/fakes/gateway.ts'
import { scriptedFetch } from '../../support/fakes/scripted-fetch.ts'
import { cluster, vectorUpstream } from '../../support/fakes/vector-upstream.ts'
import { type QdrantStandIn, startQdrant } from '../../support/qdrant/server.ts'

const COLLECTION = JSON.stringify({ vectors: { size: 2, distance: 'Dot' } })

let servers: QdrantStandIn[]
let gateway: OpenGateway

beforeEach(async () => {
  vi.spyOn(console, 'warn').mockReturnValue()
  servers = await Promise.all([startQdrant(), startQdrant()])
})
afterEach(async () => {
  await gateway.quiet()
  await Promise.all(servers.map((server) => server.close()))
})

function clusterAt(at: number, maxPhysical: number | null): Cluster {
  const server = servers[at]!
  return cluster(server, server.apiKey, { name: `cluster-${at}`, maxPhysical })
}

function open(clusters: Cluster[]): OpenGateway {
  gateway = openGateway({
    upstream: scriptedFetch(),
    vectors: [vectorUpstream('qdrant', clusters)],
  })
  return gateway
}

const ask = (key: string, method: string, path: string, body?: string) =>
  gateway.send(`/qdrant${path}`, {
    method,
    headers: { 'api-key': key, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body }),
  })

const create = (key: string, name: string) => ask(key, 'PUT', `/collections/${name}`, COLLECTION)

/** The collections on each cluster, by their names there. */
const held = () => servers.map((server) => Object.keys(server.state().collections))

/** What each cluster was asked that may change anything. */
const writes = () =>
  servers.flatMap(({ requests }) =>
    requests.filter(({ method, target }) => method !== 'GET' && !target.endsWith('/points/count')),
  )

const placementOf = async (id: string) => {
  const entries = await gateway.ledger(id)
  return JSON.stringify(entries.filter((entry) => 'action' in entry))
}

describe('a tenant of a service with two clusters', () => {
  it('is placed where the most room is, and stays there', async () => {
    open([clusterAt(0, 3), clusterAt(1, 4)])
    const first = await gateway.makeTenant({ id: 'first' })
    expect((await create(first.key, 'a')).status).toBe(200)
    expect((await create(first.key, 'b')).status).toBe(200)
    const second = await gateway.makeTenant({ id: 'second' })
    expect((await create(second.key, 'a')).status).toBe(200)
    // Now the other has as much room as this one: whoever is placed does not move.
    expect((await create(first.key, 'c')).status).toBe(200)
    expect(held()).toEqual([
      ['tenant_second_a'],
      ['tenant_first_a', 'tenant_first_b', 'tenant_first_c'],
    ])
    const listed = await ask(first.key, 'GET', '/collections')
    expect(await listed.json()).toMatchObject({
      result: { collections: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] },
    })
  })

  it('is refused a collection that its cluster has no room for, before any write', async () => {
    open([clusterAt(0, 1), clusterAt(1, 1)])
    const first = await gateway.makeTenant({ id: 'first' })
    await create(first.key, 'a')
    const before = writes().length
    const refused = await create(first.key, 'b')
    expect(refused.status).toBe(503)
    expect(await refused.json()).toMatchObject({
      code: 'ClusterFull',
      retryable: false,
      remedy: expect.stringContaining('max_physical') as unknown,
    })
    expect(writes().slice(before)).toEqual([])
    await gateway.quiet()
    const quotas = await (await gateway.admin('GET', '/tenants/first/quotas')).text()
    expect(quotas).toContain('"name":"max_collections","used":1,')
    // What it has is still its own.
    expect((await ask(first.key, 'GET', '/collections/a')).status).toBe(200)
    expect((await ask(first.key, 'DELETE', '/collections/a')).status).toBe(200)
    expect((await create(first.key, 'b')).status).toBe(200)
  })

  it('is not made where no cluster has room, and is made once one has', async () => {
    const clusters = [clusterAt(0, 1)]
    open(clusters)
    const first = await gateway.makeTenant({ id: 'first' })
    await create(first.key, 'a')
    clusters.push({ ...clusterAt(0, 1), name: 'again' })
    const refused = await gateway.admin('POST', '/tenants', { id: 'second', plan: 'unlimited' })
    expect(refused.status).toBe(503)
    expect(await refused.json()).toMatchObject({ code: 'ClusterFull' })
    clusters.push(clusterAt(1, 1))
    const { key } = await gateway.makeTenant({ id: 'second' })
    expect((await create(key, 'a')).status).toBe(200)
    expect(held()).toEqual([['tenant_first_a'], ['tenant_second_a']])
  })

  it('that was made before the second cluster was there is placed by its first request', async () => {
    const clusters = [clusterAt(0, null)]
    open(clusters)
    const { id, key } = await gateway.makeTenant({ id: 'early' })
    expect(await placementOf(id)).not.toContain('cluster-')
    servers[0]!.requests.length = 0
    clusters[0] = clusterAt(0, 5)
    clusters.push(clusterAt(1, 9))
    expect((await create(key, 'a')).status).toBe(200)
    expect(held()).toEqual([[], ['tenant_early_a']])
    expect(await placementOf(id)).toContain('"after":{"qdrant":"cluster-1"}')
    const placed = servers[0]!.requests.length
    expect((await create(key, 'b')).status).toBe(200)
    expect(servers[0]!.requests).toHaveLength(placed)
  })

  it('that has something on the first cluster stays with it, however much room the second has', async () => {
    const clusters = [clusterAt(0, 2)]
    open(clusters)
    const { id, key } = await gateway.makeTenant({ id: 'early' })
    await create(key, 'a')
    clusters.push(clusterAt(1, 9))
    expect((await ask(key, 'GET', '/collections/a')).status).toBe(200)
    expect(await placementOf(id)).toContain('"after":{"qdrant":"cluster-0"}')
    expect((await create(key, 'b')).status).toBe(200)
    expect(held()).toEqual([['tenant_early_a', 'tenant_early_b'], []])
  })

  it('is told that the gateway is at fault when its cluster is not there any more', async () => {
    const clusters = [clusterAt(0, null), clusterAt(1, null)]
    open(clusters)
    const { key } = await gateway.makeTenant({ id: 'first' })
    await create(key, 'a')
    const [there] = held()
      .map((names, at) => (names.length > 0 ? `cluster-${at}` : null))
      .filter(Boolean)
    const at = clusters.findIndex(({ name }) => name === there)
    clusters[at] = { ...clusters[at]!, name: 'renamed' }
    const refused = await ask(key, 'GET', '/collections/a')
    expect(refused.status).toBe(503)
    expect(await refused.json()).toMatchObject({ code: 'Misconfigured' })
  })

  it('leaves nothing on any cluster when it is erased', async () => {
    const clusters = [clusterAt(0, 9)]
    open(clusters)
    const { key, id } = await gateway.makeTenant({ id: 'first' })
    const other = await gateway.makeTenant({ id: 'other' })
    await create(key, 'a')
    await create(other.key, 'a')
    clusters.push(clusterAt(1, 9))
    await gateway.quiet()
    const erased = await gateway.admin('DELETE', `/tenants/${id}?force=true`)
    expect(await erased.json()).toMatchObject({ receipt: { deleted: { collections: 1 } } })
    expect(held()).toEqual([['tenant_other_a'], []])
  })
})
