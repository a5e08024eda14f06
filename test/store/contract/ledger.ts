// The ledger: sequence numbers without a gap, and every sum equal to what it says.
import { describe, expect, it } from 'vitest'
import { NO_CHARGE, type RequestEntry } from '../../../src/ledger/entry.ts'
import { START_MS, change, settle, usdPerDay } from '../commands.ts'
import { DAY, type OpenAccount, VERSION, charge } from './account-under-test.ts'

const demand = { budgets: [usdPerDay(null, 50, 0)], estimate: charge(4, 0, 40) }

export function ledgerContract(open: OpenAccount): void {
  describe('the ledger', () => {
    it('numbers every kind of entry without a gap, many in one step too', async () => {
      const account = await open()
      const settled = await account.receipt('settled', demand)
      const expired = await account.receipt('expired', demand)
      await account.admitted('abandoned', demand)
      await account.refuse('scope')
      await account.refuse('model')
      await account.settle(settled, charge(1, 2, 30))
      await account.abandon('abandoned')
      // One step: the expiry, two reasons, and its own change.
      await account.at(60_000).run(change(VERSION))
      await account.settle(expired, charge(1, 2, 3))
      await account.settle({ ...settled, holdId: 'lost' }, charge(5, 6, 7))
      await account.at(900_000).settle({ ...settled, holdId: 'claim' }, charge(8, 8, 8))
      const entries = await account.ledger()
      expect(entries.map(({ seq, kind }) => [seq, kind])).toEqual([
        [1, 'control'],
        [2, 'settled'],
        [3, 'abandoned'],
        [4, 'expired'],
        [5, 'refused'],
        [6, 'refused'],
        [7, 'control'],
        [8, 'late'],
        [9, 'hold_lost'],
        [10, 'unresolved'],
      ])
      expect((await account.counters()).seq).toBe(10)
      const charged = entries
        .filter((entry): entry is RequestEntry => 'charge' in entry)
        .reduce((sum, entry) => sum + entry.charge.nanoUsd, 0)
      expect(charged).toBe(40)
      expect(await account.cells('usd_per_day')).toEqual([
        { start: DAY, committed: charged, held: 0 },
      ])
      expect((await account.counters()).totals).toEqual({
        requests: 3,
        refused: 2,
        inputTokens: 7,
        outputTokens: 10,
        nanoUsd: charged,
      })
    })

    it('tells of a settlement all that was told to it', async () => {
      const account = await open()
      const receipt = await account.at(17).receipt('a', demand)
      const command = settle(receipt, charge(1, 2, 60))
      await account.at(1_019).run(command)
      expect(await account.lastEntry()).toEqual({
        seq: 2,
        atMs: START_MS + 1_019,
        kind: 'settled',
        holdId: 'a',
        context: receipt.context,
        periods: receipt.periods,
        charge: charge(1, 2, 60),
        outcome: command.outcome,
        overage: { tokens: 3, nanoUsd: 10 },
      })
    })

    it('is not longer for what was only repeated, refused by a mark, stale or gone', async () => {
      const account = await open()
      const receipt = await account.receipt('a', demand)
      await account.settle(receipt, NO_CHARGE)
      await account.settle(receipt, NO_CHARGE)
      await account.ask('a')
      await account.abandon('a')
      await account.renew('a')
      await account.extend('a', 2)
      await account.run(change('inc-1.0.other'))
      await account.run(change('inc-2.1.nonce-1'))
      expect(await account.kinds()).toEqual(['control', 'settled'])
    })

    it('is paged to the entry', async () => {
      const account = await open()
      for (let n = 1; n <= 11; n += 1) {
        const nonce = `nonce-${n + 1}`
        await account.run(change(`inc-1.${n}.nonce-${n}`, { nonce }))
      }
      const page = async (after: number, limit: number) =>
        (await account.store.ledger(account.tenant, after, limit)).map(({ seq }) => seq)
      expect(await page(0, 1)).toEqual([1])
      expect(await page(1, 1)).toEqual([2])
      expect(await page(8, 3)).toEqual([9, 10, 11])
      expect(await page(9, 3)).toEqual([10, 11, 12])
      expect(await page(11, 9)).toEqual([12])
      expect(await page(12, 9)).toEqual([])
      expect(await page(0, 0)).toEqual([])
    })

    it('bears the account’s own time, which no setting back of the store’s turns', async () => {
      const account = await open()
      const receipt = await account.at(5_000).receipt('a')
      await account.at(0).settle(receipt, NO_CHARGE)
      expect(await account.lastEntry()).toMatchObject({ atMs: START_MS + 5_000 })
      expect((await account.at(0).view()).nowMs).toBe(START_MS + 5_000)
    })
  })
}
