// From an answer that is no success to what a person is told and the exit code that a script gets.
import * as z from 'zod'
import { Failure } from '../failure.ts'
import type { FailureKind } from '../exit-codes.ts'

/** RFC 9457, and the members that Tollgate adds; whatever else there is stays. */
const Problem = z.looseObject({
  title: z.string(),
  detail: z.string().optional(),
  remedy: z.string().optional(),
  errors: z.array(z.looseObject({ member: z.string(), message: z.string() })).optional(),
})

function failureKind(status: number): FailureKind {
  switch (status) {
    case 400:
    case 413:
    case 415:
    case 422:
      return 'usage'
    case 401:
    case 403:
      return 'auth'
    case 404:
      return 'not_found'
    case 409:
    case 412:
      return 'conflict'
    case 429:
      return 'refused'
    case 502:
    case 503:
    case 504:
      return 'unreachable'
    default:
      return 'failure'
  }
}

/**
 * `body` is the answer's text, JSON or not; `tokenRemedy`, what to do when the token is not accepted.
 * The server's own remedy for that is about headers, which nobody types here.
 */
export function problemFailure(status: number, body: string, tokenRemedy: string): Failure {
  const kind = failureKind(status)
  const parsed = Problem.safeParse(jsonOrNull(body))
  if (!parsed.success) {
    return new Failure(kind, {
      title: `The server answered ${status}, without saying why.`,
      remedy:
        kind === 'auth'
          ? tokenRemedy
          : 'Is this the address of a gateway? "tollgate status" looks.',
      members: { status },
    })
  }
  const { title, detail, remedy, errors = [], ...members } = parsed.data
  return new Failure(kind, {
    title,
    detail: errors.length > 1 ? errors.map(wording).join('\n') : detail,
    remedy: status === 401 ? tokenRemedy : remedy,
    members: { ...members, status },
  })
}

function wording({ member, message }: { member: string; message: string }): string {
  return `${member}: ${message}`
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
