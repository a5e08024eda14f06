/** Bytes that come in pieces: gathered under a cap, and joined. */

/** Pieces of half of it and more are kept as they are, and so is the first; smaller ones are packed. */
const BLOCK_BYTES = 16 * 1024

/**
 * Bytes that come in pieces, up to a cap. A body cut into single bytes takes no more room here than
 * one that comes whole.
 */
export class GatheredBytes {
  readonly #maxBytes: number
  readonly #blocks: Uint8Array[] = []
  #block = new Uint8Array(0)
  #filled = 0
  #size = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** In bytes. */
  get size(): number {
    return this.#size
  }

  /** False when the piece would pass the cap: it is left out. */
  add(piece: Uint8Array): boolean {
    // Most bodies come in one piece, and need no room of their own.
    const isFirst = this.#size === 0
    if (this.#size + piece.byteLength > this.#maxBytes) return false
    this.#size += piece.byteLength
    if (isFirst || piece.byteLength >= BLOCK_BYTES / 2) {
      this.#closeBlock()
      this.#blocks.push(piece)
      return true
    }
    if (this.#filled + piece.byteLength > this.#block.byteLength) {
      this.#closeBlock()
      this.#block = new Uint8Array(BLOCK_BYTES)
    }
    this.#block.set(piece, this.#filled)
    this.#filled += piece.byteLength
    return true
  }

  /** All of it, in one array. */
  whole(): Uint8Array<ArrayBuffer> {
    this.#closeBlock()
    return joinBytes(this.#blocks, this.#size)
  }

  #closeBlock(): void {
    if (this.#filled > 0) this.#blocks.push(this.#block.slice(0, this.#filled))
    this.#block = new Uint8Array(0)
    this.#filled = 0
  }
}

/** One array of all chunks, which are `size` bytes together. */
export function joinBytes(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const [only] = chunks
  // No stream's chunks lie in shared memory, though their type leaves that open.
  if (only !== undefined && chunks.length === 1) return only as Uint8Array<ArrayBuffer>
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}
