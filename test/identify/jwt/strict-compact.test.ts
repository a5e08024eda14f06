import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeBase64Url } from '../../../src/identify/base64url.ts'
import { readCompact } from '../../../src/identify/jwt/strict-compact.ts'
import { parseJsonObject } from '../../../src/identify/strict-json.ts'
import { encodeText } from '../minting.ts'

const PAYLOAD = encodeText('{}')

function fault(token: string): string {
  const reading = readCompact(token)
  return reading.ok ? 'none' : reading.fault
}

function withHeader(json: string): string {
  return `${encodeText(json)}.${PAYLOAD}.AAAA`
}

describe('compact form', () => {
  test('gives the three header members and the payload, and nothing else of the header', () => {
    const reading = readCompact(
      withHeader('{"alg":"ES256","kid":"k","typ":"JWT","jku":"https://evil"}'),
    )
    expect(reading).toEqual({
      ok: true,
      token: { algorithm: 'ES256', kid: 'k', type: 'JWT', payload: new TextEncoder().encode('{}') },
    })
  })

  test.each([
    ['one part', 'AAAA', 'not_three_parts'],
    ['two parts', `${PAYLOAD}.AAAA`, 'not_three_parts'],
    ['four parts', `${withHeader('{"alg":"ES256"}')}.AAAA`, 'not_three_parts'],
    ['five parts', 'a.b.c.d.e', 'not_three_parts'],
    ['no header', `.${PAYLOAD}.AAAA`, 'not_three_parts'],
    ['no signature', `${encodeText('{"alg":"ES256"}')}.${PAYLOAD}.`, 'not_three_parts'],
    ['a padded signature', `${withHeader('{"alg":"ES256"}')}AA==`, 'not_base64url'],
    ['plain base64', `${encodeText('{"alg":"ES256"}')}.${PAYLOAD}.+/+/`, 'not_base64url'],
    [
      'stray bits in the signature',
      `${encodeText('{"alg":"ES256"}')}.${PAYLOAD}.AB`,
      'not_base64url',
    ],
    ['stray bits in the payload', `${encodeText('{"alg":"ES256"}')}.AB.AAAA`, 'not_base64url'],
    ['a line break', `${withHeader('{"alg":"ES256"}')}\n`, 'not_base64url'],
    ['JSON serialisation', '{"payload":"","protected":"","signature":""}', 'not_three_parts'],
    ['8193 characters', 'A'.repeat(8193), 'too_long'],
  ])('refuses %s', (_, token, expected) => {
    expect(fault(token)).toBe(expected)
  })

  test.each([
    ['no JSON', 'alg'],
    ['an array', '["alg"]'],
    ['null', 'null'],
    ['a string', '"ES256"'],
    ['a byte order mark', '\ufeff{"alg":"ES256"}'],
    ['a member twice', '{"alg":"none","alg":"ES256"}'],
    ['a member twice, once escaped', '{"\\u0061lg":"none","alg":"ES256"}'],
    ['a member twice deep inside', '{"alg":"ES256","jwk":{"kty":"EC","kty":"oct"}}'],
    ['a trailing comma', '{"alg":"ES256",}'],
    ['something after it', '{"alg":"ES256"}{}'],
  ])('refuses a header that is or holds %s', (_, json) => {
    expect(fault(withHeader(json))).toBe('header_not_json_object')
  })

  test('refuses a header that is not UTF-8', () => {
    const latin1 = encodeBase64Url(
      Uint8Array.from('{"alg":"ES256","kid":"\u00e9"}', (letter) => letter.charCodeAt(0)),
    )
    for (const header of ['_w', latin1]) {
      expect(fault(`${header}.${PAYLOAD}.AAAA`)).toBe('header_not_json_object')
    }
  })

  test.each([
    ['no alg', '{}'],
    ['an inherited alg', '{"__proto__":{"alg":"ES256"}}'],
    ['alg as a list', '{"alg":["ES256"]}'],
    ['alg null', '{"alg":null}'],
    ['kid as a number', '{"alg":"ES256","kid":1}'],
    ['kid null', '{"alg":"ES256","kid":null}'],
    ['a kid of 257 characters', `{"alg":"ES256","kid":"${'k'.repeat(257)}"}`],
    ['typ as a list', '{"alg":"ES256","typ":["JWT"]}'],
    ['an unknown critical extension', '{"alg":"ES256","crit":["exp"]}'],
    ['an empty crit', '{"alg":"ES256","crit":[]}'],
    ['crit null', '{"alg":"ES256","crit":null}'],
    ['b64 false', '{"alg":"ES256","b64":false}'],
    ['b64 false, declared critical', '{"alg":"ES256","b64":false,"crit":["b64"]}'],
    ['b64 as text', '{"alg":"ES256","b64":"false"}'],
  ])('refuses a header with %s', (_, json) => {
    expect(fault(withHeader(json))).toBe('header_member_refused')
  })

  test('never throws, whatever the text', () => {
    const text = fc.string({
      unit: fc.constantFrom(...Array.from('eyJhb.GciOi{}"=\\\u00e9 ')),
      maxLength: 80,
    })
    fc.assert(
      fc.property(text, (token) => {
        readCompact(token)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('strict JSON object', () => {
  test('reads what JSON.stringify writes of any object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const text = JSON.stringify(object)
        expect(parseJsonObject(new TextEncoder().encode(text))).toEqual(JSON.parse(text))
      }),
    )
  })

  test('finds a repeated member at any depth, and none where a name recurs in another object', () => {
    const parse = (text: string) => parseJsonObject(new TextEncoder().encode(text))
    expect(parse('{"a":{"a":[{"a":1},{"a":2}]},"b":"a"}')).not.toBeNull()
    expect(parse('{"a":[{"b":1,"c":{"b":2},"b":3}]}')).toBeNull()
    expect(parse('{"a":"}","b":"{\\"a\\":1,\\"a\\":2}"}')).not.toBeNull()
    expect(parse('{"a\\"":1,"a\\"":2}')).toBeNull()
  })
})
