/**
 * One pass over JSON text before it is parsed: how deep it nests, how many members it has, and
 * whether a number in it may not survive a double. It decides nothing about validity.
 */
export interface JsonScan {
  /** The deepest nesting; the scan stops as soon as it passes the bound. */
  readonly depth: number
  /** Colons outside strings: in valid JSON, the members of all objects. */
  readonly members: number
  readonly inexactNumber: boolean
}

const QUOTE = 0x22
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

/** Every integer of fewer digits is below 2^53. */
const EXACT_DIGITS = 15

/** Linear in the text, whatever it holds; strings are skipped by a native search. */
export function scanJson(text: string, maxDepth: number): JsonScan {
  let depth = 0
  let deepest = 0
  let members = 0
  let inexactNumber = false
  for (let at = 0; at < text.length && deepest <= maxDepth; at += 1) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at)
    else if (code === COLON) members += 1
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) deepest = Math.max(deepest, ++depth)
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth -= 1
    else if (code === MINUS || (code >= ZERO && code <= NINE)) {
      const end = endOfDigits(text, at)
      if (end - at > EXACT_DIGITS || isExponent(text.charCodeAt(end))) inexactNumber = true
      at = end - 1
    }
  }
  return { depth: deepest, members, inexactNumber }
}

/** Where the string that opens at `start` closes; the end of the text when it never does. */
function endOfString(text: string, start: number): number {
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

/** Past the digits, sign and point of a number; an exponent is left for the caller to see. */
function endOfDigits(text: string, start: number): number {
  let end = start + 1
  while (isDigitOrPoint(text.charCodeAt(end))) end += 1
  return end
}

function isDigitOrPoint(code: number): boolean {
  return (code >= ZERO && code <= NINE) || code === POINT
}

/** An exponent may carry a number of any length out of range. */
function isExponent(code: number): boolean {
  return code === 0x65 || code === 0x45
}
