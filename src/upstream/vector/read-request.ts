/**
 * Finds the operation of a request to a vector service and reads the request by its strict rules. All
 * that later stages know is the plan that comes of it; path, query and body are not looked at again.
 */
import { Problem } from '../../problem/problem.ts'
import { type Json, MAX_PARTS, type Parsed, parseJson } from '../json.ts'
import { matchTemplate, type PathRules, readSegments } from '../path.ts'
import type { VectorAdapter, VectorOperation, VectorPlan, VectorRequest } from './adapter.ts'

export interface VectorRequestSource {
  readonly method: string
  /** Below the mount, as `URL` gives it. */
  readonly path: string
  readonly search: string
  readonly contentType: string | null
  readonly body: () => Promise<Uint8Array>
}

export type VectorContext = Pick<VectorRequest, 'space' | 'mountUrl' | 'settings'>

/** Vectors and payloads together; a larger import is made in several requests. */
const MAX_VECTOR_BODY_BYTES = 8 * 1024 * 1024

const MAX_LINES = 1_000

/** Any text without blanks, separators and characters that are not seen. */
const SEGMENT = /^[^\p{C}\p{Z}/\\%]+$/u

const PATH: PathRules = { maxLength: 2_048, segment: SEGMENT, param: SEGMENT }

/** Throws Problem. */
export async function readVectorRequest(
  adapter: VectorAdapter,
  source: VectorRequestSource,
  context: VectorContext,
): Promise<{ readonly operation: VectorOperation; readonly plan: VectorPlan }> {
  const { operation, params } = matchVectorOperation(adapter, source)
  const { query, repeatedQuery } = readQuery(operation, source.search)
  const bytes = await source.body()
  if (bytes.byteLength > MAX_VECTOR_BODY_BYTES) {
    throw new Problem('BodyTooLarge', `The body has more than ${MAX_VECTOR_BODY_BYTES} bytes.`)
  }
  const body = readBody(operation, source, bytes)
  const read = await operation.read({
    ...context,
    params,
    query,
    repeatedQuery,
    body,
    bodyBytes: bytes.byteLength,
  })
  if (read.ok) return { operation, plan: read.plan }
  if (read.bad === 'not_found') throw notThere()
  const { status, detail, param } = read.bad
  const code = status === 422 ? 'InvalidMember' : 'InvalidBody'
  throw new Problem(code, detail, param === null ? {} : { param })
}

/** The one answer for what never was, what is another's, and what is no handle at all. */
export function notThere(remedy?: string): Problem {
  const detail = 'There is no collection, point or handle of this name here.'
  return new Problem('NotFound', detail, remedy === undefined ? {} : { remedy })
}

function matchVectorOperation(
  { operations }: VectorAdapter,
  { method, path }: VectorRequestSource,
): { operation: VectorOperation; params: Readonly<Record<string, string>> } {
  // Some services answer at their root.
  const segments = path === '/' ? [] : readSegments(path, PATH)
  if (segments === null) throw new Problem('MalformedRequest', 'The path is not well formed.')
  const atPath = operations.flatMap((operation) => {
    const params = matchTemplate(operation.path, segments, PATH)
    return params === null ? [] : [{ operation, params }]
  })
  // A literal segment is meant before one that any name could stand for.
  const best = Math.min(...atPath.map(({ params }) => Object.keys(params).length))
  const meant = atPath.filter(({ params }) => Object.keys(params).length === best)
  const match = meant.find(({ operation }) => operation.method === method)
  if (match !== undefined) return match
  if (meant.length === 0) throw notOffered()
  const allow = [...new Set(meant.map(({ operation }) => operation.method))]
  throw new Problem('MethodNotAllowed', `Use ${allow.join(' or ')} here.`, { allow })
}

function notOffered(): Problem {
  return new Problem('NotFound', 'This operation is not offered here.', {
    remedy: 'docs/vector.md lists the operations that are, for each service.',
  })
}

function readQuery(operation: VectorOperation, search: string) {
  const { query: single = {}, repeatedQuery: repeatable = {} } = operation
  const query = new Map<string, string>()
  const repeated = new Map(Object.keys(repeatable).map((name): [string, string[]] => [name, []]))
  for (const [name, value] of new URLSearchParams(search)) {
    const values = repeated.get(name)
    const allowed = values === undefined ? single : repeatable
    const pattern = Object.hasOwn(allowed, name) ? allowed[name] : undefined
    if (pattern === undefined || query.has(name) || !pattern.test(value)) {
      throw unknownQuery(operation, name)
    }
    if (values === undefined) query.set(name, value)
    else values.push(value)
  }
  return { query: Object.fromEntries(query), repeatedQuery: Object.fromEntries(repeated) }
}

function unknownQuery({ query = {}, repeatedQuery = {} }: VectorOperation, name: string): Problem {
  const once = Object.keys(query)
  const often = Object.keys(repeatedQuery)
  const remedy = [
    ...(once.length === 0 ? [] : [`Known, once each: ${once.join(', ')}.`]),
    ...(often.length === 0 ? [] : [`Known, any number of times: ${often.join(', ')}.`]),
  ]
  return new Problem('MalformedRequest', 'The query has a member that is not accepted here.', {
    param: name.slice(0, 64),
    remedy: remedy.length === 0 ? 'None is.' : remedy.join(' '),
  })
}

const JSON_TYPE = /^application\/(?:json|x-ndjson)(?:\s*;\s*charset="?utf-8"?)?\s*$/i

function readBody(
  { body }: VectorOperation,
  { contentType }: VectorRequestSource,
  bytes: Uint8Array,
): Json | undefined {
  if (bytes.byteLength === 0 && (body === 'none' || body === 'optional')) return undefined
  if (body === 'none') throw new Problem('InvalidBody', 'This operation takes no body.')
  // A client that says nothing can only mean JSON.
  if (contentType !== null && !JSON_TYPE.test(contentType)) {
    throw new Problem('UnsupportedMediaType', 'The body must be JSON in UTF-8.')
  }
  const parsed = body === 'lines' ? parseLines(bytes) : parseJson(bytes, { numbers: 'verbatim' })
  if (!parsed.ok) throw new Problem('InvalidBody', parsed.detail)
  return parsed.value
}

const NEWLINE = 0x0a

function parseLines(bytes: Uint8Array): Parsed<Json> {
  const lines: Json[] = []
  const parts = { left: MAX_PARTS }
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, start)
    const end = newline < 0 ? bytes.length : newline
    const parsed = parseJson(bytes.subarray(start, end), { numbers: 'verbatim', parts })
    if (!parsed.ok) return parsed
    lines.push(parsed.value)
    if (lines.length > MAX_LINES) {
      return { ok: false, detail: `The body has more than ${MAX_LINES} lines.` }
    }
    start = end + 1
  }
  return { ok: true, value: lines }
}
