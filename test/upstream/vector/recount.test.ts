// A recount over an account in memory and a service whose figures a test sets: when it is made, when it
// is put off, and that it is made once for many who ask.
import { beforeEach, describe, expect, it } from 'vitest'
import { UNSURE_MS } from '../../../src/account/constants.ts'
import type { StockDemand, StockVerdict } from '../../../src/account/stock-commands.ts'
import { NO_CHARGE } from '../../../src/ledger/entry.ts'
import { createMemoryStore } from '../../../src/store/memory.ts'
import { TenantId } from '../../../src/tenant/slug.ts'
import type { Housekeeping, Service } from '../../../src/upstream/vector/adapter.ts'
import type { Home } from '../../../src/upstream/vector/placement.ts'
import { Recounter, recountPlace } from '../../../src/upstream/vector/recount.ts'
import type { VectorCall } from '../../../src/upstream/vector/route.ts'
import { seededBytes } from '../../identify/seeded-bytes.ts'
import { admit, create, settle, START_MS } from '../../store/commands.ts'
import { FakeClock } from '../../support/fakes/clock.ts'

const TENANT = TenantId.parse('acme')
const KNOWN = { incarnation: 'inc-1' }
const VERSION = 'inc-1.1.nonce-1'
const WRITE: StockDemand = {
  place: 'qdrant/docs',
  expects: 'any',
  collections: 0,
  collectionIfNew: 1,
  vectors: 10,
  bytes: 1_000,
  note: null,
}
const LIMITS = { max_collections: null, max_vectors: null, max_storage: null }

let clock: FakeClock
let store: ReturnType<typeof createMemoryStore>
let counts: number[]
/** What the service says; null: there is no such place. */
let found: number | null
let recounter: Recounter
let home: Home
let minted = 0

beforeEach(async () => {
  clock = new FakeClock(START_MS)
  store = createMemoryStore(clock)
  await store.run(TENANT, create('acme'))
  counts = []
  found = 4
  const keeping: Pick<Housekeeping, 'count'> = {
    count: async () => {
      counts.push(clock.now())
      return found === null ? null : { collections: 1, vectors: found }
    },
  }
  const upstream = { name: 'qdrant', adapter: { keeping }, settings: {} }
  home = { upstream, space: { tenant: TENANT }, cluster: {} } as unknown as Home
  const openHome = () => ({ service: {} as Service, tally: {} as never })
  recounter = new Recounter({ store, clock, randomBytes: seededBytes(3), openHome })
})

async function begin() {
  const command = admit(VERSION, `hold_${++minted}`, clock.now(), {
    rates: [],
    budgets: [],
    stock: { demands: [WRITE], limits: LIMITS },
  })
  const reply = await store.run(TENANT, command)
  if (reply.type !== 'admitted') throw new Error(reply.type)
  return reply.receipt
}

async function write(stock: StockVerdict = 'kept') {
  const receipt = await begin()
  await store.run(TENANT, { ...settle(receipt, NO_CHARGE), stock })
}

async function vectors(): Promise<readonly number[]> {
  const reply = await store.run(TENANT, { type: 'stock' })
  if (reply.type !== 'stock') throw new Error(reply.type)
  return reply.places.flatMap(({ record }) => [record.vectors, record.bytes])
}

describe('a recount after a write', () => {
  it('puts the service’s figure, and the same share of the bytes', async () => {
    await write()
    await recounter.afterWrite(home, 'docs', KNOWN)
    expect(await vectors()).toEqual([4, 400])
    found = 2
    await recounter.afterWrite(home, 'docs', KNOWN)
    expect(await vectors()).toEqual([2, 200])
  })

  it('lets go of a place that the service does not have', async () => {
    await write()
    found = null
    await recounter.afterWrite(home, 'docs', KNOWN)
    expect(await vectors()).toEqual([])
  })

  it('is made again while another write is under way, and given up in the end', async () => {
    await write()
    const other = await begin()
    const asked = recounter.afterWrite(home, 'docs', KNOWN)
    await clock.advance(499)
    expect(await vectors()).toEqual([20, 2_000])
    await store.run(TENANT, { ...settle(other, NO_CHARGE), stock: 'kept' })
    await clock.advance(1)
    await asked
    expect(await vectors()).toEqual([4, 400])

    await begin()
    const inVain = recounter.afterWrite(home, 'docs', KNOWN)
    await clock.advance(60_000)
    await inVain
    expect(await vectors()).toEqual([14, 1_400])
    expect(counts).toHaveLength(1)
  })

  it('is one for all who ask at once, and comes after the last of them', async () => {
    await write()
    const asked = Array.from({ length: 5 }, () => recounter.afterWrite(home, 'docs', KNOWN))
    await clock.advance(10_000)
    await Promise.all(asked)
    expect(counts.length).toBeLessThanOrEqual(2)
    expect(await vectors()).toEqual([4, 400])
  })

  it('is put off while a write’s outcome is unknown, and made at a later request', async () => {
    await write('unknown')
    await recounter.afterWrite(home, 'docs', KNOWN)
    expect(counts).toEqual([])
    expect(await vectors()).toEqual([10, 1_000])
    await clock.advance(UNSURE_MS)
    await recounter.whatIsDue(TENANT)
    expect(counts).toEqual([])
    await clock.advance(2_000)
    await recounter.whatIsDue(TENANT)
    expect(await vectors()).toEqual([4, 400])
    await recounter.whatIsDue(TENANT)
    expect(counts).toHaveLength(1)
  })

  it('changes nothing when the service fails', async () => {
    await write()
    const { adapter } = home.upstream
    Object.assign(adapter.keeping, { count: () => Promise.reject(new Error('down')) })
    const asked = recounter.afterWrite(home, 'docs', KNOWN)
    await clock.advance(60_000)
    await asked
    expect(await vectors()).toEqual([10, 1_000])
  })

  it('means nothing to a tenant that was made anew', async () => {
    await write()
    expect(
      await recountPlace(
        { store, clock, randomBytes: seededBytes(3), openHome: () => ({}) as never },
        home,
        'docs',
        { incarnation: 'inc-0' },
      ).catch(() => 'failed'),
    ).not.toBe('recounted')
    expect(await vectors()).toEqual([10, 1_000])
  })
})

describe('a recount before a refusal', () => {
  it('tells whether it has changed anything, and is made at most every two seconds', async () => {
    const call = () => ({ ...home, plan: { recount: ['docs'] } }) as unknown as VectorCall
    await write()
    expect(await recounter.beforeRefusal(call(), TENANT, KNOWN)).toBe(true)
    expect(await recounter.beforeRefusal(call(), TENANT, KNOWN)).toBe(false)
    await clock.advance(2_000)
    await begin()
    expect(await recounter.beforeRefusal(call(), TENANT, KNOWN)).toBe(false)
    expect(counts).toHaveLength(1)
  })
})
