/**
 * Warns of a downgrade that leaves a tenant above its new limits, made or about to be made: requests are
 * refused until its use is below.
 */
import { WHOLE_TENANT } from '../../account/limits/demand.ts'
import { viewCommand } from '../../report/report.ts'
import { standings } from '../../report/standings.ts'
import { StoreUnavailable } from '../../store/store.ts'
import type { TenantConfig } from '../../tenant/tenant.ts'
import type { ControlDeps } from '../deps.ts'

/** One sentence for each limit of the tenant as a whole that is already past. */
export async function downgradeWarnings(
  { store }: Pick<ControlDeps, 'store'>,
  before: TenantConfig,
  after: TenantConfig,
): Promise<string[]> {
  const lowered = isLowered(before.limits, after.limits) || isLowered(before.quotas, after.quotas)
  if (!lowered) return []
  try {
    const view = await store.run(after.tenant, viewCommand(after, WHOLE_TENANT))
    if (view.type === 'gone') return []
    return standings({ ...view, snapshot: { ...view.snapshot, config: after } })
      .filter(
        ({ limit, used, held }) => limit !== null && Number(used) + Number(held) > Number(limit),
      )
      .map(({ name, limit, used, held }) => {
        const inFlight = Number(held) > 0 ? ` and ${held} held` : ''
        return `${name}: ${used} used${inFlight}, which is more than the new limit of ${limit}`
      })
  } catch (error) {
    // A change may be made already; that its effect cannot be told must not look like a failure of it.
    if (!(error instanceof StoreUnavailable)) throw error
    return ['a limit was lowered, and the present use cannot be read at the moment']
  }
}

type Amounts = Readonly<Record<string, number | null>>

function isLowered(before: Amounts, after: Amounts): boolean {
  const was = new Map(Object.entries(before))
  return Object.entries(after).some(([name, limit]) => {
    const earlier = was.get(name) ?? null
    return limit !== null && (earlier === null || limit < earlier)
  })
}
