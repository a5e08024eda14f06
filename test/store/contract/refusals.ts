// Refusals are coalesced: one entry a reason a minute, to the millisecond of its edge.
import { describe, expect, it } from 'vitest'
import { DAY_END, DAY, type OpenAccount, VERSION } from './account-under-test.ts'
import { START_MS, acquire, change, perMinute, usdPerDay } from '../commands.ts'

const refused = (seq: number, ms: number, minute: number, reason: string, count: number) => ({
  seq,
  atMs: START_MS + ms,
  kind: 'refused',
  reason,
  limit: null,
  minuteMs: START_MS + minute,
  count,
})

const stockAsk = {
  demands: [{ place: 'q/docs', expects: 'any', collections: 0, vectors: 1, bytes: 1, note: null }],
  limits: { max_collections: null, max_vectors: 0, max_storage: null },
} as const

export function refusalContract(open: OpenAccount): void {
  describe('the refusals of a minute', () => {
    it('are counted together to its last millisecond, and written out in the first of the next', async () => {
      const account = await open()
      for (const ms of [0, 30_000, 59_999]) await account.at(ms).refuse('scope')
      await account.sweep()
      expect(await account.kinds()).toEqual(['control'])
      await account.at(60_000).refuse('scope')
      expect((await account.ledger()).slice(1)).toEqual([refused(2, 60_000, 0, 'scope', 3)])
      await account.at(119_999).sweep()
      expect(await account.kinds()).toHaveLength(2)
      await account.at(120_000).sweep()
      expect(await account.lastEntry()).toEqual(refused(3, 120_000, 60_000, 'scope', 1))
    })

    it('are written out by the first admission and the first settlement of the next', async () => {
      const account = await open()
      const { receipt } = await account.admitted('a')
      await account.refuse('scope')
      await account.at(59_999).admitted('b')
      expect(await account.kinds()).toEqual(['control'])
      // Renewed, so that it is not its lease that ends then.
      await account.renew('a')
      await account.renew('b')
      await account.at(60_000).admitted('c')
      expect((await account.ledger()).slice(1)).toEqual([refused(2, 60_000, 0, 'scope', 1)])
      await account.refuse('scope')
      await account.renew('c')
      await account.at(119_000).renew('a')
      await account.renew('b')
      await account.renew('c')
      await account.at(120_000).settle(receipt, { inputTokens: 1, outputTokens: 1, nanoUsd: 1 })
      expect((await account.kinds()).slice(2)).toEqual(['refused', 'settled'])
    })

    it('are written out once, in the order of their reasons', async () => {
      const account = await open()
      for (const reason of ['scope', 'model', 'scope', 'Zone', 'ip', '__proto__', 'scopes']) {
        await account.at(1).refuse(reason)
      }
      await account.at(200_000).sweep()
      await account.sweep()
      expect((await account.ledger()).slice(1)).toEqual([
        refused(2, 200_000, 0, 'Zone', 1),
        refused(3, 200_000, 0, '__proto__', 1),
        refused(4, 200_000, 0, 'ip', 1),
        refused(5, 200_000, 0, 'model', 1),
        refused(6, 200_000, 0, 'scope', 2),
        refused(7, 200_000, 0, 'scopes', 1),
      ])
    })

    it('name the limit that refused, but not the user or key whose it is', async () => {
      const account = await open()
      const rates = ['ada', 'bob'].map((user) => {
        return { ...perMinute(0), id: `user_requests_per_minute|u:${user}` }
      })
      for (const rate of rates) await account.refused('a', { rates: [perMinute(1), rate] })
      await account.refused('a', { rates: [perMinute(0)] })
      await account.refused('a', { maxConcurrency: 0 })
      await account.refused('a', { budgets: [usdPerDay(9, 10, 0)] })
      await account.admitted('b', { budgets: [usdPerDay(9, 5, 0)] })
      await account.refused('c', { budgets: [usdPerDay(9, 5, 0)] })
      await account.run(acquire(VERSION, 1, { limit: 0 }))
      await account.refused('d', { stock: stockAsk })
      await account.refuse('scope')
      await account.refuse('quota', 'max_collections')
      await account.refuse('rate', 'user_requests_per_minute|u:eve')
      await account.at(60_000).sweep()
      const told = (await account.ledger()).filter(({ kind }) => kind === 'refused')
      expect(told).toMatchObject([
        { reason: 'budget', limit: 'usd_per_day', count: 1 },
        { reason: 'concurrency', limit: 'max_concurrency', count: 1 },
        { reason: 'in_flight', limit: 'usd_per_day', count: 1 },
        { reason: 'quota', limit: 'max_collections', count: 1 },
        { reason: 'quota', limit: 'max_products', count: 1 },
        { reason: 'quota', limit: 'max_vectors', count: 1 },
        { reason: 'rate', limit: 'requests_per_minute', count: 1 },
        { reason: 'rate', limit: 'user_requests_per_minute', count: 3 },
        { reason: 'scope', limit: null, count: 1 },
      ])
    })

    it('are in the totals and in the running day at once', async () => {
      const account = await open()
      const midnight = 12 * 3_600_000
      await account.at(midnight - 1).refuse('scope')
      await account.at(midnight).refuse('scope')
      await account.refuse('scope')
      const [counters, days] = [await account.counters(), await account.days()]
      expect(counters.totals).toMatchObject({ refused: 3, requests: 0 })
      expect(days).toMatchObject([
        { start: DAY, refused: 1, requests: 0 },
        { start: DAY_END, refused: 2, requests: 0 },
      ])
    })

    it('count again what is said again: a refusal has no id', async () => {
      const account = await open()
      const command = {
        type: 'refuse',
        version: VERSION,
        keyHashes: ['h'],
        reason: 'scope',
      } as const
      for (let n = 0; n < 3; n += 1) {
        expect(await account.run(command)).toEqual({ type: 'confirmed' })
      }
      expect((await account.counters()).totals.refused).toBe(3)
    })

    it('leave out those decided on another version, and those by a mark', async () => {
      const account = await open()
      await account.run(change(VERSION))
      expect((await account.refuse('scope')).type).toBe('stale')
      await account.abandon('a')
      await account.ask('a', { version: 'inc-1.2.nonce-2' })
      await account.at(60_000).sweep()
      expect((await account.counters()).totals.refused).toBe(0)
      expect(await account.kinds()).toEqual(['control', 'control'])
    })

    it('stay with the minute of the account’s own clock when the store’s is set back', async () => {
      const account = await open()
      await account.at(60_000).refuse('scope')
      await account.at(59_999).refuse('scope')
      expect(await account.kinds()).toEqual(['control'])
      await account.at(120_000).sweep()
      expect(await account.lastEntry()).toEqual(refused(2, 120_000, 60_000, 'scope', 2))
    })
  })
}
