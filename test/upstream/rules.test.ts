import { describe, expect, it } from 'vitest'
import {
  byType,
  integer,
  list,
  mapOf,
  members,
  nullable,
  oneOf,
  refusal,
  type Rule,
  tagged,
  text,
  wideInteger,
} from '../../src/upstream/rules.ts'
import { received } from './received.ts'

const told = (rule: Rule, json: string) => {
  const wrong = rule(received(`{"value":${json}}`)['value'] ?? null)
  return wrong === null ? null : refusal(wrong)
}

describe('the rules for bodies', () => {
  it('tell the place of a fault through lists and objects', () => {
    const rule = members({ 'a?': list(members({ b: list(text(), { max: 2 }) }), { max: 2 }) })
    expect(told(rule, '{"a":[{"b":[]},{"b":["x",1]}]}')).toEqual({
      status: 400,
      param: 'a[1].b[1]',
      detail: 'a[1].b[1] must be a string.',
    })
  })

  it('refuse a member that is only inherited, and one that every object has', () => {
    const rule = members({ 'a?': text() })
    for (const name of ['toString', 'constructor', 'hasOwnProperty', '']) {
      expect(told(rule, `{"${name}":1}`)?.detail).toContain('is not a member known here')
    }
    expect(told(members({ constructor: text() }), '{}')?.detail).toBe('constructor is required.')
    expect(told(tagged('type', { a: rule }), '{"type":"constructor"}')?.param).toBe('type')
  })

  it('look at no item of a list or map that is too long', () => {
    let looks = 0
    const counting: Rule = () => {
      looks += 1
      return null
    }
    expect(told(list(counting, { max: 2 }), '[1,2,3]')?.detail).toBe(' must have 0 to 2 items.')
    expect(told(mapOf(counting, 2), '{"a":1,"b":2,"c":3}')?.detail).toContain('at most 2 members')
    expect(looks).toBe(0)
  })

  it.each([
    ['1', null],
    ['1.0', null],
    ['1e0', null],
    ['9007199254740993', 'must be an integer'],
    ['"1"', 'must be an integer'],
    ['null', 'must be an integer'],
  ])('take %s as an integer or not', (json, detail) => {
    const wrong = told(integer(1, Number.MAX_SAFE_INTEGER), json)
    expect(wrong?.detail.trim().slice(0, 18) ?? null).toBe(detail)
  })

  it('take any integer where its value means nothing', () => {
    for (const json of ['-9223372036854775808', '7']) expect(told(wideInteger, json)).toBeNull()
    for (const json of ['1.5', '"1"', '{}']) expect(told(wideInteger, json)).not.toBeNull()
  })

  it('take null as absence only where that is said', () => {
    expect(told(text(), 'null')).not.toBeNull()
    expect(told(nullable(text()), 'null')).toBeNull()
  })

  it('name the types that a value may have', () => {
    const rule = byType({ string: oneOf('a'), array: list(text(), { max: 1 }) })
    expect(told(rule, '"b"')?.detail).toContain('must be "a"')
    for (const json of ['1', '{}', '1e400', 'true']) {
      expect(told(rule, json)?.detail).toContain('must be of type string or array')
    }
  })
})
