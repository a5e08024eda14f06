// How many tokens a text probably has, without a tokenizer: what a partial answer is settled by when the
// provider's own count never came. Segment rules fitted to o200k_base, one pass, no regular
// expression. The bound that is reserved beforehand is `upperBoundTokens`.
import type { TokenizerFamily } from './token-bound.ts'
export { upperBoundTokens, type TokenizerFamily } from './token-bound.ts'

/** Tokens for each UTF-16 unit beyond ASCII. */
interface WideWeights {
  readonly latin: number
  readonly cyrillic: number
  readonly east: number
  readonly hangul: number
  readonly surrogate: number
  readonly other: number
}

/**
 * Of Claude's tokenizers only that of its second generation was published (@anthropic-ai/tokenizer
 * 0.0.4). It makes as much of English, code and JSON as o200k_base does, and of other scripts clearly
 * more: these weights are fitted to it. What later generations make of a text is not known.
 */
const WIDE: Readonly<Record<TokenizerFamily, WideWeights>> = {
  openai: { latin: 0.35, cyrillic: 0.36, east: 0.85, hangul: 0.75, surrogate: 1, other: 0.36 },
  anthropic: { latin: 1, cyrillic: 0.6, east: 1.15, hangul: 1.4, surrogate: 1.55, other: 1.1 },
}

/** The expected number of tokens, rounded up; 0 for the empty text only. Linear in the text. */
export function estimateTokens(text: string, family: TokenizerFamily = 'openai'): number {
  const wide = WIDE[family]
  let tokens = 0
  let position = 0
  while (position < text.length) {
    const kind = kindOf(text.charCodeAt(position))
    let end = position + 1
    while (end < text.length && kindOf(text.charCodeAt(end)) === kind) end += 1
    if (kind === 'solid') tokens += solidTokens(text, position, end)
    else tokens += runTokens(kind, end - position, wide)
    position = end
  }
  return Math.ceil(tokens)
}

/** `solid`: the alphabet of words, numbers, identifiers, base64 and keys. */
type Kind = 'solid' | 'mark' | 'blank' | 'line' | keyof WideWeights

const SOLID = 1
const LOWER = 2
const UPPER = 4
const DIGIT = 8

/** What an ASCII character is; 0 for marks and blanks. */
const asciiClasses = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code >= 97 && code <= 122) return SOLID | LOWER
  if (code >= 65 && code <= 90) return SOLID | UPPER
  if (code >= 48 && code <= 57) return SOLID | DIGIT
  return '+/_=-'.includes(String.fromCharCode(code)) ? SOLID : 0
})

function kindOf(code: number): Kind {
  if (code < 0x80) {
    if (classOf(code) !== 0) return 'solid'
    if (code === 32) return 'blank'
    return code === 9 || code === 10 || code === 13 ? 'line' : 'mark'
  }
  if (code < 0x250) return 'latin'
  if (code >= 0x400 && code < 0x530) return 'cyrillic'
  if (code >= 0xd800 && code <= 0xdfff) return 'surrogate'
  if (code >= 0xac00 && code <= 0xd7a3) return 'hangul'
  return code >= 0x2e80 && code < 0xac00 ? 'east' : 'other'
}

function classOf(code: number): number {
  return asciiClasses[code] ?? 0
}

function runTokens(kind: Exclude<Kind, 'solid'>, length: number, wide: WideWeights): number {
  switch (kind) {
    case 'mark':
      return 0.85 * Math.ceil(length / 2)
    case 'blank':
      // A single blank goes with the word that follows.
      return length === 1 ? 0 : 1 + length / 80
    case 'line':
      return 0.7
    case 'latin':
    case 'cyrillic':
    case 'east':
    case 'hangul':
    case 'surrogate':
    case 'other':
      return wide[kind] * length
  }
}

const CODED_RUN_LENGTH = 24
const CODED_CHANGES = 0.3
const CODED_CHARACTERS_A_TOKEN = 1.45
const LONGEST_WORD = 20
const PLAIN_WORD = 8

function solidTokens(text: string, from: number, to: number): number {
  const length = to - from
  if (length >= CODED_RUN_LENGTH && isCoded(text, from, to))
    return length / CODED_CHARACTERS_A_TOKEN
  let tokens = 0
  for (let start = from; start < to;) {
    const group = groupOf(text.charCodeAt(start))
    let end = start + 1
    let humps = 0
    while (end < to && groupOf(text.charCodeAt(end)) === group) {
      if (isHump(text, end)) humps += 1
      end += 1
    }
    tokens += groupTokens(group, end - start, humps)
    start = end
  }
  return tokens
}

/** Base64, keys: the class of character changes on more than three steps in ten. */
function isCoded(text: string, from: number, to: number): boolean {
  let changes = 0
  for (let at = from + 1; at < to; at += 1) {
    if (classOf(text.charCodeAt(at)) !== classOf(text.charCodeAt(at - 1))) changes += 1
  }
  return changes > CODED_CHANGES * (to - from - 1)
}

/** Letters of both cases are one group; digits and marks one each. */
function groupOf(code: number): number {
  const found = classOf(code)
  return (found & (LOWER | UPPER)) === 0 ? found : LOWER
}

/** A capital after a small letter starts a word within a word. */
function isHump(text: string, at: number): boolean {
  return (
    (classOf(text.charCodeAt(at)) & UPPER) !== 0 && (classOf(text.charCodeAt(at - 1)) & LOWER) !== 0
  )
}

function groupTokens(group: number, length: number, humps: number): number {
  if (group === LOWER) {
    if (length <= PLAIN_WORD) return 1 + 0.6 * humps
    return (length > LONGEST_WORD && humps === 0 ? length / 2 : length / 6) + 0.6 * humps
  }
  return (group & DIGIT) !== 0 ? Math.ceil(length / 3) : 0.85 * Math.ceil(length / 2)
}
