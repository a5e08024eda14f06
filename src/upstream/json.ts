/**
 * The JSON boundary: bytes from a client become plain data here, or are refused, before anything is
 * reserved. What is accepted reads the same in every other parser: one value a name, no number that
 * JavaScript would round, so that what was checked is what the upstream understands.
 */
import { type NumberCare, scanJson } from './json-scan.ts'

/** JSON as plain data. `JsonObject` is what a parsed body is; nothing in it is trusted by its type alone. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [member: string]: Json
}

export type Parsed<T extends Json> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly detail: string }
export type ParsedJson = Parsed<JsonObject>

export interface JsonLimits {
  /** Deeper is refused. By default, deeper than any request that an API documents, tool schemas included. */
  readonly maxDepth?: number
  /** Which numbers become raw; `inexact` unless told otherwise. */
  readonly numbers?: NumberCare
  /** Objects, arrays and raw numbers that may still come; texts that share it share one bound. */
  readonly parts?: { left: number }
}

const MAX_DEPTH = 64

/** A body of 10 MB could hold millions of `{}` or `1e400`, which as values fill an isolate's 128 MB. */
export const MAX_PARTS = 250_000

// In V8 since 11.4 and in workerd, but not yet in TypeScript's own library.
declare global {
  interface JSON {
    rawJSON(text: string): unknown
    isRawJSON(value: unknown): boolean
  }
}

/**
 * Reads a body. Refused: anything but well-formed UTF-8 without a byte order mark, nesting deeper
 * than `maxDepth` and more than `parts` (both found before the parser begins), a top level that is not
 * an object, a name that stands twice in one object, a member `__proto__`. Never throws; `detail` quotes
 * nothing of the body.
 *
 * A number that a double cannot hold (2^53 + 1, 1e400), with `verbatim` any that JavaScript would
 * write otherwise (`1.0`), becomes an opaque raw number: `isRawNumber` tells it, every check for a
 * number refuses it, and `writeJson` writes it digit for digit.
 */
export function parseJsonObject(bytes: Uint8Array, limits: JsonLimits = {}): ParsedJson {
  const parsed = parseJson(bytes, limits)
  if (!parsed.ok) return parsed
  return isJsonObject(parsed.value)
    ? { ok: true, value: parsed.value }
    : refuse('must be a JSON object')
}

/** The same for a body that may be of any type at its top. */
export function parseJson(
  bytes: Uint8Array,
  { maxDepth = MAX_DEPTH, numbers = 'inexact', parts = { left: MAX_PARTS } }: JsonLimits = {},
): Parsed<Json> {
  const text = decodeUtf8(bytes)
  if (text === null) return refuse('is not valid UTF-8')
  const scan = scanJson(text, { maxDepth, maxParts: parts.left }, numbers)
  if (scan.depth > maxDepth) return refuse(`is nested deeper than ${maxDepth}`)
  if (scan.parts > parts.left) return refuse(TOO_MANY_PARTS)
  parts.left -= scan.parts
  const value = scan.kept.length === 0 ? parse(text) : parseKeeping(text, scan.kept)
  if (value === undefined) return refuse('is not valid JSON')
  const tally = { members: 0, proto: false }
  countMembers(value, tally)
  if (tally.proto) return refuse('has a member named __proto__')
  // A later member of the same name replaces the earlier one together with all that stood in it.
  if (tally.members !== scan.members) return refuse('names a member twice in one object')
  return { ok: true, value }
}

/** The text that `parseJsonObject` read, in its shortest form; raw numbers as they were written. */
export function writeJson(value: unknown): string {
  return JSON.stringify(value)
}

/** An object, and neither null, an array nor a raw number. */
export function isJsonObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value)
  )
}

export function isJsonArray(value: unknown): value is readonly Json[] {
  return Array.isArray(value)
}

/** A number kept as text because a double cannot hold it. */
export function isRawNumber(value: unknown): boolean {
  return JSON.isRawJSON(value)
}

const TOO_MANY_PARTS = `has more than ${MAX_PARTS} objects, arrays and numbers in other than their shortest form`

function refuse(detail: string): { readonly ok: false; readonly detail: string } {
  return { ok: false, detail: `The body ${detail}.` }
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    // With ignoreBOM the mark stays in the text, where the parser refuses it.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/** undefined when the text is not JSON, which is no value that JSON can have. */
function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

/**
 * Parses with the numbers at `kept` as raw ones. A reviver that sees each value's source costs a
 * hundred times as much as the parser itself; so the text is given to it with those numbers as
 * strings, marked by a character that no other string of the text can hold.
 */
function parseKeeping(text: string, kept: readonly number[]): Json | undefined {
  const mark = unusedCharacter(text)
  if (mark === null) return undefined
  const pieces: string[] = []
  let done = 0
  for (let at = 0; at < kept.length; at += 2) {
    const start = kept[at] ?? 0
    const end = kept[at + 1] ?? 0
    const number = text.slice(start, end)
    // In quotes anything would pass as a number.
    if (!JSON_NUMBER.test(number)) return undefined
    pieces.push(text.slice(done, start), '"', mark, number, '"')
    done = end
  }
  const value = parse(pieces.join('') + text.slice(done))
  if (value === undefined) return undefined
  return unmark(value, mark)
}

/** RFC 8259 section 6. */
const JSON_NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/

const PRIVATE_USE = { first: 0xe000, last: 0xf8ff }
/** Such a character, or what may be its escape. */
const MARK_IN_TEXT = /[\ue000-\uf8ff]|\\u[ef][0-9a-f]{3}/gi

/** A private-use character that stands in the text neither as itself nor by an escape. */
function unusedCharacter(text: string): string | null {
  const used = new Set<number>()
  for (const [found] of text.matchAll(MARK_IN_TEXT)) {
    used.add(found.length === 1 ? found.charCodeAt(0) : Number.parseInt(found.slice(2), 16))
  }
  for (let code = PRIVATE_USE.first; code <= PRIVATE_USE.last; code += 1) {
    if (!used.has(code)) return String.fromCharCode(code)
  }
  return null
}

/** Marked strings as raw numbers; undefined when one stands as a member's name, which none may. */
function unmark(value: Json, mark: string): Json | undefined {
  if (typeof value === 'string') {
    return value.startsWith(mark) ? (JSON.rawJSON(value.slice(mark.length)) as Json) : value
  }
  if (isJsonArray(value)) {
    const items: Json[] = []
    for (const item of value) {
      const plain = unmark(item, mark)
      if (plain === undefined) return undefined
      items.push(plain)
    }
    return items
  }
  if (!isJsonObject(value)) return value
  const members: [string, Json][] = []
  for (const name of Object.keys(value)) {
    const plain = unmark(value[name] ?? null, mark)
    if (plain === undefined || name.startsWith(mark)) return undefined
    members.push([name, plain])
  }
  // Defines `__proto__` as a member like any other; it is refused with its own reason.
  return Object.fromEntries(members)
}

function countMembers(value: unknown, tally: { members: number; proto: boolean }): void {
  if (isJsonArray(value)) {
    for (const item of value) if (typeof item === 'object') countMembers(item, tally)
  } else if (isJsonObject(value)) {
    // Own members only, although a prototype has none that are enumerable.
    for (const name of Object.keys(value)) {
      tally.members += 1
      if (name === '__proto__') tally.proto = true
      const member = value[name]
      if (typeof member === 'object') countMembers(member, tally)
    }
  }
}
