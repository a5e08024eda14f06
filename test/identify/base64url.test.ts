import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeBase64Url, encodeBase64Url } from '../../src/identify/base64url.ts'

describe('strict base64url', () => {
  test('gives every byte string back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decodeBase64Url(encodeBase64Url(bytes))).toEqual(bytes)
      }),
    )
  })

  test('accepts one spelling only: whatever decodes encodes back to the same text', () => {
    const nearBase64 = fc.string({
      unit: fc.constantFrom(...Array.from('AZaz09-_+/=. \n')),
      maxLength: 12,
    })
    fc.assert(
      fc.property(nearBase64, (text) => {
        const bytes = decodeBase64Url(text)
        expect(bytes === null || encodeBase64Url(bytes) === text).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  test.each([
    ['padding', 'Zg=='],
    ['the plain base64 alphabet', '-_+/'],
    ['stray trailing bits', 'Zh'],
    ['an impossible length', 'AAAAA'],
    ['a line break', 'Zm9v\n'],
    ['a space', 'Zm 9v'],
  ])('refuses %s', (_, text) => {
    expect(decodeBase64Url(text)).toBeNull()
  })

  test('decodes the vectors of RFC 4648 without their padding', () => {
    const texts = ['', 'Zg', 'Zm8', 'Zm9v', 'Zm9vYg', 'Zm9vYmE', 'Zm9vYmFy']
    const decoded = texts.map((text) =>
      new TextDecoder().decode(decodeBase64Url(text) ?? undefined),
    )
    expect(decoded).toEqual(['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar'])
  })
})
