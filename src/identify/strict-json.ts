/**
 * JSON objects out of tokens, where two readers must never see different things: bytes must be
 * UTF-8 without a byte order mark, the text an object, and no object may name a member twice.
 */

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g

export type JsonObject = Readonly<Record<string, unknown>>

/** Null for anything but one such object. `bytes` must be bounded by the caller. */
export function parseJsonObject(bytes: Uint8Array): JsonObject | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) && !hasDuplicateMember(text) ? value : null
  } catch {
    return null
  }
}

/** The object's own member, so that `constructor` and its like are no claims. */
export function member(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `text` is known to be valid JSON, so a string is a member's name exactly when a colon follows. */
function hasDuplicateMember(text: string): boolean {
  const enclosing: (Set<unknown> | null)[] = []
  let lastString = ''
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '{') enclosing.push(new Set())
    else if (token === '[') enclosing.push(null)
    else if (token === '}' || token === ']') enclosing.pop()
    else if (token !== ':') lastString = token
    else {
      const name: unknown = JSON.parse(lastString)
      const names = enclosing.at(-1)
      if (names?.has(name)) return true
      names?.add(name)
    }
  }
  return false
}
