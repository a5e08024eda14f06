// Point ids: u64 or UUID, kept as text so that no digit is lost. Numbers sort before UUIDs.
import { type Json, JsonNumber } from './json.ts'
import { type Decode, Misfit } from './serde.ts'

/** Decimal digits, or a UUID in its hyphenated lowercase form; two ids are equal as strings are. */
export type PointId = string

const UUID =
  /^(?:urn:uuid:)?\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/i

/** What stands in a path; null when it is no id. */
export function parsePointId(text: string): PointId | null {
  if (/^\+?\d+$/.test(text)) {
    const number = BigInt(text.replace('+', ''))
    if (number < 2n ** 64n) return String(number)
  }
  const parts = UUID.exec(text)
  return parts === null ? null : parts.slice(1).join('-').toLowerCase()
}

export const pointId: Decode<PointId> = (json) => {
  if (json instanceof JsonNumber && /^\d+$/.test(json.token)) return json.token
  const uuid = typeof json === 'string' && !/^\+?\d+$/.test(json) ? parsePointId(json) : null
  if (uuid !== null) return uuid
  throw new Misfit('value is not a valid point ID, valid values are an unsigned integer or a UUID')
}

export function pointIdJson(id: PointId): Json {
  return id.includes('-') ? id : new JsonNumber(id)
}

export function comparePointIds(a: PointId, b: PointId): number {
  const aIsUuid = a.includes('-')
  if (aIsUuid !== b.includes('-')) return aIsUuid ? 1 : -1
  if (!aIsUuid && a.length !== b.length) return a.length - b.length
  return a < b ? -1 : a > b ? 1 : 0
}
