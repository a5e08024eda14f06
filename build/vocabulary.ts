// Writes src/tokens/vocabulary.generated.ts: the facts about the o200k_base and cl100k_base vocabularies
// on which the upper bound of token counts rests. Each fact holds in both. Run with
// `node build/vocabulary.ts`; nothing of the vocabularies themselves reaches the Worker.
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import cl100kRanks from 'gpt-tokenizer/bpeRanks/cl100k_base'
import o200kRanks from 'gpt-tokenizer/bpeRanks/o200k_base'
import * as cl100kEncoding from 'gpt-tokenizer/encoding/cl100k_base'
import * as o200kEncoding from 'gpt-tokenizer/encoding/o200k_base'
import { format, resolveConfig } from 'prettier'

/** English prose is mostly these; a further thousand is worth some 10 % and costs 2.5 KB gzipped. */
const COMMON_WORDS = 2000
/** A blank, then a to z: what the tables of letters are indexed by. */
const LETTERS = Array.from(' abcdefghijklmnopqrstuvwxyz')

type Vocabulary = ReadonlyMap<string, number>

/** Tokens as strings of bytes, one character a byte, with their ranks. */
function vocabulary(ranks: readonly (string | readonly number[] | undefined)[]): Vocabulary {
  const encoder = new TextEncoder()
  const tokens = new Map<string, number>()
  ranks.forEach((token, rank) => {
    if (token === undefined) return
    tokens.set(byteString(typeof token === 'string' ? encoder.encode(token) : token), rank)
  })
  return tokens
}

function byteString(bytes: Iterable<number>): string {
  return String.fromCharCode(...bytes)
}

/** The tokenizers' cache of pieces, once full, costs more than it saves on ever new ones. */
for (const encoding of [o200kEncoding, cl100kEncoding]) encoding.setMergeCacheSize(0)

/** The greater count of the two tokenizers. */
export function realTokens(text: string): number {
  return Math.max(o200kEncoding.countTokens(text), cl100kEncoding.countTokens(text))
}

const o200k = vocabulary(o200kRanks)
const cl100k = vocabulary(cl100kRanks)
const inBoth = (token: string): boolean => o200k.has(token) && cl100k.has(token)
const rankOf = (token: string): number =>
  Math.max(o200k.get(token) ?? Infinity, cl100k.get(token) ?? Infinity)

/** Bits in the order in which they are given, lowest bit first, as base64. */
function packed(bits: readonly boolean[]): string {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8))
  bits.forEach((bit, i) => {
    if (bit) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (1 << (i & 7))
  })
  return btoa(byteString(bytes))
}

function letterPairs(): boolean[] {
  return LETTERS.flatMap((a) => LETTERS.map((b) => inBoth(a + b)))
}

function letterTriples(): boolean[] {
  return LETTERS.flatMap((a) => LETTERS.flatMap((b) => LETTERS.map((c) => inBoth(a + b + c))))
}

/** Indexed by code point: is this character of two bytes one token? */
function twoByteCharacters(): boolean[] {
  const encoder = new TextEncoder()
  return Array.from({ length: 0x800 }, (_, code) =>
    code < 0x80 ? false : inBoth(byteString(encoder.encode(String.fromCodePoint(code)))),
  )
}

/** Indexed by code point >> 6: are the first two bytes of these characters of three one token? */
function threeByteStarts(): boolean[] {
  return Array.from({ length: 0x400 }, (_, start) =>
    inBoth(byteString([0xe0 | (start >> 6), 0x80 | (start & 63)])),
  )
}

/** What English cuts off a word, in small letters; tokenizers do so with it in capitals too. */
const CONTRACTIONS = ["'s", "'t", "'m", "'d", "'re", "'ve", "'ll"]

/**
 * Words that are one token alone and after a blank, capitalised or not, at most two together with
 * any other ASCII character before them, and at most three with a contraction. The first learned.
 */
function commonWords(): string[] {
  const marks = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).filter(
    (mark) => !/[A-Za-z0-9' \r\n]/.test(mark),
  )
  const isCommon = (word: string): boolean => {
    const forms = [word, word.charAt(0).toUpperCase() + word.slice(1)]
    if (!forms.every((form) => inBoth(form) && inBoth(` ${form}`))) return false
    const starts = [...forms, ...forms.map((form) => ` ${form}`)]
    return (
      forms.every((form) => marks.every((mark) => realTokens(mark + form) <= 2)) &&
      starts.every((start) => CONTRACTIONS.every((end) => realTokens(start + end) <= 3))
    )
  }
  const candidates = [...o200k.keys()]
    .filter((token) => /^ [a-z]{2,}$/.test(token) && cl100k.has(token))
    .toSorted((a, b) => rankOf(a) - rankOf(b))
  const words: string[] = []
  for (const candidate of candidates) {
    if (words.length === COMMON_WORDS) break
    if (isCommon(candidate.slice(1))) words.push(candidate.slice(1))
  }
  return words.toSorted()
}

/** Throws unless no token begins with a letter and ends within a character: the bound relies on it. */
function checkLetterTokens(): void {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for (const token of [...o200k.keys(), ...cl100k.keys()]) {
    if (/^[A-Za-z]/.test(token)) {
      decoder.decode(Uint8Array.from(token, (byte) => byte.charCodeAt(0)))
    }
  }
  for (const contraction of CONTRACTIONS) {
    if (!inBoth(contraction)) throw new Error(`${contraction} is not one token`)
  }
}

/** How long a run of one character may be, up to which every length is one token. */
function longestRun(character: string): number {
  let length = 1
  while (inBoth(character.repeat(length + 1))) length += 1
  return length
}

/** The text of the generated module. */
export async function generateVocabulary(): Promise<string> {
  checkLetterTokens()
  const path = fileURLToPath(new URL('../src/tokens/vocabulary.generated.ts', import.meta.url))
  const source = `// Generated by build/vocabulary.ts from the ranks in gpt-tokenizer (MIT). Do not edit.

    export const commonWords = '${commonWords().join(' ')}'
    export const letterPairs = '${packed(letterPairs())}'
    export const letterTriples = '${packed(letterTriples())}'
    export const twoByteCharacters = '${packed(twoByteCharacters())}'
    export const threeByteStarts = '${packed(threeByteStarts())}'
    export const longestRuns = {
      blank: ${longestRun(' ')}, tab: ${longestRun('\t')}, lineFeed: ${longestRun('\n')}
    }`
  return format(source, { ...(await resolveConfig(path)), parser: 'typescript' })
}

if (import.meta.main) {
  const text = await generateVocabulary()
  await writeFile(new URL('../src/tokens/vocabulary.generated.ts', import.meta.url), text)
  console.log(
    `src/tokens/vocabulary.generated.ts: ${text.length} bytes, ${gzipSync(text).length} gzipped`,
  )
}
