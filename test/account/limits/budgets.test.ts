import { describe, expect, it } from 'vitest'
import { admit, settle, START_MS, usdPerDay } from '../../store/commands.ts'
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

const MIDNIGHT = Date.UTC(2040, 5, 18)
const HOUR_MS = 3_600_000
const ask = (holdId: string, nowMs: number) =>
  admit(VERSION, holdId, nowMs, {
    budgets: [usdPerDay(1_000, 600, 0)],
    estimate: charge(0, 0, 44),
  })

describe('a budget', () => {
  it('begins anew with its period, to the millisecond, and yesterday’s debts stay yesterday’s', () => {
    const account = openAccount()
    const { receipt } = admitted(account, ask('a', MIDNIGHT - 1), MIDNIGHT - 1)
    expect(account.run(ask('b', MIDNIGHT - 1), MIDNIGHT - 1).type).toBe('refused')
    admitted(account, ask('c', MIDNIGHT), MIDNIGHT)
    account.run(settle(receipt, charge(0, 0, 500)), MIDNIGHT + 1)
    expect(counters(account).budgets).toEqual({
      usd_per_day: [
        { start: DAY, committed: 500, held: 0 },
        { start: MIDNIGHT, committed: 0, held: 600 },
      ],
    })
  })

  it('keeps a past period for an hour after it ended', () => {
    const account = openAccount()
    const { receipt } = admitted(account, ask('a', MIDNIGHT - 1), MIDNIGHT - 1)
    account.run(settle(receipt, charge(0, 0, 500)), MIDNIGHT - 1)
    const cellAfter = (nowMs: number) => {
      const hold = admitted(account, ask(`h${nowMs}`, nowMs), nowMs)
      account.run({ type: 'abandon', holdId: hold.receipt.holdId, incarnation: INCARNATION }, nowMs)
      return cell(account, 'usd_per_day')
    }
    expect(cellAfter(MIDNIGHT + HOUR_MS - 1)).toMatchObject({ committed: 500 })
    expect(cellAfter(MIDNIGHT + HOUR_MS)).toBeUndefined()
    expect(counters(account).budgets['usd_per_day']).toHaveLength(1)
  })

  it('keeps a past period as long as anything is held in it', () => {
    const account = openAccount(MIDNIGHT - 1)
    for (let nth = 0; nth < 40; nth += 1) {
      const command = admit(VERSION, `h${nth}`, MIDNIGHT - 1, {
        budgets: [usdPerDay(null, 600, 0)],
        estimate: charge(0, 0, 44),
      })
      admitted(account, command, MIDNIGHT - 1)
    }
    const noon = MIDNIGHT + 12 * HOUR_MS
    admitted(account, ask('a', noon), noon)
    // Of 40 holds that ran out, one call has settled 32.
    expect(cell(account, 'usd_per_day')).toEqual({ start: DAY, committed: 32 * 44, held: 8 * 600 })
    account.run({ type: 'abandon', holdId: 'a', incarnation: INCARNATION }, noon)
    admitted(account, ask('b', noon), noon)
    expect(cell(account, 'usd_per_day')).toBeUndefined()
  })

  it('does not begin a dropped period anew for what is charged to it later', () => {
    const account = openAccount()
    admitted(account, ask('first', START_MS), START_MS)
    const { receipt } = admitted(openAccount(), ask('a', MIDNIGHT - 1), MIDNIGHT - 1)
    account.run(ask('a', MIDNIGHT - 1), MIDNIGHT - 1)
    // Swept at noon, into a day whose cell then goes at once.
    const noon = MIDNIGHT + 12 * HOUR_MS
    admitted(account, ask('b', noon), noon)
    expect(cell(account, 'usd_per_day')).toBeUndefined()
    account.run(settle(receipt, charge(0, 0, 300)), noon + 1)
    expect(cell(account, 'usd_per_day')).toBeUndefined()
    expect(counters(account).totals).toMatchObject({ requests: 2, nanoUsd: 344 })
  })

  it('keeps what later periods hold when an attempt of an earlier one takes more', () => {
    const account = openAccount()
    admitted(account, ask('a', MIDNIGHT - 1), MIDNIGHT - 1)
    admitted(account, ask('b', MIDNIGHT), MIDNIGHT)
    const extended = account.run(
      {
        type: 'extend',
        holdId: 'a',
        incarnation: INCARNATION,
        attempt: 2,
        rates: [],
        budgets: [usdPerDay(1_000, 300, 0)],
        output: 0,
      },
      MIDNIGHT,
    )
    expect(extended).toEqual({ type: 'extended' })
    expect(counters(account).budgets).toEqual({
      usd_per_day: [
        { start: DAY, committed: 0, held: 900 },
        { start: MIDNIGHT, committed: 0, held: 600 },
      ],
    })
  })

  it('begins with a charge whose hold was lost, on its own or after an earlier period', () => {
    const lost = (atMs: number) => admitted(openAccount(), ask('a', atMs), atMs).receipt
    const account = openAccount()
    account.run(settle(lost(MIDNIGHT - 1), charge(0, 0, 300)), MIDNIGHT - 1)
    const first = { start: DAY, committed: 300, held: 0 }
    expect(counters(account).budgets).toEqual({ usd_per_day: [first] })
    const next = { ...lost(MIDNIGHT), holdId: 'b' }
    account.run(settle(next, charge(0, 0, 400)), MIDNIGHT)
    expect(counters(account).budgets).toEqual({
      usd_per_day: [first, { start: MIDNIGHT, committed: 400, held: 0 }],
    })
  })

  it('goes by its name, whatever that is', () => {
    const account = openAccount()
    for (const id of ['__proto__', 'constructor', 'toString']) {
      const budgets = [{ ...usdPerDay(1_000, 600, 0), id }]
      const { meters } = admitted(account, admit(VERSION, id, START_MS, { budgets }), START_MS)
      expect(meters).toMatchObject([{ id, used: 0, held: 600 }])
    }
    expect(Object.keys(counters(account).budgets)).toEqual(['__proto__', 'constructor', 'toString'])
  })
})
