/** GET /tenants/{id}/usage?from=&to=&by=&format=: what the tenant has used and where its limits stand. */
import { WHOLE_TENANT } from '../account/limits/demand.ts'
import { gatherUsage } from '../report/gather-usage.ts'
import { usageReport, viewCommand } from '../report/report.ts'
import { readReportQuery } from '../report/report-query.ts'
import { usageResponse } from '../report/usage-response.ts'
import { noTenant, viewAccount } from './account.ts'
import type { AdminDeps, AdminHandler } from './deps.ts'
import { tenantOf } from './tenants/tenant-response.ts'

export function getUsage({ store }: AdminDeps): AdminHandler {
  return async (c) => {
    const tenant = tenantOf(c)
    // Twice, because the limits to ask about are in the configuration, which only the account has.
    const { snapshot } = await viewAccount(store, tenant)
    const view = await store.run(tenant, viewCommand(snapshot.config, WHOLE_TENANT))
    if (view.type === 'gone') throw noTenant(tenant)
    const { searchParams } = new URL(c.req.url)
    const { timezone } = view.snapshot.config
    const query = readReportQuery(searchParams, c.req.raw.headers, timezone, view.nowMs)
    const usage = await gatherUsage(async (command) => {
      const page = await store.run(tenant, command)
      if (page.type === 'gone') throw noTenant(tenant)
      return page
    }, query)
    return usageResponse(usageReport(view, usage, query), query.format)
  }
}
