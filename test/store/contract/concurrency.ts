// Live holds are the concurrency in use: to exactly the cap, and given back by every way to end.
import { describe, expect, it } from 'vitest'
import { NO_CHARGE } from '../../../src/ledger/entry.ts'
import type { OpenAccount } from './account-under-test.ts'

const three = { maxConcurrency: 3 }

export function concurrencyContract(open: OpenAccount): void {
  describe('the concurrency', () => {
    it('is filled to exactly its cap, and not by one more', async () => {
      const account = await open()
      for (const holdId of ['a', 'b', 'c']) await account.admitted(holdId, three)
      expect(await account.refused('d', three)).toEqual({
        type: 'refused',
        refusal: {
          reason: 'concurrency',
          id: 'max_concurrency',
          limit: 3,
          used: 3,
          held: 0,
          asked: 1,
          retryAfterMs: 1_000,
          resetsAtMs: null,
        },
        meters: [
          { id: 'max_concurrency', kind: 'quota', limit: 3, used: 3, held: 0, resetsAtMs: null },
        ],
      })
    })

    it('with a cap of 0 admits nothing, for good', async () => {
      const account = await open()
      expect(await account.refusal('a', { maxConcurrency: 0 })).toMatchObject({
        reason: 'concurrency',
        limit: 0,
        used: 0,
        retryAfterMs: null,
      })
    })

    it('without a cap is counted, and binds once one is set', async () => {
      const account = await open()
      for (const holdId of ['a', 'b', 'c', 'd']) await account.admitted(holdId)
      expect((await account.refusal('e', three)).used).toBe(4)
      expect((await account.admitted('f', { maxConcurrency: 5 })).meters).toMatchObject([
        { used: 5, limit: 5 },
      ])
    })

    it('is given back once by each way to end, however often that is repeated', async () => {
      const account = await open()
      const receipt = await account.receipt('settled')
      for (const holdId of ['abandoned', 'expired', 'stays']) await account.admitted(holdId)
      const live = async () => (await account.counters()).live
      expect(await live()).toBe(4)
      await account.settle(receipt, NO_CHARGE)
      await account.settle(receipt, NO_CHARGE)
      expect(await live()).toBe(3)
      await account.abandon('abandoned')
      await account.abandon('abandoned')
      await account.abandon('settled')
      expect(await live()).toBe(2)
      await account.at(59_999).renew('stays')
      await account.at(60_000).sweep()
      await account.sweep()
      expect(await live()).toBe(1)
      await account.settle({ ...receipt, holdId: 'expired' }, NO_CHARGE)
      expect(await live()).toBe(1)
    })

    it('has room for the next in the millisecond that a lease ends', async () => {
      const account = await open()
      await account.admitted('a', { maxConcurrency: 1 })
      const type = async (ms: number, holdId: string) =>
        (await account.at(ms).ask(holdId, { maxConcurrency: 1 })).type
      expect(await type(59_999, 'b')).toBe('refused')
      expect(await type(60_000, 'c')).toBe('admitted')
    })

    it('is not touched by a settlement without a hold, nor by an abandonment of none', async () => {
      const account = await open()
      const receipt = await account.receipt('a')
      await account.settle({ ...receipt, holdId: 'lost' }, NO_CHARGE)
      await account.abandon('unknown')
      expect(await account.counters()).toMatchObject({ live: 1, liveHighWater: 1 })
    })

    it('is remembered at its highest', async () => {
      const account = await open()
      for (const holdId of ['a', 'b', 'c']) await account.admitted(holdId)
      for (const holdId of ['a', 'b', 'c']) await account.abandon(holdId)
      await account.admitted('d')
      await account.refused('e', { maxConcurrency: 1 })
      expect(await account.counters()).toMatchObject({ live: 1, liveHighWater: 3 })
    })

    it('is not asked for again by another attempt', async () => {
      const account = await open()
      await account.admitted('a', { maxConcurrency: 1 })
      expect(await account.extend('a', 2)).toEqual({ type: 'extended' })
      expect(await account.counters()).toMatchObject({ live: 1, liveHighWater: 1 })
    })
  })
}
