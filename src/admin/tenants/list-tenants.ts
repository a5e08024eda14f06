/**
 * GET /tenants?status=&plan=&cursor=&limit=: a page of the directory, by slug. A page may be short,
 * even empty, where a filter passes few: only `next_cursor` null says that it was the last.
 */
import * as z from 'zod'
import { closedObject } from '../../input/closed-object.ts'
import { readQuery } from '../../input/read-query.ts'
import { showTime } from '../../tenant/show.ts'
import { TenantId } from '../../tenant/slug.ts'
import { TenantStatus } from '../../tenant/tenant.ts'
import type { AdminDeps, AdminHandler } from '../deps.ts'
import { PageSize } from '../page-size.ts'
import type { TenantPage } from '../shown.ts'

/** What one request may read of the directory, so that a rare filter cannot make it read everything. */
const MAX_SCANNED = 1_000

export const TenantsQuery = closedObject({
  status: TenantStatus.optional(),
  plan: z.string().optional(),
  cursor: TenantId.optional(),
  limit: PageSize,
})

export function listTenants({ store: { directory } }: AdminDeps): AdminHandler {
  return async (c) => {
    const { status, plan, cursor, limit } = readQuery(TenantsQuery, new URL(c.req.url).searchParams)
    const isFiltered = status !== undefined || plan !== undefined
    const scan = isFiltered ? MAX_SCANNED : limit
    const rows = await directory.list(cursor ?? null, scan)
    const matching = rows.filter(
      (row) => (status ?? row.status) === row.status && (plan ?? row.plan) === row.plan,
    )
    const page = matching.slice(0, limit)
    // Past the last row shown when more are waiting, else past all that was read.
    const last = matching.length > limit ? page.at(-1) : rows.at(-1)
    const isEnd = matching.length <= limit && rows.length < scan
    const answer: TenantPage = {
      tenants: page.map((row) => ({
        id: row.tenant,
        plan: row.plan,
        status: row.status,
        created_at: showTime(row.created_at_ms),
        ...(row.purge_at_ms === undefined ? {} : { purge_at: showTime(row.purge_at_ms) }),
      })),
      next_cursor: isEnd ? null : (last?.tenant ?? null),
    }
    return c.json(answer)
  }
}
