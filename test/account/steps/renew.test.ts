import { describe, expect, it } from 'vitest'
import type { RenewCommand } from '../../../src/account/commands.ts'
import { NO_CHARGE } from '../../../src/ledger/entry.ts'
import { admit, settle, START_MS } from '../../store/commands.ts'
import { admitted, charge, counters, INCARNATION, openAccount, VERSION } from '../open-account.ts'

const MINUTE_MS = 60_000
const renew = (checkpoint: RenewCommand['checkpoint'] = null): RenewCommand => ({
  type: 'renew',
  holdId: 'a',
  incarnation: INCARNATION,
  checkpoint,
})

function live() {
  const account = openAccount()
  const estimate = charge(5, 0, 5)
  const { receipt } = admitted(account, admit(VERSION, 'a', START_MS, { estimate }), START_MS)
  return { account, receipt }
}

describe('a renewal', () => {
  it('gives a whole new lease from now, as often as it is repeated', () => {
    const { account } = live()
    for (const nowMs of [START_MS + 20_000, START_MS + 20_000, START_MS + 79_999]) {
      expect(account.run(renew(), nowMs)).toEqual({ type: 'renewed', leaseMs: 60_000 })
    }
    account.run({ type: 'sweep' }, START_MS + 139_998)
    expect(counters(account).live).toBe(1)
  })

  it('that comes with the end of the lease finds the hold gone, and charged', () => {
    const { account } = live()
    expect(account.run(renew(), START_MS + 60_000)).toEqual({ type: 'gone' })
    expect(account.ledger.at(-1)).toMatchObject({ kind: 'expired', charge: charge(5, 0, 5) })
  })

  it('finds a settled, unknown or erased hold gone', () => {
    const { account, receipt } = live()
    expect(account.run({ ...renew(), holdId: 'b' }, START_MS)).toEqual({ type: 'gone' })
    expect(account.run({ ...renew(), incarnation: 'inc-2' }, START_MS)).toEqual({ type: 'gone' })
    account.run(settle(receipt, NO_CHARGE), START_MS)
    expect(account.run(renew(), START_MS)).toEqual({ type: 'gone' })
  })

  it('carries no hold past 30 minutes', () => {
    const { account } = live()
    for (let minute = 0.5; minute < 29.5; minute += 0.5) {
      account.run(renew(), START_MS + minute * MINUTE_MS)
    }
    expect(account.run(renew(), START_MS + 29.5 * MINUTE_MS)).toEqual({
      type: 'renewed',
      leaseMs: 30_000,
    })
    expect(account.run(renew(), START_MS + 30 * MINUTE_MS - 1)).toEqual({
      type: 'renewed',
      leaseMs: 1,
    })
    expect(account.run(renew(), START_MS + 30 * MINUTE_MS)).toEqual({ type: 'gone' })
  })

  it('never forgets usage that was seen', () => {
    const { account } = live()
    account.run(renew(charge(3, 9, 40)), START_MS)
    account.run(renew(charge(4, 2, 30)), START_MS)
    account.run(renew(), START_MS)
    expect(account.get('slip', 'a')).toMatchObject({ checkpoint: charge(4, 9, 40) })
  })

  it('finds its hold run out even where a sweep has more than it can do', () => {
    const account = openAccount()
    for (let nth = 0; nth < 40; nth += 1) {
      admitted(account, admit(VERSION, `h${nth}`, START_MS), START_MS)
    }
    admitted(account, admit(VERSION, 'a', START_MS + 1), START_MS + 1)
    expect(account.run(renew(), START_MS + 60_001)).toEqual({ type: 'gone' })
    expect(account.get('slip', 'a')?.state).toBe('swept')
    expect(counters(account).live).toBe(8)
  })
})
