// T = 15 minutes, to the millisecond: how long a mark makes repetitions harmless, and from when a
// settlement with neither hold nor mark is only a claim.
import { describe, expect, it } from 'vitest'
import { NO_CHARGE } from '../../../src/ledger/entry.ts'
import { START_MS, usdPerDay } from '../commands.ts'
import { type AccountUnderTest, DAY, type OpenAccount, charge } from './account-under-test.ts'

const T = 900_000
const USED = charge(10, 5, 700)
const demand = { budgets: [usdPerDay(null, 500, 0)], estimate: charge(0, 0, 400) }
const unresolved = { type: 'unresolved' }

/** How each kind of mark comes to be, and when. */
const MARKS: readonly {
  readonly mark: string
  readonly leftAt: number
  readonly leave: (account: AccountUnderTest) => Promise<unknown>
}[] = [
  {
    mark: 'a settlement',
    leftAt: 40,
    leave: async (account) => {
      const receipt = await account.receipt('a', demand)
      await account.at(40).settle(receipt, USED)
    },
  },
  {
    mark: 'a sweep',
    leftAt: 60_000,
    leave: async (account) => {
      await account.admitted('a', demand)
      await account.at(60_000).sweep()
    },
  },
  {
    mark: 'a late settlement',
    leftAt: 60_500,
    leave: async (account) => {
      const receipt = await account.receipt('a', demand)
      await account.at(60_000).sweep()
      await account.at(60_500).settle(receipt, USED)
    },
  },
  {
    mark: 'an abandonment',
    leftAt: 70,
    leave: async (account) => {
      await account.admitted('a', demand)
      await account.at(70).abandon('a')
    },
  },
  {
    mark: 'an abandonment of nothing',
    leftAt: 80,
    leave: (account) => account.at(80).abandon('a'),
  },
  {
    mark: 'a settlement whose hold was lost',
    leftAt: 90,
    leave: async (account) => {
      const receipt = await account.receipt('other', demand)
      await account.at(90).settle({ ...receipt, holdId: 'a' }, USED)
    },
  },
  {
    mark: 'a claim that came too late',
    leftAt: T,
    leave: async (account) => {
      const receipt = await account.receipt('other', demand)
      await account.at(T).settle({ ...receipt, holdId: 'a' }, USED)
    },
  },
]

export function markContract(open: OpenAccount): void {
  describe.each(MARKS)('the mark of $mark', ({ leftAt, leave }) => {
    it('keeps its id out for 15 minutes, and no millisecond longer', async () => {
      const account = await open()
      await leave(account)
      expect(await account.at(leftAt).ask('a')).toEqual({ type: 'hold_spent' })
      expect(await account.at(leftAt + T - 1).ask('a')).toEqual({ type: 'hold_spent' })
      expect((await account.at(leftAt + T).ask('a')).type).toBe('admitted')
    })

    it('is not put off by what finds it', async () => {
      const account = await open()
      await leave(account)
      await account.at(leftAt + 1_000).abandon('a')
      await account.renew('a')
      await account.ask('a')
      await account.at(leftAt + T).sweep()
      expect((await account.ask('a')).type).toBe('admitted')
    })
  })

  describe('a settlement with neither hold nor mark', () => {
    it('is charged as lost a millisecond before 15 minutes are over', async () => {
      const account = await open()
      const receipt = await account.receipt('other', demand)
      const lost = { ...receipt, holdId: 'a' }
      expect(await account.at(T - 1).settle(lost, USED)).toMatchObject({
        type: 'settled',
        repeated: false,
      })
      expect(await account.lastEntry()).toMatchObject({ kind: 'hold_lost', charge: USED })
    })

    it('is a claim from 15 minutes on: entered once, and charged to nothing', async () => {
      const account = await open()
      const receipt = await account.receipt('other', demand)
      const late = { ...receipt, holdId: 'a' }
      expect(await account.at(T).settle(late, USED)).toEqual(unresolved)
      expect(await account.at(T + 5).settle(late, charge(9, 9, 9))).toEqual(unresolved)
      expect(await account.lastEntry()).toMatchObject({
        atMs: START_MS + T,
        kind: 'unresolved',
        holdId: 'a',
        context: receipt.context,
        periods: receipt.periods,
        charge: NO_CHARGE,
        claimed: USED,
        overage: { tokens: 0, nanoUsd: 0 },
      })
      expect(await account.kinds()).toEqual(['control', 'expired', 'unresolved'])
      // What the other was charged by its sweep is all there is.
      expect(await account.cells('usd_per_day')).toEqual([{ start: DAY, committed: 400, held: 0 }])
      expect((await account.counters()).totals).toMatchObject({ requests: 1, nanoUsd: 400 })
    })

    it('is entered again once the mark of its claim is gone', async () => {
      const account = await open()
      const receipt = await account.receipt('other', demand)
      const late = { ...receipt, holdId: 'a' }
      await account.at(T).settle(late, USED)
      await account.at(2 * T).sweep()
      expect(await account.settle(late, USED)).toEqual(unresolved)
      expect(await account.kinds()).toEqual(['control', 'expired', 'unresolved', 'unresolved'])
    })
  })

  describe('a settlement that comes with the end of its own mark', () => {
    it('is still a repetition, as long as nobody else has swept', async () => {
      const account = await open()
      const receipt = await account.receipt('a', demand)
      await account.settle(receipt, USED)
      const settled = await account.at(T).settle(receipt, NO_CHARGE)
      expect(settled).toMatchObject({ charged: USED, repeated: true })
    })

    it('is a claim once somebody has', async () => {
      const account = await open()
      const receipt = await account.receipt('a', demand)
      await account.settle(receipt, USED)
      await account.at(T).sweep()
      expect(await account.settle(receipt, USED)).toEqual(unresolved)
      expect((await account.counters()).totals).toMatchObject({ requests: 1, nanoUsd: 700 })
    })

    it('of a swept hold charges the difference to the last, and is a claim once that is gone', async () => {
      const account = await open()
      const first = await account.receipt('a', demand)
      const second = await account.receipt('b', demand)
      await account.at(60_000).sweep()
      expect(await account.at(60_000 + T - 1).settle(first, USED)).toMatchObject({
        type: 'settled',
        repeated: false,
      })
      expect(await account.lastEntry()).toMatchObject({ kind: 'late', charge: charge(10, 5, 300) })
      await account.at(60_000 + T).sweep()
      expect(await account.settle(second, USED)).toEqual(unresolved)
      expect(await account.cells('usd_per_day')).toEqual([
        { start: DAY, committed: 1_100, held: 0 },
      ])
    })
  })

  describe('a hold that lives longer than 15 minutes', () => {
    it('is settled as any other', async () => {
      const account = await open()
      const receipt = await account.receipt('a', demand)
      for (let ms = 50_000; ms < T + 60_000; ms += 50_000) await account.at(ms).renew('a')
      expect(await account.at(T + 60_000).settle(receipt, USED)).toMatchObject({
        type: 'settled',
        repeated: false,
      })
      expect(await account.kinds()).toEqual(['control', 'settled'])
    })
  })
}
