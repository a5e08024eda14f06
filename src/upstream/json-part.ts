/**
 * Reads JSON that was broken off: what had come of it is closed as if it were all, so that the text
 * in it can be counted. Nothing of it is ever passed on.
 */
import type { Json } from './json.ts'
import { endOfString } from './json-scan.ts'

/** An escape without its end; not what stands after an escaped backslash. */
const HALF_ESCAPE = /(?<!\\)((?:\\\\)*)\\(?:u[0-9a-f]{0,3})?$/i

const CLOSERS: Readonly<Record<string, string>> = { '{': '}', '[': ']' }

/** null for what is no beginning of JSON. Linear in the text. */
export function parseJsonPart(text: string): Json {
  try {
    return JSON.parse(closed(text)) as Json
  } catch {
    return null
  }
}

function closed(text: string): string {
  const open: string[] = []
  /** Up to here it is whole but for what is open; a number that ends with the text may have gone on. */
  let sound = 0
  let before = ''
  const marks = /["{}[\],:]/g
  for (let found = marks.exec(text); found !== null; found = marks.exec(text)) {
    const [mark] = found
    const at = found.index
    if (mark === '"') {
      const isName = open.at(-1) === '}' && before !== ':'
      const end = endOfString(text, at)
      const isWhole = end < text.length
      if (!isName) {
        if (!isWhole) return text.replace(HALF_ESCAPE, '$1') + '"' + closing(open)
        sound = end + 1
      }
      marks.lastIndex = end + 1
    } else if (mark in CLOSERS) {
      open.push(CLOSERS[mark] ?? '')
      sound = at + 1
    } else if (mark === ',') {
      sound = at
    } else if (mark !== ':') {
      open.pop()
      sound = at + 1
    }
    before = mark
  }
  // A text that closes all it opens is judged as it stands, a number or a word alone too.
  return open.length === 0 ? text : text.slice(0, sound) + closing(open)
}

function closing(open: readonly string[]): string {
  return open.toReversed().join('')
}
