// Decoders that take JSON the way serde's derived Deserialize does, traps included: a struct may be
// written as an ARRAY of its fields in their order, unknown fields are ignored, a repeated field is
// an error, an untagged enum takes the first form that fits.
import { type Json, JsonNumber, JsonObject } from './json.ts'

/** The JSON does not have the form that is asked for. */
export class Misfit extends Error {}

/** The form is right, the value is not: 422 instead of 400. */
export class Invalid extends Error {
  readonly field: string

  constructor(field: string, why: string) {
    super(why)
    this.field = field
  }
}

export type Decode<T> = (json: Json) => T

interface Field<T> {
  readonly decode: Decode<T>
  /** Other names that mean the same. */
  readonly alias: readonly string[]
  /** What stands for an absent field; absent itself when the field is required. */
  readonly absent?: () => T
  /** Whether it may be left off the end of the array form (`#[serde(default)]`). */
  readonly mayBeCut: boolean
}
type Fields = Readonly<Record<string, Field<unknown>>>
type Decoded<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never
}

/** A field that must be there. */
export const required = <T>(decode: Decode<T>, ...alias: string[]): Field<T> => ({
  decode,
  alias,
  mayBeCut: false,
})

/** `Option<T>`: may be absent or null; in the array form it must still be written. */
export const optional = <T>(decode: Decode<T>, ...alias: string[]): Field<T | null> => ({
  decode: nullable(decode),
  alias,
  absent: () => null,
  mayBeCut: false,
})

/** `#[serde(default)] Option<T>`: may also be left off the end of the array form. */
export const defaulted = <T>(decode: Decode<T>, ...alias: string[]): Field<T | null> => ({
  ...optional(decode, ...alias),
  mayBeCut: true,
})

/** A field whose absence means a value; null is no such absence. */
export const withDefault = <T>(decode: Decode<T>, value: T, ...alias: string[]): Field<T> => ({
  decode,
  alias,
  absent: () => value,
  mayBeCut: true,
})

/**
 * A derived struct. `objectOnly` is what `#[serde(flatten)]` makes of it; `strict` is
 * `deny_unknown_fields`.
 */
export function struct<F extends Fields>(
  name: string,
  fields: F,
  { objectOnly = false, strict = false } = {},
): Decode<Decoded<F>> {
  const entries = Object.entries(fields)
  const known = new Set(entries.flatMap(([field, { alias }]) => [field, ...alias]))
  const fromObject = (object: JsonObject): Record<string, unknown> => {
    // A flattened struct collects its members first, so there the last one wins.
    if (object.repeated !== null && known.has(object.repeated) && !objectOnly) {
      throw new Misfit(`duplicate field \`${object.repeated}\``)
    }
    const unknown = [...object.members.keys()].find((member) => !known.has(member))
    if (strict && unknown !== undefined) throw new Misfit(`unknown field \`${unknown}\``)
    return Object.fromEntries(
      entries.map(([field, { decode, alias, absent }]) => {
        const names = [field, ...alias].filter((each) => object.members.has(each))
        if (names.length > 1) throw new Misfit(`duplicate field \`${field}\``)
        const value = names[0] === undefined ? undefined : object.get(names[0])
        if (value !== undefined) return [field, decode(value)]
        if (absent === undefined) throw new Misfit(`missing field \`${field}\``)
        return [field, absent()]
      }),
    )
  }
  const fromArray = (items: Json[]): Record<string, unknown> => {
    if (items.length > entries.length) throw new Misfit('trailing characters')
    return Object.fromEntries(
      entries.map(([field, { decode, absent, mayBeCut }], at) => {
        const value = items[at]
        if (value !== undefined) return [field, decode(value)]
        if (absent !== undefined && mayBeCut) return [field, absent()]
        throw new Misfit(`invalid length ${items.length}, expected struct ${name}`)
      }),
    )
  }
  return (json) => {
    const isArray = Array.isArray(json) && !objectOnly
    if (!isArray && !(json instanceof JsonObject)) {
      throw new Misfit(`invalid type: ${kindOf(json)}, expected struct ${name}`)
    }
    // Each field was decoded by the decoder that its type names.
    return (isArray ? fromArray(json) : fromObject(json as JsonObject)) as Decoded<F>
  }
}

/** A struct that takes in the fields of another: only an object will do. */
export const flattened = { objectOnly: true } as const

/** An untagged enum. An Invalid value is no reason to try the next form: validation comes after. */
export function anyOf<T>(expecting: string, ...forms: readonly Decode<T>[]): Decode<T> {
  return (json) => {
    for (const form of forms) {
      try {
        return form(json)
      } catch (error) {
        if (!(error instanceof Misfit)) throw error
      }
    }
    throw new Misfit(expecting)
  }
}

/** `MaybeOneOrMany`: an object is one thing, an array is many; so one thing cannot be an array. */
export const oneOrMany =
  <T>(decode: Decode<T>): Decode<readonly T[]> =>
  (json) =>
    json instanceof JsonObject ? [decode(json)] : list(decode)(json)

export const nullable =
  <T>(decode: Decode<T>): Decode<T | null> =>
  (json) =>
    json === null ? null : decode(json)

export const list =
  <T>(decode: Decode<T>): Decode<readonly T[]> =>
  (json) => {
    if (!Array.isArray(json)) throw new Misfit(`invalid type: ${kindOf(json)}, expected a sequence`)
    return json.map(decode)
  }

export const mapOf =
  <T>(decode: Decode<T>): Decode<ReadonlyMap<string, T>> =>
  (json) => {
    const entries = [...object(json).members].map(([name, m]) => [name, decode(m)] as const)
    return new Map(entries)
  }

export const as =
  <T, U>(decode: Decode<T>, change: (value: T) => U): Decode<U> =>
  (json) =>
    change(decode(json))

export const later =
  <T>(decode: () => Decode<T>): Decode<T> =>
  (json) =>
    decode()(json)

export const anything: Decode<Json> = (json) => json

export const object: Decode<JsonObject> = (json) => {
  if (json instanceof JsonObject) return json
  throw new Misfit(`invalid type: ${kindOf(json)}, expected a map`)
}

export const text: Decode<string> = (json) => {
  if (typeof json === 'string') return json
  throw new Misfit(`invalid type: ${kindOf(json)}, expected a string`)
}

export const flag: Decode<boolean> = (json) => {
  if (typeof json === 'boolean') return json
  throw new Misfit(`invalid type: ${kindOf(json)}, expected a boolean`)
}

export const float: Decode<number> = (json) => {
  if (json instanceof JsonNumber) return json.value
  throw new Misfit(`invalid type: ${kindOf(json)}, expected f64`)
}

/** A signed 64-bit integer. */
export const integer: Decode<bigint> = (json) => {
  if (json instanceof JsonNumber && /^-?\d+$/.test(json.token)) {
    const value = BigInt(json.token)
    if (value < 2n ** 63n) return value
  }
  throw new Misfit(`invalid type: ${kindOf(json)}, expected i64`)
}

/** `usize`, as a number: the stand-in needs no more than 2^53 of anything. */
export const count: Decode<number> = (json) => {
  if (json instanceof JsonNumber && /^\d+$/.test(json.token)) return json.value
  throw new Misfit(`invalid value: ${kindOf(json)}, expected usize`)
}

/** `#[validate(range(min = ..))]` on a usize. */
export const countFrom = (min: number, field: string): Decode<number> =>
  as(count, (value) => {
    if (value >= min) return value
    throw new Invalid(field, `value ${value} invalid, must be ${min} or larger`)
  })

export const oneOf = <T extends string>(...words: readonly T[]): Decode<T> =>
  as(text, (value) => {
    const word = words.find((each) => each === value)
    if (word !== undefined) return word
    throw new Misfit(`unknown variant \`${value}\`, expected one of ${words.join(', ')}`)
  })

function kindOf(json: Json): string {
  if (json === null) return 'null'
  if (Array.isArray(json)) return 'sequence'
  if (json instanceof JsonObject) return 'map'
  if (json instanceof JsonNumber) return `number \`${json.token}\``
  return typeof json === 'string' ? `string ${JSON.stringify(json)}` : `boolean \`${json}\``
}
