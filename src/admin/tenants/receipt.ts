/** What an erasure has deleted. Holds nothing of the tenant. */
import * as z from 'zod'
import type { Viewed } from '../../report/report.ts'

const count = z.int().min(0)

export const Deleted = z.strictObject({
  account: count,
  keys: count,
  ledger_entries: count,
  /** Periods of budgets, and named quotas. */
  counters: count,
  /** Requests that were under way: what they still report is dropped. */
  holds: count,
  /** On vector services, as they were counted. */
  collections: count.default(0),
  vectors: count.default(0),
})

/** As it is kept while it goes on, and afterwards in the tombstone: without the slug. */
export const Erasure = z.strictObject({
  /** Of the account; null where there was none. */
  incarnation: z.string().nullable(),
  actor: z.string(),
  erased_at_ms: z.int(),
  deleted: Deleted,
})
export type Erasure = z.infer<typeof Erasure>

export const NOTHING_DELETED: Erasure['deleted'] = {
  account: 0,
  keys: 0,
  ledger_entries: 0,
  counters: 0,
  holds: 0,
  collections: 0,
  vectors: 0,
}

export function countDeleted({ keys, counters, levels }: Viewed): Erasure['deleted'] {
  const cells = Object.values(counters.budgets).reduce((sum, periods) => sum + periods.length, 0)
  return {
    account: 1,
    keys: keys.length,
    ledger_entries: counters.seq,
    counters: cells + Object.keys(levels).length,
    holds: counters.live,
    collections: levels['max_collections']?.used ?? 0,
    vectors: levels['max_vectors']?.used ?? 0,
  }
}
