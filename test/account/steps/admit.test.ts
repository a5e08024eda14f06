import { describe, expect, it } from 'vitest'
import { NO_CHARGE } from '../../../src/ledger/entry.ts'
import { admit, change, perMinute, settle, START_MS, usdPerDay } from '../../store/commands.ts'
import { admitted, counters, INCARNATION, openAccount, VERSION } from '../open-account.ts'

describe('an admission', () => {
  it('on another version changes nothing and is told the configuration that is', () => {
    const account = openAccount()
    const before = counters(account)
    const command = admit('inc-1.0.nonce-0', 'a', START_MS + 5)
    expect(account.run(command, START_MS + 5)).toMatchObject({
      type: 'stale',
      snapshot: {
        version: VERSION,
        incarnation: INCARNATION,
        config: { tenant: 'acme' },
        key: null,
      },
    })
    expect(counters(account)).toBe(before)
    expect(account.get('slip', 'a')).toBeUndefined()
  })

  it('is refused by version even if its hold is already there', () => {
    const account = openAccount()
    admitted(account, admit(VERSION, 'a', START_MS), START_MS)
    account.run(change(VERSION), START_MS)
    expect(account.run(admit(VERSION, 'a', START_MS), START_MS).type).toBe('stale')
    const onNew = admit('inc-1.2.nonce-2', 'a', START_MS)
    expect(account.run(onNew, START_MS).type).toBe('admitted')
    expect(counters(account).live).toBe(1)
  })

  it('of another incarnation, or of an account that is not there, is gone', () => {
    const account = openAccount()
    expect(account.run(admit('inc-10.1.nonce-1', 'a', START_MS), START_MS)).toEqual({
      type: 'gone',
    })
    expect(account.run(admit('inc-1', 'a', START_MS), START_MS)).toEqual({ type: 'gone' })
    account.run({ type: 'erase', incarnation: INCARNATION }, START_MS)
    expect(account.run(admit(VERSION, 'a', START_MS), START_MS)).toEqual({ type: 'gone' })
  })

  it('repeated, gives the same receipt and takes nothing more; the lease goes on running down', () => {
    const account = openAccount()
    const command = admit(VERSION, 'a', START_MS, {
      rates: [perMinute(5)],
      budgets: [usdPerDay(1_000, 10, 3)],
      maxConcurrency: 3,
    })
    const first = admitted(account, command, START_MS)
    const again = admitted(account, command, START_MS + 20_000)
    expect(again).toEqual({ ...first, leaseMs: 40_000 })
    expect(counters(account)).toMatchObject({ live: 1, liveHighWater: 1 })
  })

  it('whose id was minted more than 10 s ago, or over a minute ahead, may not run', () => {
    const account = openAccount()
    const mintedAt = (mintedAtMs: number, holdId: string) =>
      account.run({ ...admit(VERSION, holdId, START_MS), mintedAtMs }, START_MS).type
    expect(mintedAt(START_MS - 10_001, 'a')).toBe('hold_spent')
    expect(mintedAt(START_MS - 10_000, 'b')).toBe('admitted')
    expect(mintedAt(START_MS + 60_001, 'c')).toBe('hold_spent')
    expect(mintedAt(START_MS + 60_000, 'd')).toBe('admitted')
    expect(counters(account).totals.refused).toBe(0)
  })

  it('may not run again once it was settled, swept or abandoned', () => {
    const account = openAccount()
    const again = (holdId: string, nowMs: number) =>
      account.run(admit(VERSION, holdId, nowMs), nowMs).type
    const { receipt } = admitted(account, admit(VERSION, 'settled', START_MS), START_MS)
    account.run(settle(receipt, NO_CHARGE), START_MS)
    expect(again('settled', START_MS)).toBe('hold_spent')
    account.run({ type: 'abandon', holdId: 'abandoned', incarnation: INCARNATION }, START_MS)
    expect(again('abandoned', START_MS)).toBe('hold_spent')
    admitted(account, admit(VERSION, 'swept', START_MS), START_MS)
    expect(again('swept', START_MS + 60_000)).toBe('hold_spent')
  })

  it('with a key that expires now is refused, counted, and holds nothing', () => {
    const account = openAccount()
    const withKey = (keyExpiresAtMs: number) =>
      account.run(admit(VERSION, 'a', START_MS, { keyExpiresAtMs }), START_MS).type
    expect(withKey(START_MS)).toBe('key_expired')
    expect(counters(account)).toMatchObject({ live: 0, totals: { refused: 1 } })
    expect(withKey(START_MS + 1)).toBe('admitted')
    account.run({ type: 'sweep' }, START_MS + 60_000)
    expect(account.ledger).toContainEqual(
      expect.objectContaining({ kind: 'refused', reason: 'key_expired', count: 1 }),
    )
  })

  it('goes by the account’s own clock when the store’s is set back', () => {
    const account = openAccount()
    admitted(account, admit(VERSION, 'a', START_MS), START_MS)
    const { receipt } = admitted(account, admit(VERSION, 'b', START_MS), START_MS - 5_000)
    expect(receipt.admittedAtMs).toBe(START_MS)
    expect(counters(account).clockMs).toBe(START_MS)
  })

  it('of a tenant with no limits is still a hold, counted as one in flight', () => {
    const account = openAccount()
    admitted(account, admit(VERSION, 'a', START_MS), START_MS)
    admitted(account, admit(VERSION, 'b', START_MS), START_MS)
    expect(counters(account)).toMatchObject({ live: 2, liveHighWater: 2 })
  })

  it('leaves the high-water mark of those in flight where it was, until it is passed', () => {
    const account = openAccount()
    const start = (holdId: string) => admitted(account, admit(VERSION, holdId, START_MS), START_MS)
    for (const { receipt } of ['a', 'b'].map(start)) {
      account.run(settle(receipt, NO_CHARGE), START_MS)
    }
    expect(counters(account)).toMatchObject({ live: 0, liveHighWater: 2 })
    start('c')
    expect(counters(account)).toMatchObject({ live: 1, liveHighWater: 2 })
  })
})
