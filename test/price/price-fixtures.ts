// Prices and usages for the tests of money, made by fast-check.
import fc from 'fast-check'
import { MAX_USD_PER_MILLION_TOKENS, type Price } from '../../src/price/price-table.ts'
import type { Usage } from '../../src/price/usage.ts'

const anyRate = fc.oneof(
  fc.nat({ max: 5 }),
  fc.nat({ max: 2_000_000_000 }),
  fc.integer({ min: 0, max: MAX_USD_PER_MILLION_TOKENS * 1e9 }),
)
const rates = {
  input: anyRate,
  cacheRead: anyRate,
  cacheWrite5m: anyRate,
  cacheWrite1h: anyRate,
  audioIn: anyRate,
  output: anyRate,
  audioOut: anyRate,
}
const tier = fc.record({ aboveInputTokens: fc.integer({ min: 1, max: 400_000 }), ...rates })

export const anyPrice: fc.Arbitrary<Price> = fc.record({
  kind: fc.constant('chat' as const),
  ...rates,
  tiers: fc
    .uniqueArray(tier, { maxLength: 2, selector: (made) => made.aboveInputTokens })
    .map((made) => made.toSorted((a, b) => a.aboveInputTokens - b.aboveInputTokens)),
})

const anyCount = fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 200_000 }))

/** Usages whose subsets fit into their totals. */
export const anyUsage: fc.Arbitrary<Usage> = fc
  .record({
    plain: anyCount,
    cacheReadTokens: anyCount,
    cacheWrite5mTokens: anyCount,
    cacheWrite1hTokens: anyCount,
    audioInTokens: anyCount,
    plainOut: anyCount,
    audioOutTokens: anyCount,
  })
  .map(({ plain, plainOut, ...subsets }) => ({
    ...subsets,
    inputTokens:
      plain +
      subsets.cacheReadTokens +
      subsets.cacheWrite5mTokens +
      subsets.cacheWrite1hTokens +
      subsets.audioInTokens,
    outputTokens: plainOut + subsets.audioOutTokens,
    reasoningTokens: plainOut,
    source: 'provider' as const,
  }))
