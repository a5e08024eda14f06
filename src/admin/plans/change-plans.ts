/**
 * Writing a plan and the job that carries it out, in one step: compared with the revision that it was
 * decided on, and decided anew when another change came first.
 */
import { changeTerms, MAX_FEATURES, type PlanConfig } from '../../config/plans.ts'
import { Problem } from '../../problem/problem.ts'
import type { DocumentChange } from '../../store/documents.ts'
import { MAX_QUOTAS } from '../../tenant/limits.ts'
import type { PlanTerms } from '../../tenant/plan.ts'
import { demandFew } from '../demand-few.ts'
import type { ControlDeps } from '../deps.ts'
import { jobDocument, type Job } from './job.ts'
import { type PlanBook, type PlanRecord, readPlanBook } from './plan-book.ts'

const MAX_ROUNDS = 8

export interface PlanDecision<T> {
  readonly plan?: { readonly name: string; readonly record: PlanRecord }
  readonly job?: Job
  readonly result: T
}

/** `decide` may be asked several times and must have no effect. Throws Problem (409) when others write all the time. */
export async function changePlans<T>(
  deps: ControlDeps,
  decide: (book: PlanBook) => PlanDecision<T> | Promise<PlanDecision<T>>,
): Promise<T> {
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const book = await readPlanBook(deps)
    const { plan, job, result } = await decide(book)
    const changes: DocumentChange[] = []
    if (plan !== undefined) {
      const expected = book.records.get(plan.name)?.revision ?? 0
      const text = JSON.stringify(plan.record)
      changes.push({ kind: 'plan', id: plan.name, expected, text })
    }
    if (job !== undefined) changes.push(jobDocument(job, 0))
    if (changes.length === 0) return result
    if ((await deps.store.directory.write(changes, deps.clock.now())) === 'written') return result
  }
  throw new Problem('Conflict', 'Too many changes to the plans at once.', {
    retryable: true,
    retryAfterMs: 1_000,
  })
}

/** The terms with what was asked for. Throws Problem (422) when they name too much. */
export function demandTerms(before: PlanTerms, asked: PlanConfig): PlanTerms {
  const terms = changeTerms(before, asked)
  demandFew('quotas', before.quotas, terms.quotas, MAX_QUOTAS)
  demandFew('features', before.features, terms.features, MAX_FEATURES)
  return terms
}

type Authorship = Pick<
  PlanRecord,
  'version' | 'fallback' | 'written_by' | 'actor' | 'written_at_ms'
>

export function planRecord(
  { limits, quotas, policy, features, retentionDays }: PlanTerms,
  authorship: Authorship,
): PlanRecord {
  return { ...authorship, limits, quotas, policy, features, retention_days: retentionDays }
}
