// Every hostile request of the corpora at the whole gateway, byte for byte, by a tenant with a key of its
// own: it is refused, or done to what is the sender's, and nothing of another's is read, changed or told.
import { Buffer } from 'node:buffer'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest'
import type { AdminClient } from '../support/admin-client.ts'
import { startPinecone } from '../support/pinecone/pinecone.ts'
import { startQdrant } from '../support/qdrant/server.ts'
import { sendRaw } from '../support/raw-http.ts'
import { type RunningGateway, startGateway } from '../support/start-gateway.ts'
import { openTestStore, type TestStore } from '../support/stores.ts'
import { startUpstashVector } from '../support/upstash-vector/upstash-vector.ts'
import { requestBytes } from '../upstream/vector/hostile-request.ts'
import { pineconeRequests } from '../upstream/vector/pinecone/hostile.ts'
import * as pineconeNames from '../upstream/vector/pinecone/sent-names.ts'
import { hostileRequests, type HostileRequest } from '../upstream/vector/qdrant/hostile.ts'
import { staysWithin } from '../upstream/vector/qdrant/named-collections.ts'
import { upstashVectorRequests } from '../upstream/vector/upstash-vector/hostile.ts'
import * as upstashNames from '../upstream/vector/upstash-vector/sent-names.ts'

const SECRET = 'what-only-the-victim-knows'

/** What came of one request, for all services alike. */
interface Sent {
  readonly title: string
  readonly bytes: Buffer
  readonly expect: 'refused' | 'own'
}

interface World {
  readonly requests: readonly Sent[]
  /** All requests that came to the service so far. */
  readonly received: readonly {
    readonly method: string
    readonly target: string
    readonly body: string
  }[]
  /** Whether a request names nothing but what is the sender's. */
  readonly isOwn: (request: {
    readonly method: string
    readonly target: string
    readonly body: string
  }) => boolean
  /** All but what is the sender's, as text. */
  readonly others: () => Promise<string>
  /** Takes away what the sender has made, so that the next request finds what it is written for. */
  readonly restore?: () => Promise<void>
}

let store: TestStore
let gateway: RunningGateway
let admin: AdminClient
let qdrant: Awaited<ReturnType<typeof startQdrant>>
let pinecone: Awaited<ReturnType<typeof startPinecone>>
let upstash: Awaited<ReturnType<typeof startUpstashVector>>
let keys: Readonly<Record<'victim' | 'mallory', string>>

beforeAll(async () => {
  vi.spyOn(console, 'warn').mockReturnValue()
  store = await openTestStore()
  qdrant = await startQdrant({ later: (apply) => apply() })
  pinecone = await startPinecone()
  upstash = await startUpstashVector()
  gateway = await startGateway({
    upstreamUrl: 'http://127.0.0.1:9',
    bindings: {
      ...store.bindings,
      UPSTREAM_QDRANT_URL: qdrant.url,
      UPSTREAM_QDRANT_KEY: qdrant.apiKey,
      UPSTREAM_PINECONE_URL: pinecone.url,
      UPSTREAM_PINECONE_KEY: pinecone.apiKey,
      UPSTREAM_UPSTASH_VECTOR_URL: upstash.url,
      UPSTREAM_UPSTASH_VECTOR_KEY: upstash.token,
    },
  })
  admin = gateway.admin
  const [victim, mallory] = await Promise.all(
    ['victim', 'mallory'].map((id) => admin.createTenant({ id })),
  )
  keys = { victim: victim?.key ?? '', mallory: mallory?.key ?? '' }
})

afterAll(async () => {
  await gateway.stop()
  await Promise.all([qdrant.close(), pinecone.close(), upstash.close()])
  await store.close()
})

async function ask(tenant: 'victim' | 'mallory', method: string, target: string, body: object) {
  const response = await fetch(gateway.url + target, {
    method,
    headers: { authorization: `Bearer ${keys[tenant]}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(response.status).toBe(200)
  return response
}

/** Sends them all, one after the other; what is wrong with any is told, and there is to be nothing. */
async function breachesOf({
  requests,
  received,
  isOwn,
  others,
  restore,
}: World): Promise<string[]> {
  // The victim's own places are counted anew for 2.5 s after its writes, which is no doing of the sender's.
  await pause(3_000)
  const before = await others()
  expect(before).toContain(SECRET)
  const breaches: string[] = []
  for (const request of requests) {
    const since = received.length
    const { status, text } = await sendRaw(gateway.url, request.bytes)
    const reached = received.slice(since)
    // The runtime itself answers methods that are none with a 5xx; the gateway's own would be a fault.
    const isRefused = status === null || (status >= 400 && (status < 500 || !text.includes('urn:')))
    const said = request.bytes.toString('latin1')
    const wrong = [
      ...(isRefused || (request.expect === 'own' && status < 300) ? [] : [`status ${status}`]),
      ...reached.filter((one) => !isOwn(one)).map(({ method, target }) => `${method} ${target}`),
      ...[SECRET, 'tenant_mallory', keys.victim]
        .filter((word) => text.includes(word) && !said.includes(word))
        .map((word) => `told ${word}`),
      ...((await others()) === before ? [] : ['changed what is of others']),
    ]
    await restore?.()
    breaches.push(...wrong.map((what) => `${request.title}: ${what}`))
  }
  return breaches
}

const identity = (): Readonly<Record<string, string>> => ({
  authorization: `Bearer ${keys.mallory}`,
})

/** The victim's namespaces are of no other's name, so that what is left over is the victim's. */
async function othersOf(standIn: { dump(): Promise<unknown> }): Promise<string> {
  const { namespaces, ...rest } = (await standIn.dump()) as { namespaces: object }
  const others = Object.entries(namespaces).filter(([name]) => !name.startsWith('tenant_mallory_'))
  return JSON.stringify([others, 'queries' in rest ? null : rest])
}

/** At the service itself, all of the sender's but the collection and the alias that it began with. */
async function restoreQdrant(): Promise<void> {
  const { collections, aliases } = qdrant.state()
  const extra = (all: object, kept: string) =>
    Object.keys(all).filter((name) => name.startsWith('tenant_mallory_') && name !== kept)
  const straight = (method: string, path: string, body: object) =>
    fetch(qdrant.url + path, {
      method,
      headers: { 'api-key': qdrant.apiKey, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const lost =
    'tenant_mallory_live' in aliases
      ? []
      : [
          {
            create_alias: {
              collection_name: 'tenant_mallory_docs',
              alias_name: 'tenant_mallory_live',
            },
          },
        ]
  const actions = [
    ...extra(aliases, 'tenant_mallory_live').map((alias_name) => ({
      delete_alias: { alias_name },
    })),
    ...lost,
  ]
  if (actions.length > 0) await straight('POST', '/collections/aliases', { actions })
  for (const name of extra(collections, 'tenant_mallory_docs')) {
    await straight('DELETE', `/collections/${encodeURIComponent(name)}`, {})
  }
}

const isNamedOwn = (names: readonly string[] | null): boolean =>
  names !== null && names.every((name) => name.startsWith('tenant_mallory_'))

/** A header that stands in the request already is not added. */
function qdrantBytes({ method, target, headers = [], body }: HostileRequest): Buffer {
  const content = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body ?? '')
  const given = new Set(headers.map(([name]) => name.toLowerCase()))
  const usual = Object.entries({
    host: new URL(gateway.url).host,
    ...identity(),
    'content-type': 'application/json',
    'content-length': String(content.length),
    connection: 'close',
  })
  const all = [...usual.filter(([name]) => !given.has(name)), ...headers]
  const head = all.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const start = Buffer.from(`${method} ${target} HTTP/1.1\r\n${head}\r\n`, 'latin1')
  return Buffer.concat([start, content])
}

it(`reach nothing of another tenant's in Qdrant, on ${inject('store')}`, async () => {
  const docs = '/qdrant/collections/docs'
  for (const [tenant, id, owner] of [
    ['victim', 4711, SECRET],
    ['mallory', 1, 'own'],
  ] as const) {
    await ask(tenant, 'PUT', docs, { vectors: { size: 2, distance: 'Dot' } })
    const points = [id, 2, 3].map((one) => ({
      id: one,
      vector: [one, 0.5],
      payload: { n: one, owner },
    }))
    await ask(tenant, 'PUT', `${docs}/points`, { points })
    const actions = [{ create_alias: { collection_name: 'docs', alias_name: 'live' } }]
    await ask(tenant, 'POST', '/qdrant/collections/aliases', { actions })
  }
  const corpus = hostileRequests({
    prefix: '/qdrant',
    logical: 'docs',
    physical: 'tenant_victim_docs',
    ownPhysical: 'tenant_mallory_docs',
    alias: 'live',
    physicalAlias: 'tenant_victim_live',
    victimPointId: '4711',
    ownPointId: '1',
    victimTenant: 'victim',
  })
  const breaches = await breachesOf({
    // Whatever drops the sender's own collection stands last: most could do nothing without it.
    requests: corpus
      .map((one) => ({
        title: `${one.kind}: ${one.title}`,
        bytes: qdrantBytes(one),
        expect: one.expect,
        one,
      }))
      .toSorted((a, b) => Number(a.one.method === 'DELETE') - Number(b.one.method === 'DELETE')),
    received: qdrant.requests,
    isOwn: ({ target }) => staysWithin(target, 'tenant_mallory_'),
    restore: restoreQdrant,
    async others() {
      const { collections, aliases } = qdrant.state()
      const others = (all: object) =>
        Object.entries(all).filter(([name]) => !name.startsWith('tenant_mallory_'))
      return JSON.stringify([others(collections), others(aliases), qdrant.noted])
    },
  })
  expect(breaches).toEqual([])
  expect(corpus.length).toBeGreaterThan(900)
}, 120_000)

it(`reach nothing of another tenant's in Pinecone, on ${inject('store')}`, async () => {
  const upsert = (tenant: 'victim' | 'mallory', namespace: string, secret: string) =>
    ask(tenant, 'POST', '/pinecone/vectors/upsert', {
      vectors: ['s1', 'secret-id'].map((id) => ({ id, values: [1, 1, 1], metadata: { secret } })),
      namespace,
    })
  await upsert('victim', 'docs', SECRET)
  await upsert('victim', '', SECRET)
  await upsert('mallory', 'mine', 'own')
  const listed = await fetch(`${gateway.url}/pinecone/vectors/list?namespace=docs&limit=1`, {
    headers: { 'api-key': keys.victim },
  })
  const { pagination } = (await listed.json()) as { pagination: { next: string } }
  const raw = await fetch(`${pinecone.url}/vectors/list?namespace=tenant_victim_docs&limit=1`, {
    headers: { 'api-key': pinecone.apiKey },
  })
  const { pagination: page } = (await raw.json()) as { pagination: { next: string } }
  const corpus = pineconeRequests({
    mount: '/pinecone',
    slug: 'victim',
    logical: 'docs',
    physical: 'tenant_victim_docs',
    id: 's1',
    sealedToken: pagination.next,
    rawToken: page.next,
    dimension: 3,
  })
  const breaches = await breachesOf({
    requests: corpus.map((one) => ({ ...one, bytes: requestBytes(one, '127.0.0.1', identity()) })),
    received: pinecone.requests,
    isOwn: (request) => isNamedOwn(pineconeNames.namesIn(request)),
    others: () => othersOf(pinecone),
  })
  expect(breaches).toEqual([])
}, 120_000)

it(`reach nothing of another tenant's in Upstash Vector, on ${inject('store')}`, async () => {
  const upsert = (tenant: 'victim' | 'mallory', namespace: string, secret: string) =>
    ask(tenant, 'POST', `/upstash-vector/upsert/${namespace}`, [
      { id: 's1', vector: [1, 1, 1], metadata: { secret } },
    ])
  await upsert('victim', 'docs', SECRET)
  await upsert('mallory', 'mine', 'own')
  const unknown = '00000000-0000-4000-8000-000000000001'
  const corpus = upstashVectorRequests({
    mount: '/upstash-vector',
    slug: 'victim',
    logical: 'docs',
    physical: 'tenant_victim_docs',
    id: 's1',
    sealedUuid: unknown,
    rawUuid: unknown,
    dimension: 3,
  })
  const breaches = await breachesOf({
    requests: corpus.map((one) => ({ ...one, bytes: requestBytes(one, '127.0.0.1', identity()) })),
    received: upstash.requests,
    isOwn: (request) => isNamedOwn(upstashNames.namesIn(request)),
    others: () => othersOf(upstash),
  })
  expect(breaches).toEqual([])
}, 120_000)
