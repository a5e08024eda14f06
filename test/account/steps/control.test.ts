import { describe, expect, it } from 'vitest'
import { MemoryAccount } from '../../../src/account/memory.ts'
import { transact } from '../../../src/account/transact.ts'
import {
  admit,
  change,
  create,
  keyRecord,
  settle,
  START_MS,
  tenantConfig,
} from '../../store/commands.ts'
import { admitted, charge, counters, INCARNATION, openAccount, VERSION } from '../open-account.ts'

const record = keyRecord(`key_${'a'.repeat(22)}`)
const key = { hash: 'hash-a', record }

describe('creating an account', () => {
  it('makes version 1 of its incarnation, with its keys, and opens its ledger', () => {
    const account = new MemoryAccount()
    expect(account.run(create('acme', { keys: [key] }), START_MS)).toEqual({
      type: 'created',
      version: 'inc-1.1.nonce-1',
    })
    expect(account.get('key', 'hash-a')).toEqual(record)
    expect(counters(account)).toEqual({
      clockMs: START_MS,
      live: 0,
      liveHighWater: 0,
      seq: 1,
      totals: { requests: 0, refused: 0, inputTokens: 0, outputTokens: 0, nanoUsd: 0 },
      budgets: {},
    })
    expect(account.ledger).toEqual([
      {
        seq: 1,
        atMs: START_MS,
        kind: 'control',
        actor: 'admin',
        action: 'test',
        before: null,
        after: null,
      },
    ])
  })

  it('writes records that never expire, and says nothing of expiry', () => {
    const { changes } = transact(new MemoryAccount(), create('acme', { keys: [key] }), START_MS)
    expect(changes.map((change) => [change.kind, Object.keys(change)])).toEqual([
      ['config', ['kind', 'id', 'value']],
      ['counters', ['kind', 'id', 'value']],
      ['key', ['kind', 'id', 'value']],
    ])
  })

  it('repeated by its nonce, says created again and changes nothing', () => {
    const account = openAccount()
    const { reply, changes, appended } = transact(account, create('acme'), START_MS + 5)
    expect([reply, changes, appended]).toEqual([{ type: 'created', version: VERSION }, [], []])
  })

  it('by another finds that it exists, and changes nothing', () => {
    const account = openAccount()
    const other = create('acme', { nonce: 'nonce-9', incarnation: 'inc-9', keys: [key] })
    const { reply, changes, appended } = transact(account, other, START_MS)
    expect(reply).toMatchObject({ type: 'exists', snapshot: { version: VERSION } })
    expect([changes, appended]).toEqual([[], []])
  })
})

describe('a change', () => {
  it('replaces the configuration, puts keys, raises the version and is entered', () => {
    const account = openAccount()
    const config = tenantConfig('acme', { status: 'SUSPENDED' })
    const note = { actor: 'ann', action: 'tenant.suspend', before: 'ACTIVE', after: 'SUSPENDED' }
    const reply = account.run(change(VERSION, { config, keys: [key], note }), START_MS)
    expect(reply).toEqual({ type: 'changed', version: 'inc-1.2.nonce-2' })
    expect(account.get('config', '')).toMatchObject({
      version: 'inc-1.2.nonce-2',
      counter: 2,
      config,
    })
    expect(account.get('key', 'hash-a')).toEqual(record)
    expect(account.ledger.at(-1)).toEqual({ seq: 2, atMs: START_MS, kind: 'control', ...note })
  })

  it('of keys alone leaves the configuration, and governs the next admission too', () => {
    const account = openAccount()
    account.run(
      change(VERSION, { keys: [{ ...key, record: { ...record, revoked_at_ms: 1 } }] }),
      START_MS,
    )
    expect(account.get('config', '')?.config).toEqual(tenantConfig('acme'))
    expect(account.run(admit(VERSION, 'a', START_MS), START_MS).type).toBe('stale')
  })

  it('repeated by its nonce is done once', () => {
    const account = openAccount()
    account.run(change(VERSION), START_MS)
    const { reply, changes } = transact(account, change(VERSION), START_MS + 9)
    expect([reply, changes]).toEqual([{ type: 'changed', version: 'inc-1.2.nonce-2' }, []])
  })

  it('expecting another version changes nothing and is told what is', () => {
    const account = openAccount()
    account.run(change(VERSION), START_MS)
    const { reply, changes } = transact(account, change(VERSION, { nonce: 'n3' }), START_MS)
    expect(reply).toMatchObject({ type: 'stale', snapshot: { version: 'inc-1.2.nonce-2' } })
    expect(changes).toEqual([])
  })
})

describe('erasing', () => {
  it('leaves nothing, and whatever comes later brings nothing back', () => {
    const account = openAccount(START_MS, { keys: [key] })
    const { receipt } = admitted(account, admit(VERSION, 'a', START_MS), START_MS)
    expect(account.run({ type: 'erase', incarnation: 'inc-2' }, START_MS)).toEqual({ type: 'gone' })
    expect(account.run({ type: 'erase', incarnation: INCARNATION }, START_MS)).toEqual({
      type: 'erased',
    })
    const hold = { holdId: 'a', incarnation: INCARNATION }
    for (const command of [
      { type: 'erase', incarnation: INCARNATION },
      admit(VERSION, 'b', START_MS),
      { type: 'renew', ...hold, checkpoint: null },
      { type: 'extend', ...hold, attempt: 2, rates: [], budgets: [], output: 1 },
      settle(receipt, charge(1, 1, 1)),
      { type: 'abandon', ...hold },
      { type: 'sweep' },
      { type: 'load', version: null, keyHashes: ['hash-a'] },
      { type: 'refuse', version: VERSION, keyHashes: ['hash-a'], reason: 'scope' },
      change(VERSION, { keys: [key] }),
      { type: 'view', rates: [], budgets: [] },
    ] as const) {
      const { reply, changes, appended, erase } = transact(account, command, START_MS)
      expect([command.type, reply, changes, appended, erase]).toEqual([
        command.type,
        { type: 'gone' },
        [],
        [],
        false,
      ])
    }
    expect(account.ledger).toEqual([])
    expect(account.list('key')).toEqual([])
  })

  it('lets a new incarnation begin from nothing, in which receipts of the old one are void', () => {
    const account = openAccount()
    const { receipt } = admitted(account, admit(VERSION, 'a', START_MS), START_MS)
    account.run({ type: 'erase', incarnation: INCARNATION }, START_MS)
    account.run(create('acme', { incarnation: 'inc-2' }), START_MS - 1_000)
    expect(account.run(settle(receipt, charge(1, 1, 1)), START_MS)).toEqual({ type: 'gone' })
    expect(account.run(admit(VERSION, 'a', START_MS), START_MS)).toEqual({ type: 'gone' })
    expect(counters(account)).toMatchObject({ clockMs: START_MS - 1_000, live: 0, seq: 1 })
    expect(account.dueSlips(Infinity, 9)).toEqual([])
  })
})

describe('confirming a snapshot', () => {
  const load = (version: string | null, ...keyHashes: string[]) =>
    ({ type: 'load', version, keyHashes }) as const

  it('says current to the current version, and shows what is to any other or to none', () => {
    const account = openAccount()
    expect(account.run(load(VERSION), START_MS)).toEqual({ type: 'current' })
    for (const version of ['inc-1.0.x', null]) {
      expect(account.run(load(version), START_MS)).toMatchObject({
        type: 'stale',
        snapshot: { version: VERSION, incarnation: INCARNATION, key: null },
      })
    }
    expect(account.run(load('inc-2.1.x'), START_MS)).toEqual({ type: 'gone' })
  })

  it('shows the first of the keys asked for that is on record', () => {
    const account = openAccount(START_MS, { keys: [key] })
    const keyFor = (...hashes: string[]) => {
      const reply = account.run(load(VERSION, ...hashes), START_MS)
      return reply.type === 'stale' ? reply.snapshot.key : reply.type
    }
    expect(keyFor('hash-b', 'hash-a')).toEqual({ hash: 'hash-a', record })
    expect(keyFor('hash-b')).toBeNull()
  })

  it('changes nothing, even with something due', () => {
    const account = openAccount()
    admitted(account, admit(VERSION, 'a', START_MS), START_MS)
    for (const command of [load(null), { type: 'view', rates: [], budgets: [] } as const]) {
      expect(transact(account, command, START_MS + 3_600_000).changes).toEqual([])
    }
  })

  it('counts a refusal only on the version it was decided on', () => {
    const account = openAccount()
    const refuse = (version: string) =>
      account.run({ type: 'refuse', version, keyHashes: [], reason: 'model' }, START_MS)
    expect(refuse('inc-1.0.x').type).toBe('stale')
    expect(counters(account).totals.refused).toBe(0)
    expect(refuse(VERSION)).toEqual({ type: 'confirmed' })
    expect(counters(account).totals.refused).toBe(1)
  })
})
