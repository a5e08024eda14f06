import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { completeRates, type Price } from '../../src/price/price-table.ts'
import { chargeNanoUsd, holdTerms } from '../../src/price/pricing.ts'
import { emptyUsage, type Usage } from '../../src/price/usage.ts'
import { anyPrice, anyUsage } from './price-fixtures.ts'

const MILLION = 1_000_000n
/** 2 USD in, 8 USD out, a tenth for cache reads. */
const price: Price = {
  kind: 'chat',
  ...completeRates({ input: 2e9, output: 8e9, cacheRead: 2e8 }),
  tiers: [],
}
const tiered: Price = {
  ...price,
  tiers: [{ aboveInputTokens: 200_000, ...completeRates({ input: 4e9, output: 16e9 }) }],
}
const used = (counts: Partial<Usage>): Usage => ({ ...emptyUsage('provider'), ...counts })

/** The charge times a million, exactly: each token's own rate, summed. */
function oracle(of: Price, usage: Usage): bigint {
  let rates: Omit<Price, 'kind' | 'tiers'> = of
  for (const tier of of.tiers) if (usage.inputTokens > tier.aboveInputTokens) rates = tier
  const parts: [number, number][] = [
    [usage.inputTokens, rates.input],
    [usage.cacheReadTokens, rates.cacheRead - rates.input],
    [usage.cacheWrite5mTokens, rates.cacheWrite5m - rates.input],
    [usage.cacheWrite1hTokens, rates.cacheWrite1h - rates.input],
    [usage.audioInTokens, rates.audioIn - rates.input],
    [usage.outputTokens, rates.output],
    [usage.audioOutTokens, rates.audioOut - rates.output],
  ]
  return parts.reduce((sum, [tokens, rate]) => sum + BigInt(tokens) * BigInt(rate), 0n)
}

describe('the charge for a usage', () => {
  it('is the least whole number of nano-USD not below the exact amount, for 100,000 pairs', () => {
    fc.assert(
      fc.property(anyPrice, anyUsage, (of, usage) => {
        const charge = chargeNanoUsd(of, usage)
        if (charge === 'too_large') throw new Error('within the limits nothing is too large')
        const [exact, charged] = [oracle(of, usage), BigInt(charge) * MILLION]
        return charged >= exact && charged - exact < MILLION
      }),
      { numRuns: 100_000 },
    )
  }, 60_000)

  it('counts each token once', () => {
    const usage = used({ inputTokens: 1000, cacheReadTokens: 400, outputTokens: 10 })
    expect(chargeNanoUsd(price, usage)).toBe(600 * 2000 + 400 * 200 + 10 * 8000)
  })

  it('charges reasoning as the output that it is part of', () => {
    const usage = used({ outputTokens: 10, reasoningTokens: 9 })
    expect(chargeNanoUsd(price, usage)).toBe(80_000)
  })

  it('rounds up once, at the end', () => {
    const cheap = { ...price, ...completeRates({ input: 400_000, output: 400_000 }) }
    expect(chargeNanoUsd(cheap, used({ inputTokens: 1, outputTokens: 1 }))).toBe(1)
    expect(chargeNanoUsd(cheap, used({ inputTokens: 2, outputTokens: 1 }))).toBe(2)
  })

  it('prices the whole request at the tier that its input is above', () => {
    const outputTokens = 1
    expect(chargeNanoUsd(tiered, used({ inputTokens: 200_000, outputTokens }))).toBe(400_008_000)
    expect(chargeNanoUsd(tiered, used({ inputTokens: 200_001, outputTokens }))).toBe(800_020_000)
  })

  it('never falls below zero on a report that contradicts itself', () => {
    const usage = used({ inputTokens: 1, cacheReadTokens: 100, audioOutTokens: 100 })
    expect(chargeNanoUsd(price, usage)).toBe(200)
  })

  it('is nothing for nothing', () => {
    expect(chargeNanoUsd(price, emptyUsage())).toBe(0)
  })

  it('is refused beyond 2^53 - 1 nano-USD', () => {
    const dear = { ...price, ...completeRates({ input: 1e13, output: 1e13 }) }
    expect(chargeNanoUsd(dear, used({ inputTokens: 900_000_000 }))).toBe(9_000_000_000_000_000)
    expect(chargeNanoUsd(dear, used({ inputTokens: 901_000_000 }))).toBe('too_large')
  })
})

describe('the terms of a hold', () => {
  const ask = { inputUpperBound: 1000, choices: 1, maxOutput: 100, audio: false }

  it('cover every usage within the bounds, for 100,000 random calls', () => {
    const slack = fc.nat({ max: 3 })
    fc.assert(
      fc.property(
        anyPrice,
        anyUsage,
        slack,
        fc.integer({ min: 1, max: 8 }),
        fc.boolean(),
        (of, usage, more, choices, audio) => {
          const call = audio ? usage : { ...usage, audioInTokens: 0, audioOutTokens: 0 }
          const out = Math.ceil(call.outputTokens / choices)
          const terms = holdTerms(of, {
            inputUpperBound: call.inputTokens + more,
            choices,
            maxOutput: out + more,
            audio,
          })
          const charge = chargeNanoUsd(of, call)
          if (terms === 'too_large' || charge === 'too_large') throw new Error('within the limits')
          return BigInt(terms.base) + BigInt(terms.unit) * BigInt(out) >= BigInt(charge)
        },
      ),
      { numRuns: 100_000 },
    )
  }, 60_000)

  it('take the dearest rate of the input', () => {
    const writes = { ...price, ...completeRates({ input: 2e9, output: 8e9, cacheWrite1h: 4e9 }) }
    expect(holdTerms(writes, ask)).toEqual({ base: 4_000_000, unit: 8000 })
  })

  it('count audio only where there can be some', () => {
    const loud = { ...price, audioIn: 32e9, audioOut: 64e9 }
    expect(holdTerms(loud, ask)).toEqual({ base: 2_000_000, unit: 8000 })
    expect(holdTerms(loud, { ...ask, audio: true })).toEqual({ base: 32_000_000, unit: 64_000 })
  })

  it('take a tier only when the bound can be above its threshold', () => {
    const at = (inputUpperBound: number) => holdTerms(tiered, { ...ask, inputUpperBound })
    expect(at(200_000)).toEqual({ base: 400_000_000, unit: 8000 })
    expect(at(200_001)).toEqual({ base: 800_004_000, unit: 16_000 })
  })

  it('count one unit for all choices, rounded up', () => {
    const cheap = { ...price, ...completeRates({ input: 1, output: 1 }) }
    expect(holdTerms(cheap, { ...ask, choices: 3 })).toEqual({ base: 1, unit: 1 })
    expect(holdTerms(price, { ...ask, choices: 3 })).toEqual({ base: 2_000_000, unit: 24_000 })
  })

  it('have no unit where there is no output', () => {
    const embedding: Price = {
      kind: 'embedding',
      ...completeRates({ input: 20_000_000, output: 0 }),
      tiers: [],
    }
    expect(holdTerms(embedding, ask)).toEqual({ base: 20_000, unit: 0 })
  })

  it('are refused when the whole hold is beyond 2^53 - 1 nano-USD', () => {
    const most = Math.floor((Number.MAX_SAFE_INTEGER - 2_000_000) / 8000)
    expect(holdTerms(price, { ...ask, maxOutput: most })).toEqual({ base: 2_000_000, unit: 8000 })
    expect(holdTerms(price, { ...ask, maxOutput: most + 1 })).toBe('too_large')
    expect(holdTerms(price, { ...ask, inputUpperBound: 2 ** 53 - 1 })).toBe('too_large')
    expect(holdTerms(price, { ...ask, choices: 2 ** 53 - 1 })).toBe('too_large')
  })
})
