/**
 * What an argument may be. Each looks at a value of the query and writes it anew: what none of them has
 * written does not go to the server. A null is no value here, nor is a variable.
 */
import { type ArgumentNode, Kind, type ObjectFieldNode, type ValueNode } from 'graphql'
import { MAX_NUMBER_CHARACTERS } from './bounds.ts'
import { refuse } from './refused.ts'

/** `at` is where the value stands, for the refusal. Throws `Refused`. */
export type WriteValue = (value: ValueNode, at: string) => string

export const number: WriteValue = (value, at) => {
  const isNumber = value.kind === Kind.INT || value.kind === Kind.FLOAT
  if (!isNumber) return refuse(at, 'must be a number')
  if (value.value.length > MAX_NUMBER_CHARACTERS) refuse(at, 'is a number of too many digits')
  return value.value
}

export function integer(min: number, max: number): WriteValue {
  return (value, at) => {
    const figure = value.kind === Kind.INT ? Number(value.value) : NaN
    if (figure >= min && figure <= max) return String(figure)
    return refuse(at, `must be an integer from ${min} to ${max}`)
  }
}

export const flag: WriteValue = (value, at) =>
  value.kind === Kind.BOOLEAN ? String(value.value) : refuse(at, 'must be true or false')

/** A string, plain or in three quotes; it is written plain. `wanted` says what the pattern is of. */
export function string(max: number, pattern?: RegExp, wanted = 'well formed'): WriteValue {
  return (value, at) => {
    const text = textIn(value, at)
    if (text.length > max) refuse(at, `must have at most ${max} characters`)
    if (pattern !== undefined && !pattern.test(text)) refuse(at, `must be ${wanted}`)
    return quote(text)
  }
}

export function textIn(value: ValueNode, at: string): string {
  return value.kind === Kind.STRING ? value.value : refuse(at, 'must be a string')
}

/** JSON's escapes are GraphQL's. */
export function quote(text: string): string {
  return JSON.stringify(text)
}

export function enumOf(...names: readonly string[]): WriteValue {
  return (value, at) =>
    value.kind === Kind.ENUM && names.includes(value.value)
      ? value.value
      : refuse(at, `must be one of ${names.join(', ')}`)
}

/** A list; one value alone means a list of it. */
export function listOf(one: WriteValue, max: number): WriteValue {
  return (value, at) => {
    const items = value.kind === Kind.LIST ? value.values : [value]
    if (items.length > max) refuse(at, `must have at most ${max} items`)
    return `[${items.map((item, nth) => one(item, `${at}[${nth}]`)).join(',')}]`
  }
}

export function oneOrMany(one: WriteValue, max: number): WriteValue {
  const many = listOf(one, max)
  return (value, at) => (value.kind === Kind.LIST ? many : one)(value, at)
}

export type ValueTable = Readonly<Record<string, WriteValue>>

/** An object of these members and no other. A name alone is required, with `?` it is optional. */
export function objectOf(table: ValueTable, exclusive: Exclusive = {}): WriteValue {
  return (value, at) =>
    value.kind === Kind.OBJECT
      ? `{${writeMembers(value.fields, table, at, exclusive)}}`
      : refuse(at, 'must be an object')
}

/** Of the names `of` one at most may stand there, and at least `min`. */
export interface Exclusive {
  readonly of?: readonly string[]
  readonly min?: 0 | 1
}

/** The members of an object, or the arguments of a field, each once. Throws `Refused`. */
export function writeMembers(
  given: readonly (ArgumentNode | ObjectFieldNode)[],
  table: ValueTable,
  at: string,
  { of = [], min = 0 }: Exclusive = {},
): string {
  const rules = new Map(Object.entries(table).map(([name, write]) => [bare(name), write]))
  const written = new Map<string, string>()
  for (const { name, value } of given) {
    const write = rules.get(name.value)
    const place = `${at}.${name.value}`
    if (write === undefined) return refuse(place, 'is not offered here')
    if (written.has(name.value)) refuse(place, 'stands there twice')
    written.set(name.value, write(value, place))
  }
  for (const name of Object.keys(table)) {
    if (!name.endsWith('?') && !written.has(name)) refuse(`${at}.${name}`, 'is required')
  }
  const exclusive = of.filter((name) => written.has(name)).length
  if (exclusive > 1 || exclusive < min) {
    refuse(at, `must have ${min === 1 ? 'exactly' : 'at most'} one of ${of.join(', ')}`)
  }
  return [...written].map(([name, text]) => `${name}:${text}`).join(',')
}

function bare(name: string): string {
  return name.endsWith('?') ? name.slice(0, -1) : name
}
