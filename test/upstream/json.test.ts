import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isJsonObject, isRawNumber, parseJsonObject, writeJson } from '../../src/upstream/json.ts'
import { scanJson } from '../../src/upstream/json-scan.ts'

const limits = { maxDepth: 64 }
const parse = (text: string) => parseJsonObject(new TextEncoder().encode(text), limits)
const detailOf = (text: string) => {
  const parsed = parse(text)
  return parsed.ok ? 'accepted' : parsed.detail
}
const rewrite = (text: string) => {
  const parsed = parse(text)
  return parsed.ok ? writeJson(parsed.value) : parsed.detail
}

describe('the JSON boundary', () => {
  it.each([
    ['{"a":1,"a":2}'],
    ['{"a":1,"\\u0061":2}'],
    ['{"x":[{"a":1},{"b":{"c":1,"c":1}}]}'],
    ['{"a":{"b":1},"a":{}}'],
    ['{"":1,"":2}'],
    ['{"a:":1,"a:":2}'],
  ])('refuses a name that stands twice: %s', (text) => {
    expect(detailOf(text)).toBe('The body names a member twice in one object.')
  })

  it.each([
    ['{"a":{"b":1},"b":{"a":1}}'],
    ['{"a":":","b":"\\":"}'],
    ['{"a":"\\\\","b":":\\\\\\":"}'],
  ])('is not misled by names in other objects or colons in strings: %s', (text) =>
    expect(rewrite(text)).toBe(text),
  )

  it.each([['{"__proto__":{}}'], ['{"a":[{"\\u005f_proto__":1}]}'], ['{"__proto__":1e400}']])(
    'refuses a member named __proto__: %s',
    (text) => expect(detailOf(text)).toBe('The body has a member named __proto__.'),
  )

  it.each([['[]'], ['"text"'], ['1'], ['1e400'], ['null'], ['true'], ['[{}]']])(
    'refuses a top level that is not an object: %s',
    (text) => expect(detailOf(text)).toBe('The body must be a JSON object.'),
  )

  it('refuses a byte order mark, broken UTF-8 and an overlong form', () => {
    expect(detailOf('\ufeff{}')).toBe('The body is not valid JSON.')
    for (const bytes of [
      [0x7b, 0xff, 0x7d],
      [0xc0, 0xbb],
      [0xed, 0xa0, 0x80],
      [0xfe, 0xff],
    ]) {
      expect(parseJsonObject(Uint8Array.from(bytes), limits)).toEqual({
        ok: false,
        detail: 'The body is not valid UTF-8.',
      })
    }
  })

  it('tolerates lone surrogates that are written as escapes, and keeps them', () => {
    expect(rewrite('{"a":"\\ud800x"}')).toBe('{"a":"\\ud800x"}')
  })

  it('accepts nesting to the bound and refuses one level more', () => {
    const nested = (levels: number) => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`
    expect(detailOf(nested(64))).toBe('accepted')
    expect(detailOf(nested(65))).toBe('The body is nested deeper than 64.')
  })

  it.each(['{}', '[]', '1e400', '-1e-400', '{"b":1}'])(
    'takes 250,000 of %s at most: as values they would fill the memory of an isolate',
    (part) => {
      // The body itself and its list are two.
      const body = (count: number) =>
        `{"a":[${Array(count - 2)
          .fill(part)
          .join()}]}`
      expect(detailOf(body(250_000))).toBe('accepted')
      expect(detailOf(body(250_001))).toBe(
        'The body has more than 250000 objects, arrays and numbers in other than their shortest form.',
      )
    },
  )

  it('takes any number of strings and plain numbers', () => {
    expect(detailOf(`{"a":[${Array(300_000).fill('"{[1e400"').join()}]}`)).toBe('accepted')
    expect(detailOf(`{"a":[${Array(300_000).fill('0.1').join()}]}`)).toBe('accepted')
  })

  it('refuses 500,000 levels without parsing them', () => {
    for (const open of ['[', '{"a":']) {
      expect(detailOf(open.repeat(500_000))).toBe('The body is nested deeper than 64.')
    }
  })

  it.each([
    '9007199254740993',
    '-9007199254740993',
    '18446744073709551615',
    '1e400',
    '-1E+400',
    '1e-400',
    '123456789012345678901234567890',
  ])('writes %s as it came', (number) => {
    const text = `{"a":[${number}],"b":0.1}`
    expect(rewrite(text)).toBe(text)
  })

  it('writes every number as it came where it is asked to', () => {
    const text =
      '{"a":[1.0,1e2,-0,-0.0,0.10,1E5,18446744073709551615,0.1234567890123456789,0.0000001],"b":[1,-1,0.5]}'
    const parsed = parseJsonObject(new TextEncoder().encode(text), { numbers: 'verbatim' })
    if (!parsed.ok) throw new Error(parsed.detail)
    expect(writeJson(parsed.value)).toBe(text)
    expect(parsed.value['b']).toEqual([1, -1, 0.5])
  })

  it('keeps every JSON text as it came, whatever numbers and strings are in it', () => {
    const number = fc
      .tuple(
        fc.constantFrom('', '-'),
        fc.stringMatching(/^(?:0|[1-9][0-9]{0,24})$/),
        fc.stringMatching(/^(?:\.0{0,8}[0-9]{1,20})?$/),
        fc.stringMatching(/^(?:[eE][+-]?[0-9]{1,3})?$/),
      )
      .map((parts) => parts.join(''))
    const string = fc
      .string({ unit: fc.constantFrom('\x7f', '\ue000', 'a', '1', 'é', '\\', '"') })
      .map((value) => JSON.stringify(value))
    fc.assert(
      fc.property(fc.array(fc.oneof(number, string)), fc.boolean(), (items, escaped) => {
        const plain = `{"a":[${items.join()}]}`
        const text = escaped
          ? plain.replaceAll('\x7f', '\\u007F').replaceAll('\ue000', '\\uE000')
          : plain
        const bytes = new TextEncoder().encode(text)
        const parsed = parseJsonObject(bytes, { numbers: 'verbatim' })
        if (!parsed.ok) throw new Error(parsed.detail)
        expect(writeJson(parsed.value)).toBe(plain)
      }),
      { numRuns: 500 },
    )
  })

  it('keeps nothing for later of a number that JavaScript writes as it came', () => {
    const number = fc
      .tuple(
        fc.constantFrom('', '-'),
        fc.stringMatching(/^(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,18})?$/),
      )
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(number, (text) => {
        const { kept } = scanJson(`[${text}]`, { maxDepth: 1, maxParts: 2 }, 'verbatim')
        expect(kept).toEqual(String(Number(text)) === text ? [] : [1, 1 + text.length])
      }),
      { numRuns: 2_000 },
    )
  })

  it('refuses a text that leaves no character to mark a number with', () => {
    const all = Array.from({ length: 0x1900 }, (_, at) => String.fromCharCode(0xe000 + at)).join('')
    expect(detailOf(`{"a":"${all}","b":1e400}`)).toBe('accepted')
    expect(detailOf(`{"a":"${all}\x7f","b":1}`)).toBe('accepted')
    expect(detailOf(`{"a":"${all}\x7f","b":1e400}`)).toBe('The body is not valid JSON.')
  })

  it.each(['{1e400:1}', '{"a":01e400}', '{"a":1e400e}', '{"a":--0}', '{"a":1.e400}', '{"a":.0}'])(
    'refuses %s, in which a number is none',
    (text) => {
      const bytes = new TextEncoder().encode(text)
      for (const numbers of ['inexact', 'verbatim'] as const) {
        expect(parseJsonObject(bytes, { numbers })).toEqual({
          ok: false,
          detail: 'The body is not valid JSON.',
        })
      }
    },
  )

  it('writes a number that a double holds in its shortest form', () => {
    expect(rewrite('{"a":[0.000e1,1.0,1e2,10000000000000.00]}')).toBe(
      '{"a":[0,1,100,10000000000000]}',
    )
  })

  it('keeps a number that a double cannot hold apart from numbers and objects', () => {
    const parsed = parse('{"a":9007199254740993,"b":9007199254740991,"c":{"rawJSON":"1e400"}}')
    if (!parsed.ok) throw new Error(parsed.detail)
    expect(isRawNumber(parsed.value['a'])).toBe(true)
    expect(isJsonObject(parsed.value['a'])).toBe(false)
    expect(parsed.value['b']).toBe(9007199254740991)
    expect(isJsonObject(parsed.value['c'])).toBe(true)
    expect(writeJson(parsed.value['c'])).toBe('{"rawJSON":"1e400"}')
  })

  it('reads back what JSON.stringify wrote, for any object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 8 })), (value) => {
        const text = JSON.stringify(value)
        const hasProto = text.includes('"__proto__":')
        expect(rewrite(text)).toBe(hasProto ? 'The body has a member named __proto__.' : text)
      }),
      { numRuns: 300 },
    )
  })

  it('stays linear on a megabyte made to be slow', () => {
    const hostile = [
      `{"a":"${'\\\\'.repeat(500_000)}"}`,
      `{"a":"${'\\"'.repeat(500_000)}"}`,
      `{"a":[${'1,'.repeat(500_000)}1]}`,
      `{"a":[${'{},'.repeat(240_000)}{}]}`,
      `{"a":${'9'.repeat(1_000_000)}}`,
      `{"a":[${'0.1234567890123456,'.repeat(50_000)}1e${'0'.repeat(100_000)}]}`,
      `{${Array.from({ length: 80_000 }, (_, i) => `"k${i}":0`).join()}}`,
    ]
    for (const text of hostile) {
      const start = performance.now()
      expect(detailOf(text)).toBe('accepted')
      // Quadratic work on a megabyte takes minutes; the bound is wide because the machine is shared.
      expect(performance.now() - start).toBeLessThan(2_000)
    }
  })
})
