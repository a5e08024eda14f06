/**
 * One pass over JSON text before it is parsed: how deep it nests, how many members and costly parts it
 * has, and where the numbers stand whose digits would be lost. It decides nothing about validity.
 */
export interface JsonScan {
  /** The deepest nesting; the scan stops as soon as it, or `parts`, passes its bound. */
  readonly depth: number
  /** Objects, arrays and kept numbers: each takes a hundred times the room of its text once it is parsed. */
  readonly parts: number
  /** Colons outside strings: in valid JSON, the members of all objects. */
  readonly members: number
  /** Numbers that are kept as text: start, end, start, end, ... */
  readonly kept: readonly number[]
}

/**
 * Which numbers are kept as text: those that a double cannot hold, or all that JavaScript would
 * write otherwise than they were written (`1.0`, `1e2`, `-0`, 2^53 + 1).
 */
export type NumberCare = 'inexact' | 'verbatim'

export interface ScanBounds {
  readonly maxDepth: number
  readonly maxParts: number
}

const QUOTE = 0x22
const PLUS = 0x2b
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const COLON = 0x3a
const BACKSLASH = 0x5c
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/** A decimal of no more digits than these is the only one so short that its double is nearest to. */
const EXACT_DIGITS = 15
/** From so many zeros after the point, JavaScript writes an exponent: `1e-7`. */
const ZEROS_OF_AN_EXPONENT = 6

/** Linear in the text, whatever it holds; strings are skipped by a native search. */
export function scanJson(text: string, bounds: ScanBounds, care: NumberCare): JsonScan {
  const { maxDepth, maxParts } = bounds
  const end = text.length
  let depth = 0
  let deepest = 0
  let parts = 0
  let members = 0
  const kept: number[] = []
  for (let at = 0; at < end && deepest <= maxDepth && parts <= maxParts; at += 1) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at)
    else if (code === COLON) members += 1
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      parts += 1
      deepest = Math.max(deepest, ++depth)
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth -= 1
    else if (code === MINUS || isDigit(code)) {
      const start = at
      let point = -1
      let hasExponent = false
      for (at += 1; at < end; at += 1) {
        const part = text.charCodeAt(at)
        if (isDigit(part)) continue
        if (part === POINT) point = at
        else if (isExponent(part)) hasExponent = true
        else if (part !== PLUS && part !== MINUS) break
      }
      const isOdd = hasExponent || !isShortest(text, start, point, at)
      if (isOdd && !isHarmless(text.slice(start, at), care)) {
        parts += 1
        kept.push(start, at)
      }
      at -= 1
    }
  }
  return { depth: deepest, parts, members, kept }
}

/** True only where JavaScript surely writes a number without exponent as it stands in [start, end). */
function isShortest(text: string, start: number, point: number, end: number): boolean {
  const first = text.charCodeAt(start) === MINUS ? start + 1 : start
  // A fraction that ends in 0 is no number's shortest form, and -0 loses its sign.
  if (text.charCodeAt(end - 1) === ZERO && (point >= 0 || first > start)) return false
  if (end - first <= ZEROS_OF_AN_EXPONENT) return true
  let significant = first
  while (isZeroOrPoint(text.charCodeAt(significant))) significant += 1
  if (point >= 0 && significant - point > ZEROS_OF_AN_EXPONENT) return false
  const hasPointWithin = point >= significant
  return end - significant - (hasPointWithin ? 1 : 0) <= EXACT_DIGITS
}

function isHarmless(source: string, care: NumberCare): boolean {
  return care === 'verbatim' ? String(Number(source)) === source : survivesDouble(source)
}

/** False for a number that is too large to be exact as an integer, and for one that becomes 0. */
function survivesDouble(source: string): boolean {
  const value = Number(source)
  if (!(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) return false
  return value !== 0 || !/^[^e]*[1-9]/i.test(source)
}

/** Where the string that opens at `start` closes; the end of the text when it never does. */
export function endOfString(text: string, start: number): number {
  let quote = start
  do {
    quote = text.indexOf('"', quote + 1)
    if (quote === -1) return text.length
  } while (isEscaped(text, quote))
  return quote
}

/** Each run of backslashes stands before one quote only, so that counting it stays linear. */
function isEscaped(text: string, quote: number): boolean {
  let first = quote
  while (text.charCodeAt(first - 1) === BACKSLASH) first -= 1
  return (quote - first) % 2 === 1
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE
}

function isExponent(code: number): boolean {
  return code === 0x65 || code === 0x45
}

function isZeroOrPoint(code: number): boolean {
  return code === ZERO || code === POINT
}
