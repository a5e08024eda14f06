// JSON as serde_json reads it, which JSON.parse cannot show: integers keep their digits up to 64
// bits, a repeated name is remembered, nesting ends at 128. What is read here is written verbatim.

/** A number as it will be written. */
export class JsonNumber {
  readonly token: string

  constructor(token: string) {
    this.token = token
  }

  get value(): number {
    return Number(this.token)
  }
}

/** An object: its members in the order first named, and a name that came twice, if one did. */
export class JsonObject {
  readonly members: Map<string, Json>
  repeated: string | null = null

  constructor(members: Iterable<readonly [string, Json]> = []) {
    this.members = new Map(members)
  }

  get(name: string): Json | undefined {
    return this.members.get(name)
  }
}

export type Json = null | boolean | string | JsonNumber | Json[] | JsonObject

/** The text is no JSON, or none that serde_json takes; the message is worded as its own. */
export class NotJson extends Error {}

const MAX_DEPTH = 128
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const SPACE = /[ \t\n\r]*/y
const MAX_U64 = 2n ** 64n - 1n
const MIN_I64 = -(2n ** 63n)

/** Throws NotJson. */
export function parseJson(bytes: Uint8Array): Json {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new NotJson('invalid unicode code point at line 1 column 1')
  }
  return new Reader(text).whole()
}

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  whole(): Json {
    const value = this.#value(MAX_DEPTH)
    this.#skipSpace()
    if (this.#at < this.#text.length) this.#fail('trailing characters')
    return value
  }

  #value(depth: number): Json {
    this.#skipSpace()
    switch (this.#text.charAt(this.#at)) {
      case '{':
        return this.#object(depth - 1)
      case '[':
        return this.#array(depth - 1)
      case '"':
        return this.#string()
      case 't':
        return this.#word('true', true)
      case 'f':
        return this.#word('false', false)
      case 'n':
        return this.#word('null', null)
      default:
        return this.#number()
    }
  }

  #object(depth: number): JsonObject {
    if (depth === 0) this.#fail('recursion limit exceeded')
    const object = new JsonObject()
    this.#at += 1
    if (this.#next('}')) return object
    do {
      this.#skipSpace()
      if (this.#text[this.#at] !== '"') this.#fail('key must be a string')
      const name = this.#string()
      if (!this.#next(':')) this.#fail('expected `:`')
      if (object.members.has(name)) object.repeated = name
      object.members.set(name, this.#value(depth))
    } while (this.#next(','))
    if (!this.#next('}')) this.#fail('expected `,` or `}`')
    return object
  }

  #array(depth: number): Json[] {
    if (depth === 0) this.#fail('recursion limit exceeded')
    const items: Json[] = []
    this.#at += 1
    if (this.#next(']')) return items
    do items.push(this.#value(depth))
    while (this.#next(','))
    if (!this.#next(']')) this.#fail('expected `,` or `]`')
    return items
  }

  #string(): string {
    const start = this.#at
    let end = start
    do {
      end = this.#text.indexOf('"', end + 1)
      if (end < 0) this.#fail('EOF while parsing a string')
    } while (this.#isEscaped(end))
    this.#at = end + 1
    try {
      const value: unknown = JSON.parse(this.#text.slice(start, this.#at))
      // A Rust string cannot hold half of a surrogate pair.
      if (typeof value === 'string' && value.isWellFormed()) return value
    } catch {
      // Falls through to the one refusal below.
    }
    return this.#fail('invalid escape')
  }

  /** After an odd number of backslashes. */
  #isEscaped(at: number): boolean {
    let first = at
    while (this.#text[first - 1] === '\\') first -= 1
    return (at - first) % 2 === 1
  }

  #number(): JsonNumber {
    NUMBER.lastIndex = this.#at
    const token = NUMBER.exec(this.#text)?.[0]
    if (token === undefined) this.#fail('expected value')
    this.#at += token.length
    const kept = keptNumber(token)
    return kept ?? this.#fail('number out of range')
  }

  #word<T extends Json>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) this.#fail('expected ident')
    this.#at += word.length
    return value
  }

  #next(sign: string): boolean {
    this.#skipSpace()
    if (this.#text[this.#at] !== sign) return false
    this.#at += 1
    return true
  }

  #skipSpace(): void {
    SPACE.lastIndex = this.#at
    SPACE.test(this.#text)
    this.#at = SPACE.lastIndex
  }

  #fail(what: string): never {
    throw new NotJson(`${what} at line 1 column ${this.#at + 1}`)
  }
}

/** serde_json holds i64, u64 or f64: what is no 64-bit integer is written again as a float. */
function keptNumber(token: string): JsonNumber | null {
  if (/^-?\d+$/.test(token) && token !== '-0') {
    const integer = BigInt(token)
    if (integer >= MIN_I64 && integer <= MAX_U64) return new JsonNumber(token)
  }
  const float = Number(token)
  return Number.isFinite(float) ? floatNumber(float) : null
}

/** A float: never written so that it could be read as an integer. */
export function floatNumber(float: number): JsonNumber {
  const token = Object.is(float, -0) ? '-0' : String(float)
  return new JsonNumber(/^-?\d+$/.test(token) ? `${token}.0` : token)
}

/** A 32-bit float in the fewest digits that give it back, as Rust prints one. */
export function float32Number(float: number): JsonNumber {
  const narrow = Math.fround(float)
  for (let digits = 1; digits <= 9; digits += 1) {
    const short = Number(narrow.toPrecision(digits))
    if (Math.fround(short) === narrow) return floatNumber(short)
  }
  return floatNumber(narrow)
}

/** Plain data as Json: numbers that are integers become integers. */
export function toJson(value: unknown): Json {
  if (value === null || value === undefined) return null
  if (typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? new JsonNumber(String(value)) : floatNumber(value)
  }
  if (typeof value === 'bigint') return new JsonNumber(String(value))
  if (value instanceof JsonNumber || value instanceof JsonObject) return value
  if (Array.isArray(value)) return value.map(toJson)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return new JsonObject(members.map(([name, member]) => [name, toJson(member)] as const))
}

export function writeJson(value: Json): string {
  if (value instanceof JsonNumber) return value.token
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`
  if (value instanceof JsonObject) {
    const members = [...value.members].map(([name, m]) => `${JSON.stringify(name)}:${writeJson(m)}`)
    return `{${members.join(',')}}`
  }
  return JSON.stringify(value)
}

/** A copy that shares nothing, so that a stored payload cannot be changed from outside. */
export function copyJson<T extends Json>(value: T): T
export function copyJson(value: Json): Json {
  if (Array.isArray(value)) return value.map((item) => copyJson(item))
  if (value instanceof JsonObject) {
    return new JsonObject([...value.members].map(([name, m]) => [name, copyJson(m)] as const))
  }
  return value
}
