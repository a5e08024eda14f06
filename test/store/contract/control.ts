// The control plane's writes at their edges: repeated, out of date, and side by side.
import { describe, expect, it } from 'vitest'
import { START_MS, admit, change, create, keyRecord, tenantConfig } from '../commands.ts'
import { type OpenAccount, VERSION } from './account-under-test.ts'

const KEY = { hash: 'hash-1', record: keyRecord('key_0123456789abcdefABCDEF') }
const OTHER = { hash: 'hash-2', record: keyRecord('key_1123456789abcdefABCDEF') }
const SECOND = 'inc-1.2.nonce-2'

export function controlContract(open: OpenAccount): void {
  describe('a creation', () => {
    it('repeated is told the version it made, and makes nothing more', async () => {
      const account = await open({ keys: [KEY] })
      const again = create(account.tenant, { keys: [OTHER] })
      const later = await account.at(9_000).run(again)
      expect(later).toEqual({ type: 'created', version: VERSION })
      expect((await account.view()).keys.map(({ hash }) => hash)).toEqual(['hash-1'])
      expect(await account.counters()).toMatchObject({ seq: 1, clockMs: START_MS })
    })

    it('of the one before last is told what exists', async () => {
      const account = await open()
      await account.run(change(VERSION))
      expect(await account.run(create(account.tenant))).toMatchObject({
        type: 'exists',
        snapshot: { version: SECOND, key: null },
      })
    })

    it('is the ledger’s first entry, with its note', async () => {
      const note = { actor: 'ann', action: 'tenant.create', before: null, after: { a: [1, 'ü'] } }
      const account = await open({ note })
      expect(await account.ledger()).toEqual([{ seq: 1, atMs: START_MS, kind: 'control', ...note }])
    })
  })

  describe('a change', () => {
    it('raises the version by one, keeps the incarnation, and is entered', async () => {
      const account = await open()
      const note = { actor: 'ann', action: 'tenant.patch', before: { plan: 'a' }, after: null }
      const changed = await account.at(5).run(change(VERSION, { note }))
      expect(changed).toEqual({ type: 'changed', version: SECOND })
      expect(await account.lastEntry()).toEqual({
        seq: 2,
        atMs: START_MS + 5,
        kind: 'control',
        ...note,
      })
      const third = await account.run(change(SECOND, { nonce: 'nonce-3' }))
      expect(third).toEqual({ type: 'changed', version: 'inc-1.3.nonce-3' })
    })

    it('that expects another version changes nothing, and is told what is', async () => {
      const account = await open()
      await account.run(change(VERSION))
      const config = tenantConfig(account.tenant, { status: 'SUSPENDED' })
      const late = change(VERSION, { nonce: 'nonce-3', config, keys: [KEY] })
      expect(await account.run(late)).toEqual({
        type: 'stale',
        snapshot: {
          version: SECOND,
          incarnation: 'inc-1',
          config: tenantConfig(account.tenant),
          key: null,
        },
      })
      const { snapshot, keys, counters } = await account.view()
      expect(snapshot.config.status).toBe('ACTIVE')
      expect(keys).toEqual([])
      expect(counters.seq).toBe(2)
    })

    it('repeated is told the version it made, once', async () => {
      const account = await open()
      await account.run(change(VERSION))
      expect(await account.run(change(VERSION))).toEqual({ type: 'changed', version: SECOND })
      expect((await account.counters()).seq).toBe(2)
    })

    it('of two that expect the same version wins once', async () => {
      const account = await open()
      const replies = await Promise.all(
        ['x', 'y', 'z'].map((nonce) => account.run(change(VERSION, { nonce }))),
      )
      const types = replies.map(({ type }) => type)
      expect(types.toSorted()).toEqual(['changed', 'stale', 'stale'])
      expect((await account.counters()).seq).toBe(2)
    })

    it('replaces the keys it names and no others, and the configuration only where it has one', async () => {
      const account = await open({ keys: [KEY, OTHER] })
      const revoked = { ...OTHER, record: { ...OTHER.record, revoked_at_ms: START_MS } }
      await account.run(change(VERSION, { keys: [revoked] }))
      const { keys, snapshot } = await account.view()
      expect(keys).toEqual([
        { ...KEY, lastUsedAtMs: null },
        { ...revoked, lastUsedAtMs: null },
      ])
      expect(snapshot.config).toEqual(tenantConfig(account.tenant))
      const config = tenantConfig(account.tenant, { name: 'Other' })
      await account.run(change(SECOND, { nonce: 'nonce-3', config }))
      expect((await account.view()).snapshot.config.name).toBe('Other')
      expect((await account.view()).keys).toEqual(keys)
    })

    it('leaves counters, holds and windows as they are', async () => {
      const account = await open()
      await account.admitted('a', { maxConcurrency: 1 })
      await account.run(change(VERSION))
      const blocked = admit(SECOND, 'b', START_MS, { maxConcurrency: 1 })
      expect((await account.run(blocked)).type).toBe('refused')
      expect((await account.renew('a')).type).toBe('renewed')
    })

    it('is in force for the confirmation of a refusal too', async () => {
      const account = await open()
      await account.run(change(VERSION))
      expect((await account.refuse('scope')).type).toBe('stale')
      const load = { type: 'load', version: VERSION, keyHashes: [] } as const
      expect((await account.run(load)).type).toBe('stale')
      expect(await account.run({ ...load, version: SECOND })).toEqual({ type: 'current' })
    })
  })
}
