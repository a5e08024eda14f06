// Random histories of one account: what a gateway, its retries, the passing of time and an operator
// might do to it, in any order. `history-player.ts` turns one into commands.
import * as fc from 'fast-check'
import type { BudgetDemand, RateDemand } from '../../src/account/commands.ts'
import type { Charge } from '../../src/ledger/entry.ts'
import { MINUTE_MS } from './commands.ts'

/** Few holds, so that commands meet the same one again. */
export const HOLDS = 6
const nth = fc.nat(HOLDS - 1)

const amount = fc.oneof(fc.nat(20), fc.nat(2_000))
const charge: fc.Arbitrary<Charge> = fc.record({
  inputTokens: amount,
  outputTokens: amount,
  nanoUsd: amount,
})

const outcome = fc.record({
  cacheReadTokens: fc.nat(9),
  latencyMs: fc.oneof(fc.nat(40), fc.nat(1_800_000)),
  bytesIn: amount,
  bytesOut: amount,
})
/** Few quotas and holders, so that commands meet the same ones again. */
const quota = fc.constantFrom('max_products', 'max_seats')
const holder = fc.option(fc.constantFrom('one', 'two', 'three'))

export function rateDemands(limits: {
  perSecond: number | null
  perMinute: number | null
  tokens: number | null
}): readonly RateDemand[] {
  const requests = { measure: 'requests', base: 1, unit: 0 } as const
  const tokens = { measure: 'tokens', base: 10, unit: 1 } as const
  const demand = (
    id: string,
    windowMs: number,
    limit: number | null,
    weight: typeof requests | typeof tokens,
  ) => (limit === null ? [] : [{ id, windowMs, limit, ...weight }])
  return [
    ...demand('rps', 1_000, limits.perSecond, requests),
    ...demand('rpm', MINUTE_MS, limits.perMinute, requests),
    ...demand('tpm', MINUTE_MS, limits.tokens, tokens),
  ]
}

export function budgetDemands(limits: {
  day: number | null
  month: number | null
  unit: number
}): readonly BudgetDemand[] {
  const { day, month, unit } = limits
  return [
    { id: 'tokens_per_day', period: 'day', measure: 'tokens', limit: day, base: 10, unit: 1 },
    { id: 'usd_per_month', period: 'month', measure: 'nano_usd', limit: month, base: 100, unit },
  ]
}

const rates = fc
  .record({
    perSecond: fc.option(fc.nat(4)),
    perMinute: fc.option(fc.nat(12)),
    tokens: fc.option(fc.nat(5_000)),
  })
  .map(rateDemands)

const budgets = fc
  .record({ day: fc.option(fc.nat(9_000)), month: fc.option(fc.nat(20_000)), unit: fc.nat(9) })
  .map(budgetDemands)

/** Few places, so that commands meet the same ones again. */
const place = fc.constantFrom('qdrant/docs', 'qdrant/é "x"', 'chroma/database')
const stock = fc.option(
  fc.record({
    demands: fc.uniqueArray(
      fc.record({
        place,
        expects: fc.constantFrom('known' as const, 'new' as const, 'any' as const, 'any' as const),
        collections: fc.nat(1),
        collectionIfNew: fc.nat(1),
        vectors: fc.nat(5),
        bytes: fc.nat(50),
        note: fc.option(fc.constantFrom('', '{"dims":4}', 'é "x"')),
      }),
      { selector: (demand) => demand.place, minLength: 1, maxLength: 2 },
    ),
    limits: fc.record({
      max_collections: fc.option(fc.nat(3)),
      max_vectors: fc.option(fc.nat(20)),
      max_storage: fc.option(fc.nat(200)),
    }),
    isTentative: fc.boolean(),
  }),
  { freq: 2 },
)
const verdict = fc.constantFrom(
  ...(['kept', 'kept', 'released', 'unknown', 'dropped', undefined] as const),
)

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      // Within a slot, over a slot, a lease, a mark's life, a day; and a clock that is set back.
      ms: fc.constantFrom(
        1,
        400,
        1_000,
        7_000,
        30_000,
        61_000,
        910_000,
        3_600_000,
        86_400_000,
        -9_000,
      ),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('admit' as const),
      nth,
      rates,
      budgets,
      maxConcurrency: fc.option(fc.nat(4)),
      estimate: charge,
      user: fc.option(fc.constantFrom('ann', 'bob', 'b|o%b é😀')),
      model: fc.constantFrom('gpt-4o-mini', 'claude-haiku', null),
      output: fc.record({ wanted: fc.integer({ min: 20, max: 400 }), least: fc.nat(20) }),
      onOldVersion: fc.nat(9).map((roll) => roll === 0),
      mintedMsAgo: fc.constantFrom(0, 0, 0, 9_000, 11_000),
      stock,
      keyExpiresInMs: fc.constantFrom(null, null, 30_000, -1),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('renew' as const), nth, checkpoint: fc.option(charge) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('extend' as const),
      nth,
      attempt: fc.integer({ min: 2, max: 3 }),
      rates,
      budgets,
      output: fc.nat(400),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('settle' as const), nth, charge, outcome, verdict }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('acquire' as const),
      quota,
      holder,
      limit: fc.option(fc.nat(7)),
      amount: fc.integer({ min: 1, max: 3 }),
      leaseMs: fc.constantFrom(null, null, 7_000, 61_000),
      onOldVersion: fc.nat(9).map((roll) => roll === 0),
      keyExpiresInMs: fc.constantFrom(null, null, 30_000, -1),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('release' as const),
      quota,
      holder,
      amount: fc.option(fc.integer({ min: 1, max: 3 })),
      leavesMark: fc.boolean(),
      onOldVersion: fc.nat(9).map((roll) => roll === 0),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('reset' as const),
      nth,
      budget: fc.constantFrom('tokens_per_day' as const, 'usd_per_month' as const),
      reason: fc.option(fc.constantFrom('a gift', 'é "x"')),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('usage' as const),
      by: fc.constantFrom('day' as const, 'model' as const, 'user' as const, 'key' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('recount' as const),
      place,
      /** Writes that were seen beyond those there are. */
      off: fc.constantFrom(0, 0, 0, 1),
      found: fc.option(
        fc.record({ collections: fc.nat(1), vectors: fc.nat(9), bytes: fc.nat(90) }),
        { freq: 3 },
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stock' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('abandon' as const), nth }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('sweep' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('load' as const), known: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('refuse' as const),
      reason: fc.constantFrom('scope', 'model'),
      limitId: fc.option(fc.constantFrom('max_vectors', 'rpm|u:ann'), { nil: undefined }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('change' as const), suspend: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('view' as const) }) },
  /** The last command once more, as a caller sends it who has lost the answer. */
  { weight: 2, arbitrary: fc.record({ do: fc.constant('again' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('create' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('erase' as const) }) },
  /** The store loses its memory, but not its disk. */
  { weight: 2, arbitrary: fc.record({ do: fc.constant('evict' as const) }) },
)

export type HistoryStep = typeof step extends fc.Arbitrary<infer S> ? S : never

export const histories = fc.array(step, { minLength: 10, maxLength: 100 })
