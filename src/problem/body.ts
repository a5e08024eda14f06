/**
 * The one body that all errors have: RFC 9457 problem details, on LLM routes valid in the provider's
 * dialect as well. A new member here is a new line in docs/problems.md.
 */
import { CATALOG, type ProblemCode } from './catalog.ts'
import type { Problem } from './problem.ts'
import type { ProblemBody } from './shown.ts'

/** In whose words an error is said, so that the official SDK of that API raises its own class. */
export type DialectName = 'openai' | 'anthropic' | 'plain'

export interface ProblemContext {
  readonly requestId: string
  /** Path of the request, without its query: a query may hold what must not be repeated. */
  readonly instance?: string
  readonly dialect: DialectName
  readonly errorMembers?: ErrorMembers
}

/** Members that a service's own client looks for in an error, laid over the problem's. */
export type ErrorMembers = (status: number, detail: string) => Readonly<Record<string, unknown>>

const TYPE_PREFIX = 'urn:tollgate:problem:'

/** `RateLimited` -> `urn:tollgate:problem:rate-limited`: stable, and nothing to be fetched from it. */
export function problemType(code: ProblemCode): string {
  const kebab = code.replaceAll(/(?<!^)[A-Z]/g, (capital) => `-${capital}`).toLowerCase()
  return TYPE_PREFIX + kebab
}

export function isRetryable({ code, members }: Problem): boolean {
  return members.retryable ?? CATALOG[code].retryable
}

export function retryAfterSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000))
}

export function problemBody(problem: Problem, context: ProblemContext): Record<string, unknown> {
  const { code, detail } = problem
  const { status, title, openai, anthropic } = CATALOG[code]
  const { retryAfterMs, retryable: _, details, ...members } = problem.members
  const retryable = isRetryable(problem)
  const body: ProblemBody = {
    type: problemType(code),
    title,
    status,
    detail,
    ...(context.instance === undefined ? {} : { instance: context.instance }),
    code,
    request_id: context.requestId,
    retryable,
    ...(retryable && retryAfterMs !== undefined
      ? { retry_after: retryAfterSeconds(retryAfterMs) }
      : {}),
    ...members,
    // The member that the IETF draft on RateLimit fields defines for exhausted quotas.
    ...(status === 429 && members.limit !== undefined
      ? { 'violated-policies': [members.limit] }
      : {}),
  }
  switch (context.dialect) {
    case 'plain':
      return { ...body, ...context.errorMembers?.(status, detail) }
    case 'openai': {
      const [type, openaiCode] = openai
      const error = { message: detail, type, param: members.param ?? null, code: openaiCode }
      return { ...body, error }
    }
    case 'anthropic':
      return {
        ...body,
        type: 'error',
        error: { type: anthropic, message: detail, ...(details === undefined ? {} : { details }) },
      }
  }
}
