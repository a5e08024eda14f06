/** 404 for a quota that the tenant's plan does not name; what it does name is told. */
import { Problem } from '../problem/problem.ts'
import type { TenantConfig } from '../tenant/tenant.ts'

const MAX_NAME_CHARS = 63

export function noQuota({ tenant, quotas }: TenantConfig, name: string): Problem {
  const known = Object.keys(quotas).toSorted()
  const shown = name.slice(0, MAX_NAME_CHARS)
  return new Problem('NotFound', `Tenant '${tenant}' has no quota '${shown}'.`, {
    remedy: known.length === 0 ? 'Its plan names none.' : `Its quotas are ${known.join(', ')}.`,
  })
}
