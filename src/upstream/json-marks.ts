/**
 * Numbers that are kept as text go through the parser as strings, marked by a character that no other
 * string of the body can hold: a reviver that sees each value's source costs a hundred times as much
 * as the parser itself.
 */
/** Delete first: it is ASCII, so that a text of one byte a character stays one. Then private use. */
const DELETE = 0x7f
const PRIVATE_USE = { first: 0xe000, last: 0xf8ff }
/** Such a character, or what may be its escape. */
const MARK_IN_TEXT = /[\x7f\ue000-\uf8ff]|\\u(?:007f|[ef][0-9a-f]{3})/gi

/** A character that stands in the text neither as itself nor by an escape; null when all do. */
export function unusedMark(text: string): string | null {
  const used = new Set<number>()
  for (const [found] of text.matchAll(MARK_IN_TEXT)) {
    used.add(found.length === 1 ? found.charCodeAt(0) : Number.parseInt(found.slice(2), 16))
  }
  if (!used.has(DELETE)) return String.fromCharCode(DELETE)
  for (let code = PRIVATE_USE.first; code <= PRIVATE_USE.last; code += 1) {
    if (!used.has(code)) return String.fromCharCode(code)
  }
  return null
}

/** The text with what stands at `kept` (start, end, ...) as marked strings. */
export function markNumbers(text: string, kept: readonly number[], mark: string): string {
  const pieces: string[] = []
  let done = 0
  for (let at = 0; at < kept.length; at += 2) {
    const start = kept[at] ?? 0
    const end = kept[at + 1] ?? 0
    pieces.push(text.slice(done, start), mark + text.slice(start, end))
    done = end
  }
  pieces.push(text.slice(done))
  return pieces.join('"')
}

/** The raw number of a marked string; null when it was none, in quotes or not. */
export function rawNumber(marked: string): unknown {
  try {
    // Made of digits, signs, points and exponents alone, it is a number or no JSON at all.
    return JSON.rawJSON(marked.slice(1))
  } catch {
    return null
  }
}
