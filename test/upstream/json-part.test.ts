import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJsonPart } from '../../src/upstream/json-part.ts'

describe('JSON that was broken off', () => {
  it.each<[text: string, read: unknown]>([
    ['{', {}],
    ['{"a', {}],
    ['{"a"', {}],
    ['{"a":', {}],
    ['{"a":"', { a: '' }],
    ['{"a":"b', { a: 'b' }],
    ['{"a":"b"', { a: 'b' }],
    ['{"a":"b",', { a: 'b' }],
    ['{"a":"b","c', { a: 'b' }],
    ['{"a":[{"b":"c', { a: [{ b: 'c' }] }],
    ['["a", "b', ['a', 'b']],
    ['{"a":"} ] , :', { a: '} ] , :' }],
    ['{"a":"b\\', { a: 'b' }],
    ['{"a":"b\\\\', { a: 'b\\' }],
    ['{"a":"b\\\\\\u00e', { a: 'b\\' }],
    ['{"a":"b\\u00e9', { a: 'bé' }],
    ['{"a":"b\\"', { a: 'b"' }],
    ['{"a":{"b":1},"c":[true,nul', { a: { b: 1 }, c: [true] }],
  ])('is read as far as it goes: %s', (text, read) => {
    expect(parseJsonPart(text)).toEqual(read)
  })

  it('tells no number that may have gone on', () => {
    expect(parseJsonPart('{"a":1,"b":12')).toEqual({ a: 1 })
    expect(parseJsonPart('[12')).toEqual([])
  })

  it.each(['', ' ', 'data: {}', '<html>', '{]', '}', '\u0000('])(
    'is nothing where it is no JSON: %j',
    (text) => {
      expect(parseJsonPart(text)).toBeNull()
    },
  )

  it('is the value itself when all of it came, and never nothing however it is cut', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), (value, at) => {
        const text = JSON.stringify({ value })
        expect(parseJsonPart(text)).toEqual(JSON.parse(text))
        expect(parseJsonPart(text.slice(0, 1 + (at % text.length)))).toBeTypeOf('object')
        expect(parseJsonPart(text.slice(0, 1 + (at % text.length)))).not.toBeNull()
      }),
    )
  })

  it('gives of a text what came of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(), (said, at) => {
        const text = JSON.stringify({ n: 1, said })
        const cut = '{"n":1,"said":"'.length + (at % (JSON.stringify(said).length - 1))
        const read = parseJsonPart(text.slice(0, cut)) as { said: string }
        const lost = JSON.stringify(said).slice(0, cut - '{"n":1,"said":'.length)
        expect(said.startsWith(read.said)).toBe(true)
        expect(lost.length - JSON.stringify(read.said).length).toBeLessThanOrEqual(4)
      }),
    )
  })

  it('takes time in proportion to its length', () => {
    const started = performance.now()
    for (const unit of ['{"a":', '\\', '"', '[],', '\\"']) {
      parseJsonPart(`{"a":"${unit.repeat(100_000)}`)
      parseJsonPart(unit.repeat(100_000))
    }
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})
