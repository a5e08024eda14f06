/**
 * Reads what a script has answered, strictly: a shape or a figure that was not agreed on is no answer
 * at all, whatever else it may mean.
 */
import type * as z from 'zod'

export class MalformedReply extends Error {
  override readonly name = 'MalformedReply'
}

export function malformed(): never {
  throw new MalformedReply('a script answered what was not agreed on')
}

/** An array of whatever. */
export function list(reply: unknown): readonly unknown[] {
  return Array.isArray(reply) ? reply : malformed()
}

/** An array of texts. */
export function texts(reply: unknown): readonly string[] {
  return list(reply).map((value) => (typeof value === 'string' ? value : malformed()))
}

/** The text at a place. */
export function textAt(values: readonly string[], at: number): string {
  return values[at] ?? malformed()
}

/** An integer from its digits; no other spelling of one. */
export function integer(digits: string): number {
  const number = /^-?\d{1,16}$/.test(digits) ? Number(digits) : NaN
  return Number.isSafeInteger(number) ? number : malformed()
}

/** JSON that a schema vouches for. */
export function parseJson<T>(schema: z.ZodType<T>, json: string): T {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return malformed()
  }
  const parsed = schema.safeParse(value)
  return parsed.success ? parsed.data : malformed()
}

/** A text of integers between single spaces, read from the front; `-` stands for none. */
export class Digits {
  readonly #words: readonly string[]
  #at = 0

  constructor(text: string) {
    this.#words = text === '' ? [] : text.split(' ')
  }

  get left(): number {
    return this.#words.length - this.#at
  }

  next(): number {
    return integer(this.#word())
  }

  optional(): number | null {
    const word = this.#word()
    return word === '-' ? null : integer(word)
  }

  /** To be said last: what is left over was not agreed on either. */
  end(): void {
    if (this.left !== 0) malformed()
  }

  #word(): string {
    const word = this.#words[this.#at] ?? malformed()
    this.#at += 1
    return word
  }
}
