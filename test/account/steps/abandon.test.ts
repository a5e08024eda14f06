import { describe, expect, it } from 'vitest'
import type { AbandonCommand } from '../../../src/account/commands.ts'
import { NO_CHARGE } from '../../../src/ledger/entry.ts'
import { admit, perMinute, settle, START_MS, usdPerDay } from '../../store/commands.ts'
import {
  admitted,
  cell,
  charge,
  counters,
  INCARNATION,
  openAccount,
  VERSION,
} from '../open-account.ts'

const abandon: AbandonCommand = { type: 'abandon', holdId: 'a', incarnation: INCARNATION }
const tokens = {
  id: 'tpm',
  windowMs: 60_000,
  limit: 900,
  measure: 'tokens',
  base: 50,
  unit: 1,
} as const
const asked = admit(VERSION, 'a', START_MS, {
  rates: [perMinute(5), tokens],
  budgets: [usdPerDay(1_000, 300, 0)],
  estimate: charge(5, 0, 50),
})

describe('giving up on an admission', () => {
  it('gives everything back, its weight in request rates too, and charges nothing', () => {
    const account = openAccount()
    admitted(account, asked, START_MS)
    for (const nowMs of [START_MS + 5_000, START_MS + 6_000]) {
      expect(account.run(abandon, nowMs)).toEqual({ type: 'abandoned' })
    }
    expect(account.get('ring', 'requests_per_minute')?.sum).toBe(0)
    expect(account.get('ring', 'tpm')?.sum).toBe(0)
    expect(cell(account, 'usd_per_day')).toMatchObject({ committed: 0, held: 0 })
    expect(counters(account)).toMatchObject({ live: 0, totals: { requests: 0, nanoUsd: 0 } })
    expect(account.ledger.slice(1)).toMatchObject([
      { kind: 'abandoned', holdId: 'a', charge: NO_CHARGE, outcome: null },
    ])
  })

  it('keeps a late admission out', () => {
    const account = openAccount()
    expect(account.run(abandon, START_MS)).toEqual({ type: 'abandoned' })
    expect(account.run(asked, START_MS + 9_000)).toEqual({ type: 'hold_spent' })
    // When the mark has gone, the admission is too old by itself.
    expect(account.run(asked, START_MS + 15 * 60_000)).toEqual({ type: 'hold_spent' })
    expect(counters(account)).toMatchObject({ live: 0, seq: 1 })
  })

  it('means that a settlement charges nothing, though the admission never came', () => {
    const { receipt } = admitted(openAccount(), asked, START_MS)
    const account = openAccount()
    account.run(abandon, START_MS)
    expect(account.run(settle(receipt, charge(1, 2, 3)), START_MS)).toMatchObject({
      type: 'settled',
      charged: NO_CHARGE,
      repeated: true,
    })
    expect(counters(account)).toMatchObject({ budgets: {}, totals: { requests: 0, nanoUsd: 0 } })
  })

  it('still gives everything back after the lease, as long as nothing swept it', () => {
    const account = openAccount()
    admitted(account, asked, START_MS)
    account.run(abandon, START_MS + 600_000)
    expect(counters(account).totals).toMatchObject({ requests: 0, nanoUsd: 0 })
    expect(account.ledger.at(-1)).toMatchObject({ kind: 'abandoned' })
  })

  it('changes nothing about a request that was settled or swept', () => {
    const settled = openAccount()
    const { receipt } = admitted(settled, asked, START_MS)
    settled.run(settle(receipt, charge(1, 2, 3)), START_MS)
    settled.run(abandon, START_MS)
    expect(settled.run(settle(receipt, NO_CHARGE), START_MS)).toMatchObject({
      charged: charge(1, 2, 3),
    })
    const swept = openAccount()
    admitted(swept, asked, START_MS)
    swept.run({ type: 'sweep' }, START_MS + 60_000)
    swept.run(abandon, START_MS + 60_000)
    expect(counters(swept).totals).toMatchObject({ requests: 1, nanoUsd: 50 })
    swept.run(settle(receipt, charge(1, 2, 3)), START_MS + 60_000)
    expect(counters(swept).totals).toMatchObject({ requests: 1, nanoUsd: 3 })
  })

  it('means that a settlement which comes after all charges nothing', () => {
    const account = openAccount()
    const { receipt } = admitted(account, asked, START_MS)
    account.run(abandon, START_MS)
    expect(account.run(settle(receipt, charge(1, 2, 3)), START_MS)).toMatchObject({
      type: 'settled',
      charged: NO_CHARGE,
      repeated: true,
    })
  })
})
