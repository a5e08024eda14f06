// Stock of vector services: up to the limits and not one more, ended in four ways, and put right by a
// recount that no write has come between.
import { describe, expect, it } from 'vitest'
import type { StockAsk, StockDemand, StockVerdict } from '../../../src/account/stock-commands.ts'
import { NO_CHARGE } from '../../../src/ledger/entry.ts'
import { settle } from '../commands.ts'
import {
  type AccountUnderTest,
  INCARNATION,
  LEASE_MS,
  type OpenAccount,
} from './account-under-test.ts'

const UNSURE_MS = 60_000
const UNLIMITED = { max_collections: null, max_vectors: null, max_storage: null }
const PLACE = 'qdrant/docs'
const MAKE = { expects: 'new', collections: 1, vectors: 0, bytes: 0, note: '{"dims":4}' } as const
const add = (vectors: number) => ({
  expects: 'known' as const,
  collections: 0,
  vectors,
  bytes: vectors * 10,
  note: null,
})

type Asked = Omit<StockDemand, 'place'> & { readonly place?: string }

let minted = 0
const ask = (
  account: AccountUnderTest,
  asked: Asked,
  limits: Partial<StockAsk['limits']> = {},
  tentative: Pick<StockAsk, 'isTentative'> = {},
) =>
  account.ask(`stock-${++minted}`, {
    rates: [],
    budgets: [],
    maxConcurrency: null,
    stock: {
      demands: [{ place: PLACE, ...asked }],
      limits: { ...UNLIMITED, ...limits },
      ...tentative,
    },
  })

async function begin(account: AccountUnderTest, asked: Asked) {
  const reply = await ask(account, asked)
  if (reply.type !== 'admitted') throw new Error(reply.type)
  return reply.receipt
}

async function write(account: AccountUnderTest, asked: Asked, stock: StockVerdict = 'kept') {
  await account.run({ ...settle(await begin(account, asked), NO_CHARGE), stock })
}

async function used(account: AccountUnderTest): Promise<readonly number[]> {
  const { levels } = await account.view()
  return ['max_collections', 'max_vectors', 'max_storage'].map((name) => levels[name]?.used ?? 0)
}

async function records(account: AccountUnderTest) {
  const reply = await account.run({ type: 'stock' })
  if (reply.type !== 'stock') throw new Error(reply.type)
  return reply.places
}

async function recount(account: AccountUnderTest, vectors: number | null, off = 0) {
  const known = (await records(account)).find(({ place }) => place === PLACE)?.record
  const reply = await account.run({
    type: 'recount',
    incarnation: INCARNATION,
    place: PLACE,
    seen: known === undefined ? null : { epoch: known.epoch, writes: known.writes + off },
    found: vectors === null ? null : { collections: 1, vectors, bytes: vectors * 10 },
    epoch: 'found',
  })
  return reply.type
}

export function stockContract(open: OpenAccount): void {
  describe('stock', () => {
    it('is reserved up to its limits and not one more, and what adds nothing is let pass', async () => {
      const account = await open()
      await write(account, MAKE)
      expect((await ask(account, add(5), { max_vectors: 5, max_storage: 50 })).type).toBe(
        'admitted',
      )
      expect(await ask(account, add(1), { max_vectors: 5 })).toMatchObject({
        type: 'refused',
        refusal: { reason: 'quota', id: 'max_vectors', limit: 5, used: 5, held: 0, asked: 1 },
      })
      expect(await ask(account, add(1), { max_storage: 59 })).toMatchObject({
        type: 'refused',
        refusal: { id: 'max_storage', limit: 59, used: 50, asked: 10 },
      })
      const none = { max_collections: 0, max_vectors: 0, max_storage: 0 }
      expect((await ask(account, add(0), none)).type).toBe('admitted')
      expect(await used(account)).toEqual([1, 5, 50])
      expect((await account.counters()).totals.refused).toBe(2)
    })

    it('is refused uncounted while that is tentative, in the same words, and reserved as ever', async () => {
      const account = await open()
      await write(account, MAKE)
      const before = { counters: await account.counters(), days: await account.days() }
      const full = { max_vectors: 4 }
      const tentative = await ask(account, add(5), full, { isTentative: true })
      expect(tentative).toMatchObject({ type: 'refused', refusal: { id: 'max_vectors', asked: 5 } })
      expect({ counters: await account.counters(), days: await account.days() }).toEqual(before)
      expect(await ask(account, add(5), full, { isTentative: false })).toEqual(tentative)
      expect((await account.counters()).totals.refused).toBe(1)
      const fits = await ask(account, add(4), full, { isTentative: true })
      expect(fits.type).toBe('admitted')
      expect(await used(account)).toEqual([1, 4, 40])
      await account.at(60_000).sweep()
      expect((await account.ledger()).filter(({ kind }) => kind === 'refused')).toMatchObject([
        { reason: 'quota', limit: 'max_vectors', count: 1 },
      ])
    })

    it('is counted as refused by another limit though its own refusal is tentative', async () => {
      const account = await open()
      const demands = [{ place: PLACE, ...MAKE }]
      const stock = { demands, limits: UNLIMITED, isTentative: true }
      const { refusal } = await account.refused('other', { maxConcurrency: 0, stock })
      expect(refusal.reason).toBe('concurrency')
      expect((await account.counters()).totals.refused).toBe(1)
    })

    it('knows its places, and counts a collection once', async () => {
      const account = await open()
      expect(await ask(account, add(1))).toEqual({ type: 'place_unknown', place: PLACE })
      await write(account, MAKE)
      expect(await ask(account, MAKE)).toEqual({ type: 'place_known', place: PLACE })
      const first = { ...add(1), place: 'pinecone/ns', expects: 'any', collectionIfNew: 1 } as const
      await write(account, first)
      await write(account, first)
      expect(await used(account)).toEqual([2, 2, 20])
      expect((await records(account)).map(({ place, record }) => [place, record.note])).toEqual([
        ['pinecone/ns', null],
        [PLACE, '{"dims":4}'],
      ])
    })

    it('is reserved as it was measured only while no write has come between', async () => {
      const account = await open()
      await write(account, MAKE)
      const seen = async (changes = {}) => {
        const known = (await records(account))[0]?.record
        return { epoch: known?.epoch ?? '', writes: known?.writes ?? 0, ...changes }
      }
      const first = await seen()
      const moved = { type: 'place_moved', place: PLACE }
      expect(await ask(account, { ...add(1), seen: await seen({ epoch: 'other' }) })).toEqual(moved)
      const receipt = await begin(account, { ...add(1), seen: first })
      const second = await seen()
      expect(await ask(account, { ...add(1), seen: first })).toEqual(moved)
      await account.run({ ...settle(receipt, NO_CHARGE), stock: 'kept' })
      expect(await ask(account, { ...add(1), seen: second })).toEqual(moved)
      await write(account, { ...add(1), seen: await seen() })
      const gone = { ...add(1), place: 'pinecone/ns', expects: 'any', seen: first } as const
      expect(await ask(account, gone)).toEqual({ ...moved, place: 'pinecone/ns' })
      expect(await used(account)).toEqual([1, 2, 20])
      expect((await account.counters()).totals.refused).toBe(0)
    })

    it('is ended as it was told: kept, released, dropped, or unknown', async () => {
      const account = await open()
      await write(account, MAKE, 'released')
      expect(await records(account)).toEqual([])
      await write(account, MAKE)
      await write(account, add(3))
      await write(account, add(4), 'released')
      expect(await used(account)).toEqual([1, 3, 30])
      await write(account, add(2), 'unknown')
      expect(await used(account)).toEqual([1, 5, 50])
      const [late, kept] = [await begin(account, add(7)), await begin(account, add(2))]
      await write(account, { ...add(0), expects: 'any' }, 'dropped')
      expect(await used(account)).toEqual([0, 0, 0])
      await account.run({ ...settle(kept, NO_CHARGE), stock: 'kept' })
      expect(await used(account)).toEqual([0, 0, 0])
      await write(account, MAKE)
      await account.run({ ...settle(late, NO_CHARGE), stock: 'kept' })
      expect(await used(account)).toEqual([1, 7, 70])
    })

    it('of an expired hold stays until a recount that comes late enough', async () => {
      const account = await open()
      await write(account, MAKE)
      await begin(account, add(5))
      account.at(LEASE_MS)
      await account.run({ type: 'sweep' })
      expect(await used(account)).toEqual([1, 5, 50])
      account.at(LEASE_MS + UNSURE_MS - 1)
      expect(await recount(account, 1)).toBe('overlapped')
      account.at(LEASE_MS + UNSURE_MS)
      expect(await recount(account, 1)).toBe('recounted')
      expect(await used(account)).toEqual([1, 1, 10])
    })

    it('is recounted when no write has come between, up, down, and away', async () => {
      const account = await open()
      await write(account, MAKE)
      const receipt = await begin(account, add(5))
      expect(await recount(account, 9)).toBe('overlapped')
      await account.run({ ...settle(receipt, NO_CHARGE), stock: 'kept' })
      expect(await recount(account, 9, 1)).toBe('overlapped')
      expect(await used(account)).toEqual([1, 5, 50])
      for (const vectors of [9, 2]) {
        expect(await recount(account, vectors)).toBe('recounted')
        expect(await used(account)).toEqual([1, vectors, vectors * 10])
      }
      expect(await recount(account, null)).toBe('recounted')
      expect(await used(account)).toEqual([0, 0, 0])
      expect(await recount(account, 3)).toBe('recounted')
      expect((await records(account))[0]?.record.epoch).toBe('found')
    })

    it('goes with the account', async () => {
      const account = await open()
      await write(account, MAKE)
      await account.run({ type: 'erase', incarnation: INCARNATION })
      expect(await account.run({ type: 'stock' })).toEqual({ type: 'gone' })
    })
  })
}
