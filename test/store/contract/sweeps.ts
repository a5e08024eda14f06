// What a call does on its way: at most 32 slips, the earliest first, and never for one that only looks.
import { describe, expect, it } from 'vitest'
import type { AccountCommand } from '../../../src/account/commands.ts'
import { NO_CHARGE } from '../../../src/ledger/entry.ts'
import { START_MS, admit, change, settle } from '../commands.ts'
import {
  type AccountUnderTest,
  INCARNATION,
  type OpenAccount,
  VERSION,
  charge,
} from './account-under-test.ts'

const ESTIMATE = charge(1, 0, 2)
const id = (nth: number) => `h${String(nth).padStart(2, '0')}`

async function fill(account: AccountUnderTest, count: number, spacingMs = 0): Promise<void> {
  for (let nth = 0; nth < count; nth += 1) {
    await account.at(nth * spacingMs).admitted(id(nth), { estimate: ESTIMATE })
  }
}

async function expired(account: AccountUnderTest): Promise<readonly string[]> {
  return (await account.ledger()).flatMap((entry) =>
    entry.kind === 'expired' ? [entry.holdId] : [],
  )
}

export function sweepContract(open: OpenAccount): void {
  describe('a sweep', () => {
    it('takes 32, leaves the thirty-third to the next, and says so', async () => {
      const account = await open()
      await fill(account, 33, 1)
      expect(await account.at(70_000).sweep()).toEqual({
        type: 'swept',
        nextDueMs: START_MS + 60_032,
      })
      expect((await account.counters()).live).toBe(1)
      expect(await account.sweep()).toEqual({ type: 'swept', nextDueMs: START_MS + 970_000 })
      expect((await account.counters()).live).toBe(0)
      expect(await expired(account)).toEqual(Array.from({ length: 33 }, (_, nth) => id(nth)))
    })

    it('takes exactly 32 where there are no more', async () => {
      const account = await open()
      await fill(account, 32)
      expect(await account.at(60_000).sweep()).toEqual({
        type: 'swept',
        nextDueMs: START_MS + 960_000,
      })
      expect((await account.counters()).live).toBe(0)
    })

    it('takes those of one millisecond by their ids', async () => {
      const account = await open()
      for (let nth = 39; nth >= 0; nth -= 1) await account.admitted(id(nth))
      await account.at(60_000).sweep()
      expect(await expired(account)).toEqual(Array.from({ length: 32 }, (_, nth) => id(nth)))
    })

    it('takes the earliest first, whatever their ids', async () => {
      const account = await open()
      await account.admitted('z')
      await account.at(1).admitted('y')
      await account.at(2).admitted('x')
      await account.at(3).renew('z')
      await account.at(60_002).sweep()
      expect(await expired(account)).toEqual(['y', 'x'])
      await account.at(60_003).sweep()
      expect(await expired(account)).toEqual(['y', 'x', 'z'])
    })

    it('drops marks among its 32', async () => {
      const account = await open()
      for (let nth = 0; nth < 32; nth += 1) {
        await account.settle(await account.receipt(id(nth)), NO_CHARGE)
      }
      await account.at(840_000).admitted('last')
      expect(await account.at(900_000).sweep()).toEqual({
        type: 'swept',
        nextDueMs: START_MS + 900_000,
      })
      expect(await account.sweep()).toEqual({ type: 'swept', nextDueMs: START_MS + 1_800_000 })
      expect(await account.at(1_800_000).sweep()).toEqual({ type: 'swept', nextDueMs: null })
    })

    it('has nothing to come back for in a new account, nor in one that is done', async () => {
      const account = await open()
      expect(await account.sweep()).toEqual({ type: 'swept', nextDueMs: null })
      await account.abandon('a')
      expect(await account.sweep()).toEqual({ type: 'swept', nextDueMs: START_MS + 900_000 })
      expect(await account.at(900_000).sweep()).toEqual({ type: 'swept', nextDueMs: null })
    })

    it('comes back for the earlier of a lease and a minute of refusals', async () => {
      const account = await open()
      await account.at(500).admitted('a')
      await account.refuse('scope')
      expect(await account.sweep()).toEqual({ type: 'swept', nextDueMs: START_MS + 60_000 })
      expect(await account.at(60_000).sweep()).toEqual({
        type: 'swept',
        nextDueMs: START_MS + 60_500,
      })
      await account.at(60_400).refuse('scope')
      expect(await account.sweep()).toEqual({ type: 'swept', nextDueMs: START_MS + 60_500 })
    })

    it('charges each what it is known by, and enters it as nobody saw it end', async () => {
      const account = await open()
      const { context, periods } = await account.receipt('a', { estimate: ESTIMATE })
      await account.at(60_123).sweep()
      expect(await account.lastEntry()).toEqual({
        seq: 2,
        atMs: START_MS + 60_123,
        kind: 'expired',
        holdId: 'a',
        context,
        periods,
        charge: ESTIMATE,
        outcome: {
          provenance: 'hold_expired',
          status: 0,
          ended: 'fenced',
          modelServed: null,
          cacheReadTokens: 0,
          cacheWriteTokens: 0,
          reasoningTokens: 0,
          latencyMs: 0,
          bytesIn: 0,
          bytesOut: 0,
        },
        overage: { tokens: 1, nanoUsd: 2 },
      })
    })
  })

  describe('a call that writes', () => {
    const at = START_MS + 60_000
    const receipt = {
      holdId: 'new',
      incarnation: INCARNATION,
      admittedAtMs: at,
      periods: { day: 0, month: 0 },
      budgets: [],
      context: admit(VERSION, 'new', at).context,
    }
    const hold = { holdId: 'other', incarnation: INCARNATION }
    const writing: readonly AccountCommand[] = [
      admit(VERSION, 'new', at),
      admit(VERSION, 'refused', at, { maxConcurrency: 0 }),
      admit(VERSION, 'late', at, { mintedAtMs: 0 }),
      admit(VERSION, 'no-key', at, { keyExpiresAtMs: 0 }),
      { type: 'renew', ...hold, checkpoint: null },
      { type: 'extend', ...hold, attempt: 2, rates: [], budgets: [], output: 1 },
      settle(receipt, NO_CHARGE),
      { type: 'abandon', ...hold },
      { type: 'refuse', version: VERSION, keyHashes: [], reason: 'scope' },
      change(VERSION),
    ]

    it.each(writing.map((command, n) => ({ n, type: command.type, command })))(
      'sweeps 32 first, no more: $type ($n)',
      async ({ command }) => {
        const account = await open()
        await fill(account, 33)
        await account.at(60_000).run(command)
        expect(await expired(account)).toEqual(Array.from({ length: 32 }, (_, nth) => id(nth)))
      },
    )

    it('finds the thirty-third expired when it is the very hold that it asks for', async () => {
      const account = await open()
      await fill(account, 34)
      expect(await account.at(60_000).renew(id(32), charge(99, 99, 99))).toEqual({ type: 'gone' })
      expect(await expired(account)).toHaveLength(33)
      expect(await account.lastEntry()).toMatchObject({ holdId: id(32), charge: ESTIMATE })
      expect((await account.counters()).live).toBe(1)
    })

    it('finds the thirty-third expired when it asks for room for its next attempt', async () => {
      const account = await open()
      await fill(account, 34)
      expect(await account.at(60_000).extend(id(32), 2)).toEqual({ type: 'gone' })
      expect(await expired(account)).toHaveLength(33)
    })

    it('settles its own hold among those that are due, and counts it as one of the 32', async () => {
      const account = await open()
      await fill(account, 33)
      const own = { ...receipt, holdId: id(5), admittedAtMs: START_MS }
      const settled = await account.at(60_000).settle(own, charge(7, 7, 7))
      expect(settled).toMatchObject({ repeated: false, charged: charge(7, 7, 7) })
      expect(await account.kinds()).toContain('settled')
      expect(await expired(account)).toHaveLength(31)
      expect((await account.counters()).live).toBe(1)
    })

    it('abandons its own hold among those that are due', async () => {
      const account = await open()
      await fill(account, 3)
      await account.at(60_000).abandon(id(1))
      expect(await expired(account)).toEqual([id(0), id(2)])
      expect(await account.lastEntry()).toMatchObject({ kind: 'abandoned', holdId: id(1) })
    })

    it('is told by a repeated admission that a lease is over which no sweep has reached yet', async () => {
      const account = await open()
      await fill(account, 33)
      const again = await account.at(60_000).admitted(id(32), { mintedAtMs: START_MS })
      expect(again.leaseMs).toBe(0)
    })
  })

  describe('a call that only looks', () => {
    it.each<AccountCommand>([
      { type: 'view', rates: [], budgets: [] },
      { type: 'load', version: VERSION, keyHashes: [] },
      { type: 'load', version: null, keyHashes: ['h'] },
      admit('inc-1.9.other', 'new', START_MS + 60_000),
      change('inc-1.9.other'),
      { type: 'refuse', version: 'inc-1.9.other', keyHashes: [], reason: 'scope' },
      change('inc-2.1.nonce-1'),
      { type: 'abandon', holdId: id(0), incarnation: 'inc-2' },
      { type: 'renew', holdId: id(0), incarnation: 'inc-2', checkpoint: null },
    ])('sweeps nothing, and moves no clock: $type', async (command) => {
      const account = await open()
      await fill(account, 1)
      await account.at(60_000).run(command)
      expect(await account.counters()).toMatchObject({ clockMs: START_MS, live: 1, seq: 1 })
    })
  })
}
