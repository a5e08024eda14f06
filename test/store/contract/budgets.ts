// The edges of a budget: committed and held together, to the unit, in the period of the admission.
import { describe, expect, it } from 'vitest'
import type { BudgetDemand } from '../../../src/account/commands.ts'
import { NO_CHARGE } from '../../../src/ledger/entry.ts'
import { usdPerDay } from '../commands.ts'
import {
  DAY,
  DAY_END,
  MONTH,
  type OpenAccount,
  charge,
  tokensPerMonth,
} from './account-under-test.ts'

const HOUR_MS = 3_600_000
/** From START_MS to the next day. */
const MIDNIGHT = 12 * HOUR_MS

const usd = (base: number, limit: number | null = 1_000) => usdPerDay(limit, base, 0)

export function budgetContract(open: OpenAccount): void {
  describe('a budget', () => {
    it('is held to exactly its limit, and not by one more', async () => {
      const account = await open()
      await account.admitted('a', { budgets: [usd(600)] })
      expect(await account.refusal('b', { budgets: [usd(401)] })).toEqual({
        reason: 'in_flight',
        id: 'usd_per_day',
        limit: 1_000,
        used: 0,
        held: 600,
        asked: 401,
        retryAfterMs: 1_000,
        resetsAtMs: DAY_END,
      })
      await account.admitted('c', { budgets: [usd(400)] })
      expect(await account.refusal('d', { budgets: [usd(1)] })).toMatchObject({ held: 1_000 })
    })

    it('is spent to exactly its limit, and then waits for the end of its period', async () => {
      const account = await open()
      const receipt = await account.receipt('a', { budgets: [usd(10)] })
      await account.settle(receipt, charge(0, 0, 600))
      expect(await account.refusal('b', { budgets: [usd(401)] })).toEqual({
        reason: 'budget',
        id: 'usd_per_day',
        limit: 1_000,
        used: 600,
        held: 0,
        asked: 401,
        retryAfterMs: null,
        resetsAtMs: DAY_END,
      })
      await account.admitted('c', { budgets: [usd(400)] })
    })

    it('tells what is in flight apart from what is spent, to the unit', async () => {
      const account = await open()
      const receipt = await account.receipt('a', { budgets: [usd(1)] })
      await account.settle(receipt, charge(0, 0, 500))
      await account.admitted('b', { budgets: [usd(300)] })
      const reason = async (base: number) =>
        (await account.refusal('c', { budgets: [usd(base)] })).reason
      expect(await reason(201)).toBe('in_flight')
      expect(await reason(500)).toBe('in_flight')
      expect(await reason(501)).toBe('budget')
    })

    it('takes its whole limit at once, and says of one more that no waiting helps', async () => {
      const account = await open()
      expect(await account.refusal('a', { budgets: [usd(1_001)] })).toMatchObject({
        reason: 'budget',
        retryAfterMs: null,
        resetsAtMs: null,
      })
      await account.admitted('b', { budgets: [usd(1_000)] })
    })

    it('with a limit of 0 refuses even what costs nothing, for good', async () => {
      const account = await open()
      expect(await account.refusal('a', { budgets: [usd(0, 0)] })).toEqual({
        reason: 'budget',
        id: 'usd_per_day',
        limit: 0,
        used: 0,
        held: 0,
        asked: 0,
        retryAfterMs: null,
        resetsAtMs: null,
      })
    })

    it('that is spent still takes what costs nothing', async () => {
      const account = await open()
      await account.settle(await account.receipt('a', { budgets: [usd(1)] }), charge(0, 0, 1_000))
      await account.admitted('b', { budgets: [usd(0)] })
      expect(await account.cells('usd_per_day')).toEqual([
        { start: DAY, committed: 1_000, held: 0 },
      ])
    })

    it('without a limit is counted all the same, and binds once one is set', async () => {
      const account = await open()
      const receipt = await account.receipt('a', { budgets: [usd(700, null)] })
      expect((await account.admitted('a', { budgets: [usd(700, null)] })).meters).toEqual([])
      await account.admitted('b', { budgets: [usd(2 ** 50, null)] })
      await account.settle(receipt, charge(0, 0, 5))
      await account.abandon('b')
      expect(await account.cells('usd_per_day')).toEqual([{ start: DAY, committed: 5, held: 0 }])
      expect((await account.refusal('c', { budgets: [usd(6, 10)] })).used).toBe(5)
      await account.admitted('d', { budgets: [usd(5, 10)] })
    })

    it('holds nothing for a request that another limit refuses', async () => {
      const account = await open()
      const budgets = [usd(10), tokensPerMonth(5, 6, 0)]
      expect((await account.refusal('a', { budgets })).id).toBe('tokens_per_month')
      expect(await account.cells('usd_per_day')).toEqual([])
      expect((await account.counters()).live).toBe(0)
    })

    it('of tokens and one of money are charged each in its own measure', async () => {
      const account = await open()
      const budgets = [usd(10), tokensPerMonth(null, 20, 0)]
      const receipt = await account.receipt('a', { budgets })
      expect(await account.cells('tokens_per_month')).toEqual([
        { start: MONTH, committed: 0, held: 20 },
      ])
      expect(await account.settle(receipt, charge(3, 4, 9))).toMatchObject({
        meters: [
          { id: 'usd_per_day', kind: 'budget', limit: null, used: 9, held: 0, resetsAtMs: null },
          { id: 'tokens_per_month', kind: 'budget', used: 7, held: 0 },
        ],
      })
      expect(await account.cells('tokens_per_month')).toEqual([
        { start: MONTH, committed: 7, held: 0 },
      ])
    })

    it.each([0, 9, 10, 11, 2_000])(
      'that held 10 is charged %i when that was used, and holds nothing more',
      async (nanoUsd) => {
        const account = await open()
        const receipt = await account.receipt('a', { budgets: [usd(10)] })
        await account.admitted('b', { budgets: [usd(30)] })
        await account.settle(receipt, charge(0, 0, nanoUsd))
        expect(await account.cells('usd_per_day')).toEqual([
          { start: DAY, committed: nanoUsd, held: 30 },
        ])
        const overage = { tokens: 0, nanoUsd: Math.max(0, nanoUsd - 10) }
        expect(await account.lastEntry()).toMatchObject({ kind: 'settled', overage })
      },
    )

    it('counts as overage what passed the least that was held of each measure', async () => {
      const account = await open()
      const perMonth: BudgetDemand = { ...usd(50), id: 'usd_per_month', period: 'month' }
      const tokens = [tokensPerMonth(null, 5, 0), tokensPerMonth(null, 9, 0)]
      const budgets = [perMonth, usd(10), usdPerDay(null, 30, 0), ...tokens]
      const ids = budgets.map((budget, at) => ({ ...budget, id: `${budget.id}-${at}` }))
      await account.settle(await account.receipt('a', { budgets: ids }), charge(2, 4, 12))
      expect(await account.lastEntry()).toMatchObject({ overage: { tokens: 1, nanoUsd: 2 } })
    })

    it('that was not asked for is not charged', async () => {
      const account = await open()
      await account.admitted('a', { budgets: [usd(10)] })
      await account.settle(await account.receipt('b'), charge(0, 0, 99))
      expect(await account.cells('usd_per_day')).toEqual([{ start: DAY, committed: 0, held: 10 }])
      expect((await account.counters()).totals.nanoUsd).toBe(99)
    })

    it('is charged in the period of the admission, not in that of the settlement', async () => {
      const account = await open()
      const budgets = [usd(10)]
      const receipt = await account.at(MIDNIGHT - 1).receipt('a', { budgets })
      await account.at(MIDNIGHT).admitted('b', { budgets })
      await account.at(MIDNIGHT + 1).settle(receipt, charge(0, 0, 7))
      expect(await account.cells('usd_per_day')).toEqual([
        { start: DAY, committed: 7, held: 0 },
        { start: DAY_END, committed: 0, held: 10 },
      ])
      const days = await account.days()
      expect(days).toMatchObject([{ start: DAY, requests: 1, nanoUsd: 7 }])
    })

    it('is whole again in the first millisecond of its next period', async () => {
      const account = await open()
      const budgets = [usd(1_000)]
      await account.settle(await account.receipt('a', { budgets }), charge(0, 0, 1_000))
      expect((await account.at(MIDNIGHT - 1).refused('b', { budgets })).meters).toEqual([
        {
          id: 'usd_per_day',
          kind: 'budget',
          limit: 1_000,
          used: 1_000,
          held: 0,
          resetsAtMs: DAY_END,
        },
      ])
      const { meters } = await account.at(MIDNIGHT).admitted('b', { budgets })
      expect(meters).toMatchObject([{ used: 0, held: 1_000, resetsAtMs: DAY_END + 24 * HOUR_MS }])
    })
  })

  describe('a budget of a day that has ended', () => {
    const budgets = [usd(10)]

    it.each([
      { after: 'a millisecond before an hour', ms: HOUR_MS - 1, kept: true },
      { after: 'an hour', ms: HOUR_MS, kept: false },
    ])('is kept: $kept, by the first admission $after into the next', async ({ ms, kept }) => {
      const account = await open()
      await account.settle(await account.receipt('a', { budgets }), charge(0, 0, 7))
      await account.at(MIDNIGHT + ms).admitted('b', { budgets })
      const yesterday = kept ? [{ start: DAY, committed: 7, held: 0 }] : []
      const today = { start: DAY_END, committed: 0, held: 10 }
      expect(await account.cells('usd_per_day')).toEqual([...yesterday, today])
    })

    it('is kept as long as anything is held in it', async () => {
      const account = await open()
      const receipt = await account.at(MIDNIGHT - 1).receipt('a', { budgets })
      // Many holds run out before it, so that one call's sweep cannot reach it.
      for (let n = 0; n < 40; n += 1) await account.admitted(`h${n}`)
      await account.at(MIDNIGHT + 30_000).renew('a')
      await account.at(MIDNIGHT + HOUR_MS).admitted('b', { budgets })
      expect(await account.cells('usd_per_day')).toMatchObject([
        { start: DAY, held: 10 },
        { start: DAY_END, held: 10 },
      ])
      await account.settle(receipt, charge(0, 0, 7))
      expect(await account.cells('usd_per_day')).toMatchObject([
        { start: DAY, committed: 7, held: 0 },
        { start: DAY_END, committed: 0, held: 10 },
      ])
      await account.admitted('c', { budgets })
      expect(await account.cells('usd_per_day')).toEqual([
        { start: DAY_END, committed: 0, held: 20 },
      ])
    })

    it('is not begun anew by a charge that comes once it was dropped', async () => {
      const account = await open()
      const receipt = await account.receipt('a', { budgets })
      await account.settle(receipt, NO_CHARGE)
      await account.at(MIDNIGHT + HOUR_MS).admitted('b', { budgets })
      const { nowMs } = await account.view()
      const lost = { ...receipt, holdId: 'lost', admittedAtMs: nowMs }
      expect(await account.settle(lost, charge(0, 0, 5))).toMatchObject({
        type: 'settled',
        meters: [{ used: 0, held: 0 }],
      })
      expect(await account.cells('usd_per_day')).toMatchObject([{ start: DAY_END }])
      expect((await account.counters()).totals).toMatchObject({ requests: 2, nanoUsd: 5 })
    })

    it('is charged beside a later one as long as it is kept', async () => {
      const account = await open()
      const receipt = await account.receipt('a', { budgets })
      await account.settle(receipt, charge(0, 0, 1))
      await account.at(MIDNIGHT + HOUR_MS - 1).admitted('b', { budgets })
      const { nowMs } = await account.view()
      await account.settle({ ...receipt, holdId: 'lost', admittedAtMs: nowMs }, charge(0, 0, 5))
      expect(await account.cells('usd_per_day')).toMatchObject([
        { start: DAY, committed: 6, held: 0 },
        { start: DAY_END, held: 10 },
      ])
    })

    it('is begun by a charge where nothing later stands', async () => {
      const account = await open()
      const receipt = await account.receipt('a')
      const start = DAY - 24 * HOUR_MS
      const budget = { id: 'usd_per_day', start, measure: 'nano_usd' } as const
      await account.settle({ ...receipt, holdId: 'lost', budgets: [budget] }, charge(0, 0, 5))
      expect(await account.cells('usd_per_day')).toEqual([{ start, committed: 5, held: 0 }])
      await account.admitted('b', { budgets })
      expect(await account.cells('usd_per_day')).toEqual([{ start: DAY, committed: 0, held: 10 }])
    })
  })
}
