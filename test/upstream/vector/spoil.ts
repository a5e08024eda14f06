// What an attacker makes of a request that is as it should be: something else in the place of a part of
// it, or one member more.
import fc from 'fast-check'
import { isJsonArray, isJsonObject, type JsonObject } from '../../../src/upstream/json.ts'

/** Values alone, in lists, and under names: structs by position, structs where none belong. */
export function anythingOf(
  names: readonly string[],
  values: readonly (string | number | boolean | null)[],
): fc.Arbitrary<unknown> {
  return fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fc.constantFrom(...values),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 3 }),
    ),
  })).value
}

/** Every place in a value, as the steps to it. */
export function placesIn(value: unknown): (string | number)[][] {
  const inside = isJsonArray(value)
    ? value.map((item, at): [number, unknown] => [at, item])
    : isJsonObject(value)
      ? Object.entries(value)
      : []
  const below = inside.flatMap(([step, item]) => placesIn(item).map((place) => [step, ...place]))
  return [[], ...below]
}

/** The value with something else in that place, or with one more member. */
export function put(
  value: unknown,
  [step, ...rest]: readonly (string | number)[],
  what: unknown,
): unknown {
  if (step === undefined) return what
  if (isJsonArray(value))
    return value.map((item, at) => (at === step ? put(item, rest, what) : item))
  const object: JsonObject = isJsonObject(value) ? value : {}
  return { ...object, [step]: put(object[step], rest, what) }
}

/** A body as it is, mostly; else spoiled in one place. */
export function sometimesSpoiled(
  body: fc.Arbitrary<unknown>,
  names: readonly string[],
  values: readonly (string | number | boolean | null)[],
): fc.Arbitrary<unknown> {
  const spoiled = body.chain((whole) =>
    fc
      .record({
        place: fc.constantFrom(...placesIn(whole)),
        extra: fc.option(fc.constantFrom(...names)),
        what: anythingOf(names, values),
      })
      .map(({ place, extra, what }) =>
        put(whole, extra === null ? place : [...place, extra], what),
      ),
  )
  return fc.oneof({ weight: 3, arbitrary: body }, { weight: 1, arbitrary: spoiled })
}
