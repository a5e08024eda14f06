/**
 * GET /tenant/usage?from=&to=&by=&format=: what the caller's own tenant has used, and where the
 * limits stand that the caller is under, its own as user and key included.
 */
import type { Identified } from '../identify/stage.ts'
import type { Inbound } from '../inbound.ts'
import { gatherUsage } from '../report/gather-usage.ts'
import { usageReport } from '../report/report.ts'
import { readReportQuery } from '../report/report-query.ts'
import { usageResponse } from '../report/usage-response.ts'
import { ask, viewAsCaller } from './caller.ts'
import type { SelfDeps } from './deps.ts'

/** Throws Problem (422) for a range or grouping that is not understood. */
export async function ownUsage(
  deps: SelfDeps,
  { url, request }: Inbound,
  caller: Identified,
): Promise<Response> {
  const view = await viewAsCaller(deps, caller)
  const { timezone } = view.snapshot.config
  const query = readReportQuery(url.searchParams, request.headers, timezone, view.nowMs)
  const usage = await gatherUsage((command) => ask(deps, caller, command), query)
  return usageResponse(usageReport(view, usage, query), query.format)
}
