/**
 * Which operation a request's path and method mean. The path is decoded once and matched as a whole;
 * what goes upstream is built from the operation's own template, never cut out of the client's text.
 */
import type { Operation } from './adapter.ts'

export type PathMatch =
  | {
      readonly ok: true
      readonly operation: Operation
      readonly params: Readonly<Record<string, string>>
      /** Below the upstream's base URL, encoded; it has no query. */
      readonly path: string
    }
  /** A path or query that two readers could understand differently, or that asks for what is not offered. */
  | { readonly ok: false; readonly reason: 'malformed'; readonly detail: string }
  | { readonly ok: false; readonly reason: 'not_found' }
  | {
      readonly ok: false
      readonly reason: 'method_not_allowed'
      readonly allowed: readonly string[]
    }

/** Longer than any template with the longest model name. */
const MAX_PATH_LENGTH = 512

/** What no segment needs and some reader takes for a separator, a terminator or a second encoding. */
const AMBIGUOUS = /%(?:2f|5c|25|00)|\\/i

/** After decoding: printable ASCII only, so that no control character or look-alike passes. */
const PRINTABLE = /^[\x21-\x7e]+$/

const PARAM_VALUE = /^[A-Za-z0-9._:@-]{1,200}$/

/** What a path may be made of. */
export interface PathRules {
  readonly maxLength: number
  /** Of each segment, decoded. */
  readonly segment: RegExp
  /** Of a segment that stands for a parameter. */
  readonly param: RegExp
}

const RULES: PathRules = { maxLength: MAX_PATH_LENGTH, segment: PRINTABLE, param: PARAM_VALUE }

/**
 * `path` and `search` are as `URL` gives them, the path without the prefix that named the upstream.
 * Any query but the operation's ignored one is malformed: dropping it would change what was asked.
 */
export function matchOperation(
  operations: readonly Operation[],
  method: string,
  path: string,
  search: string,
): PathMatch {
  const segments = readSegments(path, RULES)
  if (segments === null) return malformed('The path is not well formed.')
  const atPath = operations.flatMap((operation) => {
    const params = matchTemplate(operation.path, segments, RULES)
    return params === null ? [] : [{ operation, params }]
  })
  if (atPath.length === 0) return { ok: false, reason: 'not_found' }
  const match = atPath.find(({ operation }) => operation.method === method)
  if (match === undefined) {
    const allowed = atPath.map(({ operation }) => operation.method)
    return { ok: false, reason: 'method_not_allowed', allowed }
  }
  const { operation, params } = match
  if (hasStrayQuery(search, operation.ignoredQuery ?? [])) {
    return malformed('The query has members that are not accepted here.')
  }
  return { ok: true, operation, params, path: buildPath(operation.path, params) }
}

function malformed(detail: string): PathMatch {
  return { ok: false, reason: 'malformed', detail }
}

/** The decoded segments after the leading slash; null when the path is not one that we read. */
export function readSegments(path: string, rules: PathRules): readonly string[] | null {
  if (!path.startsWith('/') || path.length > rules.maxLength || AMBIGUOUS.test(path)) return null
  const segments: string[] = []
  for (const encoded of path.slice(1).split('/')) {
    const segment = decode(encoded)
    if (segment === null || !rules.segment.test(segment)) return null
    if (segment === '.' || segment === '..') return null
    segments.push(segment)
  }
  return segments
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment)
  } catch {
    return null
  }
}

/** The parameters by name; null when the segments are not of this template. */
export function matchTemplate(
  template: string,
  segments: readonly string[],
  rules: PathRules,
): Readonly<Record<string, string>> | null {
  const wanted = template === '/' ? [] : template.slice(1).split('/')
  if (wanted.length !== segments.length) return null
  const params: [name: string, value: string][] = []
  for (const [index, part] of wanted.entries()) {
    const segment = segments[index] ?? ''
    if (!isParam(part)) {
      if (part !== segment) return null
    } else if (rules.param.test(segment)) params.push([part.slice(1, -1), segment])
    else return null
  }
  return Object.fromEntries(params)
}

function buildPath(template: string, params: Readonly<Record<string, string>>): string {
  const fill = (part: string) =>
    isParam(part) ? encodeURIComponent(params[part.slice(1, -1)] ?? '') : part
  return template.split('/').map(fill).join('/')
}

function isParam(part: string): boolean {
  return part.startsWith('{') && part.endsWith('}')
}

function hasStrayQuery(search: string, ignored: readonly string[]): boolean {
  if (search === '' || search === '?') return false
  return search
    .slice(1)
    .split('&')
    .some((pair) => !ignored.includes(pair) && !ignored.includes(pair.split('=', 1)[0] ?? pair))
}
