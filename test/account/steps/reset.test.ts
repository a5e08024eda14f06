import { describe, expect, it } from 'vitest'
import { admit, PERIODS, reset, settle, START_MS, usdPerDay } from '../../store/commands.ts'
import { admitted, cell, charge, DAY, openAccount, VERSION } from '../open-account.ts'

const budgets = [usdPerDay(1_000, 100, 0)]

function spent() {
  const account = openAccount()
  const { receipt } = admitted(account, admit(VERSION, 'a', START_MS, { budgets }), START_MS)
  admitted(account, admit(VERSION, 'b', START_MS, { budgets }), START_MS)
  account.run(settle(receipt, charge(1, 1, 900)), START_MS)
  return account
}

describe('a budget that is begun anew', () => {
  it('has nothing committed, holds as before, and stands in the ledger with what was taken away', () => {
    const account = spent()
    expect(account.run(admit(VERSION, 'c', START_MS, { budgets }), START_MS).type).toBe('refused')
    const command = reset('usd_per_day', { reason: 'a gift' })
    expect(account.run(command, START_MS)).toEqual({ type: 'reset', start: DAY, before: 900 })
    expect(cell(account, 'usd_per_day')).toEqual({ start: DAY, committed: 0, held: 100 })
    expect(account.ledger.at(-1)).toEqual({
      seq: 3,
      atMs: START_MS,
      kind: 'reset',
      actor: 'admin',
      budget: 'usd_per_day',
      start: DAY,
      before: 900,
      after: 0,
      reason: 'a gift',
    })
    expect(account.run(admit(VERSION, 'd', START_MS, { budgets }), START_MS).type).toBe('admitted')
  })

  it('leaves the usage of the day as it was', () => {
    const account = spent()
    const day = account.list('day')
    account.run(reset('usd_per_day'), START_MS)
    expect(account.list('day')).toEqual(day)
  })

  it('is begun anew once, however often that is asked', () => {
    const account = spent()
    account.run(reset('usd_per_day'), START_MS)
    const { receipt } = admitted(account, admit(VERSION, 'd', START_MS, { budgets }), START_MS)
    account.run(settle(receipt, charge(1, 1, 50)), START_MS)
    expect(account.run(reset('usd_per_day'), START_MS)).toMatchObject({ before: 900 })
    expect(cell(account, 'usd_per_day')).toMatchObject({ committed: 50 })
    account.run(reset('usd_per_day', { resetId: 'r2' }), START_MS)
    expect(cell(account, 'usd_per_day')).toMatchObject({ committed: 0 })
  })

  it('that nobody has used is entered too, and gets no cell', () => {
    const account = openAccount()
    expect(account.run(reset('usd_per_month'), START_MS)).toMatchObject({ before: 0 })
    expect(account.ledger.map(({ kind }) => kind)).toEqual(['control', 'reset'])
    expect(cell(account, 'usd_per_month')).toBeUndefined()
  })

  it('asks for the running period where the account knows none', () => {
    const account = openAccount()
    const later = START_MS + 90 * 86_400_000
    const command = reset('usd_per_day')
    expect(account.run(command, later)).toEqual({ type: 'periods_stale', nowMs: later })
    const day = [{ start: later - 1, end: later + 1 }]
    const month = [{ start: later - 1, end: later + 1 }]
    const supplied = { ...command, periods: { day, month } }
    expect(account.run(supplied, later)).toMatchObject({ type: 'reset' })
    expect(PERIODS.day.at(-1)?.end).toBeLessThan(later)
  })

  it('of another incarnation is left alone', () => {
    const account = spent()
    expect(account.run(reset('usd_per_day', { incarnation: 'x' }), START_MS)).toEqual({
      type: 'gone',
    })
    expect(cell(account, 'usd_per_day')).toMatchObject({ committed: 900 })
  })
})
