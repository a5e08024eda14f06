import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyUsage, MAX_TOKEN_COUNT, readCount, sane, type Usage } from '../../src/price/usage.ts'

describe('reading a count out of foreign JSON', () => {
  it.each([0, 1, 4096, MAX_TOKEN_COUNT])('takes %d', (count) => {
    expect(readCount(count)).toBe(count)
  })

  it.each([
    null,
    undefined,
    '12',
    -1,
    1.5,
    Number.NaN,
    Infinity,
    MAX_TOKEN_COUNT + 1,
    2 ** 53,
    true,
    [],
    {},
    12n,
  ])('treats %s as absent', (value) => {
    expect(readCount(value)).toBeNull()
  })

  it('gives no negative zero', () => {
    expect(Object.is(readCount(-0), 0)).toBe(true)
  })
})

describe('making a usage consistent', () => {
  const count = fc.nat({ max: 1000 })
  const anyUsage: fc.Arbitrary<Usage> = fc.record({
    inputTokens: count,
    cacheReadTokens: count,
    cacheWrite5mTokens: count,
    cacheWrite1hTokens: count,
    audioInTokens: count,
    outputTokens: count,
    reasoningTokens: count,
    audioOutTokens: count,
    source: fc.constantFrom('provider', 'partial', 'estimated'),
  })
  const inputSubsets = (usage: Usage): number =>
    usage.cacheReadTokens +
    usage.cacheWrite5mTokens +
    usage.cacheWrite1hTokens +
    usage.audioInTokens

  it('lets no subset pass its total, alone or together, and changes no total', () => {
    fc.assert(
      fc.property(anyUsage, (usage) => {
        const made = sane(usage)
        expect(inputSubsets(made)).toBeLessThanOrEqual(made.inputTokens)
        expect(made.reasoningTokens).toBeLessThanOrEqual(made.outputTokens)
        expect(made.audioOutTokens).toBeLessThanOrEqual(made.outputTokens)
        expect(made.inputTokens).toBe(usage.inputTokens)
        expect(made.outputTokens).toBe(usage.outputTokens)
        expect(sane(made)).toEqual(made)
      }),
    )
  })

  it('leaves a consistent usage as it is', () => {
    const usage: Usage = {
      inputTokens: 100,
      cacheReadTokens: 40,
      cacheWrite5mTokens: 30,
      cacheWrite1hTokens: 20,
      audioInTokens: 10,
      outputTokens: 50,
      reasoningTokens: 50,
      audioOutTokens: 50,
      source: 'provider',
    }
    expect(sane(usage)).toEqual(usage)
  })

  it('cuts cache reads first, so that a contradiction makes nothing cheaper', () => {
    const usage = { ...emptyUsage(), inputTokens: 10, cacheReadTokens: 10, cacheWrite1hTokens: 4 }
    expect(sane(usage)).toMatchObject({ cacheReadTokens: 6, cacheWrite1hTokens: 4 })
  })
})
