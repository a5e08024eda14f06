// The edges of what an admission needs besides room: the right version, a fresh id, a key that lives.
import { describe, expect, it } from 'vitest'
import type { KeyRecord } from '../../../src/identify/api-key/key-record.ts'
import {
  START_MS,
  admit,
  change,
  keyRecord,
  perMinute,
  tenantConfig,
  usdPerDay,
} from '../commands.ts'
import { DAY, MONTH, type OpenAccount, VERSION, charge } from './account-under-test.ts'

const KEY: { hash: string; record: KeyRecord } = {
  hash: 'hash-1',
  record: keyRecord('key_0123456789abcdefABCDEF'),
}

export function admissionContract(open: OpenAccount): void {
  describe('an admission', () => {
    it('runs 10 s after its id was minted, and no millisecond later', async () => {
      const account = await open()
      const minted = { mintedAtMs: START_MS }
      expect((await account.at(10_000).ask('in-time', minted)).type).toBe('admitted')
      expect(await account.at(10_001).ask('late', minted)).toEqual({ type: 'hold_spent' })
    })

    it('is judged by the account’s own clock, which no setting back of the store’s makes younger', async () => {
      const account = await open()
      await account.at(10_001).sweep()
      const late = await account.at(10_000).ask('late', { mintedAtMs: START_MS })
      expect(late).toEqual({ type: 'hold_spent' })
    })

    it('runs when its gateway’s clock is 60 s ahead, and no millisecond more', async () => {
      const account = await open()
      const ask = async (holdId: string, aheadMs: number) =>
        (await account.ask(holdId, { mintedAtMs: START_MS + aheadMs })).type
      expect(await ask('a', 60_001)).toBe('hold_spent')
      expect(await ask('b', 60_000)).toBe('admitted')
    })

    it('that came too late takes nothing and is no refusal', async () => {
      const account = await open()
      const changes = { mintedAtMs: START_MS, rates: [perMinute(5)] }
      await account.at(10_001).ask('late', changes)
      expect(await account.used(perMinute(5))).toBe(0)
      expect(await account.counters()).toMatchObject({ live: 0, seq: 1, totals: { refused: 0 } })
    })

    it('runs until the millisecond before its key expires', async () => {
      const account = await open()
      const keyExpiresAtMs = START_MS + 500
      expect((await account.at(499).ask('a', { keyExpiresAtMs })).type).toBe('admitted')
      expect(await account.at(500).ask('b', { keyExpiresAtMs })).toEqual({ type: 'key_expired' })
    })

    it('on an expired key takes nothing, and is counted under that reason', async () => {
      const account = await open()
      const changes = { keyExpiresAtMs: START_MS, rates: [perMinute(5)], maxConcurrency: 1 }
      expect(await account.ask('a', changes)).toEqual({ type: 'key_expired' })
      expect(await account.used(perMinute(5))).toBe(0)
      expect(await account.counters()).toMatchObject({ live: 0, totals: { refused: 1 } })
      await account.at(60_000).sweep()
      expect(await account.lastEntry()).toMatchObject({ reason: 'key_expired', count: 1 })
    })

    it('that is already in stays in when its key expires', async () => {
      const account = await open()
      const first = await account.admitted('a', { keyExpiresAtMs: START_MS + 10 })
      const again = await account.at(10).admitted('a', { keyExpiresAtMs: START_MS + 10 })
      expect(again.receipt).toEqual(first.receipt)
    })

    it('repeated asks for no room: it finds its hold where everything is full', async () => {
      const account = await open()
      const full = {
        rates: [perMinute(1)],
        budgets: [usdPerDay(100, 100, 0)],
        maxConcurrency: 1,
      }
      const first = await account.admitted('a', full)
      const again = await account.at(20_000).admitted('a', { ...full, mintedAtMs: START_MS })
      expect(again.receipt).toEqual(first.receipt)
      expect([first.leaseMs, again.leaseMs]).toEqual([60_000, 40_000])
      expect(await account.counters()).toMatchObject({ live: 1, totals: { refused: 0 } })
      expect(await account.used(perMinute(1))).toBe(1)
    })

    it('repeated with other demands is given what the first was', async () => {
      const account = await open()
      const first = await account.admitted('a', { budgets: [usdPerDay(900, 10, 1)] })
      const context = { ...first.receipt.context, model: 'another' }
      const again = await account.admitted('a', {
        budgets: [],
        output: { wanted: 7, least: 1 },
        context,
      })
      expect(again).toMatchObject({ receipt: first.receipt, granted: 100 })
      expect(await account.cells('usd_per_day')).toEqual([{ start: DAY, committed: 0, held: 110 }])
    })

    it('tells the periods it is charged to and the time it was let in', async () => {
      const account = await open()
      const { receipt } = await account.at(1_234).admitted('a', {
        budgets: [usdPerDay(null, 1, 0)],
      })
      expect(receipt).toMatchObject({
        holdId: 'a',
        incarnation: 'inc-1',
        admittedAtMs: START_MS + 1_234,
        periods: { day: DAY, month: MONTH },
        budgets: [{ id: 'usd_per_day', start: DAY, measure: 'nano_usd' }],
      })
    })

    it('on a stale version is told so before anything else is looked at', async () => {
      const account = await open({ keys: [KEY] })
      const config = tenantConfig(account.tenant, { status: 'SUSPENDED' })
      const changed = await account.run(change(VERSION, { config }))
      const reply = await account.ask('a', {
        mintedAtMs: START_MS - 60_000,
        keyExpiresAtMs: START_MS - 1,
        maxConcurrency: 0,
        keyHashes: ['hash-0', 'hash-1'],
      })
      expect(changed).toEqual({ type: 'changed', version: 'inc-1.2.nonce-2' })
      const version = 'inc-1.2.nonce-2'
      const snapshot = { version, incarnation: 'inc-1', config, key: KEY }
      expect(reply).toEqual({ type: 'stale', snapshot })
      expect((await account.counters()).totals.refused).toBe(0)
    })

    it('on a stale version is not told of the hold it has, which lives on', async () => {
      const account = await open()
      const receipt = await account.receipt('a')
      await account.run(change(VERSION))
      expect((await account.ask('a')).type).toBe('stale')
      const onNew = admit('inc-1.2.nonce-2', 'a', START_MS)
      expect(await account.run(onNew)).toMatchObject({ type: 'admitted', receipt })
    })

    it('on a stale version sweeps nothing', async () => {
      const account = await open()
      await account.receipt('a', { estimate: charge(1, 0, 1) })
      await account.run(change(VERSION))
      expect((await account.at(60_000).ask('b')).type).toBe('stale')
      expect((await account.counters()).live).toBe(1)
    })

    it.each(['inc-1.1.nonce-10', 'inc-1.10.nonce-1', 'inc-1.', 'inc-1.1'])(
      'takes the version %s for a stale one of the same incarnation',
      async (version) => {
        const account = await open()
        expect((await account.run(admit(version, 'a', START_MS))).type).toBe('stale')
      },
    )

    it.each(['inc-10.1.nonce-1', 'inc-1', 'inc-', 'nc-1.1.nonce-1', ''])(
      'finds no account under the version %j of another incarnation',
      async (version) => {
        const account = await open()
        expect(await account.run(admit(version, 'a', START_MS))).toEqual({ type: 'gone' })
      },
    )
  })

  describe('the key in a stale answer', () => {
    it('is the first of those asked for that is on record', async () => {
      const other = { hash: 'hash-2', record: keyRecord('key_1123456789abcdefABCDEF') }
      const account = await open({ keys: [KEY, other] })
      const load = async (...keyHashes: string[]) => {
        const reply = await account.run({ type: 'load', version: VERSION, keyHashes })
        return reply.type === 'stale' ? reply.snapshot.key : reply.type
      }
      expect(await load('hash-1', 'hash-2')).toEqual(KEY)
      expect(await load('hash-2', 'hash-1')).toEqual(other)
      expect(await load('hash-0', 'hash-2')).toEqual(other)
      expect(await load('hash-0')).toBeNull()
      expect(await load()).toBe('current')
    })

    it('is told as it stands now, revoked or with another expiry', async () => {
      const account = await open({ keys: [KEY] })
      const revoked = { ...KEY, record: { ...KEY.record, revoked_at_ms: START_MS + 5 } }
      await account.run(change(VERSION, { keys: [revoked] }))
      const keyHashes = ['hash-1']
      const stale = { type: 'stale', snapshot: { key: revoked } }
      expect(await account.ask('a', { keyHashes })).toMatchObject(stale)
      const refuse = { type: 'refuse', version: VERSION, keyHashes, reason: 'r' } as const
      expect(await account.run(refuse)).toMatchObject(stale)
    })
  })
}
