/** Looks into JSON of unknown shape: what is not there, or of another type, is simply absent. */
import { type Json, isJsonArray, isJsonObject } from './json.ts'

/** The own member of that name; undefined where there is none or the value is no object. */
export function memberOf(value: unknown, name: string): unknown {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

/** A string member, null when it is absent. */
export function stringIn(value: unknown, name: string): string | null {
  const member = memberOf(value, name)
  return typeof member === 'string' ? member : null
}

/** A number, null when it is absent. */
export function numberIn(value: unknown, name: string): number | null {
  const member = memberOf(value, name)
  return typeof member === 'number' ? member : null
}

/** The items of an array, none of anything else. */
export function itemsOf(value: unknown): readonly Json[] {
  return isJsonArray(value) ? value : []
}
