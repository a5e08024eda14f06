import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mintKey, parseKey } from '../../../src/identify/api-key/api-key.ts'
import { encodeBase62 } from '../../../src/identify/base62.ts'
import { crc32 } from '../../../src/identify/api-key/crc32.ts'
import { KeyId, mintKeyId } from '../../../src/identify/api-key/key-id.ts'
import { TenantId } from '../../../src/tenant/slug.ts'
import { seededBytes, seededInts } from '../seeded-bytes.ts'

const ACME = TenantId.parse('acme')
const KEY_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-'

const slug = fc.stringMatching(/^[a-z][a-z0-9-]{2,62}$/).map((text) => TenantId.parse(text))
const secret = fc.uint8Array({ minLength: 32, maxLength: 32 })

/** A body with a right checksum, whatever else is wrong with it. */
function withCheck(body: string): string {
  return body + encodeBase62(BigInt(crc32(body)), 6)
}

describe('API key text', () => {
  test('checksums like every other CRC-32', () => {
    expect(crc32('123456789')).toBe(0xcbf43926)
    expect(crc32('')).toBe(0)
  })

  test('is tg_, the tenant, 43 characters of secret and 6 of checksum', () => {
    const key = mintKey(ACME, () => new Uint8Array(32))
    expect(key).toBe(`tg_acme_${'0'.repeat(43)}${encodeBase62(BigInt(crc32(key.slice(0, -6))), 6)}`)
    expect(mintKey(ACME, seededBytes(1))).toMatch(/^tg_acme_[0-9A-Za-z]{49}$/)
  })

  test('comes back from parsing with its tenant, for any tenant and secret', () => {
    fc.assert(
      fc.property(slug, secret, (tenant, bytes) => {
        const key = mintKey(tenant, () => bytes)
        expect(parseKey(key)).toEqual({ tenant, key })
      }),
    )
  })

  test('differs whenever tenant or secret differ', () => {
    fc.assert(
      fc.property(slug, secret, slug, secret, (tenant, bytes, otherTenant, otherBytes) => {
        const same = tenant === otherTenant && bytes.join() === otherBytes.join()
        expect(mintKey(tenant, () => bytes) === mintKey(otherTenant, () => otherBytes)).toBe(same)
      }),
    )
  })

  test('keeps apart secrets that differ in one bit only', () => {
    const keys = new Set<string>()
    for (let bit = 0; bit < 256; bit++) {
      const bytes = new Uint8Array(32)
      bytes[bit >> 3] = 1 << (bit & 7)
      keys.add(mintKey(ACME, () => bytes))
    }
    expect(keys.size).toBe(256)
  })

  test('asks for exactly 32 random bytes and refuses fewer', () => {
    expect(() => mintKey(ACME, () => new Uint8Array(31))).toThrow(RangeError)
  })
})

describe('parseKey', () => {
  const secret43 = 'a'.repeat(43)

  test('accepts the largest 256-bit secret and refuses the number after it', () => {
    const largest = encodeBase62((1n << 256n) - 1n, 43)
    const tooLarge = encodeBase62(1n << 256n, 43)
    expect(parseKey(withCheck(`tg_acme_${largest}`))?.tenant).toBe('acme')
    expect(parseKey(withCheck(`tg_acme_${tooLarge}`))).toBeNull()
    expect(parseKey(withCheck(`tg_acme_${'z'.repeat(43)}`))).toBeNull()
  })

  test.each([
    ['an empty text', ''],
    ['the prefix alone', 'tg_'],
    ['a capital in the tenant', withCheck(`tg_Acme_${secret43}`)],
    ['a tenant that starts with a digit', withCheck(`tg_1acme_${secret43}`)],
    ['a tenant of two letters', withCheck(`tg_ab_${secret43}`)],
    ['a tenant of 64 letters', withCheck(`tg_${'a'.repeat(64)}_${secret43}`)],
    ['no tenant', withCheck(`tg__${secret43}`)],
    ['two underscores', withCheck(`tg_acme__${secret43}`)],
    ['another prefix', withCheck(`TG_acme_${secret43}`)],
    ['a secret one short', withCheck(`tg_acme_${secret43.slice(1)}`)],
    ['a secret one long', withCheck(`tg_acme_a${secret43}`)],
    ['a hyphen in the secret', withCheck(`tg_acme_-${secret43.slice(1)}`)],
    ['a space before', ` ${withCheck(`tg_acme_${secret43}`)}`],
    ['a line break after', `${withCheck(`tg_acme_${secret43}`)}\n`],
    ['a checksum above 32 bits', `tg_acme_${secret43}zzzzzz`],
    ['a full-width letter', withCheck(`tg_acme_${secret43}`).replace('a', '\uff41')],
  ])('refuses %s', (_, text) => {
    expect(parseKey(text)).toBeNull()
  })

  test('refuses 100,000 of 100,000 corrupted keys, and so before any store could be asked', () => {
    const bytes = seededBytes(20_261_121)
    const below = seededInts(7)
    let corrupted = 0
    const accepted: string[] = []
    while (corrupted < 100_000) {
      const key = mintKey(ACME, bytes)
      for (let variant = 0; variant < 50; variant++) {
        const text = corrupt(key, below)
        if (text === key) continue
        corrupted += 1
        if (parseKey(text) !== null) accepted.push(text)
      }
    }
    expect(accepted).toEqual([])
    expect(corrupted).toBeGreaterThanOrEqual(100_000)
  })
})

/** One of the things that happen to a key on its way: typing errors, cuts, swaps, garbage. */
function corrupt(key: string, below: (limit: number) => number): string {
  const at = below(key.length)
  const letter = KEY_ALPHABET.charAt(below(KEY_ALPHABET.length))
  const other = below(key.length)
  switch (below(7)) {
    case 0:
      return key.slice(0, at) + letter + key.slice(at + 1)
    case 1:
      return key.slice(0, at) + key.slice(at + 1)
    case 2:
      return key.slice(0, at) + letter + key.slice(at)
    case 3:
      return key.slice(0, at) + (key[at + 1] ?? '') + (key[at] ?? '') + key.slice(at + 2)
    case 4:
      return key.slice(0, at)
    case 5:
      return withLetter(withLetter(key, at, letter), other, KEY_ALPHABET.charAt(below(62)))
    default: {
      const garbage = Array.from({ length: 49 }, () => KEY_ALPHABET.charAt(below(62))).join('')
      return `tg_acme_${garbage}`
    }
  }
}

function withLetter(key: string, at: number, letter: string): string {
  return key.slice(0, at) + letter + key.slice(at + 1)
}

describe('key id', () => {
  test('is key_ and 22 characters that stand for 128 random bits', () => {
    expect(mintKeyId(() => new Uint8Array(16).fill(255))).toBe('key_7n42DGM5Tflk9n8mt7Fhc7')
    expect(mintKeyId(() => new Uint8Array(16))).toBe(`key_${'0'.repeat(22)}`)
    expect(KeyId.safeParse('key_short').success).toBe(false)
  })

  test('differs for different random bytes', () => {
    const bytes = seededBytes(3)
    expect(new Set(Array.from({ length: 5_000 }, () => mintKeyId(bytes))).size).toBe(5_000)
  })
})
