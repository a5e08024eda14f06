/**
 * Ids of points: whole numbers below 2^64, or UUIDs in any spelling that the service reads. They are
 * passed on in one spelling, so that what counts as one id here is one there.
 */
import { type Json, isRawNumber, writeJson } from '../../json.ts'
import { fault, type Rule } from '../../rules.ts'

const DIGITS = /^[0-9]{1,20}$/
const MAX_NUMBER = 2n ** 64n - 1n

const UUID_PARTS = /^([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})$/i
const URN = /^urn:uuid:/
const BRACES = /^\{(.*)\}$/

/** The id as it is written to the service; null when it is none. */
export function normalId(id: Json): Json | null {
  if (typeof id === 'string') return normalUuid(id)
  if (typeof id !== 'number' && !isRawNumber(id)) return null
  return isId(writeJson(id)) ? id : null
}

const NO_ID = 'must be an integer from 0 to 2^64 - 1 or a UUID'

export const pointId: Rule = (value) => (normalId(value) === null ? fault(NO_ID) : null)

/** In a path, where a number is text too. */
export const pointIdInPath: Rule = (value) =>
  typeof value === 'string' && (isId(value) || normalUuid(value) !== null) ? null : fault(NO_ID)

/** How many different points the ids name. */
export function countDistinct(ids: readonly Json[]): number {
  return distinct(normalIds(ids)).length
}

/** Ids in their normal spelling, each once. */
export function distinct(ids: readonly Json[]): readonly Json[] {
  return [...new Map(ids.map((id) => [writeJson(id), id])).values()]
}

/** Ids that a rule has let pass, in their normal spelling. */
export function normalIds(ids: readonly Json[]): readonly Json[] {
  return ids.map((id) => normalId(id) ?? id)
}

function isId(digits: string): boolean {
  return DIGITS.test(digits) && BigInt(digits) <= MAX_NUMBER
}

function normalUuid(text: string): string | null {
  // As Rust's `uuid` reads it: dashes in all places or in none.
  const bare = URN.test(text) ? text.slice('urn:uuid:'.length) : (BRACES.exec(text)?.[1] ?? text)
  const parts = UUID_PARTS.exec(bare)
  if (parts === null || (bare.length !== 32 && bare.length !== 36)) return null
  return parts.slice(1).join('-').toLowerCase()
}
