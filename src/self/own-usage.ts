/**
 * GET /tenant/usage?from=&to=&by=day: what the caller's own tenant has used, and where the limits
 * stand that the caller is under, its own as user and key included.
 */
import type { ViewCommand } from '../account/commands.ts'
import type { Principal } from '../identify/principal.ts'
import { usageReport, viewCommand, type Viewed } from '../ledger/report.ts'
import { readReportRange } from '../ledger/report-range.ts'
import type { TenantConfig } from '../tenant/tenant.ts'

/** What to ask of the account before `ownUsage`. */
export function ownUsageView(
  { user, credential }: Principal,
  { limits }: TenantConfig,
): ViewCommand {
  const keyId = credential.kind === 'api-key' ? credential.keyId : null
  return viewCommand(limits, { user, keyId })
}

/** Throws Problem (422) for a range or grouping that is not understood. */
export function ownUsage(query: URLSearchParams, view: Viewed): Response {
  const range = readReportRange(query, view.snapshot.config.timezone, view.nowMs)
  return Response.json(usageReport(view, range), { headers: { 'cache-control': 'no-store' } })
}
