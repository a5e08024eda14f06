// What an account says of a tenant's vectors against what the service has: never less, never past the
// limit at any moment, and the same once everything was counted, whatever went wrong on the way.
import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import { UNSURE_MS } from '../../../src/account/constants.ts'
import { openGateway, type OpenGateway } from '../../support/fakes/gateway.ts'
import { scriptedFetch } from '../../support/fakes/scripted-fetch.ts'
import { cluster, quietInTime, vectorUpstream } from '../../support/fakes/vector-upstream.ts'
import { type Fault, type QdrantStandIn, startQdrant } from '../../support/qdrant/server.ts'

const LIMIT = 12
const NUM_RUNS = process.env['TOLLGATE_LONG'] ? 100 : 6
const ROUNDS = 40

interface Write {
  readonly place: string
  readonly method: 'PUT' | 'POST'
  readonly path: string
  readonly body: object
  readonly fault: Fault | null
}

/** Several clients at once; then time goes on for a while, or until nothing is left to do. */
interface Round {
  readonly writes: readonly Write[]
  readonly restMs: number | null
}

const id = fc.nat(24)
const ids = fc.uniqueArray(id, { minLength: 1, maxLength: 5 })
const upsert = ids.map((all) => ({
  points: all.map((one) => ({ id: one, vector: [one, 1], payload: { n: one } })),
}))
const remove = ids.map((points) => ({ points }))
const filter = fc.record({ from: id, to: id }).map(({ from, to }) => ({
  filter: { must: [{ key: 'n', range: { gte: Math.min(from, to), lte: Math.max(from, to) } }] },
}))
const request = fc.oneof(
  { weight: 6, arbitrary: upsert.map((body) => ({ method: 'PUT' as const, path: '', body })) },
  {
    weight: 1,
    arbitrary: remove.map((body) => ({ method: 'POST' as const, path: '/delete', body })),
  },
  {
    weight: 1,
    arbitrary: filter.map((body) => ({ method: 'POST' as const, path: '/delete', body })),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(upsert, fc.oneof(remove, filter)).map(([one, other]) => ({
      method: 'POST' as const,
      path: '/batch',
      body: { operations: [{ upsert: one }, { delete: other }] },
    })),
  },
)
const fault = fc.oneof(
  { weight: 8, arbitrary: fc.constant(null) },
  fc.constantFrom<Fault>(
    { kind: 'answer', status: 500, error: 'Service internal error' },
    { kind: 'answer', status: 400, error: 'Wrong input' },
    { kind: 'drop', after: false },
    { kind: 'drop', after: true },
  ),
)
const write: fc.Arbitrary<Write> = fc
  .tuple(request, fc.constantFrom('docs', 'more'), fault)
  .map(([asked, place, planned]) => ({ ...asked, place, fault: planned }))
const round: fc.Arbitrary<Round> = fc.record({
  writes: fc.array(write, { minLength: 1, maxLength: 5 }),
  restMs: fc.constantFrom(0, 0, 0, 600, 2_500, null, UNSURE_MS + 3_000),
})

interface World {
  readonly server: QdrantStandIn
  readonly gateway: OpenGateway
  readonly key: string
  /** The most points that there ever were at the service. */
  most(): number
}

async function open(): Promise<World> {
  const server = await startQdrant({ later: (apply) => apply() })
  let most = 0
  const gateway = openGateway({
    upstream: scriptedFetch(),
    vectors: [vectorUpstream('qdrant', [cluster(server, server.apiKey)])],
    async fetch(url, init) {
      try {
        return await fetch(url, init)
      } finally {
        most = Math.max(most, server.totalPoints)
      }
    },
  })
  const { key } = await gateway.makeTenant({ id: 'acme', quotas: { max_vectors: LIMIT } })
  return { server, gateway, key, most: () => most }
}

const ask = async ({ gateway, key }: World, method: string, path: string, body: object) => {
  const response = await gateway.send(`/qdrant/collections/${path}`, {
    method,
    headers: { 'api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return response.status
}

async function level({ gateway }: World): Promise<number> {
  const answer = await gateway.admin('GET', '/tenants/acme/quotas')
  const { quotas } = (await answer.json()) as { quotas: { name: string; used: number }[] }
  return quotas.find(({ name }) => name === 'max_vectors')?.used ?? 0
}

/** Plays all of it, and tells the statuses. */
async function play(world: World, rounds: readonly Round[]): Promise<number[]> {
  const { server, gateway } = world
  const statuses: number[] = []
  for (const { writes, restMs } of rounds) {
    for (const { fault: planned, path, place } of writes) {
      if (planned === null) continue
      const target = `/collections/tenant_acme_${place}/points${path}?`
      server.failNext(planned, (received) => received.target.startsWith(target))
    }
    const answers = writes.map(({ method, place, path, body }) =>
      ask(world, method, `${place}/points${path}`, body),
    )
    statuses.push(...(await Promise.all(answers)))
    if (restMs === null) await quietInTime(gateway)
    else await gateway.clock.advance(restMs)
    expect(await level(world)).toBeGreaterThanOrEqual(server.totalPoints)
  }
  return statuses
}

it(
  'counts what is there, never less and never past the limit, whatever fails',
  async () => {
    vi.spyOn(console, 'warn').mockReturnValue()
    const seen = { most: 0, statuses: new Set<number>() }
    const rounds = fc.array(round, { minLength: ROUNDS, maxLength: ROUNDS, size: 'max' })
    const property = fc.asyncProperty(rounds, async (all) => {
      const world = await open()
      const { server, gateway } = world
      try {
        for (const place of ['docs', 'more']) {
          await ask(world, 'PUT', place, { vectors: { size: 2, distance: 'Dot' } })
        }
        for (const status of await play(world, all)) seen.statuses.add(status)
        await quietInTime(gateway)
        await gateway.clock.advance(UNSURE_MS)
        const recount = await gateway.admin('POST', '/tenants/acme/quotas/recount')
        const { places } = (await recount.json()) as { places: { result: string }[] }
        expect(places.map(({ result }) => result)).toEqual(['recounted', 'recounted'])
        expect(await level(world)).toBe(server.totalPoints)
        expect(world.most()).toBeLessThanOrEqual(LIMIT)
        seen.most = Math.max(seen.most, world.most())
      } finally {
        await server.close()
      }
    })
    await fc.assert(property, { numRuns: NUM_RUNS, endOnFailure: true })
    // Else the limit, or what fails, would not have been met.
    expect(seen.most).toBe(LIMIT)
    expect([200, 400, 429, 502].filter((status) => !seen.statuses.has(status))).toEqual([])
  },
  NUM_RUNS * 20_000,
)
