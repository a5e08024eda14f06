// What a route is, and how a request is matched with one: by method and segments, nothing else.
import { invalid, malformed, QdrantError } from './errors.ts'
import { type Json, NotJson, parseJson } from './json.ts'
import type { Database } from './database.ts'
import { type Decode, Invalid, Misfit } from './serde.ts'

/** A request as a handler sees it. */
export interface Call {
  readonly database: Database
  readonly params: ReadonlyMap<string, string>
  readonly query: URLSearchParams
  readonly contentType: string
  readonly bytes: Uint8Array
  /** Notes an effect that no gateway may let through: snapshots, topology, node settings, inference. */
  note(what: string): void
}

export interface Route {
  readonly method: string
  readonly pattern: readonly string[]
  /** JSON is put in the envelope; a string goes out as plain text. */
  readonly handle: (call: Call) => Answer
}
export type Answer = { readonly result: Json } | { readonly text: string } | { readonly bare: Json }

export function route(method: string, path: string, handle: (call: Call) => Answer): Route {
  return { method, pattern: path.split('/').filter((segment) => segment !== ''), handle }
}

/** The parameters of a matching path; null when it does not match. */
export function matchPath(
  pattern: readonly string[],
  segments: readonly string[],
): Map<string, string> | null {
  if (pattern.length !== segments.length) return null
  const params = new Map<string, string>()
  for (const [at, part] of pattern.entries()) {
    const segment = segments[at] ?? ''
    if (part.startsWith('{')) params.set(part.slice(1, -1), segment)
    else if (part !== segment) return null
  }
  return params
}

/** The body, decoded; a body that does not fit is refused as actix and serde refuse it. */
export function bodyOf<T>(call: Call, decode: Decode<T>): T {
  if (!/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(call.contentType)) {
    throw new QdrantError(400, 'Content type error')
  }
  try {
    return decode(parseJson(call.bytes))
  } catch (error) {
    if (error instanceof NotJson || error instanceof Misfit) {
      throw malformed('JSON body', error.message)
    }
    if (error instanceof Invalid) throw invalid('JSON body', error.field, error.message)
    throw error
  }
}

/** `wait` and what else may stand in the query of a write; an unknown parameter is ignored. */
export function waits(call: Call): boolean {
  timeoutOf(call)
  const wait = single(call, 'wait')
  if (wait !== null && wait !== 'true' && wait !== 'false') {
    throw wrongQuery('provided string was not `true` or `false`')
  }
  const ordering = single(call, 'ordering')
  if (ordering !== null && !['weak', 'medium', 'strong'].includes(ordering)) {
    throw wrongQuery(
      `unknown variant \`${ordering}\`, expected one of \`weak\`, \`medium\`, \`strong\``,
    )
  }
  return wait === 'true'
}

/** Refuses a time-out that is no positive number of seconds. */
export function timeoutOf(call: Call): void {
  const timeout = single(call, 'timeout')
  if (timeout === null) return
  if (!/^\d+$/.test(timeout)) throw wrongQuery('invalid digit found in string')
  if (Number(timeout) < 1) {
    throw invalid('query parameters', 'timeout', `value ${timeout} invalid, must be 1 or larger`)
  }
}

/** `consistency`: a number of replicas or a word. */
export function consistencyOf(call: Call): void {
  timeoutOf(call)
  const consistency = single(call, 'consistency')
  if (consistency === null || consistency === '') return
  if (/^\d+$/.test(consistency) || ['majority', 'quorum', 'all'].includes(consistency)) return
  throw wrongQuery(`failed to deserialize read consistency query parameter value '${consistency}'`)
}

function single({ query }: Call, name: string): string | null {
  const values = query.getAll(name)
  if (values.length > 1) throw wrongQuery(`duplicate field \`${name}\``)
  return values[0] ?? null
}

const wrongQuery = (why: string): QdrantError =>
  new QdrantError(400, `Deserialize error in query parameters: ${why}`)
