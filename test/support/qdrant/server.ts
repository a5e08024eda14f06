// A stand-in for a Qdrant 1.19 server, for tests: real behaviour in memory over real HTTP, with the
// server's traps left in. What it does not imitate stands in README.md beside this file.
import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { collectionRoutes } from './collection-routes.ts'
import { Database } from './database.ts'
import { InferenceAsked, QdrantError } from './errors.ts'
import { JsonObject, toJson, writeJson } from './json.ts'
import { nodeRoutes, openRoutes } from './node-routes.ts'
import { splitTarget } from './path.ts'
import { pointRoutes } from './point-routes.ts'
import { type Answer, matchPath, type Route } from './route.ts'
import { dumpState, type QdrantState } from './state.ts'

/** A request as it arrived, before anything was made of it. */
export interface ReceivedRequest {
  readonly method: string
  /** The request target, byte for byte. */
  readonly target: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
  /** The headers that the server takes for keys of embedding providers (`*-api-key`), by name. */
  readonly inferenceKeys: Readonly<Record<string, string>>
  status: number
  /** The collections that it read, wrote, made, dropped or was told of, by their physical names. */
  touched: readonly string[]
}

/** What happens to a request instead of, before or after its being served. */
export type Fault =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly error: string
      readonly retryAfter?: number
    }
  /** The connection ends without an answer; the request was served when `after` is true. */
  | { readonly kind: 'drop'; readonly after: boolean }
  | { readonly kind: 'delay'; readonly until: Promise<unknown> }

export interface QdrantStandIn {
  readonly url: string
  readonly apiKey: string
  /** Every request, in the order of arrival. */
  readonly requests: ReceivedRequest[]
  /** Every effect that no tenant's request may have: node, cluster and snapshot routes, inference. */
  readonly noted: string[]
  /** The next request that `matches` gets the fault, once. */
  failNext(fault: Fault, matches?: (request: ReceivedRequest) => boolean): void
  /** Applies the writes that were acknowledged without waiting. */
  flush(): void
  /** How many writes were acknowledged and not yet applied. */
  readonly pendingWrites: number
  /** Everything that is stored, as plain data: to compare before and after. */
  state(): QdrantState
  /** All points of all collections. */
  readonly totalPoints: number
  close(): Promise<void>
}

export interface QdrantOptions {
  /** Asked of every request but those for health; null: none is asked. */
  readonly apiKey?: string | null
  /** When writes without `wait=true` are applied; by default a little later. */
  readonly later?: (apply: () => void) => void
  readonly maxBodyBytes?: number
}

const LATER_MS = 30
const MAX_BODY_BYTES = 32 * 1024 * 1024
const ROUTES = [...collectionRoutes, ...nodeRoutes, ...pointRoutes]

export async function startQdrant(options: QdrantOptions = {}): Promise<QdrantStandIn> {
  const later = options.later ?? ((apply) => void setTimeout(apply, LATER_MS).unref())
  const standIn = new StandIn(new Database(later), options)
  await standIn.listen()
  return standIn
}

class StandIn implements QdrantStandIn {
  readonly requests: ReceivedRequest[] = []
  readonly noted: string[] = []
  readonly apiKey: string
  readonly #database: Database
  readonly #options: QdrantOptions
  readonly #faults: { fault: Fault; matches: (request: ReceivedRequest) => boolean }[] = []
  readonly #server = createServer((request, response) => {
    this.#receive(request, response).catch((error: unknown) => {
      // A fault of the stand-in must not look like one that a test asked for.
      console.error('the Qdrant stand-in failed', error)
      response.destroy()
    })
  })

  constructor(database: Database, options: QdrantOptions) {
    this.#database = database
    this.#options = options
    this.apiKey = options.apiKey ?? 'qdrant-admin-key'
    this.#server.keepAliveTimeout = 0
    this.#server.on('connect', (message, socket) => {
      this.#record(message, '')
      socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n')
    })
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1', 1024)
    await once(this.#server, 'listening')
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  get totalPoints(): number {
    return [...this.#database.collections.values()].reduce(
      (sum, { points }) => sum + points.size,
      0,
    )
  }

  get pendingWrites(): number {
    return this.#database.pending
  }

  failNext(fault: Fault, matches: (request: ReceivedRequest) => boolean = () => true): void {
    this.#faults.push({ fault, matches })
  }

  flush(): void {
    this.#database.flush()
  }

  state(): QdrantState {
    return dumpState(this.#database)
  }

  async close(): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  async #receive(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of message) chunks.push(chunk as Buffer)
    const bytes = Buffer.concat(chunks)
    const request = this.#record(message, bytes.toString('utf8'))
    const at = this.#faults.findIndex(({ matches }) => matches(request))
    const fault = at < 0 ? undefined : this.#faults.splice(at, 1)[0]?.fault
    if (fault?.kind === 'drop' && !fault.after) return void response.destroy()
    if (fault?.kind === 'delay') await fault.until
    const reply =
      fault?.kind === 'answer'
        ? errorReply(new QdrantError(fault.status, fault.error, fault.retryAfter ?? null))
        : this.#reply(request, bytes)
    if (fault?.kind === 'drop') return void response.destroy()
    request.status = reply.status
    response.writeHead(reply.status, {
      ...reply.headers,
      'content-length': Buffer.byteLength(reply.body),
    })
    response.end(request.method === 'HEAD' ? '' : reply.body)
  }

  #record(message: IncomingMessage, body: string): ReceivedRequest {
    const { method = '', url: target = '', headers } = message
    const keys = inferenceKeys(message)
    const request = { method, target, headers, body, inferenceKeys: keys, status: 0, touched: [] }
    this.requests.push(request)
    return request
  }

  #reply(request: ReceivedRequest, bytes: Uint8Array): Reply {
    const preflight = preflightReply(request)
    if (preflight !== null) return preflight
    const target = splitTarget(request.target)
    const segments = target?.segments ?? ['']
    const query = new URLSearchParams(target?.query ?? '')
    const open = find(openRoutes, request.method, segments)
    const refusal = open === null ? this.#authorise(request) : null
    if (refusal !== null) return refusal
    const found = open ?? find(ROUTES, request.method, segments)
    if (found === null) return { status: 404, headers: {}, body: '' }
    if (bytes.length > (this.#options.maxBodyBytes ?? MAX_BODY_BYTES)) {
      return errorReply(new QdrantError(400, 'A payload reached size limit.'))
    }
    try {
      const contentType = request.headers['content-type'] ?? ''
      const { params, route } = found
      const note = (what: string): void => void this.noted.push(what)
      const call = { database: this.#database, params, query, contentType, bytes, note }
      return okReply(route.handle(call))
    } catch (error) {
      if (error instanceof InferenceAsked) this.noted.push(`inference by ${error.model}`)
      if (error instanceof QdrantError) return errorReply(error)
      throw error
    } finally {
      request.touched = [...this.#database.touched]
      this.#database.touched.clear()
    }
  }

  #authorise({ headers }: ReceivedRequest): Reply | null {
    if (this.#options.apiKey === null) return null
    const bearer = headers.authorization?.startsWith('Bearer ') === true
    const key = headers['api-key'] ?? (bearer ? headers.authorization?.slice(7) : undefined)
    if (key === this.apiKey) return null
    const why =
      key === undefined
        ? 'Must provide an API key or an Authorization bearer token'
        : 'Invalid API key or JWT'
    return { status: 401, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: why }
  }
}

interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

function find(routes: readonly Route[], method: string, segments: readonly string[]) {
  for (const route of routes) {
    const params = route.method === method ? matchPath(route.pattern, segments) : null
    if (params !== null) return { route, params }
  }
  return null
}

const JSON_TYPE = { 'content-type': 'application/json' }
const TIME = toJson(0.001)

function okReply(answer: Answer): Reply {
  if ('text' in answer) {
    return { status: 200, headers: { 'content-type': 'text/plain' }, body: answer.text }
  }
  const json =
    'bare' in answer
      ? answer.bare
      : new JsonObject([
          ['result', answer.result],
          ['status', 'ok'],
          ['time', TIME],
        ])
  return { status: 200, headers: JSON_TYPE, body: writeJson(json) }
}

function errorReply({ status, message, retryAfter }: QdrantError): Reply {
  const body = writeJson(toJson({ status: { error: message }, time: TIME }))
  const headers =
    retryAfter === null ? JSON_TYPE : { ...JSON_TYPE, 'retry-after': String(retryAfter) }
  return { status, headers, body }
}

/** The server lets any web page in, before it asks for a key. */
function preflightReply({ method, headers }: ReceivedRequest): Reply | null {
  if (method !== 'OPTIONS' || headers.origin === undefined) return null
  const allow = {
    'access-control-allow-origin': headers.origin,
    'access-control-allow-methods': '*',
  }
  return { status: 200, headers: allow, body: '' }
}

function inferenceKeys({ headers }: IncomingMessage): Record<string, string> {
  const keys = Object.entries(headers).filter(([name]) => name.endsWith('-api-key'))
  return Object.fromEntries(keys.map(([name, value]) => [name, String(value)]))
}
