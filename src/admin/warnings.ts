/** Warns of a downgrade that leaves a tenant above its new limits: it is refused until its use is below. */
import { WHOLE_TENANT } from '../account/demand.ts'
import { standings, viewCommand } from '../ledger/report.ts'
import { StoreUnavailable } from '../store/store.ts'
import type { Limits, TenantConfig } from '../tenant/tenant.ts'
import type { ControlDeps } from './deps.ts'

/** One sentence for each limit of the tenant as a whole that is already past. */
export async function downgradeWarnings(
  { store }: Pick<ControlDeps, 'store'>,
  before: TenantConfig,
  after: TenantConfig,
): Promise<string[]> {
  if (!isLowered(before.limits, after.limits)) return []
  try {
    const view = await store.run(after.tenant, viewCommand(after.limits, WHOLE_TENANT))
    if (view.type === 'gone') return []
    return standings(view)
      .filter(
        ({ limit, used, held }) => limit !== null && Number(used) + Number(held) > Number(limit),
      )
      .map(({ name, limit, used, held }) => {
        const inFlight = Number(held) > 0 ? ` and ${held} held` : ''
        return `${name}: ${used} used${inFlight}, which is more than the new limit of ${limit}`
      })
  } catch (error) {
    // The change is made; that its effect cannot be told must not look like a failure of it.
    if (!(error instanceof StoreUnavailable)) throw error
    return ['a limit was lowered, and the present use cannot be read at the moment']
  }
}

function isLowered(before: Limits, after: Limits): boolean {
  const was = new Map(Object.entries(before))
  return Object.entries(after).some(([name, limit]) => {
    const earlier = was.get(name) ?? null
    return limit !== null && (earlier === null || limit < earlier)
  })
}
