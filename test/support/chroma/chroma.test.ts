// What the tests of the gateway rely on in the real Chroma server, shown straight at it: the ordinary
// life by the official client, and the traps that the gateway has to close.
import { readFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { AdminClient, ChromaClient } from 'chromadb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installChroma } from './install.ts'
import { type RecordedChroma, startRecordedChroma } from './recorded.ts'

const chroma = await installChroma()

describe.skipIf(!chroma.ok)('the real Chroma server', () => {
  let server: RecordedChroma
  const headers = (): Record<string, string> => ({ 'x-chroma-token': server.token })
  const place = () => {
    const { hostname, port } = new URL(server.url)
    return { host: hostname, port: Number(port), ssl: false, headers: headers() }
  }
  const client = (database: string): ChromaClient => new ChromaClient({ ...place(), database })
  const collectionsOf = (database: string): string =>
    `${server.url}/api/v2/tenants/default_tenant/databases/${database}/collections`

  const send = async (method: string, url: string, body?: string) => {
    const type = { 'content-type': 'application/json' }
    const sent = body === undefined ? {} : { body }
    const response = await fetch(url, { method, headers: { ...headers(), ...type }, ...sent })
    return { status: response.status, text: await response.text() }
  }

  const loggedMetadata = (id: string): string[] => {
    using database = new DatabaseSync(join(server.folder, 'chroma.sqlite3'), { readOnly: true })
    const rows = database.prepare('select metadata from embeddings_queue where id = ?').all(id)
    return rows.map(({ metadata }) => String(metadata))
  }

  /** A collection of one secret document in the victim's database; its UUID. */
  const plant = async (name: string): Promise<string> => {
    const collection = await client('tenant_victim').createCollection({
      name,
      embeddingFunction: null,
    })
    await collection.add({ ids: ['s1'], embeddings: [[1, 0]], documents: ['the secret recipe'] })
    return collection.id
  }

  beforeAll(async () => {
    server = await startRecordedChroma(chroma.ok ? chroma.binding : '')
    const admin = new AdminClient(place())
    await admin.createDatabase({ name: 'tenant_victim', tenant: 'default_tenant' })
    await admin.createDatabase({ name: 'tenant_mallory', tenant: 'default_tenant' })
  })
  afterAll(() => server.close())

  it('serves the life of a collection to the official client', async () => {
    const chromaClient = client('tenant_victim')
    const collection = await chromaClient.createCollection({
      name: 'poems',
      embeddingFunction: null,
      configuration: { hnsw: { space: 'cosine' } },
    })
    await collection.add({
      ids: ['a', 'b', 'c'],
      embeddings: [[1, 0], [0, 1], [1, 1]], // prettier-ignore
      documents: ['sun', 'moon', 'both'],
      metadatas: [{ n: 1 }, { n: 2 }, { n: 3 }],
    })
    const nearest = await collection.query({ queryEmbeddings: [[1, 0.1]], nResults: 2 })
    const filtered = await collection.get({ where: { n: { $gte: 2 } } })
    await collection.upsert({ ids: ['a'], embeddings: [[0, 1]], documents: ['night'] })
    await collection.delete({ ids: ['c'] })
    expect(nearest.ids).toEqual([['a', 'c']])
    expect(nearest.documents).toEqual([['sun', 'both']])
    expect(filtered.ids).toEqual(['b', 'c'])
    expect(await collection.count()).toBe(2)
    expect((await collection.get({ ids: ['a'] })).documents).toEqual(['night'])
    expect(await chromaClient.countCollections()).toBe(1)
    await chromaClient.deleteCollection({ name: 'poems' })
    expect(await chromaClient.listCollections()).toEqual([])
  })

  it('is asked by the client for nothing at construction, then by these paths', async () => {
    const since = server.requests.length
    const chromaClient = client('tenant_mallory')
    expect(server.requests).toHaveLength(since)
    const collection = await chromaClient.getOrCreateCollection({
      name: 'paths',
      embeddingFunction: null,
    })
    await collection.add({ ids: ['a'], embeddings: [[1, 0]] })
    await collection.count()
    const base = '/api/v2/tenants/default_tenant/databases/tenant_mallory/collections'
    expect(server.requests.slice(since).map(({ method, target }) => `${method} ${target}`)).toEqual(
      [
        `POST ${base}`,
        'GET /api/v2/pre-flight-checks',
        `POST ${base}/${collection.id}/add`,
        `GET ${base}/${collection.id}/count`,
      ],
    )
    const added: unknown = JSON.parse(server.requests.at(-2)!.body)
    expect(added).toEqual({ ids: ['a'], embeddings: ['AACAPwAAAAA='] })
  })

  it('lets a UUID of one database be read, written and renamed through another, in any spelling', async () => {
    const id = await plant('spelled')
    const spellings = [
      id,
      id.toUpperCase(),
      id.replaceAll('-', ''),
      `urn:uuid:${id}`,
      `%7B${id}%7D`,
    ]
    const read = await Promise.all(
      spellings.map((spelling) =>
        send('POST', `${collectionsOf('tenant_mallory')}/${spelling}/get`, '{}'),
      ),
    )
    expect(read.map(({ text }) => text.includes('the secret recipe'))).toEqual(
      spellings.map(() => true),
    )
    const foreign = `${collectionsOf('tenant_mallory')}/${id}`
    const upsert = '{"ids":["s1"],"embeddings":[[0,1]],"documents":["planted"]}'
    expect((await send('POST', `${foreign}/upsert`, upsert)).status).toBe(200)
    expect((await send('PUT', foreign, '{"new_name":"stolen"}')).status).toBe(200)
    const victims = await client('tenant_victim').listCollections()
    expect(victims.map(({ name }) => name)).toEqual(['stolen'])
    expect((await victims[0]!.get()).documents).toEqual(['planted'])
    await client('tenant_victim').deleteCollection({ name: 'stolen' })
  })

  it('takes an array where an object is meant, and no member twice', async () => {
    const collections = collectionsOf('tenant_mallory')
    const array = await send('POST', collections, '["positional",null,null,false]')
    const twice = await send('POST', collections, '{"name":"one-name","name":"two-name"}')
    expect([array.status, twice.status]).toEqual([200, 422])
    await client('tenant_mallory').deleteCollection({ name: 'positional' })
  })

  it('matches paths as they stand: no slash is collapsed, none may trail', async () => {
    const paths = ['//api/v2/heartbeat', '/api/v2/heartbeat/', '/api//v2/heartbeat']
    const answers = await Promise.all(paths.map((path) => send('GET', `${server.url}${path}`)))
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404])
  })

  it('keeps the text of a deleted record in its log, and in its file even of a deleted database', async () => {
    const admin = new AdminClient(place())
    await admin.createDatabase({ name: 'tenant_brief', tenant: 'default_tenant' })
    const brief = client('tenant_brief')
    const collection = await brief.createCollection({ name: 'brief', embeddingFunction: null })
    await collection.add({ ids: ['x'], embeddings: [[1, 0]], documents: ['meant to be gone'] })
    await collection.delete({ ids: ['x'] })
    expect(loggedMetadata('x')).toContain('{"chroma:document":"meant to be gone"}')
    await brief.deleteCollection({ name: 'brief' })
    await admin.deleteDatabase({ name: 'tenant_brief', tenant: 'default_tenant' })
    expect(loggedMetadata('x')).toEqual([])
    const file = await readFile(join(server.folder, 'chroma.sqlite3'), 'latin1')
    expect(file).toContain('meant to be gone')
  })

  it('is recorded and refused without the token', async () => {
    const response = await fetch(`${server.url}/api/v2/heartbeat`)
    expect(response.status).toBe(401)
    expect(server.requests.at(-1)?.target).toBe('/api/v2/heartbeat')
  })

  it('can be compared between two moments', async () => {
    const before = await server.dump()
    const id = await plant('counted')
    expect(await server.dump()).not.toEqual(before)
    await send('DELETE', `${collectionsOf('tenant_victim')}/counted`)
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
    expect(await server.dump()).toEqual(before)
  })
})
