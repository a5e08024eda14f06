/**
 * One attempt at an upstream: sends what was built, and reads as far as is needed to know whether it
 * went well: a whole JSON reply, or the first bytes of a stream. Never throws for what an upstream
 * can do; redirects are not followed.
 */
import type { Clock } from '../clock.ts'
import { GatheredBytes } from '../gathered-bytes.ts'
import { toldLength } from '../input/body.ts'
import type { Timeouts } from '../config/gateway.ts'
import { type Cut, Deadline } from './deadline.ts'
import type { Json } from './json.ts'
import { Opening } from './opening.ts'

/** Whole replies are held in memory to be measured before their headers go out. */
const MAX_REPLY_BYTES = 32 * 1024 * 1024
const MAX_ERROR_BYTES = 64 * 1024
/** The text of an error is a courtesy: what does not come soon after its status is not waited for. */
const ERROR_BODY_MS = 5_000

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface Attempt {
  readonly fetch: Fetch
  readonly clock: Clock
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer> | null
  /** An event stream was asked for: it is taken for one under whatever type it comes. */
  readonly stream?: boolean
  readonly timeouts: Timeouts
  readonly lost: AbortSignal
}

export type AttemptResult =
  | { readonly kind: 'reply'; readonly response: Response; readonly bytes: Uint8Array<ArrayBuffer> }
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
      readonly body: Json
    }
  /**
   * No whole answer: the upstream may have worked, and may bill. `part`: what came of a 2xx body;
   * null: nothing did. `unreadable`: all of it came, in a form that cannot be measured.
   */
  | {
      readonly kind: 'failed'
      readonly why: 'timeout' | 'hold_lost' | 'network' | 'unreadable'
      readonly part: Uint8Array | null
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
    try {
      const { done, value } = await this.#deadline.race(this.#reader.read())
      if (!done) {
        this.#begun = true
        this.#deadline.rest()
        return value
      }
    } catch (error) {
      void this.cancel()
      throw error
    }
    this.#deadline.close()
    return null
  }

  /** All of it has come: nothing is waited for any more. */
  close(): void {
    this.#deadline.close()
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
  const gathered = new GatheredBytes(MAX_REPLY_BYTES)
  let source: ByteSource | null = null
  try {
    if (plan.lost.aborted) throw new Error('the hold is lost')
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
    if (response.body === null) deadline.close()
    else source = new ByteSource(response.body as ReadableStream<Uint8Array>, deadline)
    if (!response.ok) {
      const bytes = await readError(plan.clock, source)
      return {
        kind: 'refused',
        status: response.status,
        headers: response.headers,
        body: parseReply(bytes),
      }
    }
    const isNamedStream = isEventStream(response)
    if (source !== null && (isNamedStream || plan.stream === true)) {
      const opening = new Opening()
      const waits = { first_byte_ms, idle_ms, length: null }
      await gather(source, gathered, waits, (chunk) => opening.add(chunk))
      if (isNamedStream && gathered.size === 0) throw new Error('empty stream')
      if (opening.isEvents) return { kind: 'stream', response, first: gathered.whole(), source }
    }
    // What was coded on its way is longer here than it was told to be, or shorter.
    const isPlain = !response.headers.has('content-encoding')
    const length = isPlain ? toldLength(response.headers) : null
    await gather(source, gathered, { first_byte_ms, idle_ms, length })
    return { kind: 'reply', response, bytes: gathered.whole() }
  } catch (cause) {
    deadline.close()
    const part = source?.begun === true ? gathered.whole() : null
    return { kind: 'failed', why: deadline.cut ?? 'network', part, cause }
  }
}

function isEventStream(response: Response): boolean {
  return /^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '')
}

/** As much of an error's body as comes in time. */
async function readError(clock: Clock, source: ByteSource | null): Promise<Uint8Array> {
  const stop = clock.after(ERROR_BODY_MS, () => void source?.cancel())
  try {
    const waits = { first_byte_ms: ERROR_BODY_MS, idle_ms: ERROR_BODY_MS, length: null }
    const gathered = new GatheredBytes(MAX_ERROR_BYTES)
    await gather(source, gathered, waits)
    return gathered.whole()
  } catch {
    return new Uint8Array()
  } finally {
    stop()
  }
}

type Waits = Pick<Timeouts, 'first_byte_ms' | 'idle_ms'> & {
  /** How many bytes come; null where that is not known before their end. */
  readonly length: number | null
}

/** Reads on until `isEnough` says so of a chunk, or to the end. */
async function gather(
  source: ByteSource | null,
  gathered: GatheredBytes,
  { first_byte_ms, idle_ms, length }: Waits,
  isEnough: (chunk: Uint8Array) => boolean = () => false,
): Promise<void> {
  if (source === null) return
  while (gathered.size !== length) {
    const chunk = await source.next(gathered.size === 0 ? first_byte_ms : idle_ms)
    if (chunk === null) return
    if (!gathered.add(chunk)) {
      void source.cancel()
      throw new Error('the reply is too large')
    }
    if (isEnough(chunk)) return
  }
  source.close()
}

/** null for what is not JSON. */
export function parseReply(bytes: Uint8Array): Json {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as Json
  } catch {
    return null
  }
}
