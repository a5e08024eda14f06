import { describe, expect, it } from 'vitest'
import type { RateDemand, Receipt } from '../../../src/account/commands.ts'
import { MARK_MS } from '../../../src/account/constants.ts'
import type { MemoryAccount } from '../../../src/account/memory.ts'
import { transact } from '../../../src/account/transact.ts'
import { NO_CHARGE } from '../../../src/ledger/entry.ts'
import { admit, perMinute, settle, START_MS, usdPerDay } from '../../store/commands.ts'
import {
  admitted,
  cell,
  charge,
  counters,
  DAY,
  INCARNATION,
  MONTH,
  openAccount,
  VERSION,
} from '../open-account.ts'

const perMinuteTokens: RateDemand = {
  id: 'tokens_per_minute',
  windowMs: 60_000,
  limit: 1_000,
  measure: 'tokens',
  base: 100,
  unit: 1,
}
const tokensPerDay = {
  id: 'tokens_per_day',
  period: 'day',
  measure: 'tokens',
  limit: 10_000,
  base: 100,
  unit: 1,
} as const

/** Reserved: 150 tokens and 400 nano-USD; charged, were it to expire, 90 tokens and 90 nano-USD. */
function start(account: MemoryAccount, holdId = 'a', nowMs = START_MS): Receipt {
  const command = admit(VERSION, holdId, nowMs, {
    rates: [perMinute(10), perMinuteTokens],
    budgets: [usdPerDay(10_000, 200, 4), tokensPerDay],
    output: { wanted: 50, least: 50 },
    estimate: charge(90, 0, 90),
  })
  return admitted(account, command, nowMs).receipt
}
const tokenRate = (account: MemoryAccount) => account.get('ring', 'tokens_per_minute')?.sum
const kinds = (account: MemoryAccount) => account.ledger.map(({ kind }) => kind)

describe('a settlement', () => {
  it('releases the hold, commits what was used to its periods, and tells the ledger', () => {
    const account = openAccount()
    const receipt = start(account)
    const reply = account.run(settle(receipt, charge(80, 20, 300)), START_MS + 4_000)
    expect(reply).toEqual({
      type: 'settled',
      charged: charge(80, 20, 300),
      repeated: false,
      meters: [
        { id: 'usd_per_day', kind: 'budget', limit: null, used: 300, held: 0, resetsAtMs: null },
        { id: 'tokens_per_day', kind: 'budget', limit: null, used: 100, held: 0, resetsAtMs: null },
      ],
    })
    const totals = { requests: 1, refused: 0, inputTokens: 80, outputTokens: 20, nanoUsd: 300 }
    expect(counters(account)).toMatchObject({ live: 0, liveHighWater: 1, seq: 2, totals })
    const used = { ...totals, cachedTokens: 0, bytesIn: 100, bytesOut: 200, latency: { 12: 1 } }
    const names = { model: 1, user: 0, key: 0 }
    expect(account.list('day')).toEqual([[String(DAY), { start: DAY, names, ...used }]])
    expect(account.ledger.at(-1)).toEqual({
      seq: 2,
      atMs: START_MS + 4_000,
      kind: 'settled',
      holdId: 'a',
      context: receipt.context,
      periods: receipt.periods,
      charge: charge(80, 20, 300),
      outcome: settle(receipt, NO_CHARGE).outcome,
      overage: { tokens: 0, nanoUsd: 0 },
    })
  })

  it('enters what passed the reservation as overage, and commits it all the same', () => {
    const account = openAccount()
    const receipt = start(account)
    account.run(settle(receipt, charge(140, 50, 425)), START_MS)
    expect(account.ledger.at(-1)).toMatchObject({ overage: { tokens: 40, nanoUsd: 25 } })
    expect(cell(account, 'usd_per_day')).toMatchObject({ committed: 425, held: 0 })
  })

  it('counts as overage what passed the smallest of its reservations', () => {
    const account = openAccount()
    const budgets = [
      usdPerDay(10_000, 300, 0),
      { ...usdPerDay(10_000, 200, 0), id: 'usd_per_month', period: 'month' as const },
    ]
    const { receipt } = admitted(account, admit(VERSION, 'a', START_MS, { budgets }), START_MS)
    account.run(settle(receipt, charge(0, 0, 350)), START_MS)
    expect(account.ledger.at(-1)).toMatchObject({ overage: { tokens: 0, nanoUsd: 150 } })
    expect(cell(account, 'usd_per_month', MONTH)).toMatchObject({ committed: 350, held: 0 })
  })

  it('enters late only the charge and the overage that its expiry had not', () => {
    const account = openAccount()
    const receipt = start(account)
    const seen = { holdId: 'a', incarnation: INCARNATION, checkpoint: charge(150, 30, 450) }
    account.run({ type: 'renew', ...seen }, START_MS)
    account.run({ type: 'sweep' }, START_MS + 60_000)
    expect(account.ledger.at(-1)).toMatchObject({ overage: { tokens: 30, nanoUsd: 50 } })
    account.run(settle(receipt, charge(150, 40, 430)), START_MS + 60_000)
    expect(account.ledger.at(-1)).toMatchObject({
      charge: charge(0, 10, -20),
      overage: { tokens: 10, nanoUsd: -20 },
    })
  })

  it('of a request past midnight belongs to the day it was admitted in', () => {
    const account = openAccount()
    const midnight = Date.UTC(2040, 5, 18)
    const receipt = start(account, 'a', midnight - 1)
    account.run(settle(receipt, charge(10, 0, 10)), midnight + 30_000)
    expect(cell(account, 'usd_per_day', DAY)).toEqual({ start: DAY, committed: 10, held: 0 })
    expect(cell(account, 'usd_per_day', midnight)).toBeUndefined()
    expect(account.list('day').map(([id]) => id)).toEqual([String(DAY)])
  })

  it.each([
    ['at once', 0],
    ['in the last millisecond of the lease', 59_999],
    ['after the lease, before any sweep', 3 * 3_600_000],
  ])('is charged exactly once, however often it comes: first %s', (_, delayMs) => {
    for (let times = 1; times <= 6; times += 1) {
      const account = openAccount()
      const receipt = start(account)
      const replies = Array.from({ length: times }, (__, nth) =>
        account.run(settle(receipt, charge(80, 20, 300)), START_MS + delayMs + nth * 1_000),
      )
      expect(replies.map((reply) => reply.type === 'settled' && reply.charged)).toEqual(
        Array.from({ length: times }, () => charge(80, 20, 300)),
      )
      expect(replies.map((reply) => reply.type === 'settled' && reply.repeated)).toEqual(
        Array.from({ length: times }, (__, nth) => nth > 0),
      )
      expect(kinds(account)).toEqual(['control', 'settled'])
      expect(cell(account, 'usd_per_day')).toMatchObject({ committed: 300, held: 0 })
    }
  })

  it('after the sweep charges the difference, once, and may give back', () => {
    for (const [actual, overage] of [
      [charge(200, 10, 500), { tokens: 60, nanoUsd: 100 }],
      [charge(10, 5, 15), { tokens: 0, nanoUsd: 0 }],
    ] as const) {
      const account = openAccount()
      const receipt = start(account)
      const lateMs = START_MS + 60_000
      account.run({ type: 'sweep' }, lateMs)
      expect(cell(account, 'usd_per_day')).toMatchObject({ committed: 90, held: 0 })
      for (let times = 0; times < 6; times += 1) {
        expect(account.run(settle(receipt, actual), lateMs + times)).toMatchObject({
          type: 'settled',
          charged: actual,
          repeated: times > 0,
        })
      }
      expect(kinds(account)).toEqual(['control', 'expired', 'late'])
      expect(account.ledger.at(-1)).toMatchObject({
        charge: {
          inputTokens: actual.inputTokens - 90,
          outputTokens: actual.outputTokens,
          nanoUsd: actual.nanoUsd - 90,
        },
        overage,
      })
      expect(cell(account, 'usd_per_day')).toMatchObject({ committed: actual.nanoUsd, held: 0 })
      expect(counters(account)).toMatchObject({ live: 0, totals: { requests: 1, ...actual } })
    }
  })

  it('of a hold that the store has lost is charged once, as such', () => {
    const receipt = start(openAccount())
    const account = openAccount()
    for (const nowMs of [START_MS + 5_000, START_MS + 6_000]) {
      const reply = account.run(settle(receipt, charge(80, 20, 300)), nowMs)
      const repeated = nowMs > START_MS + 5_000
      expect(reply).toMatchObject({ type: 'settled', charged: charge(80, 20, 300), repeated })
    }
    expect(kinds(account)).toEqual(['control', 'hold_lost'])
    expect(account.ledger.at(-1)).toMatchObject({ overage: { tokens: 0, nanoUsd: 0 } })
    expect(cell(account, 'usd_per_day')).toMatchObject({ committed: 300, held: 0 })
    expect(counters(account)).toMatchObject({ live: 0, totals: { requests: 1, nanoUsd: 300 } })
  })

  it('with neither hold nor mark, T or more after admission, is entered as a claim, never charged', () => {
    const receipt = start(openAccount())
    for (const [ageMs, type] of [
      [MARK_MS - 1, 'settled'],
      [MARK_MS, 'unresolved'],
    ] as const) {
      const account = openAccount()
      const command = settle(receipt, charge(80, 20, 300))
      expect(account.run(command, START_MS + ageMs).type).toBe(type)
      expect(account.run(command, START_MS + ageMs).type).toBe(type)
      expect(account.ledger).toHaveLength(2)
      if (type === 'settled') continue
      expect(account.ledger.at(-1)).toMatchObject({
        kind: 'unresolved',
        charge: NO_CHARGE,
        claimed: charge(80, 20, 300),
        overage: { tokens: 0, nanoUsd: 0 },
      })
      expect(counters(account)).toMatchObject({ budgets: {}, totals: { requests: 0, nanoUsd: 0 } })
    }
  })

  it('is never charged again when its mark is gone, even settled in the millisecond of its admission', () => {
    const account = openAccount()
    const receipt = start(account)
    account.run(settle(receipt, charge(80, 20, 300)), START_MS)
    account.run({ type: 'sweep' }, START_MS + MARK_MS)
    expect(account.get('slip', 'a')).toBeUndefined()
    const reply = account.run(settle(receipt, charge(80, 20, 300)), START_MS + MARK_MS)
    expect(reply.type).toBe('unresolved')
    expect(counters(account).totals.nanoUsd).toBe(300)
  })

  it.each([
    ['swept', 60_000, 'settled'],
    ['lost', 5_000, 'settled'],
    ['lost too long ago to be charged', MARK_MS, 'unresolved'],
  ])('of a hold that was %s leaves a mark for 15 minutes', (fate, lateMs, state) => {
    const account = openAccount()
    const receipt = start(fate === 'swept' ? account : openAccount())
    const nowMs = START_MS + lateMs
    if (fate === 'swept') account.run({ type: 'sweep' }, nowMs)
    account.run(settle(receipt, charge(80, 20, 300)), nowMs)
    account.run({ type: 'sweep' }, nowMs + MARK_MS - 1)
    expect(account.get('slip', 'a')).toMatchObject({ state, dueMs: nowMs + MARK_MS })
    account.run({ type: 'sweep' }, nowMs + MARK_MS)
    expect(account.get('slip', 'a')).toBeUndefined()
  })

  it('of a hold that was lost notes the use of its key', () => {
    const context = { ...admit(VERSION, 'a', START_MS).context, keyId: 'key_1' }
    const asked = admit(VERSION, 'a', START_MS, { context })
    const { receipt } = admitted(openAccount(), asked, START_MS)
    const account = openAccount()
    account.run(settle(receipt, NO_CHARGE), START_MS + 1_000)
    expect(account.get('key_use', 'key_1')).toEqual({ lastUsedAtMs: START_MS + 1_000 })
  })

  it('of a request without a key notes no use of any', () => {
    const account = openAccount()
    const receipt = start(account)
    const { changes } = transact(account, settle(receipt, NO_CHARGE), START_MS)
    expect(changes.filter(({ kind }) => kind === 'key_use')).toEqual([])
  })

  it('for another incarnation, or an account that is gone, writes nothing', () => {
    const account = openAccount()
    const receipt = start(account)
    const foreign = settle({ ...receipt, incarnation: 'inc-2' }, charge(1, 1, 1))
    expect(account.run(foreign, START_MS)).toEqual({ type: 'gone' })
    account.run({ type: 'erase', incarnation: INCARNATION }, START_MS)
    expect(account.run(settle(receipt, charge(1, 1, 1)), START_MS)).toEqual({ type: 'gone' })
    expect(account.ledger).toEqual([])
  })

  it('notes the use of its key at most once a minute', () => {
    const account = openAccount()
    const use = (holdId: string, nowMs: number) => {
      const context = { ...admit(VERSION, holdId, nowMs).context, keyId: 'key_1' }
      const { receipt } = admitted(account, admit(VERSION, holdId, nowMs, { context }), nowMs)
      account.run(settle(receipt, NO_CHARGE), nowMs)
      return account.get('key_use', 'key_1')?.lastUsedAtMs
    }
    expect(use('a', START_MS)).toBe(START_MS)
    expect(use('b', START_MS + 59_999)).toBe(START_MS)
    expect(use('c', START_MS + 60_000)).toBe(START_MS + 60_000)
  })
})

describe('a token rate', () => {
  it('is given back what was not used, in the admission’s own slot while that is counted', () => {
    const account = openAccount()
    const receipt = start(account)
    expect(tokenRate(account)).toBe(150)
    account.run(settle(receipt, charge(30, 10, 0)), START_MS + 30_000)
    expect(tokenRate(account)).toBe(40)
    const { counts } = account.get('ring', 'tokens_per_minute') ?? { counts: [] }
    expect(counts.filter((count) => count > 0)).toEqual([40])
    // Requests were made, whatever they used.
    expect(account.get('ring', 'requests_per_minute')?.sum).toBe(1)
  })

  it('is given nothing back once that slot has left', () => {
    const account = openAccount()
    const receipt = start(account)
    start(account, 'b', START_MS + 59_000)
    account.run(settle(receipt, charge(30, 10, 0)), START_MS + 61_000)
    expect(tokenRate(account)).toBe(150)
  })

  it('is not written again for nothing when its whole window has passed', () => {
    const account = openAccount()
    const receipt = start(account)
    account.run(settle(receipt, charge(30, 10, 0)), START_MS + 61_000)
    expect(account.get('ring', 'tokens_per_minute')).toBeUndefined()
  })

  it('is left alone where just what was reserved was used', () => {
    const account = openAccount()
    const receipt = start(account)
    const { changes } = transact(account, settle(receipt, charge(100, 50, 0)), START_MS)
    expect(changes.filter(({ kind }) => kind === 'ring')).toEqual([])
  })

  it('is charged what passed the reservation also when its whole window has passed', () => {
    const account = openAccount()
    const receipt = start(account)
    account.run(settle(receipt, charge(150, 10, 0)), START_MS + 61_000)
    expect(tokenRate(account)).toBe(10)
  })

  it('is charged what passed the reservation in the current slot, even beyond its limit', () => {
    const account = openAccount()
    const receipt = start(account)
    account.run(settle(receipt, charge(1_200, 50, 0)), START_MS + 30_000)
    expect(tokenRate(account)).toBe(1_250)
    const again = admit(VERSION, 'b', START_MS + 61_000, { rates: [perMinuteTokens] })
    expect(account.run(again, START_MS + 61_000).type).toBe('refused')
  })
})
