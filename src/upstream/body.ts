/**
 * Reads a request's body under a cap, before anything is reserved. Content codings are refused
 * rather than decoded, so that no bomb can unfold here.
 */
import { Problem } from '../problem/problem.ts'

const JSON_TYPE = /^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i

type WithBody = Pick<Request, 'headers' | 'body'>

/** The body's bytes. 413 past `maxBytes` (told or real), 415 for anything but plain UTF-8 JSON. */
export async function readBody(request: WithBody, maxBytes: number): Promise<Uint8Array> {
  if (!JSON_TYPE.test(request.headers.get('content-type') ?? '')) {
    throw new Problem('UnsupportedMediaType', 'The content type must be application/json.')
  }
  return readBytes(request, maxBytes)
}

/** The same, of whatever type; none are as good as an empty body. */
export async function readBytes(request: WithBody, maxBytes: number): Promise<Uint8Array> {
  const coding = request.headers.get('content-encoding')
  if (coding !== null && coding.toLowerCase() !== 'identity') {
    throw new Problem('UnsupportedMediaType', 'Send the body without a content coding.')
  }
  const tooLarge = () =>
    new Problem('BodyTooLarge', `The body is larger than ${maxBytes} bytes.`, { max: maxBytes })
  const told = toldLength(request.headers)
  if (told !== null && told > maxBytes) throw tooLarge()
  if (request.body === null) return new Uint8Array()

  const gathered = new GatheredBytes(maxBytes)
  // The platform's type leaves open what a body is made of; it is bytes.
  const reader = (request.body as ReadableStream<Uint8Array>).getReader()
  for (;;) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      throw new Problem('MalformedRequest', 'The body broke off.', {}, error)
    })
    if (done) return gathered.whole()
    if (gathered.add(value)) {
      if (gathered.size === told) return gathered.whole()
      continue
    }
    void reader.cancel().catch(() => undefined)
    throw tooLarge()
  }
}

/**
 * How many bytes the body has by its own header; null where that says nothing. HTTP lets no more come
 * (RFC 9112, section 6.3), so that with so many in hand the end, a turn of its own, need not be awaited.
 */
export function toldLength(headers: Headers): number | null {
  const told = headers.get('content-length')
  return told === null ? null : Number(told)
}

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
