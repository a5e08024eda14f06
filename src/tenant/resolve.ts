/**
 * Plan and overrides to what is in force. An absent member is the plan's, null is unlimited, 0
 * allows nothing; there is no other rule, and none depends on the order of changes.
 */
import type { PlanTerms } from './plan.ts'
import type { Overrides, TenantConfig } from './tenant.ts'

export type Resolved = Pick<TenantConfig, 'limits' | 'quotas' | 'policy'>

/** `base` is a plan, or what a tenant has now when its plan is no longer defined. */
export function resolveTenant(
  base: Pick<PlanTerms, 'limits' | 'quotas' | 'policy'>,
  overrides: Overrides,
): Resolved {
  return {
    limits: overlay(base.limits, overrides.limits),
    quotas: { ...base.quotas, ...overrides.quotas },
    policy: overlay(base.policy, overrides.policy),
  }
}

type Loose<T> = { readonly [K in keyof T]?: T[K] | undefined }

/** Unlike a spread, a member that is present but undefined does not hide the one below. */
export function overlay<T extends object>(base: T, over: Loose<T>): T {
  const present = Object.entries(over).filter(([, value]) => value !== undefined)
  return { ...base, ...Object.fromEntries(present) }
}
