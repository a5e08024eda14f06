/** A pure policy's "no": a stable reason for the counters, and the problem to answer with. */
import type { ProblemCode } from '../problem/catalog.ts'
import { Problem, type ProblemMembers } from '../problem/problem.ts'

export interface Objection {
  readonly reason: string
  readonly problem: Problem
}

export function object(
  reason: string,
  code: ProblemCode,
  detail: string,
  members: ProblemMembers = {},
): Objection {
  return { reason, problem: new Problem(code, detail, members) }
}
