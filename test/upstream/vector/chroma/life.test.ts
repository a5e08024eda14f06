// The official client's life through the gateway, in front of the real server.
import { AdminClient, ChromaClient, type ChromaClientArgs } from 'chromadb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installChroma } from '../../../support/chroma/install.ts'
import { live } from './life.ts'
import { placeOf, startWorld, type World } from './world.ts'

const installed = await installChroma()

/** What CloudClient is, but for its address, which is always of TLS. */
class Unplaced extends ChromaClient {
  constructor(args: ChromaClientArgs) {
    super(args)
    this.tenant = undefined
    this.database = undefined
  }
}

describe.skipIf(!installed.ok)('a tenant with the official Chroma client', () => {
  let world: World

  beforeAll(async () => {
    world = await startWorld(installed.ok ? installed.binding : '')
  })
  afterAll(() => world.close())

  it('is told what it would be told alone at the server, beside one who uses the same names', async () => {
    const alone = await live(await world.straight('alone'), 'poems')
    const [acme, globex] = await Promise.all(
      ['acme', 'globex'].map((tenant) => live(world.client(tenant), 'poems')),
    )
    expect(alone).toHaveLength(37)
    expect(acme).toEqual(alone)
    expect(globex).toEqual(alone)
  })

  it('may call its tenant and database by the client’s defaults or by its own slug, and is told them so', async () => {
    const made = await world
      .client('acme')
      .createCollection({ name: 'named', embeddingFunction: null })
    await made.add({ ids: ['a'], embeddings: [[1, 0]] })
    for (const tenant of ['default_tenant', 'acme']) {
      for (const database of ['default_database', 'acme']) {
        const client = world.client('acme', { tenant, database })
        const collection = await client.getCollection({ name: 'named' })
        expect(collection).toMatchObject({ id: made.id, tenant, database })
        expect(await collection.count()).toBe(1)
      }
    }
    await world.client('acme').deleteCollection({ name: 'named' })
  })

  it.each([
    ['default_tenant', 'globex'],
    ['default_tenant', 'tenant_acme'],
    ['default_tenant', 'tenant_globex'],
    ['globex', 'default_database'],
    ['tenant_acme', 'tenant_acme'],
    ['acme', 'ACME'],
  ])('finds nothing at %s/%s, and nothing is asked of the server', async (tenant, database) => {
    const since = world.server.requests.length
    const client = world.client('acme', { tenant, database })
    await expect(client.listCollections()).rejects.toMatchObject({ name: 'ChromaNotFoundError' })
    expect(world.server.requests).toHaveLength(since)
  })

  it('learns tenant and database from its credential alone, as the cloud’s client does', async () => {
    const client = new Unplaced(placeOf(world.gateway.url, 'acme'))
    expect(await client.countCollections()).toBe(0)
    expect([client.tenant, client.database]).toEqual(['default_tenant', 'default_database'])
    expect(await client.getUserIdentity()).toEqual({
      user_id: 'acme',
      tenant: 'default_tenant',
      databases: ['default_database'],
    })
  })

  it('finds its tenant and database there, as some clients look at their start', async () => {
    const admin = new AdminClient(placeOf(world.gateway.url, 'acme'))
    const other = new AdminClient(placeOf(world.gateway.url, 'globex'))
    const database = { name: 'default_database', tenant: 'default_tenant' }
    const [mine, theirs] = await Promise.all([
      admin.getDatabase(database),
      other.getDatabase(database),
    ])
    expect(mine).toMatchObject(database)
    expect(theirs).toMatchObject(database)
    expect(mine.id).not.toBe(theirs.id)
    expect(await admin.getTenant({ name: 'acme' })).toBe('acme')
    await expect(admin.getTenant({ name: 'globex' })).rejects.toMatchObject({
      name: 'ChromaNotFoundError',
    })
    await expect(admin.deleteDatabase(database)).rejects.toMatchObject({
      name: 'ChromaServerError',
    })
  })

  it('is told of the service what holds for it: limits are the gateway’s', async () => {
    const client = world.client('acme')
    expect(await client.heartbeat()).toBeGreaterThan(1_000_000_000_000_000_000)
    expect(await client.version()).toBe('1.0.0')
    expect(await client.getMaxBatchSize()).toBe(1_000)
    expect(await client.supportsBase64Encoding()).toBe(true)
  })

  it('has its database made when it first needs one, and not for what only looks', async () => {
    const client = world.client('late')
    const databases = async () => Object.keys(Object(await world.server.dump()))
    expect(await client.listCollections()).toEqual([])
    expect(await client.countCollections()).toBe(0)
    expect(await databases()).not.toContain('default_tenant/tenant_late')
    await client.createCollection({ name: 'first', embeddingFunction: null })
    expect(await databases()).toContain('default_tenant/tenant_late/first')
  })

  it('gets the client’s own classes of error', async () => {
    const client = world.client('acme')
    const collection = await client.createCollection({ name: 'errors', embeddingFunction: null })
    const other = await client.createCollection({ name: 'taken', embeddingFunction: null })
    await expect(other.modify({ name: 'errors' })).rejects.toMatchObject({
      name: 'ChromaUniqueError',
    })
    await expect(
      collection.add({ ids: ['a'], embeddings: [[Number.NaN, 1]] }),
    ).rejects.toMatchObject({ name: 'ChromaClientError' })
    await expect(collection.fork({ name: 'forked' })).rejects.toMatchObject({
      name: 'ChromaNotFoundError',
    })
    await expect(client.reset()).rejects.toMatchObject({ name: 'ChromaNotFoundError' })
    await client.deleteCollection({ name: 'errors' })
    await client.deleteCollection({ name: 'taken' })
  })

  it('keeps whole numbers that a double cannot hold', async () => {
    const client = world.client('acme')
    const { id } = await client.createCollection({ name: 'wide', embeddingFunction: null })
    const url = `${world.gateway.url}/api/v2/tenants/acme/databases/acme/collections/${id}`
    const post = (verb: string, body: string) =>
      fetch(`${url}/${verb}`, {
        method: 'POST',
        headers: { 'x-chroma-token': 'acme', 'content-type': 'application/json' },
        body,
      })
    const metadata = '{"wide":9223372036854775807,"real":1.0,"odd":9007199254740993}'
    await post('add', `{"ids":["w"],"embeddings":[[1.0,0.10]],"metadatas":[${metadata}]}`)
    const told = await (await post('get', '{"include":["metadatas","embeddings"]}')).text()
    expect(told).toMatch(/"wide":9223372036854775807[,}]/)
    expect(told).toMatch(/"real":1\.0[,}]/)
    expect(told).toMatch(/"odd":9007199254740993[,}]/)
    expect(told).toContain('"embeddings":[[1.0,0.1]]')
    await client.deleteCollection({ name: 'wide' })
  })
})
