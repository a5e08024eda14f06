// Named quotas: up to the limit and not one more, once by each id, until the millisecond a lease ends.
import { describe, expect, it } from 'vitest'
import { START_MS, acquire, change, keyRecord, release } from '../commands.ts'
import { MARK_MS, type OpenAccount, VERSION } from './account-under-test.ts'

const take = (holder: string | null, changes = {}) =>
  acquire(VERSION, 1, { limit: 2, holder, ...changes })
const give = (holder: string, changes = {}) => release(VERSION, holder, changes)

export function quotaContract(open: OpenAccount): void {
  describe('a named quota', () => {
    it('is taken up to its limit, and once by each id', async () => {
      const account = await open()
      for (const repeated of [false, true]) {
        expect(await account.run(take('a'))).toEqual({
          type: 'acquired',
          acquisition: { amount: 1, expiresAtMs: null, state: 'held' },
          level: { used: 1, highWater: 1 },
          repeated,
        })
      }
      expect(await account.run(take(null))).toMatchObject({ level: { used: 2, highWater: 2 } })
      expect(await account.run(take('c'))).toEqual({
        type: 'refused',
        refusal: {
          reason: 'quota',
          id: 'max_products',
          limit: 2,
          used: 2,
          held: 0,
          asked: 1,
          retryAfterMs: null,
          resetsAtMs: null,
        },
      })
      expect(await account.run(take('a', { amount: 2 }))).toEqual({ type: 'mismatch' })
      expect(await account.run(take('a', { leaseMs: 9 }))).toEqual({ type: 'mismatch' })
      expect((await account.counters()).totals.refused).toBe(1)
    })

    it('without a limit is taken as far as can be counted', async () => {
      const account = await open()
      const all = { limit: null, amount: Number.MAX_SAFE_INTEGER }
      expect((await account.run(take(null, all))).type).toBe('acquired')
      expect(await account.run(take(null, { limit: null }))).toMatchObject({
        type: 'refused',
        refusal: { limit: Number.MAX_SAFE_INTEGER },
      })
    })

    it('is told in figures that can be counted, however much is taken and given back', async () => {
      const account = await open()
      const [all, much] = [Number.MAX_SAFE_INTEGER, { limit: null, amount: 6e15 }]
      for (const holder of ['a', 'b', null]) {
        expect(await account.run(take(holder, much))).toMatchObject({
          type: holder === 'b' ? 'crowded' : 'acquired',
        })
        const back = release(VERSION, null, { amount: holder === 'b' ? 1 : 6e15 })
        expect((await account.run(back)).type).toBe(holder === 'b' ? 'not_used' : 'released')
      }
      await account.run(take(null, { limit: null, amount: all }))
      await account.at(60_000).sweep()
      const common = { kind: 'quota', quota: 'max_products', minuteMs: START_MS, expired: 0 }
      expect(await account.ledger()).toMatchObject([
        { kind: 'control' },
        { ...common, atMs: START_MS, acquired: 6e15, released: 6e15, used: 0 },
        { ...common, atMs: START_MS, acquired: 6e15, released: 6e15, used: 0 },
        { kind: 'refused', reason: 'acquisitions' },
        { ...common, acquired: all, released: 0, used: all },
      ])
      expect((await account.view()).levels).toEqual({
        max_products: { used: all, byId: 6e15, highWater: all },
      })
    })

    it('gives back what an id holds once, and an amount once under its own', async () => {
      const account = await open()
      await account.run(take('a', { amount: 2 }))
      for (const repeated of [false, true]) {
        expect(await account.run(give('a'))).toEqual({
          type: 'released',
          amount: 2,
          level: { used: 0, highWater: 2 },
          repeated,
        })
      }
      await account.run(take(null, { amount: 2 }))
      for (const _ of [1, 2]) {
        expect(await account.run(give('r', { amount: 1 }))).toMatchObject({ level: { used: 1 } })
      }
      expect(await account.run(give('r', { amount: 2 }))).toEqual({ type: 'mismatch' })
      expect(await account.run(give('never'))).toEqual({ type: 'not_acquired' })
      expect(await account.run(release(VERSION, null, { amount: 2 }))).toEqual({
        type: 'not_used',
        level: { used: 1, highWater: 2 },
      })
    })

    it('remembers an id that was released to the last millisecond of its mark', async () => {
      const account = await open()
      await account.run(take('a'))
      await account.run(give('a'))
      expect(await account.at(MARK_MS - 1).run(take('a'))).toMatchObject({
        acquisition: { state: 'released' },
        level: { used: 0 },
        repeated: true,
      })
      expect(await account.at(MARK_MS).run(take('a'))).toMatchObject({
        acquisition: { state: 'held' },
        level: { used: 1 },
        repeated: false,
      })
    })

    it('lets the name of a set’s member be taken again at once', async () => {
      const account = await open()
      await account.run(take('docs'))
      expect((await account.run(give('docs', { leavesMark: false }))).type).toBe('released')
      expect((await account.run(give('docs', { leavesMark: false }))).type).toBe('not_acquired')
      expect(await account.run(take('docs'))).toMatchObject({ level: { used: 1 }, repeated: false })
    })

    it('is given back by a lease that has run out, to the millisecond, by whoever comes next', async () => {
      const account = await open()
      await account.run(take('a', { amount: 2, leaseMs: 5_000 }))
      expect((await account.at(4_999).run(take('b'))).type).toBe('refused')
      expect(await account.at(5_000).run(take('b'))).toMatchObject({ level: { used: 1 } })
      expect(await account.run(take('a', { amount: 2, leaseMs: 5_000 }))).toEqual({
        type: 'acquired',
        acquisition: { amount: 2, expiresAtMs: START_MS + 5_000, state: 'expired' },
        level: { used: 1, highWater: 2 },
        repeated: true,
      })
      expect(await account.at(MARK_MS + 5_000).sweep()).toMatchObject({ nextDueMs: null })
    })

    it('has one entry in the ledger for each minute in which it moved', async () => {
      const account = await open()
      await account.run(take('a'))
      await account.run(take('b', { leaseMs: 1_000 }))
      await account.at(30_000).run(give('a'))
      await account.at(59_999).run(take('c', { quota: 'max_agents' }))
      await account.run({ type: 'sweep' })
      expect(await account.kinds()).toEqual(['control'])
      expect(await account.at(60_000).sweep()).toMatchObject({ type: 'swept' })
      const common = { kind: 'quota', atMs: START_MS + 60_000, minuteMs: START_MS }
      expect((await account.ledger()).slice(1)).toEqual([
        { ...common, seq: 2, quota: 'max_agents', acquired: 1, released: 0, expired: 0, used: 1 },
        { ...common, seq: 3, quota: 'max_products', acquired: 2, released: 1, expired: 1, used: 0 },
      ])
      expect((await account.view()).levels).toEqual({
        max_agents: { used: 1, byId: 1, highWater: 1 },
        max_products: { used: 0, byId: 0, highWater: 2 },
      })
    })

    it('asks to be swept when its minute or its lease is over', async () => {
      const account = await open()
      await account.run(take('a', { leaseMs: 90_000 }))
      expect(await account.sweep()).toEqual({ type: 'swept', nextDueMs: START_MS + 60_000 })
      expect(await account.at(60_000).sweep()).toEqual({
        type: 'swept',
        nextDueMs: START_MS + 90_000,
      })
    })

    it('is decided on the current version and by a key that has not expired', async () => {
      const account = await open()
      const keyExpiresAtMs = START_MS
      expect(await account.run(take('a', { keyExpiresAtMs }))).toEqual({ type: 'key_expired' })
      expect(await account.run(give('a', { keyExpiresAtMs }))).toEqual({ type: 'key_expired' })
      const key = { hash: 'hash-1', record: keyRecord('key_0123456789abcdefABCDEF') }
      await account.run(change(VERSION, { keys: [key] }))
      for (const command of [take('a'), give('a')]) {
        const reply = await account.run({ ...command, keyHashes: ['hash-1'] })
        expect(reply).toMatchObject({
          type: 'stale',
          snapshot: { version: 'inc-1.2.nonce-2', key },
        })
      }
      expect(await account.run({ ...take('a'), version: 'inc-2.1.x' })).toEqual({ type: 'gone' })
      expect((await account.view()).levels).toEqual({})
    })

    it('has room for as many of a hundred at once as it has room for', async () => {
      const account = await open()
      const ask = (at: number) => acquire(VERSION, 1, { limit: 7, holder: `h${at % 50}` })
      const replies = await Promise.all(
        Array.from({ length: 100 }, (_, at) => account.run(ask(at))),
      )
      const fresh = replies.filter((reply) => reply.type === 'acquired' && !reply.repeated)
      expect(fresh).toHaveLength(7)
      expect(replies.filter(({ type }) => type === 'refused').length).toBeGreaterThan(80)
    })
  })
}
