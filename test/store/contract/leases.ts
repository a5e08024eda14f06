// The edges of a hold's life: its lease, its longest life, and what is seen of it meanwhile.
import { describe, expect, it } from 'vitest'
import { NO_CHARGE } from '../../../src/ledger/entry.ts'
import { START_MS, keyRecord, usdPerDay } from '../commands.ts'
import { DAY, type OpenAccount, charge } from './account-under-test.ts'

const MINUTE_MS = 60_000
const ESTIMATE = charge(40, 0, 4)
const demand = { budgets: [usdPerDay(1_000, 10, 0)], estimate: ESTIMATE }
const gone = { type: 'gone' }
const renewed = (leaseMs: number) => ({ type: 'renewed', leaseMs })

export function leaseContract(open: OpenAccount): void {
  describe('a lease', () => {
    it('is left alone a millisecond before its end, and run out at its end', async () => {
      const account = await open()
      await account.admitted('a', demand)
      expect(await account.at(59_999).sweep()).toEqual({
        type: 'swept',
        nextDueMs: START_MS + 60_000,
      })
      expect((await account.counters()).live).toBe(1)
      expect(await account.at(60_000).sweep()).toEqual({
        type: 'swept',
        nextDueMs: START_MS + 960_000,
      })
      expect((await account.counters()).live).toBe(0)
      expect(await account.cells('usd_per_day')).toEqual([{ start: DAY, committed: 4, held: 0 }])
    })

    it('is renewed whole in its last millisecond, and not at its end', async () => {
      const account = await open()
      await account.admitted('a', demand)
      expect(await account.at(59_999).renew('a')).toEqual(renewed(60_000))
      expect(await account.at(119_998).renew('a')).toEqual(renewed(60_000))
      expect(await account.at(179_998).renew('a')).toEqual(gone)
      expect(await account.lastEntry()).toMatchObject({ kind: 'expired', charge: ESTIMATE })
    })

    it('is carried to exactly 30 minutes after the admission, and no millisecond further', async () => {
      const account = await open()
      await account.at(7).admitted('a', demand)
      for (let n = 1; n < 30; n += 1) {
        expect(await account.at(n * 59_000).renew('a')).toEqual(renewed(60_000))
      }
      expect(await account.at(29 * MINUTE_MS + 7).renew('a')).toEqual(renewed(60_000))
      expect(await account.at(29 * MINUTE_MS + 8).renew('a')).toEqual(renewed(59_999))
      expect(await account.at(30 * MINUTE_MS + 6).renew('a')).toEqual(renewed(1))
      expect(await account.at(30 * MINUTE_MS + 7).renew('a')).toEqual(gone)
      expect((await account.counters()).live).toBe(0)
    })

    it('that has ended does not cost a settlement that comes before any sweep', async () => {
      const account = await open()
      const receipt = await account.receipt('a', demand)
      const settled = await account.at(600_000).settle(receipt, charge(1, 1, 5))
      expect(settled).toMatchObject({ type: 'settled', repeated: false, charged: charge(1, 1, 5) })
      expect(await account.kinds()).toEqual(['control', 'settled'])
    })

    it('that has ended does not cost an abandonment that comes before any sweep', async () => {
      const account = await open()
      await account.receipt('a', demand)
      await account.at(60_000).abandon('a')
      expect(await account.kinds()).toEqual(['control', 'abandoned'])
      expect(await account.cells('usd_per_day')).toEqual([{ start: DAY, committed: 0, held: 0 }])
    })

    it('lasts as long when the store’s clock is set back meanwhile', async () => {
      const account = await open()
      await account.at(30_000).admitted('a', demand)
      expect(await account.at(0).renew('a')).toEqual(renewed(60_000))
      expect(await account.at(89_999).sweep()).toMatchObject({ nextDueMs: START_MS + 90_000 })
      await account.at(90_000).sweep()
      expect((await account.counters()).live).toBe(0)
    })
  })

  describe('a checkpoint', () => {
    it('is what an expiry charges, in place of the estimate, even where it is less', async () => {
      const account = await open()
      await account.admitted('a', demand)
      await account.renew('a', charge(2, 3, 1))
      await account.at(60_000).sweep()
      expect(await account.lastEntry()).toMatchObject({ kind: 'expired', charge: charge(2, 3, 1) })
    })

    it('of nothing is a checkpoint, and none is none', async () => {
      const account = await open()
      await account.admitted('none', demand)
      await account.admitted('zero', demand)
      await account.renew('none')
      await account.renew('zero', NO_CHARGE)
      await account.at(60_000).sweep()
      const entries = (await account.ledger()).slice(1)
      expect(entries).toMatchObject([
        { holdId: 'none', charge: ESTIMATE },
        { holdId: 'zero', charge: NO_CHARGE },
      ])
    })

    it('is lowered by none that comes later, in any of its figures', async () => {
      const account = await open()
      await account.admitted('a', demand)
      await account.renew('a', charge(10, 20, 30))
      await account.renew('a', charge(11, 19, 29))
      await account.renew('a', charge(9, 21, 28))
      await account.renew('a', charge(0, 0, 31))
      await account.renew('a')
      await account.at(60_000).sweep()
      expect(await account.lastEntry()).toMatchObject({ charge: charge(11, 21, 31) })
      expect((await account.counters()).totals).toEqual({
        requests: 1,
        refused: 0,
        inputTokens: 11,
        outputTokens: 21,
        nanoUsd: 31,
      })
    })

    it('is not what a settlement charges', async () => {
      const account = await open()
      const receipt = await account.receipt('a', demand)
      await account.renew('a', charge(100, 200, 300))
      await account.settle(receipt, charge(1, 2, 3))
      expect(await account.cells('usd_per_day')).toEqual([{ start: DAY, committed: 3, held: 0 }])
    })

    it('that comes with the end of the lease is too late', async () => {
      const account = await open()
      await account.admitted('a', demand)
      expect(await account.at(60_000).renew('a', charge(500, 500, 500))).toEqual(gone)
      expect(await account.lastEntry()).toMatchObject({ charge: ESTIMATE })
    })
  })

  describe('a renewal', () => {
    it('of a hold that was settled, swept, abandoned or never there is gone', async () => {
      const account = await open()
      await account.admitted('swept')
      await account.at(60_000).settle(await account.receipt('settled'), NO_CHARGE)
      await account.abandon('abandoned')
      for (const holdId of ['settled', 'swept', 'abandoned', 'unknown']) {
        expect([holdId, await account.renew(holdId)]).toEqual([holdId, gone])
      }
      expect((await account.counters()).live).toBe(0)
    })
  })

  describe('the last use of a key', () => {
    const used = keyRecord('key_0123456789abcdefABCDEF')

    it('is noted at most once a minute, to the millisecond', async () => {
      const account = await open({ keys: [{ hash: 'hash-1', record: used }] })
      const lastUsed = async () => (await account.view()).keys[0]?.lastUsedAtMs
      const use = async (ms: number) => {
        const holdId = `h${ms}`
        const receipt = await account.at(ms).receipt(holdId)
        const withKey = { ...receipt.context, keyId: used.id }
        // Told again with its key: what a receipt says is what counts where no hold is left.
        await account.settle(receipt, NO_CHARGE)
        await account.settle({ ...receipt, holdId: `${holdId}-lost`, context: withKey }, NO_CHARGE)
      }
      expect(await lastUsed()).toBeNull()
      await use(10)
      expect(await lastUsed()).toBe(START_MS + 10)
      await use(60_009)
      expect(await lastUsed()).toBe(START_MS + 10)
      await use(60_010)
      expect(await lastUsed()).toBe(START_MS + 60_010)
    })

    it('is noted by a settlement at its own time, and by an expiry at that of the admission', async () => {
      const account = await open({ keys: [{ hash: 'hash-1', record: used }] })
      const { context } = await account.receipt('plain')
      const withKey = { context: { ...context, keyId: used.id } }
      const lastUsed = async () => (await account.view()).keys[0]?.lastUsedAtMs
      await account.at(5).admitted('a', withKey)
      await account.at(60_005).sweep()
      expect(await lastUsed()).toBe(START_MS + 5)
      const receipt = await account.at(70_000).receipt('b', withKey)
      await account.at(80_000).settle(receipt, NO_CHARGE)
      expect(await lastUsed()).toBe(START_MS + 80_000)
      await account.at(200_000).admitted('c', withKey)
      await account.abandon('c')
      expect(await lastUsed()).toBe(START_MS + 80_000)
    })
  })
}
