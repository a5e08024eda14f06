// The account's own days and months: picked by the store's clock, to the millisecond.
import { describe, expect, it } from 'vitest'
import type { PeriodTable } from '../../../src/account/records.ts'
import { PERIODS, START_MS, change, tenantConfig, usdPerDay } from '../commands.ts'
import { DAY, DAY_END, MONTH, type OpenAccount, VERSION } from './account-under-test.ts'

const DAY_MS = 86_400_000
/** Where the table of `../commands.ts` ends, after START_MS. */
const TABLE_END = 3.5 * DAY_MS
const days = (from: number, count: number) =>
  Array.from({ length: count }, (_, nth) => ({
    start: from + nth * DAY_MS,
    end: from + (nth + 1) * DAY_MS,
  }))
const budgets = [usdPerDay(1_000, 10, 0)]

export function periodContract(open: OpenAccount): void {
  describe('a table of periods', () => {
    it('reaches to the last millisecond of its last day', async () => {
      const account = await open()
      const { receipt } = await account.at(TABLE_END - 1).admitted('a', { budgets })
      expect(receipt.periods).toEqual({ day: DAY + 3 * DAY_MS, month: MONTH })
      expect(await account.at(TABLE_END).ask('b', { budgets })).toEqual({
        type: 'periods_stale',
        nowMs: START_MS + TABLE_END,
      })
    })

    it('that has ended is no refusal, and nothing is held', async () => {
      const account = await open()
      await account.at(TABLE_END).ask('a', { budgets, maxConcurrency: 1 })
      expect(await account.counters()).toMatchObject({
        live: 0,
        seq: 1,
        totals: { refused: 0 },
        budgets: {},
      })
      const { meters } = await account.view([], budgets)
      expect(meters).toMatchObject([{ used: 0, held: 0, resetsAtMs: null }])
    })

    it('that has ended lets refusals be counted in the totals alone', async () => {
      const account = await open()
      expect(await account.at(TABLE_END).refuse('scope')).toEqual({ type: 'confirmed' })
      const [counters, known] = [await account.counters(), await account.days()]
      expect(counters.totals.refused).toBe(1)
      expect(known).toEqual([])
    })

    it('is continued by what an admission supplies, under the same version', async () => {
      const account = await open()
      const periods = { day: days(START_MS + TABLE_END, 2), month: PERIODS.month }
      const { receipt } = await account.at(TABLE_END).admitted('a', { budgets, periods })
      expect(receipt.periods.day).toBe(START_MS + TABLE_END)
      const next = await account.at(TABLE_END + DAY_MS).admitted('b', { budgets })
      expect(next.receipt.periods.day).toBe(START_MS + TABLE_END + DAY_MS)
      expect((await account.at(TABLE_END + 2 * DAY_MS).ask('c')).type).toBe('periods_stale')
    })

    it('takes nothing that an admission supplies while it reaches the present itself', async () => {
      const account = await open()
      const odd = START_MS - 3_600_000
      const periods: PeriodTable = { day: days(odd, 9), month: days(odd, 9) }
      const { receipt } = await account.admitted('a', { budgets, periods })
      expect(receipt.periods).toEqual({ day: DAY, month: MONTH })
      expect((await account.at(TABLE_END).ask('b', { budgets })).type).toBe('periods_stale')
    })

    it('is continued by no table that does not reach the present either', async () => {
      const account = await open()
      const at = START_MS + TABLE_END
      const short = { day: days(at, 1), month: PERIODS.month }
      const reply = await account.at(TABLE_END + DAY_MS).ask('a', { budgets, periods: short })
      expect(reply).toEqual({ type: 'periods_stale', nowMs: at + DAY_MS })
      const longer = { day: days(at + DAY_MS, 1), month: PERIODS.month }
      const { receipt } = await account.admitted('b', { budgets, periods: longer })
      expect(receipt.periods.day).toBe(at + DAY_MS)
    })

    it.each<PeriodTable>([
      { day: [], month: [] },
      { day: [], month: PERIODS.month },
      { day: PERIODS.day, month: [] },
    ])('is cut short by a change to one that names no day or no month: %j', async (periods) => {
      const account = await open()
      await account.run(change(VERSION, { periods }))
      const version = 'inc-1.2.nonce-2'
      const midnight = DAY_END - START_MS
      const type = async (ms: number) => (await account.at(ms).ask(`h${ms}`, { version })).type
      expect(await type(midnight - 1)).toBe('admitted')
      expect(await type(midnight)).toBe(periods.day.length === 0 ? 'periods_stale' : 'admitted')
    })

    it('keeps the running day when the zone changes, and ends it at the new midnight', async () => {
      const account = await open()
      await account.admitted('a', { budgets })
      // Five hours west: the new zone's days begin at five.
      const west = DAY + 5 * 3_600_000
      const periods = { day: days(west, 5), month: PERIODS.month }
      const config = tenantConfig(account.tenant, { timezone: 'America/New_York' })
      await account.run(change(VERSION, { config, periods }))
      const version = 'inc-1.2.nonce-2'
      const still = await account.at(12 * 3_600_000).receipt('b', { version, budgets })
      expect(still.periods.day).toBe(DAY)
      const last = await account.at(17 * 3_600_000 - 1).receipt('c', { version, budgets })
      expect(last.periods.day).toBe(DAY)
      const next = await account.at(17 * 3_600_000).receipt('d', { version, budgets })
      expect(next.periods.day).toBe(DAY_END + 5 * 3_600_000)
      expect(await account.cells('usd_per_day')).toMatchObject([
        { start: DAY },
        { start: next.periods.day, held: 10 },
      ])
    })

    it.each([
      { hours: 48, joined: true },
      { hours: 49, joined: false },
    ])('lets a period run on by $hours h to a new boundary: $joined', async ({ hours, joined }) => {
      const account = await open()
      const boundary = DAY_END + hours * 3_600_000
      const periods = { day: days(boundary, 3), month: PERIODS.month }
      await account.run(change(VERSION, { periods }))
      const version = 'inc-1.2.nonce-2'
      const midnight = DAY_END - START_MS
      const { receipt } = await account.at(midnight).admitted('a', { version, budgets })
      expect(receipt.periods.day).toBe(joined ? DAY : DAY_END)
      const later = await account.at(boundary - START_MS).receipt('b', { version, budgets })
      expect(later.periods.day).toBe(boundary)
    })
  })
}
