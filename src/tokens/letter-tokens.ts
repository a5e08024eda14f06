// The most tokens that a run of ASCII letters can end up as. A finished encoding has no neighbours
// that would be a token together, and the tables know which pairs and triples of small letters are
// tokens: so this is the greatest number of parts with no such neighbours, found part by part.
import { BitTable } from './bit-table.ts'
import { letterPairs, letterTriples } from './vocabulary.generated.ts'

const pairs = new BitTable(letterPairs)
const triples = new BitTable(letterTriples)

const SYMBOLS = 27
const BLANK = 0
const UNKNOWN = -1
const IMPOSSIBLE = -1_000_000_000

/**
 * For the letters from `from` to `to`; a blank before them, when there is one, is in one piece with
 * them and counts with them. That a last token may reach beyond the letters makes no more of them:
 * no token begins with a letter and ends within a character, and whole characters count elsewhere.
 * Linear in the letters.
 */
export function letterTokens(text: string, from: number, to: number, afterBlank: boolean): number {
  // The most parts up to here, by the length of the last one (1, 2, or 3 and more); `far` is the
  // same one symbol earlier. Before the first symbol nothing stands in the way of any part.
  let one = IMPOSSIBLE
  let two = IMPOSSIBLE
  let more = 0
  let farOne = IMPOSSIBLE
  let farTwo = IMPOSSIBLE
  let farMore = IMPOSSIBLE
  // The most parts up to any place at least one, two and three symbols back.
  let reach1 = IMPOSSIBLE
  let reach2 = IMPOSSIBLE
  let reach3 = IMPOSSIBLE
  let before = UNKNOWN
  let farBefore = UNKNOWN
  for (let at = afterBlank ? from - 1 : from; at < to; at += 1) {
    const symbol = at < from ? BLANK : symbolAt(text, at)
    const pair = isPair(before, symbol)
    const triple = isTriple(farBefore, before, symbol)
    reach3 = reach2
    reach2 = reach1
    reach1 = Math.max(reach1, one, two, more)
    const nextOne = 1 + Math.max(pair ? IMPOSSIBLE : one, triple ? IMPOSSIBLE : two, more)
    const nextTwo = 1 + Math.max(triple ? IMPOSSIBLE : farOne, farTwo, farMore)
    farOne = one
    farTwo = two
    farMore = more
    one = nextOne
    two = nextTwo
    more = 1 + reach3
    farBefore = before
    before = symbol
  }
  return Math.max(one, two, more)
}

/** 1 to 26 for small letters; of capitals nothing is known. */
function symbolAt(text: string, position: number): number {
  const code = text.charCodeAt(position)
  return code >= 97 ? code - 96 : UNKNOWN
}

function isPair(a: number, b: number): boolean {
  return a !== UNKNOWN && b !== UNKNOWN && pairs.has(a * SYMBOLS + b)
}

function isTriple(a: number, b: number, c: number): boolean {
  return (
    a !== UNKNOWN && b !== UNKNOWN && c !== UNKNOWN && triples.has((a * SYMBOLS + b) * SYMBOLS + c)
  )
}
