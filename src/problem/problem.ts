/**
 * A refusal or failure that a caller is told of. `detail` and `members` are public; `cause` is for
 * the log alone. Thrown by stages, written by `respond.ts` only.
 */
import { CATALOG, type ProblemCode } from './catalog.ts'

/** RFC 9457 extension members that let a program act. */
export interface ProblemMembers {
  readonly limit?: string
  readonly scope?: string
  readonly used?: number | string
  readonly max?: number | string
  readonly resets_at?: string
  /** Milliseconds here; told as `retry_after` in whole seconds, and in the headers. */
  readonly retryAfterMs?: number
  /** Overrides the catalogue where this very refusal differs. */
  readonly retryable?: boolean
  readonly remedy?: string
  /** The member of the body that is wrong. */
  readonly param?: string
  /** The methods that there are; also told in the header `allow`. */
  readonly allow?: readonly string[]
  /** Told in the error object of Anthropic's dialect only. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly errors?: readonly { readonly member: string; readonly message: string }[]
}

export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  readonly detail: string
  readonly members: ProblemMembers

  constructor(code: ProblemCode, detail: string, members: ProblemMembers = {}, cause?: unknown) {
    super(`${code}: ${detail}`, cause === undefined ? undefined : { cause })
    this.code = code
    this.detail = detail
    this.members = members
  }
}

export function statusOf(problem: Problem): number {
  return CATALOG[problem.code].status
}
