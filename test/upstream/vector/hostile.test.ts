// The hostile requests are worth sending: straight at the services, as a gateway would pass them on that
// only exchanged the credential, so many of them read, change or delete what is the victim's.
import { Pinecone } from '@pinecone-database/pinecone'
import { Index } from '@upstash/vector'
import { AdminClient, ChromaClient } from 'chromadb'
import { describe, expect, it } from 'vitest'
import weaviate, { ApiKey } from 'weaviate-ts-client'
import { installChroma } from '../../support/chroma/install.ts'
import { startRecordedChroma } from '../../support/chroma/recorded.ts'
import { startPinecone } from '../../support/pinecone/pinecone.ts'
import { sendRaw } from '../../support/raw-http.ts'
import { startUpstashVector } from '../../support/upstash-vector/upstash-vector.ts'
import { startWeaviate } from '../../support/weaviate/weaviate.ts'
import { chromaRequests } from './chroma/hostile.ts'
import { type HostileRequest, requestBytes } from './hostile-request.ts'
import { pineconeRequests } from './pinecone/hostile.ts'
import { upstashVectorRequests } from './upstash-vector/hostile.ts'
import { weaviateRequests } from './weaviate/hostile.ts'
import { declareClasses } from './weaviate/life.ts'

const SECRET = 'the secret of the victim'
const PHYSICAL = 'tenant_victim_docs'
const chroma = await installChroma()

/** A service with something of the victim's in it, for as long as nothing has touched that. */
interface World {
  readonly url: string
  readonly credential: Readonly<Record<string, string>>
  readonly requests: readonly HostileRequest[]
  /** All that is the victim's, as text. */
  victims(): Promise<string>
  close(): Promise<void>
}

interface Outcome {
  readonly sent: number
  readonly titles: number
  /** Told the secret. */
  readonly told: number
  /** Changed or deleted what is the victim's. */
  readonly changed: number
}

async function sendAll(open: () => Promise<World>): Promise<Outcome> {
  let world = await open()
  let [told, changed] = [0, 0]
  const { length } = world.requests
  const titles = new Set(world.requests.map(({ title }) => title)).size
  let before = await world.victims()
  for (let at = 0; at < length; at += 1) {
    const bytes = requestBytes(world.requests[at]!, '127.0.0.1', world.credential)
    const { text } = await sendRaw(world.url, bytes)
    if (text.includes(SECRET)) told += 1
    if ((await world.victims()) === before) continue
    changed += 1
    await world.close()
    world = await open()
    before = await world.victims()
  }
  await world.close()
  return { sent: length, titles, told, changed }
}

async function pineconeWorld(): Promise<World> {
  const standIn = await startPinecone()
  const client = new Pinecone({ apiKey: standIn.apiKey, maxRetries: 0 })
  const index = client.index({ name: 'tests', host: standIn.url, namespace: PHYSICAL })
  const metadata = { secret: SECRET }
  const records = ['s1', 's2'].map((id) => ({ id, values: [1, 1, 1], metadata }))
  await index.upsert({ records })
  const rawToken = (await index.listPaginated({ limit: 1 })).pagination?.next ?? ''
  const requests = pineconeRequests({
    mount: '',
    slug: 'victim',
    logical: 'docs',
    physical: PHYSICAL,
    id: 's1',
    sealedToken: rawToken,
    rawToken,
    dimension: 3,
  })
  const credential = { 'api-key': standIn.apiKey }
  return { ...standIn, credential, requests, victims: partOf(standIn, 'namespaces', PHYSICAL) }
}

async function upstashVectorWorld(): Promise<World> {
  const standIn = await startUpstashVector()
  const index = new Index({ url: standIn.url, token: standIn.token, retry: false })
  const metadata = { secret: SECRET }
  const records = ['s1', 's2'].map((id) => ({ id, vector: [1, 1, 1], metadata }))
  await index.namespace(PHYSICAL).upsert(records)
  const asked = { vector: [1, 1, 1], topK: 1, maxIdle: 60, includeMetadata: true }
  await index.resumableQuery(asked, { namespace: PHYSICAL })
  const uuid = '00000000-0000-4000-8000-000000000001'
  const requests = upstashVectorRequests({
    mount: '',
    slug: 'victim',
    logical: 'docs',
    physical: PHYSICAL,
    id: 's1',
    sealedUuid: uuid,
    rawUuid: uuid,
    dimension: 3,
  })
  const credential = { authorization: `Bearer ${standIn.token}` }
  return { ...standIn, credential, requests, victims: partOf(standIn, 'namespaces', PHYSICAL) }
}

async function weaviateWorld(): Promise<World> {
  const standIn = await startWeaviate()
  const client = weaviate.client({ host: standIn.url, apiKey: new ApiKey(standIn.apiKey) })
  await declareClasses(client, ['mallory', 'victim'])
  await client.schema.classCreator().withClass({ class: 'Hidden' }).do()
  const id = (n: number): string => `44444444-0000-4000-8000-00000000000${n}`
  const create = (className: string, n: number, title: string) =>
    client.data
      .creator()
      .withClassName(className)
      .withId(id(n))
      .withProperties({ title })
      .withVector([1, n])
  await create('Poem', 1, SECRET).withTenant('victim').do()
  await create('Poem', 2, 'mine').withTenant('mallory').do()
  await create('Hidden', 3, SECRET).do()
  const requests = weaviateRequests({
    mount: '',
    slug: 'victim',
    className: 'Poem',
    otherClass: 'Author',
    hiddenClass: 'Hidden',
    id: id(1),
    ownId: id(2),
    hiddenId: id(3),
  })
  const credential = { authorization: `Bearer ${standIn.apiKey}` }
  return { ...standIn, credential, requests, victims: partOf(standIn, 'classes', 'Poem', 'objects', 'victim') } // prettier-ignore
}

function partOf(standIn: { dump(): Promise<unknown> }, ...path: string[]): World['victims'] {
  return async () => {
    const part = path.reduce<unknown>((whole, key) => Object(whole)[key], await standIn.dump())
    return JSON.stringify(part) ?? ''
  }
}

/** One server for all worlds: a world is two databases in it. */
async function chromaWorlds(binding: string) {
  const recorded = await startRecordedChroma(binding)
  const { hostname, port } = new URL(recorded.url)
  const credential = { 'x-chroma-token': recorded.token }
  const place = { host: hostname, port: Number(port), ssl: false, headers: credential }
  const admin = new AdminClient(place)
  const names = { victim: 'tenant_victim', mallory: 'tenant_mallory' }
  const databases = '/api/v2/tenants/default_tenant/databases'
  let opened = 0
  const open = async (): Promise<World> => {
    opened += 1
    for (const name of opened > 1 ? Object.values(names) : []) {
      await admin.deleteDatabase({ name, tenant: 'default_tenant' }).catch(() => null)
    }
    const [theirs, mine] = await Promise.all(
      Object.values(names).map(async (database) => {
        await admin.createDatabase({ name: database, tenant: 'default_tenant' })
        const client = new ChromaClient({ ...place, database })
        return client.createCollection({ name: 'docs', embeddingFunction: null })
      }),
    )
    await theirs!.add({ ids: ['s1'], embeddings: [[1, 0]], documents: [SECRET] })
    const requests = chromaRequests({
      mount: '',
      slug: 'victim',
      tenant: 'default_tenant',
      database: names.mallory,
      physicalDatabase: names.victim,
      name: 'docs',
      uuid: theirs!.id,
      sealedId: theirs!.id,
      id: 's1',
      ownId: mine!.id,
    })
    return {
      url: recorded.url,
      credential,
      requests,
      victims: () => everythingIn(`${recorded.serverUrl}${databases}/${names.victim}/collections`),
      close: async () => undefined,
    }
  }
  return { open, close: () => recorded.close() }
}

/** Asked of the server itself: a whole dump, mallory's many collections included, takes long. */
async function everythingIn(collections: string): Promise<string> {
  const listed = await (await fetch(collections)).text()
  const ids = [...listed.matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id)
  const headers = { 'content-type': 'application/json' }
  const records = ids.map(async (id) =>
    (await fetch(`${collections}/${id}/get`, { method: 'POST', headers, body: '{}' })).text(),
  )
  return [listed, ...(await Promise.all(records))].join('\n')
}

describe('passed on by a careless gateway, the hostile requests', () => {
  it('reach the victim in Pinecone', async () => {
    expect(await sendAll(pineconeWorld)).toEqual({ sent: 194, titles: 194, told: 16, changed: 12 })
  })

  it('reach the victim in Upstash Vector', async () => {
    expect(await sendAll(upstashVectorWorld)).toEqual({
      sent: 163,
      titles: 163,
      told: 18,
      changed: 16,
    })
  })

  it('reach the victim in Weaviate', async () => {
    expect(await sendAll(weaviateWorld)).toEqual({ sent: 267, titles: 267, told: 53, changed: 17 })
  })

  it.skipIf(!chroma.ok)(
    'reach the victim in Chroma',
    async () => {
      const { open, close } = await chromaWorlds(chroma.ok ? chroma.binding : '')
      expect(await sendAll(open)).toEqual({ sent: 201, titles: 201, told: 20, changed: 22 })
      await close()
    },
    60_000,
  )
})
