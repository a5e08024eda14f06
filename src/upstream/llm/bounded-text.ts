/** The text of an answer, kept for estimating its tokens should the upstream never tell them. */

/** Above the longest answer of any model on sale; what comes after is let go. */
const MAX_CHARACTERS = 2 * 1024 * 1024

export class BoundedText {
  #pieces: string[] = []
  #length = 0

  /** Anything but a string is nothing. */
  add(piece: unknown): void {
    if (typeof piece !== 'string' || this.#length >= MAX_CHARACTERS) return
    const kept = piece.slice(0, MAX_CHARACTERS - this.#length)
    this.#pieces.push(kept)
    this.#length += kept.length
  }

  /** Joined once; the pieces of a long stream are not kept beside it. */
  toString(): string {
    const joined = this.#pieces.join('')
    this.#pieces = [joined]
    return joined
  }
}
