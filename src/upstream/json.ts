/**
 * The JSON boundary: bytes from a client become plain data here, or are refused, before anything is
 * reserved. What is accepted reads the same in every other parser: one value a name, no number that
 * JavaScript would round, so that what was checked is what the upstream understands.
 */
import { scanJson, survivesDouble } from './json-scan.ts'

/** JSON as plain data. `JsonObject` is what a parsed body is; nothing in it is trusted by its type alone. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [member: string]: Json
}

export type ParsedJson =
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly detail: string }

/** Deeper than any request that an API documents, tool schemas included. */
const DEFAULT_LIMITS = { maxDepth: 64 }

/** Keeping numbers exact takes a hundred times as long as plain parsing, for every value in the text. */
const MAX_COMMAS_KEPT_EXACT = 20_000

// In V8 since 11.4 and in workerd, but not yet in TypeScript's own library.
declare global {
  interface JSON {
    parse(
      text: string,
      reviver: (
        this: unknown,
        key: string,
        value: unknown,
        context: { source?: string },
      ) => unknown,
    ): unknown
    rawJSON(text: string): unknown
    isRawJSON(value: unknown): boolean
  }
}

/**
 * Reads a body. Refused: anything but well-formed UTF-8 without a byte order mark, nesting deeper
 * than `maxDepth` (found before the parser recurses), a top level that is not an object, a name that
 * stands twice in one object, a member `__proto__`. Never throws; `detail` quotes nothing of the body.
 *
 * A number that a double cannot hold (2^53 + 1, 1e400) becomes an opaque raw number: `isRawNumber`
 * tells it, every check for a number refuses it, and `writeJson` writes it digit for digit.
 */
export function parseJsonObject(
  bytes: Uint8Array,
  limits: { readonly maxDepth: number } = DEFAULT_LIMITS,
): ParsedJson {
  const text = decodeUtf8(bytes)
  if (text === null) return refuse('is not valid UTF-8')
  const scan = scanJson(text, limits.maxDepth)
  if (scan.depth > limits.maxDepth) return refuse(`is nested deeper than ${limits.maxDepth}`)
  if (scan.hasInexactNumber && scan.commas > MAX_COMMAS_KEPT_EXACT) {
    return refuse('is too large for a number that a double cannot hold')
  }
  const value = parse(text, scan.hasInexactNumber)
  if (value === undefined) return refuse('is not valid JSON')
  if (!isJsonObject(value)) return refuse('must be a JSON object')
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

function refuse(detail: string): ParsedJson {
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
function parse(text: string, hasInexactNumber: boolean): unknown {
  try {
    return hasInexactNumber ? JSON.parse(text, keepInexact) : JSON.parse(text)
  } catch {
    return undefined
  }
}

function keepInexact(_key: string, value: unknown, { source }: { source?: string }): unknown {
  const isKept = typeof value !== 'number' || source === undefined || survivesDouble(source)
  return isKept ? value : JSON.rawJSON(source)
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
