/**
 * GET /tenants/{id}/ledger?after=&limit=: the tenant's entries in order, from the first after `after`.
 * `next_cursor` goes back as `after`; null: this was the end for now.
 */
import * as z from 'zod'
import { showEntry } from '../ledger/show-entry.ts'
import type { LedgerPage } from '../ledger/shown-entry.ts'
import { closedObject } from '../input/closed-object.ts'
import { readQuery } from '../input/read-query.ts'
import { viewAccount } from './account.ts'
import type { AdminDeps, AdminHandler } from './deps.ts'
import { PageSize } from './page-size.ts'
import { tenantOf } from './tenants/tenant-response.ts'

export const LedgerQuery = closedObject({
  after: z
    .string()
    .regex(/^[0-9]{1,15}$/, 'must be the sequence number of an entry')
    .transform(Number)
    .default(0),
  limit: PageSize,
})

export function getLedger({ store }: AdminDeps): AdminHandler {
  return async (c) => {
    const tenant = tenantOf(c)
    const { after, limit } = readQuery(LedgerQuery, new URL(c.req.url).searchParams)
    // An account that is not there has an empty ledger; the caller is to learn the difference.
    const { counters } = await viewAccount(store, tenant)
    const entries = await store.ledger(tenant, after, limit)
    const last = entries.at(-1)
    const isEnd = last === undefined || last.seq >= counters.seq
    const next_cursor = isEnd ? null : last.seq
    const page: LedgerPage = { entries: entries.map(showEntry), next_cursor }
    return c.json(page)
  }
}
