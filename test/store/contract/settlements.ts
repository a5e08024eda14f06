// One request, one charge: whatever is repeated, late, or said twice in different words.
import { describe, expect, it } from 'vitest'
import { NO_CHARGE } from '../../../src/ledger/entry.ts'
import { START_MS, usdPerDay } from '../commands.ts'
import { DAY, DAY_END, type OpenAccount, charge, tokensPerMonth } from './account-under-test.ts'

const USED = charge(10, 5, 700)
const demand = { budgets: [usdPerDay(null, 500, 0)], estimate: charge(40, 0, 400) }

export function settlementContract(open: OpenAccount): void {
  describe('a settlement', () => {
    it.each([NO_CHARGE, USED, charge(10, 5, 701), charge(999, 999, 999_999)])(
      'repeated with another charge changes nothing and tells the first: %j',
      async (other) => {
        const account = await open()
        const receipt = await account.receipt('a', demand)
        const first = await account.settle(receipt, USED)
        const before = { ...(await account.view()), days: await account.days() }
        const again = await account.at(5_000).settle(receipt, other)
        const meters = [{ id: 'usd_per_day', used: 700, held: 0 }]
        expect(first).toMatchObject({ repeated: false, charged: USED, meters })
        expect(again).toMatchObject({ repeated: true, charged: USED, meters })
        const [counters, days] = [await account.counters(), await account.days()]
        expect({ ...counters, clockMs: 0 }).toEqual({ ...before.counters, clockMs: 0 })
        expect(days).toEqual(before.days)
        expect(await account.kinds()).toEqual(['control', 'settled'])
      },
    )

    it('adds to a life’s sum of money until no integer holds more, and all can still be read', async () => {
      const account = await open()
      const charged = charge(1, 1, 5e15)
      for (const [day, holdId] of ['a', 'b', 'c'].entries()) {
        account.at(day * (DAY_END - DAY))
        await account.settle(await account.receipt(holdId), charged)
      }
      const { totals } = await account.counters()
      expect(totals).toMatchObject({ requests: 3, inputTokens: 3, nanoUsd: 2 ** 53 - 1 })
      expect((await account.days()).map(({ nanoUsd }) => nanoUsd)).toEqual([5e15, 5e15, 5e15])
    })

    it('ends the leases of others that have run out by then, and charges them', async () => {
      const account = await open()
      const { receipt } = await account.admitted('a')
      await account.admitted('b')
      await account.at(30_000).renew('a')
      await account.at(60_000).settle(receipt, USED)
      expect((await account.kinds()).toSorted()).toEqual(['control', 'expired', 'settled'])
      expect((await account.counters()).live).toBe(0)
    })

    it('tells where the budgets of its receipt stand, others’ holds with them', async () => {
      const account = await open()
      const budgets = [usdPerDay(null, 500, 0), tokensPerMonth(null, 30, 0)]
      const receipt = await account.receipt('a', { budgets })
      await account.admitted('b', { budgets })
      expect(await account.settle(receipt, USED)).toMatchObject({
        meters: [
          { id: 'usd_per_day', used: 700, held: 500 },
          { id: 'tokens_per_month', used: 15, held: 30 },
        ],
      })
    })

    it('after the sweep charges the difference upward, once', async () => {
      const account = await open()
      const receipt = await account.receipt('a', demand)
      await account.at(60_000).sweep()
      expect(await account.cells('usd_per_day')).toEqual([{ start: DAY, committed: 400, held: 0 }])
      expect(await account.at(60_001).settle(receipt, USED)).toMatchObject({
        type: 'settled',
        charged: USED,
        repeated: false,
        meters: [{ used: 700 }],
      })
      expect(await account.lastEntry()).toMatchObject({
        kind: 'late',
        atMs: START_MS + 60_001,
        charge: charge(-30, 5, 300),
        overage: { tokens: -25, nanoUsd: 200 },
      })
      expect(await account.settle(receipt, NO_CHARGE)).toMatchObject({
        charged: USED,
        repeated: true,
      })
      expect(await account.counters()).toMatchObject({
        live: 0,
        totals: { requests: 1, inputTokens: 10, outputTokens: 5, nanoUsd: 700 },
      })
      expect(await account.kinds()).toEqual(['control', 'expired', 'late'])
    })

    it('after the sweep gives back what was charged too much, to nothing', async () => {
      const account = await open()
      const receipt = await account.receipt('a', demand)
      await account.at(60_000).sweep()
      await account.settle(receipt, NO_CHARGE)
      expect(await account.cells('usd_per_day')).toEqual([{ start: DAY, committed: 0, held: 0 }])
      const [counters, days] = [await account.counters(), await account.days()]
      expect(counters.totals).toMatchObject({ requests: 1, inputTokens: 0, nanoUsd: 0 })
      expect(days).toMatchObject([{ requests: 1, inputTokens: 0, nanoUsd: 0 }])
    })

    it('after the sweep of exactly what was charged is entered as a difference of nothing', async () => {
      const account = await open()
      const receipt = await account.receipt('a', demand)
      await account.at(60_000).sweep()
      await account.settle(receipt, demand.estimate)
      const overage = { tokens: 0, nanoUsd: 0 }
      expect(await account.lastEntry()).toMatchObject({ kind: 'late', charge: NO_CHARGE, overage })
    })

    it('of a hold that the store does not have is charged once, as lost', async () => {
      const account = await open()
      const { receipt } = await account.admitted('a', demand)
      const lost = { ...receipt, holdId: 'lost' }
      expect(await account.settle(lost, USED)).toMatchObject({ charged: USED, repeated: false })
      expect(await account.lastEntry()).toMatchObject({
        kind: 'hold_lost',
        holdId: 'lost',
        charge: USED,
        overage: { tokens: 0, nanoUsd: 0 },
      })
      expect(await account.settle(lost, NO_CHARGE)).toMatchObject({
        charged: USED,
        repeated: true,
      })
      expect(await account.cells('usd_per_day')).toEqual([
        { start: DAY, committed: 700, held: 500 },
      ])
      expect(await account.counters()).toMatchObject({ live: 1, totals: { requests: 1 } })
    })

    it('after an abandonment charges nothing, whatever it says', async () => {
      const account = await open()
      const receipt = await account.receipt('a', demand)
      await account.abandon('a')
      expect(await account.settle(receipt, USED)).toMatchObject({
        charged: NO_CHARGE,
        repeated: true,
        meters: [{ used: 0, held: 0 }],
      })
      expect(await account.kinds()).toEqual(['control', 'abandoned'])
    })

    it('in a day of its receipt’s own is summed there', async () => {
      const account = await open()
      const receipt = await account.receipt('a', demand)
      await account.at(12 * 3_600_000).settle(receipt, USED)
      expect(await account.days()).toMatchObject([
        { start: DAY, requests: 1, refused: 0, inputTokens: 10, outputTokens: 5, nanoUsd: 700 },
      ])
    })
  })

  describe('an abandonment', () => {
    it('before its admission keeps that out, and is no entry', async () => {
      const account = await open()
      expect(await account.abandon('a')).toEqual({ type: 'abandoned' })
      expect(await account.ask('a', demand)).toEqual({ type: 'hold_spent' })
      expect(await account.kinds()).toEqual(['control'])
      expect((await account.counters()).live).toBe(0)
    })

    it('after its admission gives all back, is entered once, and is no request', async () => {
      const account = await open()
      const receipt = await account.receipt('a', demand)
      await account.at(50).abandon('a')
      expect(await account.abandon('a')).toEqual({ type: 'abandoned' })
      expect(await account.lastEntry()).toEqual({
        seq: 2,
        atMs: START_MS + 50,
        kind: 'abandoned',
        holdId: 'a',
        context: receipt.context,
        periods: receipt.periods,
        charge: NO_CHARGE,
        outcome: null,
        overage: { tokens: 0, nanoUsd: 0 },
      })
      expect(await account.counters()).toMatchObject({ live: 0, seq: 2, totals: { requests: 0 } })
      expect(await account.cells('usd_per_day')).toEqual([{ start: DAY, committed: 0, held: 0 }])
      expect(await account.days()).toEqual([])
    })

    it('after a sweep leaves what that has charged', async () => {
      const account = await open()
      const receipt = await account.receipt('a', demand)
      await account.at(60_000).sweep()
      await account.abandon('a')
      expect(await account.kinds()).toEqual(['control', 'expired'])
      expect(await account.settle(receipt, USED)).toMatchObject({ repeated: false })
      expect(await account.cells('usd_per_day')).toEqual([{ start: DAY, committed: 700, held: 0 }])
    })
  })
}
