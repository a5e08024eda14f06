/**
 * The plans that a deployment knows: the five that are built in, as the configuration changes and
 * adds to them. Checked at start; a plan that does not resolve is a start that fails.
 */
import * as z from 'zod'
import { closedObject } from '../problem/closed-object.ts'
import { LimitsInput, QuotasInput } from '../tenant/limits.ts'
import type { Plan, Plans } from '../tenant/plan.ts'
import { overlay } from '../tenant/resolve.ts'
import { Policy } from '../tenant/tenant.ts'
import { BUILT_IN_PLANS } from './built-in-plans.ts'

const NAME = /^[a-z][a-z0-9_-]{0,62}$/

/** The plan that a tenant can always fall back to, and so the one that nothing may narrow. */
export const PROTECTED_PLAN = 'unlimited'
/** What a plan of one's own starts from: a member that is forgotten must not mean "no limit". */
const BASE_PLAN = 'free'

/** What a deployment says about a plan; every member that is absent stays as it is below. */
export const PlanConfig = closedObject({
  limits: LimitsInput.optional(),
  quotas: QuotasInput.optional(),
  policy: closedObject(Policy.shape).partial().optional(),
  features: z.record(z.string().regex(NAME), z.boolean()).optional(),
  retention_days: z.int().min(1).max(3650).optional(),
})
export type PlanConfig = z.infer<typeof PlanConfig>

/**
 * All plans by name. Throws a RangeError that names the plan when one is misnamed or protected, or
 * when the default plan is none of them.
 */
export function resolvePlans(config: {
  readonly plans: Readonly<Record<string, PlanConfig>>
  readonly default_plan: string
}): Plans {
  const plans = new Map<string, Plan>(Object.entries(BUILT_IN_PLANS))
  const base = plans.get(BASE_PLAN)
  if (base === undefined) throw new RangeError(`there is no plan "${BASE_PLAN}" to start from`)
  for (const [name, changes] of Object.entries(config.plans)) {
    if (!NAME.test(name)) {
      throw new RangeError(`plans.${name}: must be named in a-z, 0-9, _ and -, from a letter on`)
    }
    if (name === PROTECTED_PLAN) {
      throw new RangeError(`plans.${name}: is the protected fallback and cannot be changed`)
    }
    plans.set(name, changePlan(plans.get(name) ?? { ...base, name }, changes))
  }
  if (!plans.has(config.default_plan)) {
    const known = [...plans.keys()].join(', ')
    throw new RangeError(`default_plan: there is no plan "${config.default_plan}" among ${known}`)
  }
  return plans
}

function changePlan(plan: Plan, changes: PlanConfig): Plan {
  return {
    name: plan.name,
    limits: overlay(plan.limits, changes.limits ?? {}),
    quotas: { ...plan.quotas, ...changes.quotas },
    policy: overlay(plan.policy, changes.policy ?? {}),
    features: { ...plan.features, ...changes.features },
    retentionDays: changes.retention_days ?? plan.retentionDays,
  }
}
