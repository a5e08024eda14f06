/**
 * The plans that a deployment knows: the five that are built in, as the configuration changes and
 * adds to them. Checked at start; a plan that does not resolve is a start that fails.
 */
import * as z from 'zod'
import { closedObject } from '../input/closed-object.ts'
import { LimitsInput, QuotasInput } from '../tenant/limits.ts'
import type { Plan, Plans, PlanTerms } from '../tenant/plan.ts'
import { PolicyInput } from '../tenant/policy-input.ts'
import { overlay } from '../tenant/resolve.ts'
import { RetentionDays } from '../tenant/tenant.ts'
import { BUILT_IN_PLANS } from './built-in-plans.ts'

const NAME = /^[a-z][a-z0-9_-]{0,62}$/

/** The plan that a tenant can always fall back to, and so the one that nothing may narrow. */
export const PROTECTED_PLAN = 'unlimited'
/** What a plan of one's own starts from: a member that is forgotten must not mean "no limit". */
export const BASE_PLAN: PlanTerms = BUILT_IN_PLANS.free
const FIRST_VERSION = 1
export const MAX_FEATURES = 100
const MAX_FEATURE_CHARS = 500

export const PlanName = z
  .string()
  .regex(NAME, 'must be 1 to 63 characters of a-z, 0-9, _ and -, starting with a letter')

const FeaturesInput = z
  .record(
    z.string().regex(NAME, 'must be named in a-z, 0-9, _ and -, from a letter on'),
    z.union([z.boolean(), z.number(), z.string().max(MAX_FEATURE_CHARS)], {
      error: `must be true, false, a number or a text of at most ${MAX_FEATURE_CHARS} characters`,
    }),
  )
  .refine((features) => Object.keys(features).length <= MAX_FEATURES, {
    error: `must not name more than ${MAX_FEATURES} features`,
  })

/** What a deployment says about a plan; every member that is absent stays as it is below. */
export const PlanConfig = closedObject({
  limits: LimitsInput.optional(),
  quotas: QuotasInput.optional(),
  policy: PolicyInput.optional(),
  features: FeaturesInput.optional(),
  retention_days: RetentionDays.optional(),
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
  const plans = new Map<string, Plan>(
    Object.entries<PlanTerms>(BUILT_IN_PLANS).map(([name, terms]) => [
      name,
      { ...terms, name, version: FIRST_VERSION, origin: 'built_in' },
    ]),
  )
  for (const [name, changes] of Object.entries(config.plans)) {
    if (!NAME.test(name)) {
      throw new RangeError(`plans.${name}: must be named in a-z, 0-9, _ and -, from a letter on`)
    }
    if (name === PROTECTED_PLAN) {
      throw new RangeError(`plans.${name}: is the protected fallback and cannot be changed`)
    }
    const terms = changeTerms(plans.get(name) ?? BASE_PLAN, changes)
    plans.set(name, { ...terms, name, version: FIRST_VERSION, origin: 'config' })
  }
  if (!plans.has(config.default_plan)) {
    const known = [...plans.keys()].join(', ')
    throw new RangeError(`default_plan: there is no plan "${config.default_plan}" among ${known}`)
  }
  return plans
}

/** Inside `limits`, `quotas`, `policy` and `features` what is absent stays as it is. */
export function changeTerms(terms: PlanTerms, changes: PlanConfig): PlanTerms {
  return {
    limits: overlay(terms.limits, changes.limits ?? {}),
    quotas: { ...terms.quotas, ...changes.quotas },
    policy: overlay(terms.policy, changes.policy ?? {}),
    features: { ...terms.features, ...changes.features },
    retentionDays: changes.retention_days ?? terms.retentionDays,
  }
}
