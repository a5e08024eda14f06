// The one place that talks to a gateway: sends the token to the target's own address only, follows
// no redirect, parses what comes back, and turns everything else into a Failure.
import * as z from 'zod'
import { Failure, interruption, usageFailure } from '../failure.ts'
import { problemFailure } from './problem.ts'

export interface ClientOptions {
  /** As `parseApiUrl` returns it. */
  readonly apiUrl: string
  /** null: nothing is sent. */
  readonly token: string | null
  /** What to do when the gateway does not accept the token. */
  readonly tokenRemedy: string
  readonly interrupted: AbortSignal
  readonly timeoutMs?: number
}

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'

export interface Call {
  readonly query?: Readonly<Record<string, string | undefined>> | undefined
  readonly body?: object | undefined
  /** A version: the change is refused (412) when the resource has another by now. */
  readonly ifMatch?: string | undefined
  readonly idempotencyKey?: string | undefined
  /** What the answer has to be; JSON when absent. */
  readonly accept?: string | undefined
  /** Of an event stream: where an earlier one has ended. */
  readonly lastEventId?: string | undefined
}

const DEFAULT_TIMEOUT_MS = 30_000
/** The types of Node leave open what a body is made of. */
const Chunk = z.discriminatedUnion('done', [
  z.object({ done: z.literal(true) }),
  z.object({ done: z.literal(false), value: z.instanceof(Uint8Array) }),
])

export class ApiClient {
  readonly #options: ClientOptions

  constructor(options: ClientOptions) {
    this.#options = options
  }

  async get<Schema extends z.ZodType>(
    schema: Schema,
    path: string,
    query?: Call['query'],
  ): Promise<z.output<Schema>> {
    return this.send(schema, 'GET', path, { query })
  }

  /** Throws Failure for whatever is no success, and for an answer that the schema does not know. */
  async send<Schema extends z.ZodType>(
    schema: Schema,
    method: Method,
    path: string,
    call: Call = {},
  ): Promise<z.output<Schema>> {
    const text = await this.text(method, path, call)
    const parsed = schema.safeParse(text === '' ? null : jsonOrUndefined(text))
    if (parsed.success) return parsed.data
    throw notUnderstood(method, path, parsed.error.issues[0]?.path.join('.') ?? '')
  }

  /** The body of a success as it is. */
  async text(method: Method, path: string, call: Call = {}): Promise<string> {
    const timeout = AbortSignal.timeout(this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS)
    const response = await this.#fetch(method, path, call, timeout)
    return this.#guard(timeout, () => response.text())
  }

  /** For probes: status and body, whatever the status is. */
  async probe(path: string): Promise<{ readonly status: number; readonly body: string }> {
    const timeout = AbortSignal.timeout(this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS)
    const response = await this.#request('GET', path, {}, timeout)
    return { status: response.status, body: await this.#guard(timeout, () => response.text()) }
  }

  /** Pieces of the body as they come, until the server or Ctrl-C ends it; no time limit. */
  async *stream(path: string, lastEventId?: string): AsyncGenerator<Uint8Array> {
    const never = new AbortController().signal
    const call = { accept: 'text/event-stream', lastEventId }
    const response = await this.#fetch('GET', path, call, never)
    const reader = response.body?.getReader()
    if (reader === undefined) return
    try {
      for (;;) {
        const read = Chunk.parse(await this.#guard(never, () => reader.read()))
        if (read.done) return
        yield read.value
      }
    } finally {
      await reader.cancel().catch(() => undefined)
    }
  }

  async #fetch(method: Method, path: string, call: Call, end: AbortSignal): Promise<Response> {
    const response = await this.#request(method, path, call, end)
    const { accept } = call
    if (response.ok) {
      const type = response.headers.get('content-type') ?? ''
      if (accept === undefined || type.startsWith(accept)) return response
      throw notUnderstood(method, path, '')
    }
    const body = await this.#guard(end, () => response.text())
    throw problemFailure(response.status, body, this.#options.tokenRemedy)
  }

  async #request(method: Method, path: string, call: Call, end: AbortSignal): Promise<Response> {
    const { apiUrl, token, interrupted } = this.#options
    const url = new URL(`${apiUrl}${path}`)
    for (const [name, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, value)
    }
    const { body, ifMatch, idempotencyKey, accept, lastEventId } = call
    refuseUnsendable('If-Match', ifMatch)
    refuseUnsendable('Idempotency-Key', idempotencyKey)
    const response = await this.#guard(end, () =>
      fetch(url, {
        method,
        headers: {
          accept: accept ?? 'application/json',
          ...(token !== null && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(ifMatch !== undefined && { 'if-match': `"${ifMatch}"` }),
          ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
          ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        redirect: 'manual',
        signal: AbortSignal.any([interrupted, end]),
      }),
    )
    if (response.status >= 300 && response.status < 400) throw redirected(url, response)
    return response
  }

  async #guard<T>(end: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (this.#options.interrupted.aborted) throw interruption()
      const { apiUrl } = this.#options
      throw end.aborted ? notInTime(apiUrl) : unreachable(apiUrl, reasonOf(error))
    }
  }
}

/** Throws Failure (usage) for what a header cannot carry; `fetch` would fail as if the gateway were away. */
function refuseUnsendable(header: string, value: string | undefined): void {
  if (value === undefined || /^[\x21-\x7e]+$/.test(value)) return
  throw usageFailure(
    `'${value}' cannot be sent as ${header}.`,
    'Use visible ASCII characters, without blanks.',
  )
}

/** `where`: the place in the JSON, if it is JSON. */
function notUnderstood(method: Method, path: string, where: string): Failure {
  return new Failure('failure', {
    title: `The answer to ${method} ${path} is not what this version of tollgate understands.`,
    detail: where === '' ? undefined : `Unexpected: ${where}`,
    remedy: 'Is the gateway of another version? See "tollgate --version".',
  })
}

/** Following it would show the token to whoever the answer names. */
function redirected(url: URL, response: Response): Failure {
  const location = URL.parse(response.headers.get('location') ?? '', url.href)
  return new Failure('failure', {
    title: `${url.origin} sends elsewhere (${response.status}), and that is not followed.`,
    detail: location === null ? undefined : `It names ${location.origin}`,
    remedy: 'If the gateway has moved: tollgate config init --api-url <the new address>',
  })
}

function unreachable(apiUrl: string, reason: string): Failure {
  return new Failure('unreachable', {
    title: `${apiUrl} cannot be reached: ${reason}.`,
    remedy: 'Is it running, and is the address right? "tollgate config show" tells the address.',
  })
}

function notInTime(apiUrl: string): Failure {
  return new Failure('unreachable', {
    title: `${apiUrl} did not answer in time.`,
    remedy: 'Try again later; but look first whether a change has been made all the same.',
  })
}

/** A code such as ECONNREFUSED: the messages of fetch say "fetch failed", or more than they should. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  const coded = z.looseObject({ code: z.string() }).safeParse(cause)
  return coded.success ? coded.data.code : 'the connection failed'
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
