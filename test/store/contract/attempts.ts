// Room for one more attempt under the same hold: once for each attempt, all of it or none.
import { describe, expect, it } from 'vitest'
import { NO_CHARGE } from '../../../src/ledger/entry.ts'
import { START_MS, perMinute, usdPerDay } from '../commands.ts'
import {
  DAY,
  DAY_END,
  MONTH,
  type OpenAccount,
  charge,
  tokenRate,
  tokensPerMonth,
} from './account-under-test.ts'

const MIDNIGHT = 12 * 3_600_000
const usd = (base: number, limit: number | null = 1_000) => usdPerDay(limit, base, 0)
const demand = { rates: [tokenRate(1_000)], budgets: [usd(10)] }
const extended = { type: 'extended' }

export function attemptContract(open: OpenAccount): void {
  describe('another attempt', () => {
    it('is given room once, however often it is asked for', async () => {
      const account = await open()
      await account.admitted('a', demand)
      for (let n = 0; n < 3; n += 1) expect(await account.extend('a', 2, demand)).toEqual(extended)
      expect(await account.used(tokenRate(1_000))).toBe(200)
      expect(await account.cells('usd_per_day')).toEqual([{ start: DAY, committed: 0, held: 20 }])
    })

    it('is given room beside those before it, by its number, and one left out is skipped for good', async () => {
      const account = await open()
      await account.admitted('a', demand)
      const held = async () => (await account.cells('usd_per_day'))[0]?.held
      await account.extend('a', 2, demand)
      expect(await held()).toBe(20)
      await account.extend('a', 4, demand)
      expect(await held()).toBe(30)
      expect(await account.extend('a', 3, demand)).toEqual(extended)
      expect(await account.extend('a', 4, demand)).toEqual(extended)
      expect(await held()).toBe(30)
      await account.extend('a', 5, demand)
      expect(await held()).toBe(40)
    })

    it('numbered as the admission itself is given nothing', async () => {
      const account = await open()
      await account.admitted('a', demand)
      expect(await account.extend('a', 1, demand)).toEqual(extended)
      expect(await account.cells('usd_per_day')).toEqual([{ start: DAY, committed: 0, held: 10 }])
    })

    it('is refused as a whole where one limit has no room, by one', async () => {
      const account = await open()
      await account.admitted('a', demand)
      const wide = { ...demand, rates: [tokenRate(1_000)], budgets: [usd(991)] }
      expect(await account.extend('a', 2, wide)).toEqual({
        type: 'refused',
        refusal: {
          reason: 'in_flight',
          id: 'usd_per_day',
          limit: 1_000,
          used: 0,
          held: 10,
          asked: 991,
          retryAfterMs: 1_000,
          resetsAtMs: DAY_END,
        },
      })
      expect(await account.used(tokenRate(1_000))).toBe(100)
      expect(await account.counters()).toMatchObject({ totals: { refused: 0 }, live: 1 })
      expect(await account.extend('a', 2, { ...wide, budgets: [usd(990)] })).toEqual(extended)
    })

    it('is granted all of its output or nothing', async () => {
      const account = await open()
      const month = tokensPerMonth(1_000, 0, 1)
      await account.admitted('a', { budgets: [month] })
      const ask = (output: number) => account.extend('a', 2, { budgets: [month], output })
      expect(await ask(901)).toMatchObject({ type: 'refused', refusal: { asked: 901, held: 100 } })
      expect(await ask(900)).toEqual(extended)
      expect(await account.cells('tokens_per_month')).toEqual([
        { start: MONTH, committed: 0, held: 1_000 },
      ])
    })

    it('waits for a window as an admission does', async () => {
      const account = await open()
      await account.at(500).admitted('a', { rates: [perMinute(1)] })
      const refused = await account.at(50_000).extend('a', 2, { rates: [perMinute(1)] })
      expect(refused).toMatchObject({ refusal: { reason: 'rate', retryAfterMs: 11_000 } })
      await account.renew('a')
      expect(await account.at(61_000).extend('a', 2, { rates: [perMinute(1)] })).toEqual(extended)
      expect(await account.used(perMinute(1))).toBe(1)
    })

    it('may use limits that the admission did not, and all is given back', async () => {
      const account = await open()
      const receipt = await account.receipt('a')
      await account.extend('a', 2, demand)
      expect(await account.cells('usd_per_day')).toEqual([{ start: DAY, committed: 0, held: 10 }])
      await account.settle(receipt, charge(0, 0, 4))
      expect(await account.cells('usd_per_day')).toEqual([{ start: DAY, committed: 4, held: 0 }])
    })

    it('is settled together with those before it, its overage reckoned on all', async () => {
      const account = await open()
      const receipt = await account.receipt('a', demand)
      await account.extend('a', 2, demand)
      await account.extend('a', 3, demand)
      await account.settle(receipt, charge(0, 0, 31))
      expect(await account.cells('usd_per_day')).toEqual([{ start: DAY, committed: 31, held: 0 }])
      expect(await account.lastEntry()).toMatchObject({ overage: { tokens: 0, nanoUsd: 1 } })
    })

    it('is charged to the day of the admission, where its room must be, past midnight too', async () => {
      const account = await open()
      const receipt = await account.at(MIDNIGHT - 1).receipt('a', { budgets: [usd(600)] })
      await account.at(MIDNIGHT).admitted('b', { budgets: [usd(900)] })
      expect(await account.extend('a', 2, { budgets: [usd(401)] })).toMatchObject({
        refusal: { held: 600, asked: 401, resetsAtMs: DAY_END },
      })
      expect(await account.extend('a', 2, { budgets: [usd(400)] })).toEqual(extended)
      expect(await account.cells('usd_per_day')).toEqual([
        { start: DAY, committed: 0, held: 1_000 },
        { start: DAY_END, committed: 0, held: 900 },
      ])
      await account.settle(receipt, charge(0, 0, 1))
      expect(await account.cells('usd_per_day')).toMatchObject([{ held: 0 }, { held: 900 }])
    })

    it('leaves lease, checkpoint and grant as they were', async () => {
      const account = await open()
      const first = await account.admitted('a', demand)
      await account.at(1_000).renew('a', charge(1, 2, 3))
      await account.at(30_000).extend('a', 2, demand)
      const again = await account.admitted('a', { ...demand, mintedAtMs: START_MS })
      expect(again).toMatchObject({ receipt: first.receipt, granted: 100, leaseMs: 31_000 })
      await account.at(61_000).sweep()
      expect(await account.lastEntry()).toMatchObject({ kind: 'expired', charge: charge(1, 2, 3) })
      expect(await account.cells('usd_per_day')).toEqual([{ start: DAY, committed: 3, held: 0 }])
    })

    it('is still known by its number after a renewal', async () => {
      const account = await open()
      await account.admitted('a', demand)
      await account.extend('a', 3, demand)
      await account.at(1_000).renew('a')
      await account.extend('a', 3, demand)
      expect(await account.cells('usd_per_day')).toEqual([{ start: DAY, committed: 0, held: 20 }])
    })

    it('finds its hold in the last millisecond of the lease, and gone in the next', async () => {
      const account = await open()
      await account.admitted('a', demand)
      expect(await account.at(59_999).extend('a', 2, demand)).toEqual(extended)
      expect(await account.at(60_000).extend('a', 3, demand)).toEqual({ type: 'gone' })
      expect(await account.lastEntry()).toMatchObject({ kind: 'expired' })
      expect(await account.cells('usd_per_day')).toEqual([{ start: DAY, committed: 0, held: 0 }])
    })

    it('of a hold that was settled, abandoned or never there is gone, and takes nothing', async () => {
      const account = await open()
      await account.settle(await account.receipt('settled'), NO_CHARGE)
      await account.abandon('abandoned')
      for (const holdId of ['settled', 'abandoned', 'unknown']) {
        expect(await account.extend(holdId, 2, demand)).toEqual({ type: 'gone' })
      }
      expect(await account.used(tokenRate(1_000))).toBe(0)
      expect(await account.cells('usd_per_day')).toEqual([])
    })
  })
}
