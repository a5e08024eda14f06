/** GET /tenants/{id}/usage?from=&to=&by=day: what the tenant has used and where its limits stand. */
import { WHOLE_TENANT } from '../account/demand.ts'
import { usageReport, viewCommand } from '../ledger/report.ts'
import { readReportRange } from '../ledger/report-range.ts'
import { noTenant, viewAccount } from './account.ts'
import type { AdminDeps, AdminHandler } from './deps.ts'
import { tenantOf } from './tenant-response.ts'

export function getUsage({ store }: AdminDeps): AdminHandler {
  return async (c) => {
    const tenant = tenantOf(c)
    // Twice, because the limits to ask about are in the configuration, which only the account has.
    const { snapshot } = await viewAccount(store, tenant)
    const view = await store.run(tenant, viewCommand(snapshot.config.limits, WHOLE_TENANT))
    if (view.type === 'gone') throw noTenant(tenant)
    const { searchParams } = new URL(c.req.url)
    const range = readReportRange(searchParams, view.snapshot.config.timezone, view.nowMs)
    return c.json(usageReport(view, range))
  }
}
