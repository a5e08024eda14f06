/** What a change of a tenant has changed, for its ledger. */
import { showTenant } from '../../tenant/show.ts'
import type { TenantConfig } from '../../tenant/tenant.ts'

/** The members that differ, as they were and as they are; null when none does. */
export function differenceOf(before: TenantConfig, after: TenantConfig) {
  const was: Record<string, unknown> = showTenant(before)
  const is: Record<string, unknown> = showTenant(after)
  const differing = Object.keys(is).filter(
    (name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]),
  )
  if (differing.length === 0) return null
  const only = (all: Record<string, unknown>) =>
    Object.fromEntries(differing.map((name) => [name, all[name]]))
  return { before: only(was), after: only(is) }
}
