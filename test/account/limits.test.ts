import { describe, expect, it } from 'vitest'
import type { AdmitCommand } from '../../src/account/commands.ts'
import type { MemoryAccount } from '../../src/account/memory.ts'
import { admit, perMinute, settle, START_MS, usdPerDay } from '../store/commands.ts'
import { admitted, charge, openAccount, refused, VERSION } from './open-account.ts'

let made = 0
/** Tries one request; true when it was admitted. */
function passes(account: MemoryAccount, nowMs: number, changes: Partial<AdmitCommand>): boolean {
  made += 1
  return account.run(admit(VERSION, `h${made}`, nowMs, changes), nowMs).type === 'admitted'
}

describe('a limit of 0', () => {
  it.each<[string, Partial<AdmitCommand>, string]>([
    ['rate', { rates: [perMinute(0)] }, 'rate'],
    ['rate, of what weighs nothing', { rates: [{ ...perMinute(0), base: 0 }] }, 'rate'],
    ['budget', { budgets: [usdPerDay(0, 1, 0)] }, 'budget'],
    ['budget, of what costs nothing', { budgets: [usdPerDay(0, 0, 0)] }, 'budget'],
    ['concurrency', { maxConcurrency: 0 }, 'concurrency'],
  ])('denies all, and never says to try again: %s', (_, changes, reason) => {
    const account = openAccount()
    const { refusal } = refused(account, admit(VERSION, 'a', START_MS, changes), START_MS)
    expect(refusal).toMatchObject({ reason, limit: 0, retryAfterMs: null, resetsAtMs: null })
  })
})

describe('an absent limit', () => {
  it('denies nothing, but a budget without one is counted, so that a limit set later finds the truth', () => {
    const account = openAccount()
    const unlimited = [usdPerDay(null, 700, 0)]
    const { receipt, meters } = admitted(
      account,
      admit(VERSION, 'a', START_MS, { budgets: unlimited }),
      START_MS,
    )
    expect(meters).toEqual([])
    account.run(settle(receipt, charge(0, 0, 700)), START_MS)
    expect(passes(account, START_MS, { budgets: [usdPerDay(1_000, 301, 0)] })).toBe(false)
    expect(passes(account, START_MS, { budgets: [usdPerDay(1_000, 300, 0)] })).toBe(true)
  })
})

describe('a limit that changes in the middle of its window', () => {
  const admitMany = (account: MemoryAccount, count: number, limit: number) => {
    for (let nth = 0; nth < count; nth += 1) {
      expect(passes(account, START_MS, { rates: [perMinute(limit)] })).toBe(true)
    }
  }

  it('lowered, is in force for the next request, until enough has left', () => {
    const account = openAccount()
    admitMany(account, 8, 10)
    const command = admit(VERSION, 'low', START_MS + 1, { rates: [perMinute(3)] })
    expect(refused(account, command, START_MS + 1)).toMatchObject({
      refusal: { limit: 3, used: 8, retryAfterMs: 60_999 },
      meters: [{ limit: 3, used: 8 }],
    })
    expect(passes(account, START_MS + 60_999, { rates: [perMinute(3)] })).toBe(false)
    expect(passes(account, START_MS + 61_000, { rates: [perMinute(3)] })).toBe(true)
  })

  it('raised, gives exactly the difference', () => {
    const account = openAccount()
    admitMany(account, 3, 3)
    expect(passes(account, START_MS, { rates: [perMinute(3)] })).toBe(false)
    admitMany(account, 2, 5)
    expect(passes(account, START_MS, { rates: [perMinute(5)] })).toBe(false)
  })

  it('lowered and raised again, has forgotten nothing', () => {
    const account = openAccount()
    admitMany(account, 5, 5)
    expect(passes(account, START_MS, { rates: [perMinute(1)] })).toBe(false)
    expect(passes(account, START_MS, { rates: [perMinute(5)] })).toBe(false)
    expect(passes(account, START_MS, { rates: [perMinute(6)] })).toBe(true)
    expect(passes(account, START_MS, { rates: [perMinute(6)] })).toBe(false)
  })

  it('of a budget, lowered below what is spent, refuses until the period ends', () => {
    const account = openAccount()
    const { receipt } = admitted(
      account,
      admit(VERSION, 'a', START_MS, { budgets: [usdPerDay(900, 800, 0)] }),
      START_MS,
    )
    account.run(settle(receipt, charge(0, 0, 800)), START_MS)
    const budgets = [usdPerDay(500, 1, 0)]
    expect(passes(account, START_MS, { budgets })).toBe(false)
    const endMs = Date.UTC(2040, 5, 18)
    expect(passes(account, endMs - 1, { budgets })).toBe(false)
    expect(passes(account, endMs, { budgets })).toBe(true)
  })

  it('of concurrency, lowered below what is in flight, refuses until enough has ended', () => {
    const account = openAccount()
    const receipts = ['a', 'b', 'c'].map(
      (holdId) =>
        admitted(account, admit(VERSION, holdId, START_MS, { maxConcurrency: 3 }), START_MS)
          .receipt,
    )
    const ended = receipts.map((receipt) => {
      account.run(settle(receipt, charge(0, 0, 0)), START_MS)
      return passes(account, START_MS, { maxConcurrency: 1 })
    })
    expect(ended).toEqual([false, false, true])
  })
})

describe('limits together', () => {
  it('sequential requests of known cost can spend a budget to the last unit that fits', () => {
    const account = openAccount()
    const budgets = [usdPerDay(1_000, 7, 0)]
    let spent = 0
    for (let nth = 0; ; nth += 1) {
      const reply = account.run(admit(VERSION, `h${nth}`, START_MS, { budgets }), START_MS)
      if (reply.type !== 'admitted') break
      account.run(settle(reply.receipt, charge(0, 0, 7)), START_MS)
      spent += 7
    }
    expect(spent).toBe(994)
  })
})
