import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesAnyGlob, matchesGlob } from '../../src/tenant/glob.ts'

describe('a model pattern', () => {
  it.each([
    ['*', '', true],
    ['*', 'gpt-4o', true],
    ['gpt-4o', 'gpt-4o', true],
    ['gpt-4o', 'gpt-4o-mini', false],
    ['gpt-4o', 'xgpt-4o', false],
    ['gpt-*', 'gpt-', true],
    ['gpt-*', 'gpt', false],
    ['*-mini', 'gpt-4o-mini', true],
    ['*-mini', 'gpt-4o-mini-2', false],
    ['*-mini*', 'gpt-4o-mini-2', true],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['a*b*a', 'aba', true],
    ['a*b*a', 'aa', false],
    ['ab*ba', 'aba', false],
    ['**', 'x', true],
    ['', '', true],
    ['', 'x', false],
    ['gpt.4', 'gpt-4', false],
    ['gpt-[4]', 'gpt-4', false],
    ['GPT-4', 'gpt-4', false],
  ])('%j on %j: %j', (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected)
  })

  it('means the same as the regular expression that replaces each star by anything', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 8 })
    fc.assert(
      fc.property(
        letters,
        fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 10 }),
        (pattern, text) => {
          const source = pattern
            .split('*')
            .map((part) => part.replaceAll('.', '\\.'))
            .join('.*')
          expect(matchesGlob(pattern, text)).toBe(new RegExp(`^${source}$`).test(text))
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('takes linear time where a backtracking matcher would not come back', () => {
    const started = performance.now()
    expect(matchesGlob('*a'.repeat(100) + 'b', 'a'.repeat(100_000))).toBe(false)
    expect(performance.now() - started).toBeLessThan(1_000)
  })

  it('allows nothing where none is listed', () => {
    expect(matchesAnyGlob([], 'gpt-4o')).toBe(false)
    expect(matchesAnyGlob(['claude-*', 'gpt-*'], 'gpt-4o')).toBe(true)
  })
})
