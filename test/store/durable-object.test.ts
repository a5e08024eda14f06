// What is true of the Durable Object store beyond the contract: where its rows are, and when it wakes.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AccountCommand } from '../../src/account/commands.ts'
import { LEASE_MS, MARK_MS, USAGE_KEPT_MS } from '../../src/account/constants.ts'
import { NO_CHARGE } from '../../src/ledger/entry.ts'
import { TenantId } from '../../src/tenant/slug.ts'
import { MINUTE_MS, START_MS, admit, change, create, perMinute, settle } from './commands.ts'
import {
  DurableObjectHarness,
  bundleStoreWorker,
  temporaryFolder,
} from './durable-object-harness.ts'

const CHARGE = { inputTokens: 10, outputTokens: 5, nanoUsd: 700 }
const VIEW: AccountCommand = { type: 'view', rates: [], budgets: [] }
const VERSION = 'inc-1.1.nonce-1'

describe('an account in a Durable Object', () => {
  let script: string
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let objects: DurableObjectHarness
  let tenant: TenantId
  let tenants = 0

  beforeAll(async () => {
    script = await bundleStoreWorker()
    folder = await temporaryFolder()
    objects = await DurableObjectHarness.open(script, folder.path)
  })
  afterAll(async () => {
    await objects.close()
    await folder.remove()
  })
  beforeEach(() => {
    objects.useTimeOfDay = false
    objects.clock.nowMs = START_MS
    tenants += 1
    tenant = TenantId.parse(`object-${tenants}`)
  })

  const run = <C extends AccountCommand>(command: C) => objects.store.run(tenant, command)
  const sql = (query: string) => objects.call<Record<string, unknown>[]>('sql', tenant, query)
  const tables = () => sql('SELECT name FROM sqlite_master')
  const alarmAt = () => objects.call<number | null>('alarmAt', tenant)
  const ringAlarm = () => objects.call<number | null>('ringAlarm', tenant)

  async function admitted(holdId: string) {
    const reply = await run(admit(VERSION, holdId, objects.clock.nowMs, { rates: [perMinute(9)] }))
    if (reply.type !== 'admitted') throw new Error(reply.type)
    return reply.receipt
  }

  it('leaves no table, row or alarm of an account that nobody created', async () => {
    await run({ type: 'load', version: null, keyHashes: ['hash-1'] })
    await run(admit(VERSION, 'hold-1', START_MS))
    await run({ type: 'sweep' })
    await objects.store.ledger(tenant, 0, 10)
    await ringAlarm()
    expect(await tables()).toEqual([])
    expect(await alarmAt()).toBeNull()
  })

  it('leaves no table, row or alarm of an account that was erased', async () => {
    await run(create(tenant))
    await admitted('hold-1')
    expect(await tables()).not.toEqual([])
    expect(await alarmAt()).not.toBeNull()
    await run({ type: 'erase', incarnation: 'inc-1' })
    expect(await tables()).toEqual([])
    expect(await alarmAt()).toBeNull()
  })

  it('refuses a command that names another tenant than its own, or none', async () => {
    await run(create(tenant))
    for (const name of ['someone-else', '', 'UPPER', `${tenant} `]) {
      await expect(objects.call('misdirect', tenant, name, VIEW)).rejects.toThrow('not the account')
      await expect(objects.call('misdirectLedger', tenant, name)).rejects.toThrow('not the account')
    }
    await expect(objects.call('misdirect', 'Not A Slug', 'Not A Slug', VIEW)).rejects.toThrow(
      'not the account',
    )
    expect(await objects.call('misdirect', tenant, tenant, VIEW)).toMatchObject({ type: 'viewed' })
  })

  it('changes nothing, in memory or on disk, when a command cannot be written whole', async () => {
    await run(create(tenant))
    const receipt = await admitted('hold-1')
    const before = await run(VIEW)
    await sql('ALTER TABLE entry RENAME TO entry_away')
    await expect(run(settle(receipt, CHARGE))).rejects.toThrow('failed to answer')
    await sql('ALTER TABLE entry_away RENAME TO entry')
    expect(await run(VIEW)).toEqual(before)
    expect(await run(settle(receipt, CHARGE))).toMatchObject({ type: 'settled', repeated: false })
  })

  it('fails one command of a group without failing, or undoing, the others', async () => {
    await run(create(tenant))
    await sql(`CREATE TRIGGER broken BEFORE INSERT ON slip WHEN NEW.id = 'hold-unwritable'
      BEGIN SELECT RAISE(ABORT, 'cannot be written'); END`)
    const hold = (id: string) => admit(VERSION, id, START_MS, { rates: [perMinute(9)] })
    const malformed = { ...hold('hold-malformed'), rates: null }
    const commands = [hold('hold-1'), hold('hold-2'), hold('hold-unwritable'), malformed]
    const outcomes = await objects.call<unknown[]>('runTogether', tenant, [
      ...commands,
      hold('hold-3'),
      { type: 'refuse', version: VERSION, keyHashes: [], reason: 'scope' },
    ])
    expect(outcomes).toMatchObject([
      { type: 'admitted', meters: [{ used: 1 }] },
      { type: 'admitted', meters: [{ used: 2 }] },
      expect.stringContaining('cannot be written'),
      expect.stringContaining('TypeError'),
      { type: 'admitted', meters: [{ used: 3 }] },
      { type: 'confirmed' },
    ])
    const inMemory = await run(VIEW)
    expect(inMemory).toMatchObject({ counters: { live: 3, totals: { refused: 1 } } })
    await expect(objects.call('evict', tenant)).rejects.toThrow('evicted')
    expect(await run(VIEW)).toEqual(inMemory)
  })

  it('writes what a whole group has changed as one step, each record once', async () => {
    await run(create(tenant))
    const rates = [perMinute(99)]
    await sql('CREATE TABLE written (kind TEXT)')
    await sql(`CREATE TRIGGER seen AFTER UPDATE ON record
      BEGIN INSERT INTO written VALUES (NEW.kind); END`)
    const holds = Array.from({ length: 11 }, (_, n) =>
      admit(VERSION, `hold-${n}`, START_MS, { rates }),
    )
    const outcomes = await objects.call<{ type: string }[]>('runTogether', tenant, holds)
    expect(new Set(outcomes.map(({ type }) => type))).toEqual(new Set(['admitted']))
    // The first ran at once and alone: it made the window's row. The ten after it changed that once.
    expect(await sql('SELECT kind FROM written ORDER BY kind')).toEqual([
      { kind: 'counters' },
      { kind: 'counters' },
      { kind: 'ring' },
    ])
  })

  it('keeps the order of what was asked together, erasing included', async () => {
    await run(create(tenant))
    const anew = create(tenant, { incarnation: 'inc-2', nonce: 'nonce-2' })
    const outcomes = await objects.call<unknown[]>('runTogether', tenant, [
      VIEW,
      admit(VERSION, 'hold-1', START_MS),
      { type: 'erase', incarnation: 'inc-1' },
      VIEW,
      anew,
      { type: 'erase', incarnation: 'inc-1' },
      VIEW,
    ])
    expect(outcomes).toMatchObject([
      { type: 'viewed', counters: { live: 0 } },
      { type: 'admitted' },
      { type: 'erased' },
      { type: 'gone' },
      { type: 'created' },
      { type: 'gone' },
      { type: 'viewed', counters: { live: 0 }, snapshot: { incarnation: 'inc-2' } },
    ])
  })

  it('wakes when the first lease runs out and at most once a second, and charges it with nobody calling', async () => {
    await run(create(tenant))
    await admitted('hold-1')
    objects.clock.nowMs += 10
    await admitted('hold-2')
    expect(await alarmAt()).toBe(START_MS + LEASE_MS)
    objects.clock.nowMs = START_MS + LEASE_MS
    expect(await ringAlarm()).toBe(START_MS + LEASE_MS + 1_000)
    expect(await run(VIEW)).toMatchObject({ counters: { live: 1 } })
    expect((await objects.store.ledger(tenant, 1, 10)).map(({ kind }) => kind)).toEqual(['expired'])
  })

  it('does not put off its waking because it has lost its memory', async () => {
    await run(create(tenant))
    await admitted('hold-1')
    await expect(objects.call('evict', tenant)).rejects.toThrow('evicted')
    objects.clock.nowMs += 10
    await admitted('hold-2')
    expect(await alarmAt()).toBe(START_MS + LEASE_MS)
  })

  it('sweeps more than one command would, in one alarm', async () => {
    await run(create(tenant))
    const commands = Array.from({ length: 100 }, (_, n) => admit(VERSION, `hold-${n}`, START_MS))
    await objects.call('runAll', tenant, commands)
    objects.clock.nowMs += LEASE_MS
    await ringAlarm()
    expect(await run(VIEW)).toMatchObject({ counters: { live: 0, totals: { requests: 100 } } })
  })

  it('writes out the refusals of a minute after it, with nobody calling', async () => {
    await run(create(tenant))
    await run({ type: 'refuse', version: VERSION, keyHashes: [], reason: 'scope' })
    expect(await alarmAt()).toBe(START_MS + MINUTE_MS)
    objects.clock.nowMs += MINUTE_MS
    await ringAlarm()
    expect(await objects.store.ledger(tenant, 1, 10)).toMatchObject([
      { kind: 'refused', reason: 'scope', count: 1 },
    ])
  })

  it('keeps no window, hold or mark of an account that has gone quiet, and in the end no usage', async () => {
    await run(create(tenant))
    await run(settle(await admitted('hold-1'), CHARGE))
    const left = () =>
      sql(`SELECT kind FROM record WHERE kind = 'ring' UNION ALL SELECT 'slip' FROM slip`)
    expect(await left()).toEqual([{ kind: 'ring' }, { kind: 'slip' }])
    const rungAt: number[] = []
    for (let atMs = await alarmAt(); atMs !== null; atMs = await ringAlarm()) {
      objects.clock.nowMs = atMs
      rungAt.push(atMs - START_MS)
    }
    expect(rungAt).toEqual([LEASE_MS, MARK_MS, USAGE_KEPT_MS - 12 * 3_600_000])
    expect(await objects.call('sql', tenant, 'SELECT * FROM line')).toEqual([])
    expect(await left()).toEqual([])
  })

  it('rings by itself, by the time of day', async () => {
    const always = [{ start: 0, end: Number.MAX_SAFE_INTEGER }]
    // A lease that began 59.5 s ago has half a second to go.
    objects.clock.nowMs = Date.now() - LEASE_MS + 500
    await run(create(tenant, { periods: { day: always, month: always } }))
    await run(admit(VERSION, 'hold-1', objects.clock.nowMs, { estimate: CHARGE }))
    expect(await run(VIEW)).toMatchObject({ counters: { live: 1 } })
    objects.useTimeOfDay = true
    await expect
      .poll(() => objects.store.ledger(tenant, 1, 10), { timeout: 5_000 })
      .toMatchObject([{ kind: 'expired', charge: CHARGE }])
  })

  it('finds everything again after a restart', async () => {
    await run(create(tenant))
    await run(settle(await admitted('hold-1'), CHARGE))
    const receipt = await admitted('hold-2')
    await run({ type: 'refuse', version: VERSION, keyHashes: [], reason: 'scope' })
    const changed = await run(change(VERSION))
    const state = async () => ({
      view: await run({ type: 'view', rates: [perMinute(9)], budgets: [] }),
      ledger: await objects.store.ledger(tenant, 0, 100),
      alarmAt: await alarmAt(),
      rows: await sql('SELECT kind, id, value, expires_ms FROM record ORDER BY kind, id'),
      slips: await sql('SELECT id, due_ms, value FROM slip ORDER BY id'),
    })
    const before = await state()
    await objects.close()
    objects = await DurableObjectHarness.open(script, folder.path)
    objects.clock.nowMs = START_MS
    expect(await state()).toEqual(before)
    expect(changed.type).toBe('changed')
    expect(await run(settle(receipt, CHARGE))).toMatchObject({ repeated: false, charged: CHARGE })
    expect(await run(settle(receipt, NO_CHARGE))).toMatchObject({ repeated: true, charged: CHARGE })
  })

  it('counts strikes without touching its disk', async () => {
    await objects.store.strikes.strike('192.0.2.1', MINUTE_MS)
    for (let shard = 0; shard < 16; shard += 1) {
      expect(await objects.call('throttleTables', `throttle-${shard}`)).toEqual([])
    }
  })

  it('writes 5 rows to admit a request under two windows, and 9 to settle it', async () => {
    await run(create(tenant))
    const tokens = {
      ...perMinute(1_000),
      id: 'tokens_per_minute',
      measure: 'tokens',
      unit: 1,
    } as const
    const rates = [perMinute(9), tokens]
    const reply = await run(admit(VERSION, 'hold-1', START_MS, { rates }))
    if (reply.type !== 'admitted') throw new Error(reply.type)
    const again = { ...reply.receipt, holdId: 'hold-2' }
    const counts = await objects.call<number[]>('rowsWritten', tenant, [
      admit(VERSION, 'hold-2', START_MS, { rates }),
      settle(again, CHARGE),
      settle(again, CHARGE),
    ])
    expect(counts).toEqual([5, 9, 1])
  })
})
