// A body whose bytes the test lets out one by one, and that tells what its reader does.

export class ByteTap {
  readonly stream: ReadableStream<Uint8Array>
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null
  #cancelled = false

  constructor() {
    this.stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller
      },
      cancel: () => {
        this.#cancelled = true
      },
    })
  }

  /** Whether the reader has given up. */
  get cancelled(): boolean {
    return this.#cancelled
  }

  push(bytes: string | Uint8Array): this {
    this.#controller?.enqueue(typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes)
    return this
  }

  end(): this {
    this.#controller?.close()
    return this
  }

  fail(error: unknown = new Error('connection reset')): this {
    if (!this.#cancelled) this.#controller?.error(error)
    return this
  }
}

/** Makes the chunks only as they are asked for; `taken` tells how many were. */
export function lazyBody(chunks: readonly Uint8Array[]): {
  readonly stream: ReadableStream<Uint8Array>
  readonly taken: () => number
} {
  let at = 0
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[at]
        at += 1
        if (chunk === undefined) controller.close()
        else controller.enqueue(chunk)
      },
    },
    { highWaterMark: 0 },
  )
  return { stream, taken: () => Math.min(at, chunks.length) }
}

/** All bytes of a stream, as far as it goes. */
export async function drainBytes(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push(part)
  return new Uint8Array(Buffer.concat(parts))
}

export async function drainText(stream: ReadableStream<Uint8Array>): Promise<string> {
  return new TextDecoder().decode(await drainBytes(stream))
}

/** The bytes in pieces of the given sizes, the last one being what is left. */
export function cutAt(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = []
  let at = 0
  for (const size of sizes) {
    if (at >= bytes.length) break
    pieces.push(bytes.slice(at, at + size))
    at += size
  }
  if (at < bytes.length) pieces.push(bytes.slice(at))
  return pieces
}
