// How much output an admission is granted: the largest that every limit allows, to the unit.
import { describe, expect, it } from 'vitest'
import { perMinute, usdPerDay } from '../commands.ts'
import { DAY, type OpenAccount, charge, tokenRate, tokensPerMonth } from './account-under-test.ts'

const output = (wanted: number, least: number) => ({ output: { wanted, least } })

export function grantContract(open: OpenAccount): void {
  describe('a grant', () => {
    it.each([
      { limit: 1_299, granted: 99 },
      { limit: 1_300, granted: 100 },
      { limit: 1_301, granted: 100 },
      { limit: 1_289, granted: 98 },
      { limit: 310, granted: 1 },
    ])('of 100 output at 300 + 10 each is $granted under a budget of $limit', async (expected) => {
      const account = await open()
      const budgets = [usdPerDay(expected.limit, 300, 10)]
      expect((await account.admitted('a', { budgets })).granted).toBe(expected.granted)
      const held = 300 + 10 * expected.granted
      expect(await account.cells('usd_per_day')).toEqual([{ start: DAY, committed: 0, held }])
    })

    it('is refused where not even the least fits, by one', async () => {
      const account = await open()
      const ask = (limit: number) => ({
        budgets: [usdPerDay(limit, 300, 10)],
        ...output(100, 40),
      })
      expect(await account.refusal('a', ask(699))).toMatchObject({ asked: 700, limit: 699 })
      expect((await account.admitted('b', ask(700))).granted).toBe(40)
    })

    it('is what was wanted where output costs nothing, if the base fits', async () => {
      const account = await open()
      const budgets = [usdPerDay(300, 300, 0)]
      const { granted } = await account.admitted('a', { budgets, ...output(1e9, 5) })
      expect(granted).toBe(1_000_000_000)
      const more = { budgets: [usdPerDay(300, 1, 0)], ...output(1, 0) }
      expect((await account.refused('b', more)).refusal.asked).toBe(1)
    })

    it('is the smallest that several limits of different units allow, whatever their order', async () => {
      const account = await open()
      const limits = [
        usdPerDay(1_000, 100, 9), // 100
        { ...tokensPerMonth(950, 0, 10), id: 'tight' }, // 95
        tokensPerMonth(97, 0, 1), // 97
        { ...usdPerDay(5, 5, 0), id: 'flat' }, // any
      ]
      const both = async (holdId: string, budgets: typeof limits) => {
        const { granted } = await account.admitted(holdId, { budgets })
        await account.abandon(holdId)
        return granted
      }
      expect(await both('a', limits)).toBe(95)
      expect(await both('b', limits.toReversed())).toBe(95)
    })

    it('fits into windows of tokens as into budgets', async () => {
      const account = await open()
      const rates = [perMinute(9), tokenRate(100, { base: 19, unit: 3 })]
      const { granted, meters } = await account.admitted('a', { rates })
      expect(granted).toBe(27)
      expect(meters).toMatchObject([{ used: 1 }, { used: 100 }])
    })

    it('takes what is committed, held and counted as gone', async () => {
      const account = await open()
      const budgets = [usdPerDay(1_000, 0, 5)]
      await account.settle(
        await account.receipt('a', { budgets, ...output(10, 1) }),
        charge(0, 0, 333),
      )
      await account.admitted('b', { budgets, ...output(50, 1) })
      const { granted } = await account.admitted('c', { budgets, ...output(999, 1) })
      expect(granted).toBe(83)
      expect(await account.cells('usd_per_day')).toEqual([
        { start: DAY, committed: 333, held: 665 },
      ])
    })

    it('of nothing wanted asks for the base alone, whatever the least', async () => {
      const account = await open()
      const budgets = [usdPerDay(300, 300, 10)]
      const { granted } = await account.admitted('a', { budgets, ...output(0, 50) })
      expect(granted).toBe(0)
    })

    it('is never more than was wanted, where the least is more', async () => {
      const account = await open()
      const budgets = [usdPerDay(1_000, 0, 10)]
      const { granted } = await account.admitted('a', { budgets, ...output(30, 60) })
      expect(granted).toBe(30)
    })

    it('may be nothing, where nothing is the least', async () => {
      const account = await open()
      const budgets = [usdPerDay(309, 300, 10)]
      expect((await account.admitted('a', { budgets, ...output(100, 0) })).granted).toBe(0)
      expect(await account.cells('usd_per_day')).toMatchObject([{ held: 300 }])
    })
  })

  describe('of several limits that refuse, the one is told', () => {
    it('that lasts longest', async () => {
      const account = await open()
      const second = { ...perMinute(1), id: 'requests_per_second', windowMs: 1_000 }
      await account.admitted('a', { rates: [second, perMinute(1)] })
      for (const rates of [
        [second, perMinute(1)],
        [perMinute(1), second],
      ]) {
        const { refusal } = await account.refused('b', { rates })
        expect(refusal).toMatchObject({ id: 'requests_per_minute', retryAfterMs: 61_000 })
      }
    })

    it('that no waiting lifts, wherever it stands', async () => {
      const account = await open()
      await account.admitted('a', { rates: [perMinute(1)] })
      const never = tokenRate(5, { base: 6, unit: 0 })
      for (const rates of [
        [perMinute(1), never],
        [never, perMinute(1)],
      ]) {
        const { refusal } = await account.refused('b', { rates, budgets: [usdPerDay(1, 2, 0)] })
        expect(refusal).toMatchObject({ id: 'tokens_per_minute', retryAfterMs: null })
      }
    })

    it('that stands first among equals: rates, budgets, then concurrency', async () => {
      const account = await open()
      const budgets = [usdPerDay(10, 10, 0), tokensPerMonth(10, 10, 0)]
      await account.admitted('a', { budgets, maxConcurrency: 1 })
      const ask = { budgets, maxConcurrency: 1 }
      expect((await account.refusal('b', ask)).id).toBe('usd_per_day')
      const turned = { ...ask, budgets: budgets.toReversed() }
      expect((await account.refusal('c', turned)).id).toBe('tokens_per_month')
      expect((await account.refusal('d', { maxConcurrency: 1 })).id).toBe('max_concurrency')
      const zeros = { rates: [perMinute(0)], budgets: [usdPerDay(0, 1, 0)], maxConcurrency: 0 }
      expect((await account.refusal('e', zeros)).reason).toBe('rate')
      expect((await account.refusal('f', { ...zeros, rates: [] })).reason).toBe('budget')
    })
  })
}
