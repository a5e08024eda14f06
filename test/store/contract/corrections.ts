// What a settlement does to a window of tokens: back in the admission's own slot while that counts,
// and by no more than was put there; forward in the current one.
import { describe, expect, it } from 'vitest'
import { perMinute } from '../commands.ts'
import { type OpenAccount, charge, tokenRate } from './account-under-test.ts'

const LIMIT = 1_000
const rate = tokenRate(LIMIT)
const demand = { rates: [rate] }

export function correctionContract(open: OpenAccount): void {
  describe('a window of tokens', () => {
    it('is given back what a settlement leaves, in the slot of the admission', async () => {
      const account = await open()
      const receipt = await account.receipt('a', demand)
      await account.at(30_000).settle(receipt, charge(10, 20, 0))
      expect(await account.used(rate)).toBe(30)
      expect(await account.at(60_999).used(rate)).toBe(30)
      expect(await account.at(61_000).used(rate)).toBe(0)
    })

    it('is given back in the slot of the admission to its last millisecond', async () => {
      const account = await open()
      const receipt = await account.receipt('a', demand)
      await account.at(1_000).admitted('b', demand)
      await account.at(50_000).renew('a')
      await account.at(60_999).settle(receipt, charge(10, 0, 0))
      expect(await account.used(rate)).toBe(110)
      expect(await account.at(61_000).used(rate)).toBe(100)
    })

    it('is given nothing back from the millisecond at which that slot leaves', async () => {
      const account = await open()
      const receipt = await account.receipt('a', demand)
      await account.at(1_000).admitted('b', { ...demand, estimate: charge(100, 0, 0) })
      await account.at(50_000).renew('a')
      await account.at(61_000).settle(receipt, charge(10, 0, 0))
      expect(await account.used(rate)).toBe(100)
      expect(await account.at(62_000).used(rate)).toBe(0)
    })

    it('is given back within the newest slot, where others stand too', async () => {
      const account = await open()
      const receipt = await account.receipt('a', demand)
      await account.at(999).admitted('b', demand)
      await account.at(999).settle(receipt, charge(1, 0, 0))
      expect(await account.used(rate)).toBe(101)
      expect(await account.at(60_999).used(rate)).toBe(101)
      expect(await account.at(61_000).used(rate)).toBe(0)
    })

    it('is given back all of a request that used nothing', async () => {
      const account = await open()
      const receipt = await account.receipt('a', demand)
      await account.at(5_000).settle(receipt, charge(0, 0, 0))
      const { meters } = await account.view([rate])
      expect(meters).toMatchObject([{ used: 0, resetsAtMs: null }])
    })

    it('is charged the excess in the slot of the settlement', async () => {
      const account = await open()
      const receipt = await account.receipt('a', demand)
      await account.at(30_500).settle(receipt, charge(100, 60, 0))
      expect(await account.used(rate)).toBe(160)
      expect(await account.at(61_000).used(rate)).toBe(60)
      expect(await account.at(90_999).used(rate)).toBe(60)
      expect(await account.at(91_000).used(rate)).toBe(0)
    })

    it('stays as it is when exactly the reservation was used', async () => {
      const account = await open()
      const receipt = await account.receipt('a', demand)
      await account.at(30_500).settle(receipt, charge(40, 60, 0))
      expect(await account.used(rate)).toBe(100)
      expect(await account.at(61_000).used(rate)).toBe(0)
    })

    it('is charged even past its limit, and refuses until that has left', async () => {
      const account = await open()
      const receipt = await account.receipt('a', demand)
      await account.at(1_000).settle(receipt, charge(2_000, 0, 0))
      const tiny = { rates: [tokenRate(LIMIT, { base: 1, unit: 0 })] }
      const refusal = await account.refusal('b', tiny)
      expect(refusal).toMatchObject({ used: 2_000, retryAfterMs: 61_000 })
    })

    it('is not given back twice, whatever a repeated settlement says', async () => {
      const account = await open()
      const receipt = await account.receipt('a', demand)
      await account.settle(receipt, charge(50, 0, 0))
      await account.settle(receipt, charge(0, 0, 0))
      await account.settle(receipt, charge(500, 0, 0))
      expect(await account.used(rate)).toBe(50)
    })

    it('is given back by no more than the admission put there, whatever its attempts added', async () => {
      const account = await open()
      const receipt = await account.receipt('a', demand)
      await account.at(10_000).extend('a', 2, demand)
      expect(await account.used(rate)).toBe(200)
      await account.at(20_000).settle(receipt, charge(20, 0, 0))
      expect(await account.used(rate)).toBe(100)
      expect(await account.at(61_000).used(rate)).toBe(100)
      expect(await account.at(71_000).used(rate)).toBe(0)
    })

    it.each([500, 20_000])(
      'keeps what others put into the same slot, after %i ms, whatever the attempts added',
      async (ms) => {
        const account = await open()
        const receipt = await account.receipt('a', demand)
        await account.admitted('b', demand)
        await account.at(ms).extend('a', 2, demand)
        await account.settle(receipt, charge(0, 0, 0))
        // The other's 100, and the 100 of the attempt.
        expect(await account.used(rate)).toBe(200)
      },
    )

    it('is given back the difference to admission and attempts together', async () => {
      const account = await open()
      const receipt = await account.receipt('a', demand)
      await account.at(10_000).extend('a', 2, demand)
      await account.at(20_000).settle(receipt, charge(120, 0, 0))
      expect(await account.used(rate)).toBe(120)
      expect(await account.at(61_000).used(rate)).toBe(100)
    })

    it('is charged only what passed admission and attempts together', async () => {
      const account = await open()
      const receipt = await account.receipt('a', demand)
      await account.at(10_000).extend('a', 2, demand)
      await account.at(20_000).settle(receipt, charge(201, 0, 0))
      expect(await account.used(rate)).toBe(201)
      expect(await account.at(71_000).used(rate)).toBe(1)
      expect(await account.at(81_000).used(rate)).toBe(0)
    })

    it('keeps what only an attempt added, since no slot of the admission has it', async () => {
      const account = await open()
      const receipt = await account.receipt('a')
      await account.at(10_000).extend('a', 2, demand)
      await account.at(20_000).settle(receipt, charge(30, 0, 0))
      expect(await account.used(rate)).toBe(100)
    })

    it('is never brought below nothing in a slot that others have emptied', async () => {
      const account = await open()
      // Both stand in one slot; the first settlement gives back, the second too, to the last unit.
      const first = await account.receipt('a', demand)
      const second = await account.receipt('b', demand)
      await account.at(1_500).settle(first, charge(0, 0, 0))
      await account.at(2_500).settle(second, charge(0, 0, 0))
      await account.at(3_000).admitted('c', demand)
      expect(await account.used(rate)).toBe(100)
    })

    it('of requests is given one back by an abandonment, and so is one of tokens', async () => {
      const account = await open()
      const rates = [perMinute(9), rate]
      await account.admitted('a', { rates })
      await account.at(4_000).abandon('a')
      const { meters } = await account.view(rates)
      expect(meters.map(({ used }) => used)).toEqual([0, 0])
      await account.abandon('a')
      await account.admitted('b', { rates })
      expect(await account.used(perMinute(9))).toBe(1)
    })

    it('is charged by an expiry what the checkpoint says', async () => {
      const account = await open()
      await account.admitted('a', demand)
      await account.at(30_000).renew('a', charge(30, 5, 0))
      await account.at(90_000).sweep()
      expect(await account.used(rate)).toBe(0)
      await account.at(91_000).admitted('b', demand)
      await account.renew('b', charge(90, 50, 0))
      await account.at(151_000).sweep()
      // The admission's 100 are still there, and 40 more stand in the slot of the expiry.
      expect(await account.used(rate)).toBe(140)
      expect(await account.at(152_000).used(rate)).toBe(40)
    })

    it('is left alone by a late settlement, whose weight has long been counted', async () => {
      const account = await open()
      const receipt = await account.receipt('a', { ...demand, estimate: charge(100, 0, 0) })
      await account.at(60_000).sweep()
      await account.at(60_500).settle(receipt, charge(500, 0, 0))
      expect(await account.used(rate)).toBe(100)
    })
  })
}
