/**
 * The last word on whatever was thrown: the only writer of error answers, with the headers that tell
 * an SDK whether and when to try again. What is no Problem becomes a bare 500; its cause goes to the
 * log alone.
 */
import type { Log } from '../log.ts'
import { StoreUnavailable } from '../store/store.ts'
import { isRetryable, problemBody, retryAfterSeconds, type ProblemContext } from './body.ts'
import { CATALOG } from './catalog.ts'
import { Problem } from './problem.ts'

/** SDKs sleep as long as they are told; past this they are told to give up and let the caller decide. */
const MAX_SDK_WAIT_MS = 60_000
const STORE_RETRY_MS = 1_000
const MAX_FRAMES = 8

/** The problem that stands for whatever was thrown. What is our fault, or may be, goes to the log. */
export function toProblem(thrown: unknown, log: Log, requestId: string): Problem {
  const problem = asProblem(thrown)
  if (CATALOG[problem.code].status >= 500) {
    const { code, detail, cause } = problem
    log.error('problem', { request_id: requestId, code, detail, ...describeCause(cause) })
  }
  return problem
}

function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown
  if (thrown instanceof StoreUnavailable) {
    const detail = 'The store did not answer in time. Nothing was spent.'
    return new Problem('StoreUnavailable', detail, { retryAfterMs: STORE_RETRY_MS }, thrown)
  }
  return new Problem('Internal', 'An error of the gateway itself.', {}, thrown)
}

/**
 * The message of a foreign error may hold anything, parts of a body or of a command included. So
 * it is named and placed, not quoted.
 */
function describeCause(cause: unknown): Record<string, unknown> {
  if (!(cause instanceof Error)) return {}
  if (cause instanceof Problem || cause instanceof StoreUnavailable) {
    return { cause: cause.name, cause_message: cause.message }
  }
  const frames = (cause.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return { cause: cause.name, at: frames.slice(0, MAX_FRAMES).map((line) => line.trim()) }
}

export function problemResponse(problem: Problem, context: ProblemContext): Response {
  const { status } = CATALOG[problem.code]
  return new Response(JSON.stringify(problemBody(problem, context)), {
    status,
    headers: problemHeaders(problem, context),
  })
}

function problemHeaders(problem: Problem, { requestId, dialect }: ProblemContext): Headers {
  const retryable = isRetryable(problem)
  const waitMs = retryable ? problem.members.retryAfterMs : undefined
  const headers = new Headers({
    // The Anthropic dialect takes `type` for itself, so that body is no problem+json any more.
    'content-type': dialect === 'anthropic' ? 'application/json' : 'application/problem+json',
    'cache-control': 'no-store',
    'x-request-id': requestId,
    'x-should-retry': String(retryable && (waitMs ?? 0) <= MAX_SDK_WAIT_MS),
  })
  if (dialect === 'anthropic') headers.set('request-id', requestId)
  if (waitMs !== undefined) {
    headers.set('retry-after', String(retryAfterSeconds(waitMs)))
    headers.set('retry-after-ms', String(Math.max(1, Math.ceil(waitMs))))
  }
  // RFC 9110 section 15.5.6: a 405 must have it.
  const { allow } = problem.members
  if (allow !== undefined) headers.set('allow', allow.join(', '))
  if (CATALOG[problem.code].status === 401) {
    headers.set('www-authenticate', 'Bearer realm="tollgate"')
  }
  return headers
}

/**
 * A problem inside an event stream whose status is long sent, as the one event that makes the
 * dialect's SDK throw: an OpenAI SDK any data with an `error`, Anthropic's only a named event.
 */
export function problemFrame(
  problem: Problem,
  context: Omit<ProblemContext, 'instance'>,
): Uint8Array {
  const name = context.dialect === 'openai' ? '' : 'event: error\n'
  const data = JSON.stringify(problemBody(problem, context))
  return new TextEncoder().encode(`${name}data: ${data}\n\n`)
}
