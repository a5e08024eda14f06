import { describe, expect, it } from 'vitest'
import type { ExtendCommand } from '../../../src/account/commands.ts'
import { admit, PERIODS, settle, START_MS, usdPerDay } from '../../store/commands.ts'
import {
  admitted,
  cell,
  charge,
  counters,
  DAY,
  INCARNATION,
  openAccount,
  VERSION,
} from '../open-account.ts'

const tokens = {
  id: 'tpm',
  windowMs: 60_000,
  limit: 1_000,
  measure: 'tokens',
  base: 100,
  unit: 1,
} as const
const budget = usdPerDay(1_000, 100, 2)

function extend(attempt: number, changes: Partial<ExtendCommand> = {}): ExtendCommand {
  return {
    type: 'extend',
    holdId: 'a',
    incarnation: INCARNATION,
    attempt,
    rates: [tokens],
    budgets: [budget],
    output: 50,
    ...changes,
  }
}

/** Holds 150 tokens and 200 nano-USD. */
function live(nowMs = START_MS) {
  const account = openAccount()
  const command = admit(VERSION, 'a', nowMs, {
    rates: [tokens],
    budgets: [budget],
    output: { wanted: 50, least: 50 },
    estimate: charge(90, 0, 90),
  })
  return { account, ...admitted(account, command, nowMs) }
}

describe('an extension', () => {
  it('holds as much again for another attempt, and it all is released together', () => {
    const { account, receipt } = live()
    expect(account.run(extend(2), START_MS + 1_000)).toEqual({ type: 'extended' })
    expect(cell(account, 'usd_per_day')).toMatchObject({ held: 400 })
    expect(account.get('ring', 'tpm')?.sum).toBe(300)
    account.run(settle(receipt, charge(180, 100, 390)), START_MS + 2_000)
    expect(cell(account, 'usd_per_day')).toMatchObject({ committed: 390, held: 0 })
    expect(account.ledger.at(-1)).toMatchObject({ overage: { tokens: 280, nanoUsd: 0 } })
  })

  it('counts each attempt once, however often it is asked', () => {
    const { account } = live()
    for (const attempt of [2, 2, 3, 3, 2]) {
      expect(account.run(extend(attempt), START_MS)).toEqual({ type: 'extended' })
    }
    expect(cell(account, 'usd_per_day')).toMatchObject({ held: 600 })
    expect(account.get('ring', 'tpm')?.sum).toBe(450)
  })

  it('is counted with those before it when the request ends', () => {
    const { account, receipt } = live()
    for (const attempt of [2, 3]) account.run(extend(attempt), START_MS)
    // Reserved: three times 150 tokens and 200 nano-USD.
    account.run(settle(receipt, charge(400, 60, 610)), START_MS)
    expect(account.get('ring', 'tpm')?.sum).toBe(460)
    expect(account.ledger.at(-1)).toMatchObject({ overage: { tokens: 460, nanoUsd: 10 } })
  })

  it('adds all or nothing', () => {
    const { account } = live()
    const before = [account.get('slip', 'a'), account.get('ring', 'tpm'), counters(account).budgets]
    const tooDear = { budgets: [usdPerDay(1_000, 801, 0)] }
    expect(account.run(extend(2, tooDear), START_MS)).toMatchObject({
      type: 'refused',
      refusal: { reason: 'in_flight', id: 'usd_per_day', held: 200, asked: 801 },
    })
    const tooMany = { rates: [{ ...tokens, base: 801 }] }
    expect(account.run(extend(2, tooMany), START_MS)).toMatchObject({
      type: 'refused',
      refusal: { reason: 'rate', id: 'tpm', asked: 851 },
    })
    expect([
      account.get('slip', 'a'),
      account.get('ring', 'tpm'),
      counters(account).budgets,
    ]).toEqual(before)
    // The request itself was admitted: no refusal of a request is counted.
    expect(counters(account).totals.refused).toBe(0)
    expect(account.run(extend(2), START_MS)).toEqual({ type: 'extended' })
  })

  it('takes back from the admission’s slot no more than the admission put there', () => {
    const { account, receipt } = live()
    account.run(extend(2), START_MS + 30_000)
    account.run(settle(receipt, charge(10, 0, 0)), START_MS + 40_000)
    const { sum, counts } = account.get('ring', 'tpm') ?? { sum: null, counts: [] }
    expect(sum).toBe(150)
    expect(counts.filter((count) => count > 0)).toEqual([150])
    // Only the extension's own slot is left: it leaves half a minute after the admission's.
    const nowMs = START_MS + 61_000
    const { meters } = admitted(account, admit(VERSION, 'b', nowMs, { rates: [tokens] }), nowMs)
    expect(meters).toMatchObject([{ resetsAtMs: START_MS + 91_000 }])
  })

  it('holds in the day of the admission, also past midnight', () => {
    const midnight = Date.UTC(2040, 5, 18)
    const { account } = live(midnight - 1_000)
    account.run(extend(2), midnight + 1_000)
    expect(cell(account, 'usd_per_day', DAY)).toMatchObject({ held: 400 })
    expect(cell(account, 'usd_per_day', midnight)).toBeUndefined()
    const more = extend(3, { budgets: [usdPerDay(1_000, 601, 0)] })
    expect(account.run(more, midnight + 1_000)).toMatchObject({ refusal: { resetsAtMs: midnight } })
  })

  it('tells no time of reset for a day that the table of periods has left behind', () => {
    const midnight = Date.UTC(2040, 5, 18)
    const { account } = live(midnight - 1_000)
    const change = { type: 'change', expected: VERSION, nonce: 'nonce-2', keys: [] } as const
    const note = { actor: 'ann', action: 'zone', before: null, after: null }
    account.run({ ...change, note, periods: PERIODS }, midnight)
    const more = extend(2, { budgets: [usdPerDay(1_000, 801, 0)] })
    expect(account.run(more, midnight)).toMatchObject({
      type: 'refused',
      refusal: { reason: 'in_flight', held: 200, resetsAtMs: null },
    })
  })

  it('keeps apart what it adds to each of several limits', () => {
    const other = { ...tokens, id: 'other' }
    const monthly = { ...budget, id: 'usd_per_month', period: 'month' } as const
    const account = openAccount()
    const both = { rates: [tokens, other], budgets: [budget, monthly] }
    const command = admit(VERSION, 'a', START_MS, { ...both, output: { wanted: 50, least: 50 } })
    const { receipt } = admitted(account, command, START_MS)
    account.run(extend(2, { ...both, output: 10 }), START_MS)
    expect(account.get('slip', 'a')).toMatchObject({
      attempt: 2,
      rates: [
        { id: 'tpm', amount: 150, extended: 110 },
        { id: 'other', amount: 150, extended: 110 },
      ],
      budgets: [
        { id: 'usd_per_day', amount: 320 },
        { id: 'usd_per_month', amount: 320 },
      ],
    })
    account.run(settle(receipt, charge(0, 0, 0)), START_MS)
    expect(Object.values(counters(account).budgets).flat()).toMatchObject([
      { committed: 0, held: 0 },
      { committed: 0, held: 0 },
    ])
  })

  it('can bring a limit that was not there at admission', () => {
    const account = openAccount()
    const { receipt } = admitted(account, admit(VERSION, 'a', START_MS), START_MS)
    account.run(extend(2), START_MS)
    expect(cell(account, 'usd_per_day')).toMatchObject({ held: 200 })
    account.run(settle(receipt, charge(10, 5, 60)), START_MS)
    expect(cell(account, 'usd_per_day')).toMatchObject({ committed: 60, held: 0 })
    // What an extension put into the window is not taken back, whatever was used.
    expect(account.get('ring', 'tpm')?.sum).toBe(150)
  })

  it('finds a hold gone that ran out or ended, and gives it no longer life', () => {
    const { account } = live()
    account.run(extend(2), START_MS + 59_999)
    expect(account.run(extend(3), START_MS + 60_000)).toEqual({ type: 'gone' })
    expect(account.ledger.at(-1)).toMatchObject({ kind: 'expired', charge: charge(90, 0, 90) })
    expect(cell(account, 'usd_per_day')).toMatchObject({ held: 0 })
    expect(account.run(extend(3, { holdId: 'b' }), START_MS)).toEqual({ type: 'gone' })
  })
})
