// The official Weaviate client at the gateway, with all that stands between: a life by REST and by
// GraphQL for two tenants with the same ids at once, quotas, a suspended tenant, and an erased one.
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import weaviateClient, { ApiKey } from 'weaviate-ts-client'
import { buildWorker } from '../../build/build.ts'
import { waitFor } from '../support/admin-client.ts'
import { type RunningGateway, startGateway } from '../support/start-gateway.ts'
import { openTestStore, type TestStore } from '../support/stores.ts'
import { startWeaviate, type WeaviateStandIn } from '../support/weaviate/weaviate.ts'
import { declareClasses, live, liveByGraphQL } from '../upstream/vector/weaviate/life.ts'

const CONFIG = fileURLToPath(new URL('../support/vector/weaviate.config.ts', import.meta.url))

let store: TestStore
let server: WeaviateStandIn
let gateway: RunningGateway

const straightTo = ({ url, apiKey }: WeaviateStandIn) =>
  weaviateClient.client({ scheme: 'http', host: new URL(url).host, apiKey: new ApiKey(apiKey) })
const clientOf = (key: string) =>
  weaviateClient.client({
    scheme: 'http',
    host: `${new URL(gateway.url).host}/weaviate`,
    apiKey: new ApiKey(key),
  })

beforeAll(async () => {
  store = await openTestStore()
  server = await startWeaviate()
  await declareClasses(straightTo(server), [])
  gateway = await startGateway({
    upstreamUrl: 'http://127.0.0.1:9',
    workerPath: await buildWorker({ minify: false, config: CONFIG }),
    bindings: {
      ...store.bindings,
      UPSTREAM_WEAVIATE_URL: server.url,
      UPSTREAM_WEAVIATE_KEY: server.apiKey,
    },
  })
})

afterAll(async () => {
  await gateway.stop()
  await server.close()
  await store.close()
})

const author = (n: number) => ({
  class: 'Author',
  id: `44444444-0000-4000-8000-${String(n).padStart(12, '0')}`,
  properties: { name: `author ${n}` },
})

/** What a write answers, and what it says. */
async function write(key: string, n: number): Promise<readonly [status: number, text: string]> {
  const answer = await fetch(`${gateway.url}/weaviate/v1/objects`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(author(n)),
  })
  return [answer.status, await answer.text()]
}

describe(`the official Weaviate client, on ${inject('store')}`, () => {
  it('lives as straight at the service, by two tenants with the same ids at once', async () => {
    const { admin } = gateway
    const [one, other] = [await admin.createTenant(), await admin.createTenant()]
    const alone = await startWeaviate()
    await declareClasses(straightTo(alone), ['alone'])
    const straight = [
      await live(straightTo(alone), 'alone'),
      await liveByGraphQL(straightTo(alone), 'alone'),
    ]
    await alone.close()
    const lived = async (key: string) => [
      await live(clientOf(key)),
      await liveByGraphQL(clientOf(key)),
    ]
    const [first, second] = await Promise.all([lived(one.key), lived(other.key)])
    expect(first).toEqual(straight)
    expect(second).toEqual(straight)
  })

  it('is told its quota, and what would pass it never reaches the service', async () => {
    const { id, key } = await gateway.admin.createTenant({ quotas: { max_vectors: 2 } })
    expect((await write(key, 1))[0]).toBe(200)
    expect((await write(key, 2))[0]).toBe(200)
    await gateway.admin.quiet(id)
    const before = server.requests.length
    const [status, text] = await write(key, 3)
    expect([status, JSON.parse(text)]).toMatchObject([
      429,
      { code: 'QuotaExceeded', limit: 'max_vectors', used: 2, max: 2, error: [{}] },
    ])
    const writes = server.requests.slice(before).filter(({ body }) => body.includes('author 3'))
    expect(writes).toEqual([])
  })

  it('reads and cannot write while its tenant is suspended; erased, it leaves nothing', async () => {
    const { admin } = gateway
    const { id, key } = await admin.createTenant()
    expect((await write(key, 7))[0]).toBe(200)
    await admin.suspend(id)
    const { objects } = await clientOf(key).data.getter().withClassName('Author').do()
    expect(objects).toMatchObject([{ properties: { name: 'author 7' } }])
    expect((await write(key, 8))[0]).toBe(403)
    await admin.quiet(id)
    const answer = await admin.request('DELETE', `/tenants/${id}?force=true`)
    expect(await answer.json()).toMatchObject({ receipt: { deleted: { vectors: 1 } } })
    await waitFor('nothing of the tenant', () =>
      JSON.stringify(server.dump()).includes(id) ? null : true,
    )
  })
})
