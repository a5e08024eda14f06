import { describe, expect, it } from 'vitest'
import { parseTenantId, TenantId } from '../../src/tenant/slug.ts'
import { seededInts } from '../identify/seeded-bytes.ts'

const PLAIN = Array.from('abcdefghijklmnopqrstuvwxyz0123456789-')
/** Look like letters, fold to letters, or mean something to a key, a path or a log line. */
const ODD = [
  ...Array.from('ABZ_.:{}*?/\\%#&=+ \t\n\0\u200b\u00ad'),
  ...Array.from('аеосрхіԁ'), // Cyrillic that looks Latin
  ...Array.from('ａｂ０－'), // full width: NFKC folds them
  ...Array.from('ﬁⅷ²ªẞıſK'), // NFKC or lower-casing folds them
  'é',
  'e\u0301',
  '\ud800',
  '‐',
  '−',
]
const NAMED = [
  'a-b',
  'ab',
  'a--b',
  'a-b-',
  '-ab',
  'admin',
  'con',
  'acme',
  'Acme',
  'acme ',
  '__proto__',
]

/** Different ids of 1 to 256 characters: plain ones, and ones with an odd character among them. */
function generateIds(count: number): string[] {
  const below = seededInts(43)
  const pick = (from: readonly string[]) => from[below(from.length)] ?? ''
  const ids = new Set([...NAMED, ...ODD.flatMap((odd) => [`a${odd}b`, `ab${odd}`, `${odd}ab`])])
  while (ids.size < count) {
    // Many short ones of few letters, so that some would meet if anything were folded together.
    const length = below(4) === 0 ? 1 + below(256) : 3 + below(6)
    const alphabet = below(2) === 0 ? PLAIN : PLAIN.slice(0, 5)
    const characters = Array.from({ length }, () => pick(alphabet))
    if (below(2) === 0) characters[below(length)] = pick(ODD)
    ids.add(characters.join(''))
  }
  return [...ids]
}

describe('100,000 different generated tenant ids', () => {
  const ids = generateIds(100_000)
  const accepted = ids.filter((id) => parseTenantId(id) !== null)

  it('are many of both kinds, and many that only a repair would make acceptable', () => {
    expect([ids.length, accepted.length]).toEqual([100_000, 29_736])
    const repaired = ids.filter((id) => {
      const repair = id.normalize('NFKC').toLowerCase().trim()
      return repair !== id && parseTenantId(repair) !== null
    })
    expect(repaired.length).toBeGreaterThan(1_000)
  })

  it('are accepted exactly where the schema accepts them', () => {
    const apart = ids.filter((id) => TenantId.safeParse(id).success !== (parseTenantId(id) === id))
    expect(apart).toEqual([])
  })

  it('are accepted exactly as they stand, and only when every character is allowed', () => {
    const allowed = new Set(PLAIN)
    const wrong = ids.filter((id) => {
      const isSlug =
        id.length >= 3 &&
        id.length <= 63 &&
        PLAIN.slice(0, 26).includes(id.charAt(0)) &&
        Array.from(id).every((character) => allowed.has(character))
      return parseTenantId(id) !== (isSlug ? id : null)
    })
    expect(wrong).toEqual([])
  })

  it.each([
    ['as key prefixes', (id: string) => `tg:{${id}}:`],
    ['lower-cased', (id: string) => id.toLowerCase()],
    ['upper-cased', (id: string) => id.toUpperCase()],
    ['normalised', (id: string) => id.normalize('NFKC')],
    ['in a path', (id: string) => encodeURIComponent(id)],
    ['as a part of a key', (id: string) => `tg_${id}_`],
    ['trimmed', (id: string) => id.trim()],
    ['in ASCII', (id: string) => id.replaceAll(/[^ -~]/g, '')],
  ])('that are accepted stay distinct %s', (_, fold) => {
    expect(new Set(accepted.map(fold)).size).toBe(accepted.length)
  })

  it('have key prefixes of which none begins another', () => {
    const prefixes = accepted.map((id) => `tg:{${id}}:`).sort()
    // In sorted order a prefix stands right before what it begins.
    const beginning = prefixes.filter((prefix, at) => prefixes[at + 1]?.startsWith(prefix))
    expect(beginning).toEqual([])
  })
})

describe('a tenant id', () => {
  it.each([
    ['of 3 characters', 'abc'],
    ['of 63', `a${'b'.repeat(62)}`],
    ['ending in a hyphen', 'ab-'],
  ])('%s is accepted', (_, id) => expect(parseTenantId(id)).toBe(id))

  it.each([
    ['of 2 characters', 'ab'],
    ['of 64', 'a'.repeat(64)],
    ['beginning with a digit', '1ab'],
    ['beginning with a hyphen', '-ab'],
    ['with a line break at its end', 'abc\n'],
    ['of another type', 123],
    ['that is no text but turns into one', ['abc']],
  ])('%s is rejected', (_, id) => expect(parseTenantId(id)).toBeNull())
})
