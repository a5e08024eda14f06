/**
 * One attempt at an upstream: sends what was built, and reads as far as is needed to know whether it
 * went well: a whole JSON reply, or the first bytes of a stream. Never throws for what an upstream
 * can do; redirects are not followed.
 */
import type { Clock } from '../clock.ts'
import { joinBytes } from './body.ts'
import type { UpstreamConfig } from '../config/gateway.ts'
import { type Cut, Deadline } from './deadline.ts'

/** Whole replies are held in memory to be measured before their headers go out. */
const MAX_REPLY_BYTES = 32 * 1024 * 1024
const MAX_ERROR_BYTES = 64 * 1024

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface Attempt {
  readonly fetch: Fetch
  readonly clock: Clock
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly timeouts: UpstreamConfig['timeouts']
  readonly lost: AbortSignal
}

export type AttemptResult =
  | { readonly kind: 'reply'; readonly response: Response; readonly bytes: Uint8Array }
  | {
      readonly kind: 'stream'
      readonly response: Response
      readonly first: Uint8Array
      readonly source: ByteSource
    }
  /** An HTTP error, with its body when that is JSON: certainly unbilled. */
  | {
      readonly kind: 'refused'
      readonly status: number
      readonly headers: Headers
      readonly body: unknown
    }
  /** No whole answer: the upstream may have worked, and may bill. `begun`: part of a 2xx body came. */
  | {
      readonly kind: 'failed'
      readonly why: 'timeout' | 'hold_lost' | 'network'
      readonly begun: boolean
      readonly cause: unknown
    }

/** The rest of an upstream's body, under its deadline. */
export class ByteSource {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #deadline: Deadline
  #begun = false

  constructor(body: ReadableStream<Uint8Array>, deadline: Deadline) {
    this.#reader = body.getReader()
    this.#deadline = deadline
  }

  get cut(): Cut {
    return this.#deadline.cut
  }

  /** Whether a byte has come. */
  get begun(): boolean {
    return this.#begun
  }

  /** The next chunk within `ms`; null at the end. Rejects when the upstream breaks off or is cut. */
  async next(ms: number): Promise<Uint8Array | null> {
    this.#deadline.arm(ms)
    const { done, value } = await this.#deadline.race(this.#reader.read())
    this.#deadline.rest()
    if (!done) {
      this.#begun = true
      return value
    }
    this.#deadline.close()
    return null
  }

  /** Stops the upstream. */
  async cancel(): Promise<void> {
    this.#deadline.close()
    await this.#reader.cancel().catch(() => undefined)
  }
}

export async function attempt(plan: Attempt): Promise<AttemptResult> {
  const deadline = new Deadline(plan.clock, plan.lost)
  const { headers_ms, first_byte_ms, idle_ms } = plan.timeouts
  let source: ByteSource | null = null
  try {
    deadline.arm(headers_ms)
    const response = await deadline.race(
      plan.fetch(plan.url, {
        method: plan.method,
        headers: { ...plan.headers },
        body: plan.body,
        redirect: 'manual',
        signal: deadline.signal,
      }),
    )
    deadline.rest()
    if (response.body !== null)
      source = new ByteSource(response.body as ReadableStream<Uint8Array>, deadline)
    if (!response.ok) {
      const bytes = await readAll(source, first_byte_ms, MAX_ERROR_BYTES).catch(
        () => new Uint8Array(),
      )
      return {
        kind: 'refused',
        status: response.status,
        headers: response.headers,
        body: parse(bytes),
      }
    }
    if (source !== null && isEventStream(response)) {
      const first = await source.next(first_byte_ms)
      if (first === null) throw new Error('empty stream')
      return { kind: 'stream', response, first, source }
    }
    const bytes = await readAll(source, first_byte_ms, MAX_REPLY_BYTES, idle_ms)
    return { kind: 'reply', response, bytes }
  } catch (cause) {
    deadline.close()
    return { kind: 'failed', why: deadline.cut ?? 'network', begun: source?.begun ?? false, cause }
  }
}

export function isEventStream(response: Response): boolean {
  return /^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '')
}

async function readAll(
  source: ByteSource | null,
  firstMs: number,
  maxBytes: number,
  idleMs = firstMs,
): Promise<Uint8Array> {
  if (source === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let size = 0
  for (let waitMs = firstMs; ; waitMs = idleMs) {
    const chunk = await source.next(waitMs)
    if (chunk === null) break
    size += chunk.byteLength
    if (size > maxBytes) {
      await source.cancel()
      throw new Error('the reply is too large')
    }
    chunks.push(chunk)
  }
  return joinBytes(chunks, size)
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return null
  }
}
