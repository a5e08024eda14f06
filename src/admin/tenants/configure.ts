/**
 * From what was asked for to the configuration that results. Pure: the account decides, by version,
 * whether it may still be applied.
 */
import { Problem } from '../../problem/problem.ts'
import { MAX_QUOTAS } from '../../tenant/limits.ts'
import type { Plan, Plans } from '../../tenant/plan.ts'
import { overlay, resolveTenant } from '../../tenant/resolve.ts'
import type { Overrides, TenantConfig } from '../../tenant/tenant.ts'
import { demandFew } from '../demand-few.ts'
import { inherit } from './inherit.ts'
import type { TenantChange, TenantCreation } from './tenant-input.ts'

const DEFAULT_TIMEZONE = 'UTC'

/** A tenant as it begins: PROVISIONING until its first key stands. */
export function newConfig(asked: TenantCreation, plan: Plan, nowMs: number): TenantConfig {
  const overrides = override({ limits: {}, quotas: {}, policy: {} }, asked)
  return {
    tenant: asked.id,
    name: asked.name ?? asked.id,
    status: 'PROVISIONING',
    timezone: asked.timezone ?? DEFAULT_TIMEZONE,
    overrides,
    ...underPlan(plan, overrides),
    retention_days: asked.retention_days ?? plan.retentionDays,
    metadata: asked.metadata ?? {},
    created_at_ms: nowMs,
    archived_at_ms: null,
  }
}

/**
 * What is resolved is resolved anew from the plan as it is defined now. A plan that is defined no
 * more leaves the tenant with the limits it has. Throws Problem for an unknown plan.
 */
export function changedConfig(now: TenantConfig, asked: TenantChange, plans: Plans): TenantConfig {
  const plan = asked.plan === undefined ? plans.get(now.plan) : findPlan(plans, asked.plan)
  const overrides = override(inherit(now.overrides, asked.inherit ?? []), asked)
  return {
    ...now,
    name: asked.name ?? now.name,
    timezone: asked.timezone ?? now.timezone,
    overrides,
    ...(plan === undefined ? resolveTenant(now, overrides) : underPlan(plan, overrides)),
    retention_days: asked.retention_days ?? now.retention_days,
    metadata: asked.metadata ?? now.metadata,
  }
}

/** All members of a configuration that a plan decides, the tenant's overrides laid over it. */
export function underPlan(plan: Plan, overrides: Overrides) {
  const { name, version, features } = plan
  return { plan: name, plan_version: version, features, ...resolveTenant(plan, overrides) }
}

function override(overrides: Overrides, asked: TenantChange): Overrides {
  const quotas = { ...overrides.quotas, ...asked.quotas }
  demandFew('quotas', overrides.quotas, quotas, MAX_QUOTAS)
  return {
    limits: overlay(overrides.limits, asked.limits ?? {}),
    quotas,
    policy: overlay(overrides.policy, asked.policy ?? {}),
  }
}

/** Throws Problem (422) that names `param` and tells which plans there are. */
export function findPlan(plans: Plans, name: string, param = 'plan'): Plan {
  const plan = plans.get(name)
  if (plan !== undefined) return plan
  const known = [...plans.keys()].join(', ')
  throw new Problem('InvalidMember', `${param}: must be one of ${known}`, { param })
}
