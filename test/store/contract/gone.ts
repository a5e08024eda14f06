// An account that was erased, and one that was made anew under its name: late work finds neither.
import { describe, expect, it } from 'vitest'
import type { AccountCommand, Receipt } from '../../../src/account/commands.ts'
import {
  START_MS,
  admit,
  change,
  create,
  keyRecord,
  perMinute,
  settle,
  usdPerDay,
} from '../commands.ts'
import { type AccountUnderTest, type OpenAccount, VERSION, charge } from './account-under-test.ts'

const KEY = { hash: 'hash-1', record: keyRecord('key_0123456789abcdefABCDEF') }
const demand = { rates: [perMinute(9)], budgets: [usdPerDay(100, 100, 0)], maxConcurrency: 1 }
const NOTE = { actor: 'admin', action: 'test', before: null, after: null }

function lateWork(receipt: Receipt): readonly AccountCommand[] {
  const hold = { holdId: 'a', incarnation: 'inc-1' }
  return [
    admit(VERSION, 'a', START_MS),
    admit(VERSION, 'b', START_MS),
    { type: 'renew', ...hold, checkpoint: charge(1, 1, 1) },
    { type: 'extend', ...hold, attempt: 2, rates: [], budgets: [], output: 1 },
    settle(receipt, charge(1, 2, 3)),
    { type: 'abandon', ...hold },
    { type: 'load', version: VERSION, keyHashes: ['hash-1'] },
    { type: 'refuse', version: VERSION, keyHashes: ['hash-1'], reason: 'scope' },
    change(VERSION),
    { type: 'erase', incarnation: 'inc-1' },
  ]
}

async function erased(open: OpenAccount): Promise<readonly [AccountUnderTest, Receipt]> {
  const account = await open({ keys: [KEY] })
  const receipt = await account.receipt('a', demand)
  await account.refuse('scope')
  expect(await account.run({ type: 'erase', incarnation: 'inc-1' })).toEqual({ type: 'erased' })
  return [account, receipt]
}

export function goneContract(open: OpenAccount): void {
  describe('an erased account', () => {
    it('answers `gone` to everything, and keeps nothing', async () => {
      const [account, receipt] = await erased(open)
      const looks: AccountCommand[] = [
        { type: 'sweep' },
        { type: 'view', rates: [perMinute(9)], budgets: [] },
        { type: 'load', version: null, keyHashes: ['hash-1'] },
      ]
      for (const command of [...lateWork(receipt), ...looks]) {
        expect([command.type, await account.at(60_000).run(command)]).toEqual([
          command.type,
          { type: 'gone' },
        ])
      }
      expect(await account.ledger()).toEqual([])
    })

    it('is not erased by whoever means another incarnation', async () => {
      const account = await open()
      for (const incarnation of ['inc-', 'inc-10', 'inc-2', '']) {
        expect(await account.run({ type: 'erase', incarnation })).toEqual({ type: 'gone' })
      }
      expect((await account.counters()).seq).toBe(1)
    })
  })

  describe('an account made anew', () => {
    const anew = { incarnation: 'inc-2', nonce: 'nonce-1' }

    it('has nothing of the one before: no count, no key, no hold, no window, no entry', async () => {
      const [account] = await erased(open)
      const made = await account.run(create(account.tenant, anew))
      expect(made).toEqual({ type: 'created', version: 'inc-2.1.nonce-1' })
      const viewed = await account.view([perMinute(9)], [usdPerDay(100, 1, 0)])
      expect(viewed).toMatchObject({
        snapshot: { incarnation: 'inc-2' },
        meters: [
          { used: 0, resetsAtMs: null },
          { used: 0, held: 0 },
        ],
        counters: {
          live: 0,
          liveHighWater: 0,
          seq: 1,
          totals: { requests: 0, refused: 0, inputTokens: 0, outputTokens: 0, nanoUsd: 0 },
          budgets: {},
        },
        levels: {},
        keys: [],
      })
      expect(await account.days()).toEqual([])
      expect(await account.ledger()).toEqual([{ seq: 1, atMs: START_MS, kind: 'control', ...NOTE }])
      expect(await account.at(60_000).sweep()).toEqual({ type: 'swept', nextDueMs: null })
    })

    it('answers `gone` to all late work of the one before, and is not changed by it', async () => {
      const [account, receipt] = await erased(open)
      await account.run(create(account.tenant, anew))
      const before = await account.view()
      for (const command of lateWork(receipt)) {
        expect([command.type, await account.at(60_000).run(command)]).toEqual([
          command.type,
          { type: 'gone' },
        ])
      }
      expect(await account.at(0).view()).toEqual(before)
      expect(await account.kinds()).toEqual(['control'])
    })

    it('may use an id of the one before', async () => {
      const [account] = await erased(open)
      await account.run(create(account.tenant, anew))
      const version = 'inc-2.1.nonce-1'
      expect(await account.ask('a', { ...demand, version })).toMatchObject({
        type: 'admitted',
        receipt: { incarnation: 'inc-2' },
      })
    })
  })
}
