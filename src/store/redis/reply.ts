/**
 * Reads what a script has answered, strictly: a shape or a figure that was not agreed on is no answer
 * at all, whatever else it may mean.
 */
import type * as z from 'zod'

class MalformedReply extends Error {
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

/**
 * Integers, read from the front: texts of digits between single spaces, in which `-` stands for
 * none, and Redis' own integers among them.
 */
export class Digits {
  readonly #words: readonly (string | number)[]
  #at = 0

  constructor(...values: readonly unknown[]) {
    this.#words = values.flatMap((value): readonly (string | number)[] => {
      if (typeof value === 'number') return [value]
      if (typeof value !== 'string') return malformed()
      return value === '' ? [] : value.split(' ')
    })
  }

  get left(): number {
    return this.#words.length - this.#at
  }

  next(): number {
    const word = this.#word()
    if (typeof word === 'string') return integer(word)
    return Number.isSafeInteger(word) ? word : malformed()
  }

  optional(): number | null {
    if (this.#words[this.#at] !== '-') return this.next()
    this.#at += 1
    return null
  }

  /** To be said last: what is left over was not agreed on either. */
  end(): void {
    if (this.left !== 0) malformed()
  }

  #word(): string | number {
    const word = this.#words[this.#at] ?? malformed()
    this.#at += 1
    return word
  }
}
