/**
 * What a caller is told when an upstream fails. A fault in the request is passed on in the upstream's
 * words, cleaned of what belongs to the platform; every other fault is told in ours.
 */
import { Problem } from '../problem/problem.ts'
import type { AttemptResult } from './attempt.ts'
import { isJsonArray, isJsonObject } from './json.ts'
import { itemsOf, memberOf, stringIn } from './json-read.ts'
import type { Upstream } from './upstream.ts'

const MAX_MESSAGE = 500
const MAX_WAIT_MS = 60_000

/**
 * Keys, organisation, project and request ids, addresses, and where files lie on a server: none of them
 * is the tenant's business.
 */
const PRIVATE =
  /(?<!\w)\/(?:etc|home|mnt|opt|root|srv|tmp|usr|var|Users)\/\S+|\b(?:\d{1,3}\.){3}\d{1,3}\b(?::\d{1,5})?|\b(?:sk|pk|rk|org|proj|req|key|acct|user|wrkspc)[-_][A-Za-z0-9_*.-]{4,}|(?:[a-z][a-z0-9+.-]{0,20})?:\/\/\S+|\bBearer\s+\S+/gi

/** From here on a message is a stack trace, of Node's making or of Python's. */
const TRACE = /\n[ \t]*at |Traceback \(most recent/

/** How a member of a body is named; no key or id looks like it. */
const MEMBER = /^[a-z_]{1,40}(?:\.[a-z_]{1,40}|\[\d{1,6}\]){0,8}$/

const REMOVED = '[removed]'

type Failure = Extract<AttemptResult, { kind: 'refused' | 'failed' }>

export function failureProblem(upstream: Upstream, failure: Failure): Problem {
  if (failure.kind === 'failed') return failedProblem(failure)
  const { status } = failure
  const message = cleanMessage(upstream, failure.body)
  switch (status) {
    case 400:
      return unacceptedProblem('InvalidBody', failure.body, message)
    case 422:
      return unacceptedProblem('InvalidMember', failure.body, message)
    case 404:
      return new Problem('ModelNotFound', message ?? 'The upstream does not know this model.')
    case 413:
      return new Problem('BodyTooLarge', message ?? 'The upstream does not accept so large a body.')
    case 429:
    case 503:
    case 529:
      // The account itself is out of credit: waiting does not help, and it is not the caller's doing.
      if (!upstream.adapter.isRetryable(status, failure.body)) return refusedUs()
      return new Problem('UpstreamOverloaded', 'The upstream is overloaded.', {
        retryAfterMs: waitAsked(failure.headers) ?? 1_000,
      })
    case 408:
    case 504:
      return new Problem('UpstreamTimeout', 'The upstream took too long.')
    case 401:
    case 402:
    case 403:
      return refusedUs()
    default:
      return new Problem('UpstreamFailed', `The upstream failed (${status}).`, {
        retryable: status >= 500,
      })
  }
}

/** With what programs look for: that the input is too long, and which member is at fault. */
function unacceptedProblem(
  code: 'InvalidBody' | 'InvalidMember',
  body: unknown,
  message: string | null,
): Problem {
  const error = isJsonObject(memberOf(body, 'error')) ? memberOf(body, 'error') : body
  const isTooLong = memberOf(error, 'code') === 'context_length_exceeded'
  const param = stringIn(error, 'param')
  return new Problem(
    isTooLong ? 'ContextTooLong' : code,
    message ?? 'The upstream does not accept this request.',
    param !== null && MEMBER.test(param) ? { param } : {},
  )
}

/** For an exchange without a whole answer. */
export function failedProblem({ why, cause }: Extract<Failure, { kind: 'failed' }>): Problem {
  switch (why) {
    case 'timeout':
      return new Problem('UpstreamTimeout', 'The upstream did not answer in time.', {}, cause)
    case 'hold_lost':
      return new Problem('StoreUnavailable', 'The request lost its hold and was stopped.', {
        retryAfterMs: 1_000,
      })
    case 'unreadable':
      // Each try is billed, and the next would end the same.
      return new Problem('UpstreamFailed', 'The upstream answered in a form that is not metered.', {
        retryable: false,
      })
    case 'network':
      return new Problem('UpstreamFailed', 'The upstream broke off.', {}, cause)
  }
}

const refusedUs = () =>
  new Problem('UpstreamFailed', 'The upstream refused the gateway.', { retryable: false })

/**
 * What `retry-after-ms` or `retry-after` (seconds, or a date by the clock that the answer is dated by)
 * ask for, bounded; null when they say nothing usable.
 */
export function waitAsked(headers: Headers): number | null {
  const after = headers.get('retry-after') ?? ''
  const asked = [
    readNumber(headers.get('retry-after-ms') ?? ''),
    readNumber(after) * 1_000,
    Date.parse(after) - Date.parse(headers.get('date') ?? ''),
  ]
  const wait = asked.find(Number.isFinite) ?? 0
  return wait > 0 ? Math.min(wait, MAX_WAIT_MS) : null
}

/** NaN for what is none; `Number` takes the empty text for 0. */
const readNumber = (text: string): number => (text === '' ? NaN : Number(text))

/**
 * The data of an error event inside a stream, without what belongs to the platform; the very text
 * that was given when there is nothing to remove.
 */
export function cleanErrorData(upstream: Upstream, data: string): string {
  let touched = false
  const clean = (_name: string, value: unknown): unknown => {
    if (typeof value !== 'string') return value
    const cleaned = cleanText(upstream, value)
    touched ||= cleaned !== value
    return cleaned
  }
  try {
    const cleaned = JSON.stringify(JSON.parse(data, clean))
    return touched ? cleaned : data
  } catch {
    return cleanText(upstream, data)
  }
}

function cleanMessage(upstream: Upstream, body: unknown): string | null {
  const message = wordsOf(body)
  if (message === null) return null
  return cleanText(upstream, message.slice(0, 4 * MAX_MESSAGE)).slice(0, MAX_MESSAGE)
}

function cleanText({ key, baseUrl }: Upstream, text: string): string {
  const trace = text.search(TRACE)
  const untraced = trace < 0 ? text : text.slice(0, trace)
  const keyless = key ? untraced.replaceAll(key, REMOVED) : untraced
  const { host, hostname } = new URL(baseUrl)
  return keyless.replace(PRIVATE, REMOVED).replaceAll(host, REMOVED).replaceAll(hostname, REMOVED)
}

/** In the order in which they are looked for: several may stand side by side. */
const WORDS = ['error', 'message', 'detail', 'msg']
const MAX_DEPTH = 4
const MAX_FAULTS = 8

/**
 * What an error says, wherever its words stand: `error.message` in both dialects, `error` (Ollama) or
 * `message` (older vLLM) as a text, `detail` as a text or as a list of faults with their places, which
 * FastAPI makes and Mistral puts into `message`. What was sent, quoted beside them, is left out.
 */
function wordsOf(body: unknown, depth = 0): string | null {
  if (typeof body === 'string') return body === '' || depth === 0 ? null : body
  if (depth > MAX_DEPTH) return null
  if (isJsonArray(body)) {
    const faults = body.slice(0, MAX_FAULTS).map((each) => wordsOf(each, depth + 1))
    return faults.filter((each) => each !== null).join('; ') || null
  }
  for (const name of WORDS) {
    const words = wordsOf(memberOf(body, name), depth + 1)
    if (words !== null) return placeOf(body) + words
  }
  return null
}

/** `messages.0.name: `, of what FastAPI tells as `["body", "messages", 0, "name"]`. */
function placeOf(fault: unknown): string {
  const parts = itemsOf(memberOf(fault, 'loc'))
    .filter((part) => typeof part === 'number' || typeof part === 'string')
    .map(String)
    .filter((part) => part !== 'body')
  return parts.length === 0 ? '' : `${parts.join('.')}: `
}
