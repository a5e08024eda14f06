// What every Store promises, whatever keeps the accounts. One suite, run over each of them
// inside a `describe` that names it.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { AccountCommand } from '../../src/account/commands.ts'
import { TenantId } from '../../src/tenant/slug.ts'
import type { Store } from '../../src/store/store.ts'
import { AccountUnderTest, type OpenAccount } from './contract/account-under-test.ts'
import { admissionContract } from './contract/admissions.ts'
import { attemptContract } from './contract/attempts.ts'
import { budgetContract } from './contract/budgets.ts'
import { concurrencyContract } from './contract/concurrency.ts'
import { controlContract } from './contract/control.ts'
import { goneContract } from './contract/gone.ts'
import { grantContract } from './contract/grants.ts'
import { leaseContract } from './contract/leases.ts'
import { ledgerContract } from './contract/ledger.ts'
import { markContract } from './contract/marks.ts'
import { periodContract } from './contract/periods.ts'
import { quotaContract } from './contract/quotas.ts'
import { stockContract } from './contract/stock.ts'
import { refusalContract } from './contract/refusals.ts'
import { correctionContract } from './contract/corrections.ts'
import { settlementContract } from './contract/settlements.ts'
import { sweepContract } from './contract/sweeps.ts'
import { usageContract } from './contract/usage.ts'
import { viewContract } from './contract/views.ts'
import { windowContract } from './contract/windows.ts'
import {
  MINUTE_MS,
  START_MS,
  acquire,
  admit,
  change,
  create,
  keyRecord,
  perMinute,
  release,
  reset,
  settle,
  tenantConfig,
} from './commands.ts'

export interface StoreUnderTest {
  readonly store: Store
  /** The store's clock, for the test to move. */
  readonly clock: { nowMs: number }
  close(): Promise<void>
}

/** Where each promise begins and ends, to the millisecond and to the unit. */
const THEMES = [
  admissionContract,
  windowContract,
  correctionContract,
  budgetContract,
  grantContract,
  periodContract,
  concurrencyContract,
  attemptContract,
  leaseContract,
  sweepContract,
  settlementContract,
  markContract,
  refusalContract,
  ledgerContract,
  controlContract,
  goneContract,
  viewContract,
  quotaContract,
  stockContract,
  usageContract,
] as const satisfies readonly ((open: OpenAccount) => void)[]

const CHARGE = { inputTokens: 10, outputTokens: 5, nanoUsd: 700 }

export function storeContract(open: () => Promise<StoreUnderTest>): void {
  let under: StoreUnderTest
  let store: Store
  let tenant: TenantId
  let tenants = 0

  beforeAll(async () => {
    under = await open()
    store = under.store
  })
  afterAll(() => under.close())
  beforeEach(() => {
    under.clock.nowMs = START_MS
    tenants += 1
    tenant = TenantId.parse(`contract-${tenants}`)
  })

  async function created(): Promise<string> {
    const reply = await store.run(tenant, create(tenant))
    if (reply.type !== 'created') throw new Error(reply.type)
    return reply.version
  }

  async function admitted(version: string, holdId: string) {
    const reply = await store.run(tenant, admit(version, holdId, under.clock.nowMs))
    if (reply.type !== 'admitted') throw new Error(reply.type)
    return reply.receipt
  }

  it('creates an account once, and shows the one that exists to whoever comes second', async () => {
    const version = await created()
    const second = await store.run(
      tenant,
      create(tenant, { incarnation: 'inc-2', nonce: 'nonce-2' }),
    )
    expect(second).toEqual({
      type: 'exists',
      snapshot: { version, incarnation: 'inc-1', config: tenantConfig(tenant), key: null },
    })
  })

  it('answers `gone` for an account that was never created', async () => {
    const receipt = {
      holdId: 'hold-1',
      incarnation: 'inc-1',
      admittedAtMs: START_MS,
      periods: { day: 0, month: 0 },
      budgets: [],
      context: admit('v', 'hold-1', START_MS).context,
    }
    const commands: AccountCommand[] = [
      admit('v', 'hold-1', START_MS),
      { type: 'renew', holdId: 'hold-1', incarnation: 'inc-1', checkpoint: null },
      settle(receipt, CHARGE),
      { type: 'abandon', holdId: 'hold-1', incarnation: 'inc-1' },
      { type: 'sweep' },
      { type: 'load', version: null, keyHashes: ['h'] },
      { type: 'refuse', version: 'v', keyHashes: ['h'], reason: 'unknown_key' },
      change('v'),
      { type: 'erase', incarnation: 'inc-1' },
      { type: 'view', rates: [], budgets: [] },
      { type: 'usage', by: 'user', fromMs: 0, toMs: START_MS, after: null },
      acquire('v', 1),
      release('v', 'h'),
      reset('usd_per_day'),
    ]
    for (const command of commands) {
      expect([command.type, await store.run(tenant, command)]).toEqual([
        command.type,
        { type: 'gone' },
      ])
    }
    expect(await store.ledger(tenant, 0, 10)).toEqual([])
  })

  it('admits on the current version, and answers any other with what is current', async () => {
    const version = await created()
    expect(await store.run(tenant, admit('inc-1.0.other', 'hold-1', START_MS))).toEqual({
      type: 'stale',
      snapshot: { version, incarnation: 'inc-1', config: tenantConfig(tenant), key: null },
    })
    expect(await store.run(tenant, admit(version, 'hold-1', START_MS))).toMatchObject({
      type: 'admitted',
      granted: 100,
    })
  })

  it('puts a change in force for the very next admission', async () => {
    const version = await created()
    const suspended = tenantConfig(tenant, { status: 'SUSPENDED' })
    const changed = await store.run(tenant, change(version, { config: suspended }))
    if (changed.type !== 'changed') throw new Error(changed.type)
    expect(changed.version).not.toBe(version)
    expect(await store.run(tenant, admit(version, 'hold-1', START_MS))).toMatchObject({
      type: 'stale',
      snapshot: { version: changed.version, config: suspended },
    })
  })

  it('finds a key by its hash, and says so when there is none', async () => {
    const key = { hash: 'hash-1', record: keyRecord('key_0123456789abcdefABCDEF') }
    await store.run(tenant, create(tenant, { keys: [key] }))
    const load = (keyHashes: string[]) =>
      store.run(tenant, { type: 'load', version: null, keyHashes })
    expect(await load(['hash-0', 'hash-1'])).toMatchObject({ type: 'stale', snapshot: { key } })
    expect(await load(['hash-2'])).toMatchObject({ type: 'stale', snapshot: { key: null } })
  })

  it('says `current` when the version asked about is the one in force', async () => {
    const version = await created()
    expect(await store.run(tenant, { type: 'load', version, keyHashes: [] })).toEqual({
      type: 'current',
    })
  })

  it('refuses what a window has no room for, and admits again when its oldest has left', async () => {
    const version = await created()
    const ask = (holdId: string) =>
      store.run(tenant, admit(version, holdId, under.clock.nowMs, { rates: [perMinute(1)] }))
    expect((await ask('hold-1')).type).toBe('admitted')
    expect(await ask('hold-2')).toMatchObject({
      type: 'refused',
      refusal: { reason: 'rate', id: 'requests_per_minute', limit: 1, used: 1, asked: 1 },
    })
    under.clock.nowMs += MINUTE_MS + 1_000
    expect((await ask('hold-3')).type).toBe('admitted')
  })

  it('charges a request once, however often it is settled', async () => {
    const receipt = await admitted(await created(), 'hold-1')
    const first = await store.run(tenant, settle(receipt, CHARGE))
    const second = await store.run(tenant, settle(receipt, { ...CHARGE, nanoUsd: 9_999 }))
    expect(first).toMatchObject({ type: 'settled', charged: CHARGE, repeated: false })
    expect(second).toMatchObject({ type: 'settled', charged: CHARGE, repeated: true })
    const view = await store.run(tenant, { type: 'view', rates: [], budgets: [] })
    expect(view).toMatchObject({ counters: { live: 0, totals: { requests: 1, nanoUsd: 700 } } })
  })

  it('pages the ledger by sequence, oldest first and without a gap', async () => {
    const version = await created()
    for (const holdId of ['hold-1', 'hold-2', 'hold-3']) {
      await store.run(tenant, settle(await admitted(version, holdId), CHARGE))
    }
    const all = await store.ledger(tenant, 0, 100)
    expect(all.map(({ seq }) => seq)).toEqual([1, 2, 3, 4])
    expect(all.map(({ kind }) => kind)).toEqual(['control', 'settled', 'settled', 'settled'])
    expect(await store.ledger(tenant, 1, 2)).toEqual(all.slice(1, 3))
    expect(await store.ledger(tenant, 4, 100)).toEqual([])
  })

  it('keeps nothing of an erased account, and lets its late work leave no trace', async () => {
    const receipt = await admitted(await created(), 'hold-1')
    expect(await store.run(tenant, { type: 'erase', incarnation: 'other' })).toEqual({
      type: 'gone',
    })
    expect(await store.run(tenant, { type: 'erase', incarnation: 'inc-1' })).toEqual({
      type: 'erased',
    })
    expect(await store.run(tenant, settle(receipt, CHARGE))).toEqual({ type: 'gone' })
    expect(await store.ledger(tenant, 0, 10)).toEqual([])
    const anew = create(tenant, { incarnation: 'inc-2', nonce: 'nonce-2' })
    expect((await store.run(tenant, anew)).type).toBe('created')
    expect(await store.run(tenant, settle(receipt, CHARGE))).toEqual({ type: 'gone' })
    const view = await store.run(tenant, { type: 'view', rates: [], budgets: [] })
    expect(view).toMatchObject({ counters: { totals: { requests: 0 } } })
  })

  it('keeps one tenant out of the account of another', async () => {
    const version = await created()
    const other = TenantId.parse(`${tenant}-other`)
    await store.run(other, create(other, { incarnation: 'inc-9', nonce: 'nonce-9' }))
    const receipt = await admitted(version, 'hold-1')
    expect(await store.run(other, admit(version, 'hold-1', START_MS))).toEqual({ type: 'gone' })
    expect(await store.run(other, settle(receipt, CHARGE))).toEqual({ type: 'gone' })
    expect((await store.ledger(other, 0, 10)).map(({ kind }) => kind)).toEqual(['control'])
  })

  it('lists the directory by slug, a page at a time', async () => {
    const row = (slug: string) => ({
      tenant: TenantId.parse(slug),
      plan: 'pro',
      status: 'ACTIVE' as const,
      created_at_ms: START_MS,
    })
    for (const slug of ['dir-b', 'dir-a', 'dir-c']) {
      expect(await store.directory.register(row(slug), [])).toBe('registered')
    }
    expect(await store.directory.register(row('dir-a'), [])).toBe('exists')
    expect(await store.directory.list('dir-a', 2)).toEqual([row('dir-b'), row('dir-c')])
    expect(await store.directory.list(null, 1)).toEqual([row('dir-a')])
    await store.directory.update({ ...row('dir-b'), status: 'SUSPENDED' })
    expect(await store.directory.get(row('dir-b').tenant)).toEqual({
      ...row('dir-b'),
      status: 'SUSPENDED',
    })
    await store.directory.update(row('dir-unknown'))
    expect(await store.directory.get(row('dir-unknown').tenant)).toBeNull()
  })

  it('counts strikes in a sliding window, each subject and window apart', async () => {
    const { strikes } = store
    expect((await strikes.strike(`ip-${tenant}`, MINUTE_MS)).count).toBe(1)
    under.clock.nowMs += 30_000
    const second = await strikes.strike(`ip-${tenant}`, MINUTE_MS)
    expect(second.count).toBe(2)
    expect(second.resetsAtMs).toBeGreaterThanOrEqual(START_MS + 30_000 + MINUTE_MS)
    expect(second.resetsAtMs).toBeLessThanOrEqual(START_MS + 30_000 + MINUTE_MS + 1_000)
    expect((await strikes.strike(`ip2-${tenant}`, MINUTE_MS)).count).toBe(1)
    expect((await strikes.strike(`ip-${tenant}`, 2 * MINUTE_MS)).count).toBe(1)
    under.clock.nowMs = START_MS + MINUTE_MS + 1_000
    expect((await strikes.strike(`ip-${tenant}`, MINUTE_MS)).count).toBe(2)
  })

  it('answers a ping', async () => {
    await expect(store.ping()).resolves.toBeUndefined()
  })

  const openAccount: OpenAccount = async (changes = {}) => {
    const reply = await store.run(tenant, create(tenant, changes))
    if (reply.type !== 'created') throw new Error(reply.type)
    return new AccountUnderTest(store, tenant, under.clock)
  }
  for (const theme of THEMES) theme(openAccount)
}
