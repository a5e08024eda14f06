/** A plan as the wire has it: money in decimals, its version as the ETag that `If-Match` is held against. */
import type { Context } from 'hono'
import { PROTECTED_PLAN } from '../../config/plans.ts'
import { showLimits } from '../../tenant/limits.ts'
import type { Plan } from '../../tenant/plan.ts'
import type { AdminEnv } from '../deps.ts'
import type { PlanChanged, ShownPlan } from './shown.ts'

export function showPlan(plan: Plan): ShownPlan {
  const { name, version, origin, limits, quotas, policy, features, retentionDays } = plan
  return {
    name,
    version,
    origin,
    protected: name === PROTECTED_PLAN,
    limits: showLimits(limits),
    quotas,
    policy,
    features,
    retention_days: retentionDays,
  }
}

export function planResponse(
  c: Context<AdminEnv>,
  plan: Plan,
  beside: Partial<Pick<PlanChanged, 'job'>> = {},
  status: 200 | 201 | 202 = 200,
): Response {
  c.header('etag', `"${plan.version}"`)
  return c.json({ plan: showPlan(plan), ...beside }, status)
}
