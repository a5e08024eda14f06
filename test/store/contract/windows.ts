// The edges of a sliding window: its limit to the unit, its slots to the millisecond.
import { describe, expect, it } from 'vitest'
import type { RateDemand } from '../../../src/account/commands.ts'
import { START_MS, perMinute } from '../commands.ts'
import { type OpenAccount, charge, tokenRate } from './account-under-test.ts'

const weighing = (base: number, limit: number) => tokenRate(limit, { base, unit: 0 })
const perSecond = (limit: number): RateDemand => {
  return { ...perMinute(limit), id: 'requests_per_second', windowMs: 1_000 }
}

export function windowContract(open: OpenAccount): void {
  describe('a window', () => {
    it('is filled to exactly its limit, and not by one more', async () => {
      const account = await open()
      await account.admitted('a', { rates: [weighing(60, 100)] })
      expect(await account.refusal('b', { rates: [weighing(41, 100)] })).toEqual({
        reason: 'rate',
        id: 'tokens_per_minute',
        limit: 100,
        used: 60,
        held: 0,
        asked: 41,
        retryAfterMs: 61_000,
        resetsAtMs: START_MS + 61_000,
      })
      await account.admitted('c', { rates: [weighing(40, 100)] })
      expect((await account.refusal('d', { rates: [weighing(1, 100)] })).used).toBe(100)
    })

    it('takes a weight of its whole limit, and says of one more that no waiting helps', async () => {
      const account = await open()
      expect(await account.refusal('a', { rates: [weighing(101, 100)] })).toMatchObject({
        asked: 101,
        retryAfterMs: null,
        resetsAtMs: null,
      })
      await account.admitted('b', { rates: [weighing(100, 100)] })
    })

    it('with a limit of 0 refuses even what weighs nothing, for good', async () => {
      const account = await open()
      for (const base of [0, 1]) {
        expect(await account.refusal('a', { rates: [weighing(base, 0)] })).toEqual({
          reason: 'rate',
          id: 'tokens_per_minute',
          limit: 0,
          used: 0,
          held: 0,
          asked: base,
          retryAfterMs: null,
          resetsAtMs: null,
        })
      }
    })

    it('that is full still takes what weighs nothing', async () => {
      const account = await open()
      await account.admitted('a', { rates: [weighing(100, 100)] })
      await account.admitted('b', { rates: [weighing(0, 100)] })
      expect(await account.used(weighing(0, 100))).toBe(100)
    })

    it('counts the last millisecond of a slot with that slot, the next with the next', async () => {
      const account = await open()
      await account.at(999).admitted('a', { rates: [perMinute(2)] })
      await account.at(1_000).admitted('b', { rates: [perMinute(2)] })
      const gone = async (ms: number) => account.at(ms).used(perMinute(2))
      expect(await gone(60_999)).toBe(2)
      expect(await gone(61_000)).toBe(1)
      expect(await gone(61_999)).toBe(1)
      expect(await gone(62_000)).toBe(0)
    })

    it('admits again in the very millisecond that its refusal named', async () => {
      const account = await open()
      const rates = [perMinute(1)]
      await account.at(999).admitted('a', { rates })
      const { retryAfterMs } = await account.at(1_500).refusal('b', { rates })
      expect(retryAfterMs).toBe(59_500)
      expect(await account.at(60_999).refusal('c', { rates })).toMatchObject({ retryAfterMs: 1 })
      await account.at(61_000).admitted('d', { rates })
    })

    it('keeps to the millisecond where a slot is no whole number of them', async () => {
      const account = await open()
      const rates = [perSecond(1)]
      // A slot is 16 2/3 ms: 16 is in the first, 17 in the second.
      await account.at(16).admitted('a', { rates })
      expect(await account.at(1_016).used(perSecond(1))).toBe(1)
      expect(await account.at(1_016).refusal('b', { rates })).toMatchObject({ retryAfterMs: 1 })
      await account.at(1_017).admitted('c', { rates })
      expect(await account.at(2_033).used(perSecond(1))).toBe(1)
      expect(await account.at(2_034).used(perSecond(1))).toBe(0)
    })

    it('tells how long to wait until enough has left, not just some', async () => {
      const account = await open()
      await account.admitted('a', { rates: [weighing(30, 100)] })
      await account.at(5_000).admitted('b', { rates: [weighing(30, 100)] })
      await account.at(9_000).admitted('c', { rates: [weighing(40, 100)] })
      const wait = async (base: number) =>
        (await account.at(10_000).refusal('d', { rates: [weighing(base, 100)] })).retryAfterMs
      expect(await wait(1)).toBe(51_000)
      expect(await wait(30)).toBe(51_000)
      expect(await wait(31)).toBe(56_000)
      expect(await wait(60)).toBe(56_000)
      expect(await wait(61)).toBe(60_000)
      expect(await wait(100)).toBe(60_000)
    })

    it('tells how long to wait when what is in the way is in the newest slot', async () => {
      const account = await open()
      await account.admitted('a', { rates: [weighing(10, 100)] })
      await account.at(30_000).admitted('b', { rates: [weighing(90, 100)] })
      const refusal = await account.at(30_999).refusal('c', { rates: [weighing(11, 100)] })
      expect(refusal.resetsAtMs).toBe(START_MS + 91_000)
    })

    it('tells when its oldest weight leaves, and nothing when it is empty', async () => {
      const account = await open()
      const read = async (ms: number) => (await account.at(ms).view([perMinute(9)])).meters[0]
      const meter = { id: 'requests_per_minute', kind: 'rate', limit: 9, held: 0 }
      expect(await read(0)).toEqual({ ...meter, used: 0, resetsAtMs: null })
      await account.at(2_000).admitted('a', { rates: [perMinute(9)] })
      await account.at(7_000).admitted('b', { rates: [perMinute(9)] })
      expect(await read(62_999)).toEqual({ ...meter, used: 2, resetsAtMs: START_MS + 63_000 })
      expect(await read(63_000)).toEqual({ ...meter, used: 1, resetsAtMs: START_MS + 68_000 })
      expect(await read(68_000)).toEqual({ ...meter, used: 0, resetsAtMs: null })
    })

    it('holds all of sixty-one slots, and lets the first go with the sixty-second', async () => {
      const account = await open()
      for (let slot = 0; slot <= 60; slot += 1) {
        const reply = await account.at(slot * 1_000).ask(`h${slot}`, { rates: [perMinute(61)] })
        expect(reply.type).toBe('admitted')
      }
      expect(await account.at(60_999).used(perMinute(61))).toBe(61)
      await account.at(61_000).admitted('last', { rates: [perMinute(61)] })
      expect(await account.used(perMinute(61))).toBe(61)
    })

    it.each([61_000, 122_000, 3_600_000])('is empty after %i ms of silence', async (ms) => {
      const account = await open()
      await account.admitted('a', { rates: [perMinute(3)] })
      await account.at(ms).admitted('b', { rates: [perMinute(3)] })
      expect(await account.used(perMinute(3))).toBe(1)
      expect(await account.at(ms + 60_999).used(perMinute(3))).toBe(1)
      expect(await account.at(ms + 61_000).used(perMinute(3))).toBe(0)
    })

    it('keeps its place when the store’s clock is set back', async () => {
      const account = await open()
      const asked = { rates: [perMinute(2)], mintedAtMs: START_MS + 30_000 }
      await account.at(30_000).admitted('a', asked)
      await account.at(0).admitted('b', asked)
      expect(await account.refusal('c', asked)).toMatchObject({
        used: 2,
        retryAfterMs: 61_000,
        resetsAtMs: START_MS + 91_000,
      })
      expect(await account.at(90_999).used(perMinute(2))).toBe(2)
      expect(await account.at(91_000).used(perMinute(2))).toBe(0)
    })

    it.each([255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 52])(
      'keeps a weight of %i in one slot, old or new, exactly',
      async (weight) => {
        const account = await open()
        const rate = weighing(weight, 2 ** 53 - 1)
        await account.admitted('a', { rates: [weighing(3, 2 ** 53 - 1)] })
        await account.at(1_000).admitted('b', { rates: [rate] })
        expect(await account.used(rate)).toBe(weight + 3)
        await account.at(2_000).admitted('c', { rates: [weighing(1, 2 ** 53 - 1)] })
        expect(await account.used(rate)).toBe(weight + 4)
        expect(await account.at(61_000).used(rate)).toBe(weight + 1)
        await account.at(61_500).admitted('d', { rates: [weighing(5, 2 ** 53 - 1)] })
        expect(await account.at(62_000).used(rate)).toBe(6)
      },
    )

    it('grows in one slot past what a narrower count can hold', async () => {
      const account = await open()
      const rate = (weight: number) => weighing(weight, 2 ** 40)
      await account.admitted('a', { rates: [rate(200)] })
      await account.admitted('b', { rates: [rate(100)] })
      await account.at(1_000).admitted('c', { rates: [rate(7)] })
      expect(await account.at(60_999).used(rate(0))).toBe(307)
      expect(await account.at(61_000).used(rate(0))).toBe(7)
    })

    it('of one id is not touched by another’s', async () => {
      const account = await open()
      const user = (name: string) => ({
        ...perMinute(1),
        id: `user_requests_per_minute|u:${name}`,
      })
      await account.admitted('a', { rates: [user('ann')] })
      await account.admitted('b', { rates: [user('bob')] })
      expect((await account.refused('c', { rates: [user('ann')] })).refusal.id).toBe(user('ann').id)
    })

    it('is not touched by a request that another limit refuses', async () => {
      const account = await open()
      const rates = [perMinute(9), weighing(5, 4)]
      expect((await account.refusal('a', { rates })).id).toBe('tokens_per_minute')
      expect(await account.used(perMinute(9))).toBe(0)
    })

    it('keeps the weight of a request that was sent, whatever became of it', async () => {
      const account = await open()
      const rates = [perMinute(9)]
      const settled = await account.receipt('a', { rates })
      await account.admitted('b', { rates, estimate: charge(0, 0, 0) })
      await account.admitted('c', { rates })
      await account.settle(settled, charge(0, 0, 0))
      await account.abandon('c')
      expect(await account.used(perMinute(9))).toBe(2)
      await account.at(60_000).sweep()
      expect((await account.counters()).live).toBe(0)
      expect(await account.used(perMinute(9))).toBe(2)
    })
  })
}
