import { describe, expect, it } from 'vitest'
import { MARK_MS } from '../../../src/account/constants.ts'
import type { MemoryAccount } from '../../../src/account/memory.ts'
import { transact } from '../../../src/account/transact.ts'
import { NO_CHARGE } from '../../../src/ledger/entry.ts'
import { admit, settle, START_MS, usdPerDay } from '../../store/commands.ts'
import {
  admitted,
  cell,
  charge,
  counters,
  INCARNATION,
  openAccount,
  VERSION,
} from '../open-account.ts'

const tokens = {
  id: 'tpm',
  windowMs: 60_000,
  limit: 90_000,
  measure: 'tokens',
  base: 50,
  unit: 1,
} as const
const due = START_MS + 60_000

function start(account: MemoryAccount, holdId: string, nowMs = START_MS) {
  const command = admit(VERSION, holdId, nowMs, {
    rates: [tokens],
    budgets: [usdPerDay(100_000, 300, 0)],
    estimate: charge(40, 0, 44),
  })
  return admitted(account, command, nowMs).receipt
}
function renew(account: MemoryAccount, checkpoint: ReturnType<typeof charge>, nowMs: number) {
  account.run({ type: 'renew', holdId: 'a', incarnation: INCARNATION, checkpoint }, nowMs)
}

describe('a sweep', () => {
  it('leaves a hold alone until the very end of its lease', () => {
    const account = openAccount()
    start(account, 'a')
    expect(account.run({ type: 'sweep' }, due - 1)).toEqual({ type: 'swept', nextDueMs: due })
    expect(account.get('slip', 'a')?.state).toBe('live')
    expect(account.run({ type: 'sweep' }, due)).toEqual({ type: 'swept', nextDueMs: due + MARK_MS })
    expect(account.get('slip', 'a')?.state).toBe('swept')
  })

  it('charges a hold that ran out at its input estimate when nothing was seen of it', () => {
    const account = openAccount()
    const { context, periods } = start(account, 'a')
    account.run({ type: 'sweep' }, due)
    expect(cell(account, 'usd_per_day')).toMatchObject({ committed: 44, held: 0 })
    expect(account.get('ring', 'tpm')?.sum).toBe(40)
    expect(counters(account)).toMatchObject({ live: 0, totals: { requests: 1, nanoUsd: 44 } })
    expect(account.ledger.at(-1)).toMatchObject({
      kind: 'expired',
      holdId: 'a',
      context,
      periods,
      charge: charge(40, 0, 44),
      outcome: { provenance: 'hold_expired', ended: 'fenced' },
    })
  })

  it('charges the last checkpoint where there was one, each figure at its highest', () => {
    const account = openAccount()
    start(account, 'a')
    renew(account, charge(30, 7, 20), START_MS + 20_000)
    renew(account, charge(31, 5, 90), START_MS + 40_000)
    account.run({ type: 'sweep' }, START_MS + 100_000)
    expect(account.ledger.at(-1)).toMatchObject({ kind: 'expired', charge: charge(31, 7, 90) })
  })

  it('notes that the key was used when the request was admitted', () => {
    const account = openAccount()
    const context = { ...admit(VERSION, 'a', START_MS).context, keyId: 'key_1' }
    admitted(account, admit(VERSION, 'a', START_MS, { context }), START_MS)
    account.run({ type: 'sweep' }, START_MS + 3_600_000)
    expect(account.get('key_use', 'key_1')).toEqual({ lastUsedAtMs: START_MS })
  })

  it('is part of every writing command', () => {
    const version = VERSION
    const commands = [
      admit(VERSION, 'other', due),
      { type: 'renew', holdId: 'other', incarnation: INCARNATION, checkpoint: null },
      {
        type: 'extend',
        holdId: 'other',
        incarnation: INCARNATION,
        attempt: 2,
        rates: [],
        budgets: [],
        output: 1,
      },
      { type: 'abandon', holdId: 'other', incarnation: INCARNATION },
      { type: 'refuse', version, keyHashes: [], reason: 'scope' },
      {
        type: 'change',
        expected: version,
        nonce: 'n2',
        keys: [],
        note: { actor: 'a', action: 'b', before: null, after: null },
      },
    ] as const
    for (const command of commands) {
      const account = openAccount()
      const receipt = start(account, 'a')
      account.run(command, due)
      expect([command.type, account.get('slip', 'a')?.state]).toEqual([command.type, 'swept'])
      const other = openAccount()
      start(other, 'a')
      other.run(settle({ ...receipt, holdId: 'other' }, NO_CHARGE), due)
      expect(other.get('slip', 'a')?.state).toBe('swept')
    }
  })

  it('takes 32 slips a call, the earliest first, and tells when the next is due', () => {
    const account = openAccount()
    for (let nth = 0; nth < 70; nth += 1)
      start(account, `h${String(nth).padStart(2, '0')}`, START_MS + nth)
    const lives: number[] = []
    const sweeps = [0, 1, 2, 3].map(() => {
      const reply = account.run({ type: 'sweep' }, due + 1_000)
      lives.push(counters(account).live)
      return reply
    })
    expect(lives).toEqual([38, 6, 0, 0])
    const markDue = due + 1_000 + MARK_MS
    expect(sweeps).toEqual([
      { type: 'swept', nextDueMs: due + 32 },
      { type: 'swept', nextDueMs: due + 64 },
      { type: 'swept', nextDueMs: markDue },
      { type: 'swept', nextDueMs: markDue },
    ])
    expect(cell(account, 'usd_per_day')).toMatchObject({ committed: 70 * 44, held: 0 })
  })

  it('takes those due at the same time in the order of their ids', () => {
    const account = openAccount()
    const ids = Array.from({ length: 40 }, (_, nth) => `h${String(nth).padStart(2, '0')}`)
    for (const id of ids.toReversed()) start(account, id)
    account.run({ type: 'sweep' }, due)
    const alive = ids.filter((id) => account.get('slip', id)?.state === 'live')
    expect(alive).toEqual(ids.slice(32))
  })

  it('tells when it has to come back for the first of what is due, holds or refusals', () => {
    for (const [admitMs, dueMs] of [
      [START_MS, START_MS + 60_000],
      [START_MS + 5, START_MS + 60_000],
      [START_MS - 5, START_MS + 59_995],
    ] as const) {
      const account = openAccount(admitMs)
      start(account, 'a', admitMs)
      const refusal = { type: 'refuse', version: VERSION, keyHashes: [], reason: 'scope' } as const
      account.run(refusal, START_MS + 10)
      expect(account.run({ type: 'sweep' }, START_MS + 10)).toMatchObject({ nextDueMs: dueMs })
    }
  })

  it('tells a store to drop what has had its time', () => {
    const account = openAccount()
    account.run(settle(start(account, 'a'), NO_CHARGE), START_MS)
    const { changes } = transact(account, { type: 'sweep' }, START_MS + MARK_MS)
    expect(changes).toContainEqual({ kind: 'slip', id: 'a', value: null })
  })

  it('counts a refusal of a time beyond the stored periods in no day', () => {
    const account = openAccount()
    const nowMs = START_MS + 90 * 86_400_000
    account.run({ type: 'refuse', version: VERSION, keyHashes: [], reason: 'scope' }, nowMs)
    expect(counters(account).totals.refused).toBe(1)
    expect(account.list('day')).toEqual([])
  })

  it('drops marks that have had their time, and then has nothing to come back for', () => {
    const account = openAccount()
    account.run(settle(start(account, 'a'), NO_CHARGE), START_MS)
    account.run({ type: 'sweep' }, START_MS + MARK_MS - 1)
    expect(account.get('slip', 'a')?.state).toBe('settled')
    const reply = account.run({ type: 'sweep' }, START_MS + MARK_MS)
    expect(reply).toEqual({ type: 'swept', nextDueMs: null })
    expect(account.get('slip', 'a')).toBeUndefined()
  })

  it('writes out the refusals of an earlier minute, one entry a reason, in order', () => {
    const account = openAccount()
    const refuse = (reason: string, nowMs: number) =>
      account.run({ type: 'refuse', version: VERSION, keyHashes: [], reason }, nowMs)
    for (const reason of ['model', 'scope', 'scope', '__proto__']) refuse(reason, START_MS + 10)
    expect(account.run({ type: 'sweep' }, START_MS + 59_999)).toEqual({
      type: 'swept',
      nextDueMs: START_MS + 60_000,
    })
    expect(account.ledger).toHaveLength(1)
    refuse('scope', START_MS + 60_000)
    const atMs = START_MS + 60_000
    const minuteMs = START_MS
    expect(account.ledger.slice(1)).toEqual([
      { seq: 2, atMs, kind: 'refused', reason: '__proto__', limit: null, minuteMs, count: 1 },
      { seq: 3, atMs, kind: 'refused', reason: 'model', limit: null, minuteMs, count: 1 },
      { seq: 4, atMs, kind: 'refused', reason: 'scope', limit: null, minuteMs, count: 2 },
    ])
    expect(counters(account).totals.refused).toBe(5)
    expect(account.list('day')).toMatchObject([[expect.anything(), { refused: 5, requests: 0 }]])
  })
})
