/** A tenant's configuration as the wire has it: snake_case, money in decimals, times in RFC 3339. */
import { purgeAtMs } from './lifecycle.ts'
import { showLimits } from './limits.ts'
import type { ShownOwnTenant, ShownTenant } from './shown.ts'
import type { TenantConfig } from './tenant.ts'

/** What the tenant itself may see: what is in force for it, without the platform's own notes. */
export function showOwnTenant(config: TenantConfig): ShownOwnTenant {
  const { tenant, name, status, plan, timezone, limits, quotas, policy, features } = config
  return {
    id: tenant,
    name,
    status,
    plan,
    timezone,
    limits: showLimits(limits),
    quotas,
    policy,
    features,
    retention_days: config.retention_days,
    created_at: showTime(config.created_at_ms),
  }
}

/** What the platform sees: also the overrides, so that what comes from the plan can be told apart. */
export function showTenant(config: TenantConfig): ShownTenant {
  const { limits, quotas, policy } = config.overrides
  return {
    ...showOwnTenant(config),
    plan_version: config.plan_version,
    archived_at: showTime(config.archived_at_ms),
    purge_at: showTime(purgeAtMs(config)),
    overrides: { limits: showLimits(limits), quotas, policy },
    metadata: config.metadata,
  }
}

export function showTime(ms: number): string
export function showTime(ms: number | null): string | null
export function showTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
