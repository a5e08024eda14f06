import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'
import { describe, expect, it } from 'vitest'
import { estimateTokens, upperBoundTokens } from '../../src/tokens/tokens.ts'
import { samples, slices } from './text-samples.ts'

const real = (text: string): number =>
  slices(text).reduce((sum, slice) => sum + countTokens(slice), 0)

describe('the expected number of tokens', () => {
  it.each([
    'english',
    'english, technical',
    'german',
    'typescript',
    'chinese',
    'japanese',
    'json numbers',
    'base64',
    'uuid',
    'random letters',
  ])('is within a quarter of the real count for %s', (name) => {
    const text = samples[name] ?? ''
    const ratio = estimateTokens(text) / real(text)
    expect(ratio).toBeGreaterThan(0.75)
    expect(ratio).toBeLessThan(1.25)
  })

  it.each([
    ['english', 129],
    ['typescript', 143],
    ['json', 145],
    ['russian', 143],
    ['greek', 150],
    ['arabic', 145],
    ['hebrew', 86],
    ['hindi', 146],
    ['chinese', 98],
    ['japanese', 106],
    ['korean', 112],
    ['emoji', 342],
  ])(
    "is within a quarter of what Claude's published tokenizer makes of %s: %i",
    (name, counted) => {
      const ratio = estimateTokens(samples[name] ?? '', 'anthropic') / counted
      expect(ratio).toBeGreaterThan(0.75)
      expect(ratio).toBeLessThan(1.25)
    },
  )

  it('is no other for Claude in ASCII, and never above the bound that is reserved', () => {
    for (const text of Object.values(samples)) {
      const ascii = text.replaceAll(/[^\0-\x7f]/g, '')
      expect(estimateTokens(ascii, 'anthropic')).toBe(estimateTokens(ascii))
      expect(estimateTokens(text, 'anthropic')).toBeLessThanOrEqual(
        upperBoundTokens(text, 'anthropic'),
      )
    }
  })

  it('is nothing for nothing, and at least one for anything else', () => {
    expect(estimateTokens('')).toBe(0)
    for (const text of ['a', '7', '.', '\n', '中', 'é', '😀']) {
      expect(estimateTokens(text)).toBeGreaterThanOrEqual(1)
    }
  })

  it('grows with the text', () => {
    const text = samples['english'] ?? ''
    const counts = Array.from({ length: 10 }, (_, i) => estimateTokens(text.repeat(i + 1)))
    expect(counts).toEqual(counts.toSorted((a, b) => a - b))
  })

  it.each([['a'], [' '], ['aB3'], ['+'], ['中'], ['\n ']])(
    'is found in time proportional to the text: 4 MB of %j',
    (unit) => {
      const text = unit.repeat(4_000_000 / unit.length)
      const start = performance.now()
      estimateTokens(text)
      expect(performance.now() - start).toBeLessThan(4000)
    },
  )
})
