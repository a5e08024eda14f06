// Every hostile request of the corpus, byte for byte, at the gateway in front of the stand-in: it is
// refused or touches what is the sender's own, and no answer tells what the victim has, or that it is.
import { Buffer } from 'node:buffer'
import { QdrantClient } from '@qdrant/js-client-rest'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { parseJson } from '../../../../src/upstream/json.ts'
import { type QdrantStandIn, startQdrant } from '../../../support/qdrant/server.ts'
import { type RawAnswer, sendRaw } from '../../../support/raw-http.ts'
import type { BareGateway } from '../bare-gateway.ts'
import { startQdrantGateway } from './counted-places.ts'
import type { HostileContext, HostileRequest } from './hostile/request.ts'
import { hostileRequests } from './hostile.ts'
import { namesIn, staysWithin } from './named-collections.ts'

const SECRET = 'what-only-the-victim-knows'
const MALLORY = 'tenant_mallory_'

/** `nobody` has as many letters as `victim`, so that the two contexts differ in names alone. */
const contextOf = (victimTenant: 'victim' | 'nobody'): HostileContext => ({
  prefix: '',
  logical: 'docs',
  physical: `tenant_${victimTenant}_docs`,
  ownPhysical: `${MALLORY}docs`,
  alias: 'live',
  physicalAlias: `tenant_${victimTenant}_live`,
  victimPointId: victimTenant === 'victim' ? '4711' : '4712',
  ownPointId: '1',
  victimTenant,
})

let server: QdrantStandIn
let gateway: BareGateway
let seededMallory: string
let seededVictim: string

beforeAll(async () => {
  vi.spyOn(console, 'warn').mockReturnValue()
  server = await startQdrant({ later: (apply) => apply() })
  gateway = await startQdrantGateway(server)
  await seed('victim', [4711, 1, 2], SECRET)
  await seed('mallory', [1, 2, 3], 'own')
  seededMallory = stateOf(MALLORY)
  seededVictim = stateOf('tenant_victim_')
})

afterAll(async () => {
  await gateway.close()
  await server.close()
})

async function seed(tenant: string, ids: readonly number[], owner: string): Promise<void> {
  const client = new QdrantClient({ url: gateway.url, apiKey: tenant, checkCompatibility: false })
  await client.createCollection('docs', { vectors: { size: 2, distance: 'Dot' } })
  const points = ids.map((id) => ({ id, vector: [id, 0.5], payload: { n: id, owner } }))
  await client.upsert('docs', { points })
  await client.updateCollectionAliases({
    actions: [{ create_alias: { collection_name: 'docs', alias_name: 'live' } }],
  })
}

/** All that is the tenant's, or, by an alias, of it. */
function stateOf(prefix: string): string {
  const { collections, aliases } = server.state()
  const own = (all: object) =>
    Object.entries(all).filter((entry) => entry.some((name) => String(name).startsWith(prefix)))
  return JSON.stringify({ collections: own(collections), aliases: own(aliases) })
}

/** What the sender has done to its own collections is undone, for the next request to find them. */
async function restore(): Promise<void> {
  if (stateOf(MALLORY) === seededMallory) return
  const raw = new QdrantClient({
    url: server.url,
    apiKey: server.apiKey,
    checkCompatibility: false,
  })
  const own = Object.keys(server.state().collections).filter((name) => name.startsWith(MALLORY))
  await Promise.all(own.map((name) => raw.deleteCollection(name)))
  await seed('mallory', [1, 2, 3], 'own')
  expect(stateOf(MALLORY)).toBe(seededMallory)
}

function bytesOf({ method, target, headers = [], body }: HostileRequest): Buffer {
  const content = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body ?? '')
  const given = new Set(headers.map(([name]) => name.toLowerCase()))
  const usual: [string, string][] = [
    ['host', new URL(gateway.url).host],
    ['api-key', 'mallory'],
    ['content-type', 'application/json'],
    ['content-length', String(content.length)],
    ['connection', 'close'],
  ]
  const all = [...usual.filter(([name]) => !given.has(name)), ...headers]
  const head = all.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return Buffer.concat([
    Buffer.from(`${method} ${target} HTTP/1.1\r\n${head}\r\n`, 'latin1'),
    content,
  ])
}

interface Outcome {
  readonly answer: RawAnswer
  readonly asked: QdrantStandIn['requests']
}

async function run(request: HostileRequest): Promise<Outcome> {
  await restore()
  const before = server.requests.length
  const answer = await sendRaw(gateway.url, bytesOf(request))
  return { answer, asked: server.requests.slice(before) }
}

/** What differs from answer to answer for no reason of the request's: when, and how many writes before. */
const steady = (text: string): string =>
  text.replace(/^date: .*\r\n/im, '').replaceAll(/"operation_id":\d+/g, '"operation_id":0')

/** Who is asking is not found out by this gateway, which has no identities. */
const isOfMallory = ({ headers = [] }: HostileRequest): boolean =>
  !headers.some(([name]) => /^(?:api-key|authorization)$/i.test(name))

const attacks = hostileRequests(contextOf('victim')).filter(isOfMallory)
const shams = hostileRequests(contextOf('nobody')).filter(isOfMallory)
const cases = attacks.map((attack, at) => ({ ...attack, sham: shams[at] ?? attack }))

it('has as many requests for one who is not there', () => {
  expect(attacks.length).toBeGreaterThan(900)
  expect(shams.map(({ title }) => title)).toEqual(attacks.map(({ title }) => title))
})

it.each(cases)('$kind: $title ($method)', async ({ sham, ...attack }) => {
  const { answer, asked } = await run(attack)
  const { status, text } = answer

  // Refused means refused by a problem, or before anything was read.
  const isRefused = status === null || (status >= 400 && status < 500)
  expect(isRefused || attack.expect === 'own').toBe(true)
  expect(status === null || status < 500).toBe(true)

  // Nothing was asked about what is not the sender's own.
  expect(asked.filter(({ target }) => !staysWithin(target, MALLORY))).toEqual([])
  const named = asked.flatMap(({ body }) => {
    const parsed = parseJson(Buffer.from(body), { numbers: 'verbatim' })
    return parsed.ok ? namesIn(parsed.value) : []
  })
  expect(named.filter((name) => !JSON.stringify(name).startsWith(`"${MALLORY}`))).toEqual([])
  expect(asked.flatMap(({ inferenceKeys }) => Object.keys(inferenceKeys))).toEqual([])
  expect(server.noted).toEqual([])

  // The victim has what it had, and none of it is told.
  expect(stateOf('tenant_victim_')).toBe(seededVictim)
  expect(text).not.toContain(SECRET)
  const sent = bytesOf(attack).toString('latin1')
  const physical = ['tenant_victim', MALLORY].filter((name) => text.includes(name))
  expect(physical.filter((name) => !sent.includes(name))).toEqual([])
  // A refusal names the member that it is about.
  expect(status === 200 && text.includes('_tenant_id')).toBe(false)

  // Whether the victim is there at all makes no difference.
  const other = await run(sham)
  const asIfThere = steady(other.answer.text).replaceAll('nobody', 'victim')
  expect(asIfThere.replaceAll('4712', '4711')).toBe(steady(text))
  expect(other.asked.length).toBe(asked.length)
})

it('answers alike what is the victim’s and what is nobody’s', async () => {
  const probes = attacks.flatMap((attack) => (attack.probe === undefined ? [] : [attack]))
  const told = new Map<string, Set<string>>()
  for (const { probe, ...attack } of probes) {
    const { answer, asked } = await run(attack)
    const text = steady(answer.text).replaceAll(probe?.name ?? '', '<name>')
    const of = told.get(probe?.of ?? '') ?? new Set()
    told.set(probe?.of ?? '', of.add(`${asked.length} ${text}`))
  }
  expect([...told].filter(([, answers]) => answers.size > 1)).toEqual([])
  expect(told.size).toBe(21)
})
