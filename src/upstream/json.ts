/**
 * The JSON boundary: bytes from a client become plain data here, or are refused, before anything is
 * reserved. What is accepted reads the same in every other parser: one value a name, no number that
 * JavaScript would round, so that what was checked is what the upstream understands.
 */
import { markNumbers, rawNumber, unusedMark } from './json-marks.ts'
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
  const isMarked = scan.kept.length > 0
  const mark = isMarked ? unusedMark(text) : null
  if (isMarked && mark === null) return refuse('is not valid JSON')
  const value = parse(mark === null ? text : markNumbers(text, scan.kept, mark))
  if (value === undefined) return refuse('is not valid JSON')
  // In an array, so that a top level that is a number alone is settled like any other.
  const top = [value]
  const walk: Walk = { mark, members: 0, hasProto: false, isBroken: false }
  settle(top, walk)
  if (walk.isBroken) return refuse('is not valid JSON')
  if (walk.hasProto) return refuse('has a member named __proto__')
  // A later member of the same name replaces the earlier one together with all that stood in it.
  if (walk.members !== scan.members) return refuse('names a member twice in one object')
  return { ok: true, value: top[0] ?? null }
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
function parse(text: string | null): Json | undefined {
  if (text === null) return undefined
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

/** What one walk over a parsed value finds. */
interface Walk {
  /** Begins the strings that are to be raw numbers; null where there are none. */
  readonly mark: string | null
  members: number
  hasProto: boolean
  /** What was marked as a number is none, or stands as a member's name, which none may. */
  isBroken: boolean
}

/**
 * Counts the members of everything in `value`, and puts raw numbers where marked strings stand. The
 * value is changed in place: it comes from the parser, and nobody else has it yet.
 */
function settle(value: object, walk: Walk): void {
  if (Array.isArray(value)) {
    const items: unknown[] = value
    for (let at = 0; at < items.length; at += 1) {
      const item = items[at]
      if (typeof item === 'string') {
        if (isMarked(item, walk)) items[at] = settleNumber(item, walk)
      } else if (typeof item === 'object' && item !== null) settle(item, walk)
    }
    return
  }
  const members = value as Record<string, unknown>
  // Own members only, although a prototype has none that are enumerable.
  for (const name of Object.keys(members)) {
    walk.members += 1
    if (name === '__proto__') walk.hasProto = true
    if (isMarked(name, walk)) walk.isBroken = true
    const member = members[name]
    if (typeof member === 'string') {
      if (isMarked(member, walk)) members[name] = settleNumber(member, walk)
    } else if (typeof member === 'object' && member !== null) settle(member, walk)
  }
}

function isMarked(text: string, { mark }: Walk): boolean {
  return mark !== null && text.startsWith(mark)
}

function settleNumber(marked: string, walk: Walk): unknown {
  const raw = rawNumber(marked)
  if (raw === null) walk.isBroken = true
  return raw
}
