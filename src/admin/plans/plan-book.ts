/**
 * All plans there are now: those of the deployment, as they were changed over REST, and those that
 * were made there. A change lives in the directory and wins over the configuration.
 */
import * as z from 'zod'
import type { Plan, Plans } from '../../tenant/plan.ts'
import { Features, Limits, Policy, RetentionDays, TenantConfig } from '../../tenant/tenant.ts'
import type { ControlDeps } from '../deps.ts'

/** A plan as the directory keeps it. */
export const PlanRecord = z.strictObject({
  /** Goes on counting when a name is made anew, so that no account mistakes the one for the other. */
  version: z.int().min(1),
  /** The plan in its place, once it is deleted; its tenants go there. */
  fallback: z.string().nullable(),
  limits: Limits,
  quotas: TenantConfig.shape.quotas,
  policy: Policy,
  features: Features,
  retention_days: RetentionDays,
  /** Of the request that wrote it, so that a repetition knows its own work. */
  written_by: z.string(),
  actor: z.string(),
  written_at_ms: z.int(),
})
export type PlanRecord = z.infer<typeof PlanRecord>

export interface PlanBook {
  readonly plans: Plans
  /** Deleted ones too, by name, each at its revision. */
  readonly records: ReadonlyMap<string, { readonly revision: number; readonly record: PlanRecord }>
}

export async function readPlanBook({
  store,
  plans: given,
}: Pick<ControlDeps, 'store' | 'plans'>): Promise<PlanBook> {
  const plans = new Map(given)
  const records = new Map<string, { revision: number; record: PlanRecord }>()
  for (const { id, revision, text } of await store.directory.documents('plan')) {
    const record = PlanRecord.parse(JSON.parse(text))
    records.set(id, { revision, record })
    if (record.fallback === null) plans.set(id, toPlan(id, record))
    else plans.delete(id)
  }
  return { plans, records }
}

export async function readPlans(deps: Pick<ControlDeps, 'store' | 'plans'>): Promise<Plans> {
  return (await readPlanBook(deps)).plans
}

/**
 * The plan that stands for a name now: itself, or what took its place when it was deleted. Undefined
 * for a name that no longer means anything. A fallback is a plan that there was when it was named,
 * so the way from one to the next has an end.
 */
export function standingFor({ plans, records }: PlanBook, name: string): Plan | undefined {
  let at = name
  for (let step = 0; step <= records.size; step++) {
    const plan = plans.get(at)
    if (plan !== undefined) return plan
    const next = records.get(at)?.record.fallback
    if (next === null || next === undefined) return undefined
    at = next
  }
  return undefined
}

function toPlan(name: string, record: PlanRecord): Plan {
  const { version, limits, quotas, policy, features, retention_days } = record
  const terms = { limits, quotas, policy, features, retentionDays: retention_days }
  return { ...terms, name, version, origin: 'custom' }
}
