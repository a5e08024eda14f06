// Two accounts on one store that differ in how many requests each day had, and in nothing else: a report
// must ask the same of the store for both.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openFillable } from './fillable-stores.ts'
import {
  costOfReports,
  fillAccount,
  type FillableStore,
  type Filled,
  type Filling,
  GROUPINGS,
} from './report-cost.ts'
import type { StoreName } from './stores.ts'

const FILLING_MS = 120 * 60_000
/** Larger figures have more digits, and a day of more requests more buckets of latency. */
const MAX_GROWTH = 1.5

export function reportCostContract(
  name: StoreName,
  { few, many }: { readonly few: Filling; readonly many: Filling },
): void {
  let target: FillableStore
  let small: Filled
  let large: Filled

  beforeAll(async () => {
    target = await openFillable(name)
    small = await fillAccount(target, 'small', few)
    const startedMs = performance.now()
    large = await fillAccount(target, 'large', many)
    const seconds = Math.round((performance.now() - startedMs) / 1_000)
    console.info(`${name}: ${many.entries} admitted and settled in ${seconds} s`)
  }, FILLING_MS)
  afterAll(() => target.close())

  it(`over ${many.entries} entries is exact, and asks of the store what it asks over ${few.entries}`, async () => {
    const less = await costOfReports(target, small, few)
    const more = await costOfReports(target, large, many)
    for (const by of GROUPINGS) {
      const { total: _, ...told } = more[by]
      console.info(name, by, JSON.stringify({ ...told, bytesOverFew: less[by].bytes }))
      expect(more[by].calls).toEqual(less[by].calls)
      expect(more[by].calls.length).toBeLessThanOrEqual(5)
      expect(more[by].looked).toEqual(less[by].looked)
      expect(more[by].bytes).toBeLessThanOrEqual(less[by].bytes * MAX_GROWTH)
      expect(more[by].groups).toBe(less[by].groups)
      expect(more[by].total).toMatchObject({
        requests: many.entries,
        total_tokens: large.tokens,
        cost_usd: large.usd,
      })
    }
  })

  it('has all those entries to be exact about', async () => {
    expect([small.requests, large.requests]).toEqual([few.entries, many.entries])
    // The first is of the account's creation.
    const last = await target.store.ledger(large.tenant, many.entries, 10)
    expect(last.map(({ seq, kind }) => [seq, kind])).toEqual([[many.entries + 1, 'settled']])
  })
}
