/** Where a tenant's named quotas stand, as the wire has it. */
import type { LevelReading } from '../account/quota-commands.ts'
import type { LevelsRecord } from '../account/records.ts'
import type { QuotaStanding } from './shown.ts'
import { utilizationPct } from './utilization.ts'
import type { TenantConfig } from './tenant.ts'

const UNTOUCHED: LevelReading = { used: 0, highWater: 0 }

export function showQuota(name: string, max: number | null, level: LevelReading): QuotaStanding {
  const { used, highWater } = level
  return {
    name,
    used,
    max,
    // Never negative: a quota lowered below what is used leaves nothing, not a debt.
    remaining: max === null ? null : Math.max(0, max - used),
    high_water: highWater,
    utilization_pct: utilizationPct(used, max),
  }
}

/** All that the tenant's configuration names, in the order of their names. */
export function showQuotas(
  { quotas }: Pick<TenantConfig, 'quotas'>,
  levels: LevelsRecord['levels'],
): QuotaStanding[] {
  return Object.entries(quotas)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, max]) => {
      const level = Object.hasOwn(levels, name) ? levels[name] : undefined
      return showQuota(name, max, level ?? UNTOUCHED)
    })
}

/** The limit of a quota; undefined when the tenant has none of this name. */
export function quotaLimit(
  { quotas }: Pick<TenantConfig, 'quotas'>,
  name: string,
): number | null | undefined {
  return Object.hasOwn(quotas, name) ? quotas[name] : undefined
}
