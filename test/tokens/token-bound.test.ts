// The bound against the tokenizers themselves, which are no part of the gateway.
import fc from 'fast-check'
import { countTokens as countO200k } from 'gpt-tokenizer/encoding/o200k_base'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { generateVocabulary, realTokens as real } from '../../build/vocabulary.ts'
import { upperBoundTokens } from '../../src/tokens/token-bound.ts'
import { commonWords } from '../../src/tokens/vocabulary.generated.ts'
import { samples, slices } from './text-samples.ts'

const words = commonWords.split(' ')
const utf8Bytes = (text: string): number => new TextEncoder().encode(text).length
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** Nothing when the bound holds for a text, else what shows that it does not. */
function broken(text: string): string[] {
  const bound = upperBoundTokens(text, 'openai')
  return bound >= real(text) ? [] : [`${JSON.stringify(text)}: bound ${bound}, real ${real(text)}`]
}

describe('the upper bound of tokens', () => {
  it.each(Object.entries(samples))('holds for %s', (_, text) => {
    expect(slices(text).flatMap(broken)).toEqual([])
  })

  it('is at most twice the real count for English', () => {
    for (const name of ['english', 'english, technical']) {
      const text = samples[name] ?? ''
      expect(upperBoundTokens(text, 'openai') / countO200k(text)).toBeLessThan(2)
    }
  })

  it('is exact for common words, numbers and indentation', () => {
    expect(upperBoundTokens('This is the way of the world', 'openai')).toBe(7)
    expect(upperBoundTokens('1234567', 'openai')).toBe(3)
    expect(upperBoundTokens('\n      the', 'openai')).toBe(3)
    expect(countO200k('\n      the')).toBe(3)
  })

  it(
    'holds for each common word in each place where a word can stand',
    { timeout: 120_000 },
    () => {
      const failures: string[] = []
      const places =
        "@| @|\n@|\t@|  @|(@)|\"@\"| \"@|'@'|@'s|@'LL|7@7|\v@|\x00@|.@|/@|_@|-@-|<@>|@\n|@Bar"
      const beyondAscii = 'é@|@é|\u00a0@|中@中|@😀|²@'
      for (const word of words) {
        for (const form of [word, capital(word), word.toUpperCase()]) {
          for (const place of `${places}|${beyondAscii}`.split('|')) {
            failures.push(...broken(place.replace('@', form)))
          }
        }
      }
      expect(failures).toEqual([])
    },
  )

  it("holds for each common word with each of English's contractions", () => {
    const failures: string[] = []
    const contractions = ["'s", "'t", "'m", "'d", "'re", "'ve", "'ll", "'Ll", "'RE", "'ſ", "'x"]
    for (const word of words) {
      for (const form of [word, ` ${word}`, capital(word), ` ${capital(word)}`]) {
        for (const end of contractions) failures.push(...broken(form + end))
      }
    }
    expect(failures).toEqual([])
  })

  it('holds where a contraction is cut off a word that it begins', () => {
    const failures = words.flatMap((word) =>
      ["'", " '", "a'", "zq'"].flatMap((before) => broken(before + word)),
    )
    expect(failures).toEqual([])
  })

  it('holds where tokens begin in the middle of one character and end in that of another', () => {
    expect(real('Ф큀')).toBe(4)
    expect(upperBoundTokens('Ф큀', 'openai')).toBe(4)
    expect(broken(' tế tộc việt')).toEqual([])
  })

  it('holds where a token is made of the ends of two runs of blanks', () => {
    const text = ' '.repeat(17) + '\n'.repeat(6)
    expect(real(text)).toBe(3)
    expect(upperBoundTokens(text, 'openai')).toBe(3)
  })

  it('holds for every run of blanks up to 90, alone and before other text', () => {
    const failures: string[] = []
    for (const blank of [' ', '\t', '\n', '\r', '\r\n', ' \n', '\n ', '\t ']) {
      for (let length = 1; length <= 90; length += 1) {
        for (const after of ['', 'x', '5', ')', 'é', '\v', '\u00a0\n']) {
          failures.push(...broken(blank.repeat(length) + after))
        }
      }
    }
    expect(failures).toEqual([])
  })

  it('holds for characters of all scripts, twice and beside letters', () => {
    const failures: string[] = []
    for (let code = 1; code < 0x20000; code += code < 0x800 ? 1 : 7) {
      const character = String.fromCodePoint(code)
      for (const text of [character + character, `a${character}b`, ` ${character}中`]) {
        failures.push(...broken(text))
      }
    }
    expect(failures).toEqual([])
  })

  it('is never above the bytes of the text, and nothing for nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        for (const family of ['openai', 'anthropic'] as const) {
          expect(upperBoundTokens(text, family)).toBeLessThanOrEqual(utf8Bytes(text))
        }
      }),
    )
    expect(upperBoundTokens('', 'openai')).toBe(0)
  })

  it('is never lower for Anthropic, whose tokenizers make more of a text', () => {
    for (const text of Object.values(samples)) {
      const bound = upperBoundTokens(text, 'anthropic')
      expect(bound).toBeGreaterThanOrEqual(upperBoundTokens(text, 'openai'))
    }
    const wide = '한글中😀éж123.;'
    expect(upperBoundTokens(wide, 'anthropic')).toBe(utf8Bytes(wide))
  })
})

describe('the bound on texts made to break it', () => {
  const character = (from: number, to: number): fc.Arbitrary<string> =>
    fc.integer({ min: from, max: to }).map((code) => String.fromCodePoint(code))
  const part = fc.oneof(
    fc.constantFrom(...words),
    fc.constantFrom(...words).map((word) => word.charAt(0).toUpperCase() + word.slice(1)),
    fc.constantFrom(
      ' ',
      '\n',
      '\t',
      '\r\n',
      '\v',
      '\u00a0',
      '\u3000',
      '\u2028',
      '\u0085',
      '\uFEFF',
    ),
    fc.constantFrom("'", "'s", "'LL", "'re", '’', 'ſ', 'K', '\u0301', '\u200d', 'ǅ', 'ʰ', '٣', '²'),
    fc.constantFrom('zx', 'qj', 'vq', 'xg', 'jq', '//', '};\n', '":"', '=>', '\ud800'),
    fc.nat({ max: 90 }).map((length) => ' '.repeat(length)),
    fc.nat({ max: 99_999 }).map(String),
    character(97, 122),
    character(65, 90),
    character(33, 126),
    character(0x80, 0x7ff),
    character(0x410, 0x44f),
    character(0x800, 0xd7ff),
    character(0x3040, 0x30ff),
    character(0x4e00, 0x9fff),
    character(0x1f300, 0x1f6ff),
    character(0x10000, 0x10ffff),
  )
  const alphabet = fc.array(part, { minLength: 1, maxLength: 5 })
  const mix = alphabet.chain((parts) =>
    fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 40 }),
  )

  it('holds for repetitions and shuffles of few parts', () => {
    fc.assert(
      fc.property(mix, (parts) => broken(parts.join('').slice(0, 1024)).length === 0),
      { numRuns: 10_000 },
    )
  }, 60_000)

  it('holds for mixes of all parts', () => {
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 25 }),
        (parts) => broken(parts.join('')).length === 0,
      ),
      { numRuns: 5_000 },
    )
  }, 60_000)

  it('holds for letters in their worst order', () => {
    const letters = fc.string({ unit: character(97, 122), minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(letters, fc.constantFrom('', ' ', 'X', '"', "'"), (text, before) => {
        return broken(before + text).length === 0
      }),
      { numRuns: 10_000 },
    )
  }, 60_000)
})

describe('the time it takes', () => {
  it.each([
    ['one letter', 'a'],
    ['blanks', ' '],
    ['lines', ' \n'],
    ['apostrophes', "'a"],
    ['capitals', 'aB'],
    ['Chinese', '中'],
    ['lone surrogates', '\ud800'],
  ])('is in proportion to the text: 4 MB of %s', (_, unit) => {
    const text = unit.repeat(4_000_000 / unit.length)
    // Some 40 ms a megabyte; a quadratic rule would take hours.
    const start = performance.now()
    upperBoundTokens(text, 'openai')
    expect(performance.now() - start).toBeLessThan(4000)
  })
})

it(
  'the facts about the vocabularies are what the generator finds',
  { timeout: 120_000 },
  async () => {
    const path = new URL('../../src/tokens/vocabulary.generated.ts', import.meta.url)
    expect(await readFile(path, 'utf8')).toBe(await generateVocabulary())
  },
)
