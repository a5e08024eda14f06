// How many tokens a text can be at most, without a tokenizer: what is reserved before a call is made.
//
// Byte-pair encoding goes on until no two neighbouring tokens would be one token together. So a text
// is cut into as many tokens as there can be, given what is known of both OpenAI vocabularies:
// which words are single tokens, which pairs and triples of letters are tokens, which characters.
// Where nothing is known, each byte counts as a token, and that is the most it can ever be.
import { BitTable } from './bit-table.ts'
import { letterTokens } from './letter-tokens.ts'
import {
  commonWords,
  longestRuns,
  threeByteStarts,
  twoByteCharacters,
} from './vocabulary.generated.ts'

export type TokenizerFamily = 'openai' | 'anthropic'

/**
 * An upper bound of the tokens of a text that stands for itself: what a provider adds around messages
 * is the caller's to add. For `openai` it holds for every text in o200k_base and cl100k_base. The
 * `anthropic` tokenizers are not public: letters and blanks count half as much again, all else
 * counts by bytes. Linear in the text.
 */
export function upperBoundTokens(text: string, family: TokenizerFamily): number {
  const found = new Bound()
  let position = 0
  while (position < text.length) position = readRun(text, position, found)
  const guess =
    family === 'openai'
      ? found.words + found.digits + found.characters + found.bytes
      : Math.ceil(found.words * ANTHROPIC_FACTOR) +
        found.digitBytes +
        found.characterBytes +
        found.bytes
  return Math.min(guess, found.allBytes)
}

/** Their last public vocabulary counts up to 1.2 times o200k on English and code; the rest is room. */
const ANTHROPIC_FACTOR = 1.5

class Bound {
  /** Tokens of letters and blanks. */
  words = 0
  digits = 0
  digitBytes = 0
  /** Tokens of characters beyond ASCII. */
  characters = 0
  characterBytes = 0
  /** All else: a token each. */
  bytes = 0
  allBytes = 0
}

const LINE_FEED = 10
const CARRIAGE_RETURN = 13
const TAB = 9
const BLANK = 32
const APOSTROPHE = 39
/** Stands for the end and for the beginning of the text. */
const NOTHING = -1

const words = new Set(commonWords.split(' '))
const longestWord = Math.max(...commonWords.split(' ').map((word) => word.length))
const knownCharacters = new BitTable(twoByteCharacters)
const knownStarts = new BitTable(threeByteStarts)

/** Counts the run of one kind of character that starts at `from`, and returns where it ends. */
function readRun(text: string, from: number, found: Bound): number {
  const code = text.charCodeAt(from)
  if (isLetter(code)) return readLetters(text, from, false, found)
  if (isBlank(code)) return readBlanks(text, from, found)
  if (isDigit(code)) return readDigits(text, from, found)
  if (code >= 0x80) return readWide(text, from, found)
  found.bytes += 1
  found.allBytes += 1
  return from + 1
}

/** `afterBlank`: the one blank before the letters belongs to their token, and is counted here. */
function readLetters(text: string, from: number, afterBlank: boolean, found: Bound): number {
  let to = from + 1
  while (to < text.length && isLetter(text.charCodeAt(to))) to += 1
  found.allBytes += to - from + (afterBlank ? 1 : 0)
  const before = afterBlank ? BLANK : codeAt(text, from - 1)
  const after = codeAt(text, to)
  if (isCommonWord(text, from, to, before, after)) {
    found.words += 1
    return to
  }
  found.words += letterTokens(text, from, to, afterBlank)
  return to
}

/**
 * A word is one token after a blank or a line end, and no more than one besides that of any other
 * ASCII character before it, but for an apostrophe, which may cut off the first letters.
 */
function isCommonWord(
  text: string,
  from: number,
  to: number,
  before: number,
  after: number,
): boolean {
  const length = to - from
  if (length < 2 || length > longestWord || after >= 0x80) return false
  if (before >= 0x80 || before === APOSTROPHE) return false
  const word = text.slice(from, to)
  return words.has(isCapital(text.charCodeAt(from)) ? uncapitalised(word) : word)
}

function uncapitalised(word: string): string {
  return word.charAt(0).toLowerCase() + word.slice(1)
}

/**
 * Tokenizers cut blanks as follows: up to the last line end they are one piece, the rest is another,
 * and of this the very last one goes with what follows. Runs of one kind are one token, and two
 * neighbouring runs of one piece can share another.
 */
function readBlanks(text: string, from: number, found: Bound): number {
  let to = from + 1
  let lastLineEnd = isLineEnd(text.charCodeAt(from)) ? from : -1
  while (to < text.length && isBlank(text.charCodeAt(to))) {
    if (isLineEnd(text.charCodeAt(to))) lastLineEnd = to
    to += 1
  }
  const after = codeAt(text, to)
  const last = to - 1 === lastLineEnd ? to : to - 1
  const cutAfterLine = after === NOTHING || (after > BLANK && after < 0x80)
  let tokens = 0
  for (let start = from; start < last;) {
    const code = text.charCodeAt(start)
    let end = start + 1
    while (end < last && text.charCodeAt(end) === code) end += 1
    const isCut = start === from || (cutAfterLine && start === lastLineEnd + 1)
    tokens += runTokens(end - start, code) + (isCut ? 0 : 1)
    start = end
  }
  found.words += Math.min(tokens, last - from)
  found.allBytes += last - from
  if (last === to) return to
  if (text.charCodeAt(last) === BLANK && isLetter(after)) return readLetters(text, to, true, found)
  found.words += 1
  found.allBytes += 1
  return to
}

/** Beyond the longest run that is a token, two neighbouring tokens are longer than it together. */
function runTokens(length: number, code: number): number {
  const longest = longestRunOf(code)
  return Math.min(length, 2 * Math.floor(length / (longest + 1)) + 1)
}

function longestRunOf(code: number): number {
  if (code === BLANK) return longestRuns.blank
  if (code === TAB) return longestRuns.tab
  return code === LINE_FEED ? longestRuns.lineFeed : 1
}

/** Every number of one to three digits is a token, and digits are cut by threes from their start. */
function readDigits(text: string, from: number, found: Bound): number {
  let to = from + 1
  while (to < text.length && isDigit(text.charCodeAt(to))) to += 1
  const length = to - from
  // Digits of other scripts would shift where they are cut.
  const isAlone = codeAt(text, from - 1) < 0x80 && codeAt(text, to) < 0x80
  found.digits += isAlone ? Math.ceil(length / 3) : length
  found.digitBytes += length
  found.allBytes += length
  return to
}

/** One character beyond ASCII. A lone surrogate is sent as U+FFFD, which has three bytes. */
function readWide(text: string, from: number, found: Bound): number {
  const code = text.codePointAt(from) ?? 0
  const bytes = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  found.characters += wideTokens(code, bytes, codeAt(text, from + 1))
  found.characterBytes += bytes
  found.allBytes += bytes
  return from + (bytes === 4 ? 2 : 1)
}

function wideTokens(code: number, bytes: number, after: number): number {
  // Some tokens begin in the middle of a character and end in the middle of one of three bytes.
  if (bytes === 2) return knownCharacters.has(code) && after < 0x800 ? 1 : 2
  if (bytes === 3) return knownStarts.has(code >> 6) ? 2 : 3
  // The pictographs: their first two bytes are one token.
  return code >= 0x1f000 && code <= 0x1ffff ? 3 : 4
}

function codeAt(text: string, position: number): number {
  return position >= 0 && position < text.length ? text.charCodeAt(position) : NOTHING
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || isCapital(code)
}

function isCapital(code: number): boolean {
  return code >= 65 && code <= 90
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

function isLineEnd(code: number): boolean {
  return code === LINE_FEED || code === CARRIAGE_RETURN
}

function isBlank(code: number): boolean {
  return code === BLANK || code === TAB || isLineEnd(code)
}
