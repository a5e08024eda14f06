// Looking at an account at any moment of a request's life changes nothing of what follows.
import { describe, expect, it } from 'vitest'
import { START_MS, change, keyRecord, perMinute, usdPerDay } from '../commands.ts'
import {
  type AccountUnderTest,
  DAY,
  DAY_END,
  type OpenAccount,
  VERSION,
  charge,
  tokenRate,
} from './account-under-test.ts'

const KEYS = ['c', 'a', 'b'].map((hash, at) => {
  return { hash, record: keyRecord(`key_${at}123456789abcdefABCDEF`) }
})
const rates = [perMinute(3), tokenRate(1_000)]
const budgets = [usdPerDay(1_000, 10, 1)]

/** One request's life and what surrounds it, step by step, at the time given. */
const LIFE: readonly (readonly [number, (account: AccountUnderTest) => Promise<unknown>])[] = [
  [0, (account) => account.admitted('a', { rates, budgets, estimate: charge(1, 0, 10) })],
  [0, (account) => account.admitted('b', { rates, budgets })],
  [500, (account) => account.refused('c', { rates: [perMinute(2)] })],
  [1_000, (account) => account.extend('a', 2, { rates, budgets, output: 20 })],
  [2_000, (account) => account.renew('a', charge(5, 6, 70))],
  [3_000, (account) => account.abandon('b')],
  [62_000, (account) => account.sweep()],
  [
    63_000,
    async (account) =>
      account.settle(await account.receipt('d', { rates, budgets }), charge(1, 1, 9)),
  ],
  [64_000, (account) => account.run(change(VERSION))],
]

export function viewContract(open: OpenAccount): void {
  describe('a view', () => {
    it('twice in a row shows the same, at every step of a request’s life', async () => {
      const account = await open({ keys: KEYS })
      for (const [ms, take] of LIFE) {
        await take(account.at(ms))
        const first = await account.view(rates, budgets)
        expect(first).toMatchObject({ nowMs: START_MS + ms, counters: { clockMs: START_MS + ms } })
        expect(await account.view(rates, budgets)).toEqual(first)
      }
    })

    it('in between, even of a later time, changes nothing of what is to come', async () => {
      const account = await open({ keys: KEYS })
      for (const [ms, take] of LIFE) {
        await account.at(ms + 1).view(rates, budgets)
        await take(account.at(ms))
      }
      expect(await account.kinds()).toEqual([
        'control',
        'abandoned',
        'expired',
        'refused',
        'settled',
        'control',
      ])
      expect(await account.view(rates, budgets)).toMatchObject({
        meters: [
          { used: 1, resetsAtMs: START_MS + 124_000 },
          { used: 2, resetsAtMs: START_MS + 124_000 },
          { used: 79, held: 0, resetsAtMs: DAY_END },
        ],
        counters: {
          live: 0,
          liveHighWater: 2,
          seq: 6,
          totals: { requests: 2, refused: 1, inputTokens: 6, outputTokens: 7, nanoUsd: 79 },
        },
      })
    })

    it('shows holds that ran out as held until something sweeps them', async () => {
      const account = await open()
      await account.admitted('a', { budgets, output: { wanted: 5, least: 5 } })
      const { counters, meters } = await account.at(600_000).view([], budgets)
      expect(counters).toMatchObject({ live: 1, clockMs: START_MS })
      expect(meters).toMatchObject([{ used: 0, held: 15 }])
    })

    it('shows days in order, and keys by their hashes, with or without use', async () => {
      const account = await open({ keys: KEYS })
      await account.at(24 * 3_600_000).refuse('scope')
      const { context, ...receipt } = await account.receipt('a')
      const withKey = { ...context, keyId: KEYS[2]?.record.id ?? '' }
      const yesterday = { day: DAY, month: receipt.periods.month }
      const lost = { ...receipt, holdId: 'lost', periods: yesterday, context: withKey }
      await account.settle(lost, charge(1, 2, 3))
      const days = await account.days()
      const { keys } = await account.view()
      expect(days).toMatchObject([
        { start: DAY, requests: 1, refused: 0 },
        { start: DAY_END, requests: 0, refused: 1 },
      ])
      expect(keys.map(({ hash, lastUsedAtMs }) => [hash, lastUsedAtMs])).toEqual([
        ['a', null],
        ['b', START_MS + 24 * 3_600_000],
        ['c', null],
      ])
    })

    it('shows nine thousand keys, and one whose name has half a character', async () => {
      const account = await open()
      let version = VERSION
      for (let batch = 0; batch < 9; batch += 1) {
        const keys = Array.from({ length: 1_000 }, (_, at) => {
          const number = String(batch * 1_000 + at).padStart(22, '0')
          const record = { ...keyRecord(`key_${number}`), name: '"id":"key_x" \ud83d' }
          return { hash: number, record }
        })
        const reply = await account.run(change(version, { keys, nonce: `batch-${batch}` }))
        version = reply.type === 'changed' ? reply.version : ''
      }
      const { context, ...receipt } = await account.receipt('a', { version })
      const used = { ...receipt, context: { ...context, keyId: `key_${'8999'.padStart(22, '0')}` } }
      await account.settle({ ...used, holdId: 'lost' }, charge(1, 2, 3))
      const { keys } = await account.view()
      expect(keys).toHaveLength(9_000)
      expect(keys.filter(({ lastUsedAtMs }) => lastUsedAtMs !== null)).toMatchObject([
        { hash: '8999'.padStart(22, '0'), lastUsedAtMs: START_MS },
      ])
    })

    it('shows a budget without a limit, and one that nobody has asked for', async () => {
      const account = await open()
      await account.admitted('a', { budgets: [usdPerDay(null, 7, 0)] })
      const other = { ...usdPerDay(null, 0, 0), id: 'other' }
      const { meters } = await account.view([], [usdPerDay(null, 0, 0), other])
      const meter = { kind: 'budget', limit: null, used: 0, resetsAtMs: DAY_END }
      expect(meters).toEqual([
        { ...meter, id: 'usd_per_day', held: 7 },
        { ...meter, id: 'other', held: 0 },
      ])
    })
  })
}
