// Usage by day, model, user and key out of the aggregates; and budgets that are begun anew.
import { describe, expect, it } from 'vitest'
import { MAX_NAMES_PER_DAY } from '../../../src/account/constants.ts'
import { bucketOf } from '../../../src/account/figures/histogram.ts'
import type { UsageCommand, UsageReply } from '../../../src/account/report-commands.ts'
import { type LineName, readLineId } from '../../../src/account/figures/usage-lines.ts'
import type { RequestContext } from '../../../src/ledger/entry.ts'
import { START_MS, admit, reset, settle, usdPerDay } from '../commands.ts'
import {
  type AccountUnderTest,
  charge,
  DAY,
  DAY_END,
  LEASE_MS,
  type OpenAccount,
  VERSION,
} from './account-under-test.ts'

const contextOf = (holdId: string, changes: Partial<RequestContext>) => ({
  ...admit(VERSION, holdId, START_MS).context,
  ...changes,
})

async function spend(
  account: AccountUnderTest,
  holdId: string,
  who: Partial<RequestContext>,
  latencyMs = 100,
): Promise<void> {
  const receipt = await account.receipt(holdId, { context: contextOf(holdId, who) })
  await account.run(settle(receipt, charge(10, 5, 700), { cacheReadTokens: 4, latencyMs }))
}

type Page = Extract<UsageReply, { type: 'usage' }>

async function usage(
  account: AccountUnderTest,
  by: UsageCommand['by'],
  after: string | null = null,
) {
  const range = { fromMs: DAY, toMs: DAY_END + 9 * 86_400_000 }
  const reply = await account.run({ type: 'usage', by, ...range, after })
  if (reply.type !== 'usage') throw new Error(reply.type)
  return reply
}

const shown = ({ lines }: Page): (readonly [LineName, number])[] =>
  lines.map(({ id, figures }) => [readLineId(id).name, figures.requests])
const named = (name: string): LineName => ({ kind: 'named', name })

export function usageContract(open: OpenAccount): void {
  describe('usage', () => {
    it('of a day has every figure of its requests, and lines by name that come to the same', async () => {
      const account = await open()
      await spend(account, 'a', { user: 'ann' })
      await spend(account, 'b', { user: 'b|o%b é😀', keyId: 'key_1', model: null }, 41)
      await spend(account, 'c', { user: 'ann' })
      await account.refuse('scope')
      const figures = {
        inputTokens: 30,
        outputTokens: 15,
        cachedTokens: 12,
        nanoUsd: 2_100,
        bytesIn: 300,
        bytesOut: 600,
      }
      expect(await usage(account, 'day')).toEqual({
        type: 'usage',
        days: [
          {
            start: DAY,
            requests: 3,
            refused: 1,
            names: { model: 1, user: 2, key: 1 },
            ...figures,
            latency: { [bucketOf(41)]: 1, [bucketOf(100)]: 2 },
          },
        ],
        lines: [],
        next: null,
      })
      expect(shown(await usage(account, 'user'))).toEqual([
        [named('ann'), 2],
        [named('b|o%b é😀'), 1],
      ])
      expect(shown(await usage(account, 'model'))).toEqual([
        [{ kind: 'none' }, 1],
        [named('gpt-4o-mini'), 2],
      ])
      expect(shown(await usage(account, 'key'))).toEqual([
        [{ kind: 'none' }, 2],
        [named('key_1'), 1],
      ])
    })

    it('counts a request that ran out once, and its latency when its end is known after all', async () => {
      const account = await open()
      const receipt = await account.receipt('a', {
        context: contextOf('a', { user: 'ann' }),
        estimate: charge(8, 0, 500),
      })
      await account.at(LEASE_MS).sweep()
      expect((await usage(account, 'user')).lines[0]?.figures).toMatchObject({
        requests: 1,
        nanoUsd: 500,
        bytesIn: 0,
        latency: {},
      })
      await account.run(settle(receipt, charge(3, 5, 200), { latencyMs: 12, bytesIn: 7 }))
      expect((await usage(account, 'user')).lines[0]?.figures).toMatchObject({
        requests: 1,
        inputTokens: 3,
        outputTokens: 5,
        nanoUsd: 200,
        bytesIn: 7,
        latency: { 12: 1 },
      })
    })

    it('leaves out what was given up, and belongs to the day of the admission', async () => {
      const account = await open()
      account.at(DAY_END - START_MS - 1)
      const receipt = await account.receipt('a')
      await account.admitted('b')
      await account.abandon('b')
      await account.at(DAY_END - START_MS).settle(receipt, charge(1, 1, 1))
      const { days } = await usage(account, 'day')
      expect(days.map(({ start, requests }) => [start, requests])).toEqual([[DAY, 1]])
    })

    it('keeps a thousand names a day, and puts the rest into one line', async () => {
      const account = await open()
      for (let at = 0; at < MAX_NAMES_PER_DAY + 2; at++) {
        await spend(account, `h${at}`, { user: `u${at}` })
      }
      await spend(account, 'again', { user: 'u0' })
      const page = await usage(account, 'user')
      expect(page.lines).toHaveLength(MAX_NAMES_PER_DAY + 1)
      expect(new Map(shown(page).map(([{ kind }, count]) => [kind, count])).get('other')).toBe(2)
      expect(page.lines.reduce((sum, { figures }) => sum + figures.requests, 0)).toBe(1_003)
      expect((await usage(account, 'day')).days[0]?.names.user).toBe(MAX_NAMES_PER_DAY)
    }, 60_000)
  })

  describe('a budget that is begun anew', () => {
    const budgets = [usdPerDay(1_000, 100, 0)]

    it('has nothing committed, holds as before, and stands in the ledger once', async () => {
      const account = await open()
      const receipt = await account.receipt('a', { budgets })
      await account.receipt('b', { budgets })
      await account.settle(receipt, charge(1, 1, 900))
      for (const _ of [1, 2]) {
        expect(await account.run(reset('usd_per_day', { reason: 'a gift' }))).toEqual({
          type: 'reset',
          start: DAY,
          before: 900,
        })
      }
      expect(await account.cells('usd_per_day')).toEqual([{ start: DAY, committed: 0, held: 100 }])
      expect(await account.kinds()).toEqual(['control', 'settled', 'reset'])
      expect(await account.lastEntry()).toEqual({
        seq: 3,
        atMs: START_MS,
        kind: 'reset',
        actor: 'admin',
        budget: 'usd_per_day',
        start: DAY,
        before: 900,
        after: 0,
        reason: 'a gift',
      })
      expect((await usage(account, 'day')).days[0]).toMatchObject({ nanoUsd: 900 })
    })

    it('asks for the running period where the account knows none, and takes it', async () => {
      const account = await open()
      const later = 90 * 86_400_000
      const nowMs = START_MS + later
      expect(await account.at(later).run(reset('usd_per_day'))).toEqual({
        type: 'periods_stale',
        nowMs,
      })
      const period = [{ start: nowMs - 5, end: nowMs + 5 }]
      const periods = { day: period, month: period }
      expect(await account.run(reset('usd_per_day', { periods }))).toMatchObject({
        type: 'reset',
        before: 0,
      })
    })

    it('of another incarnation is not begun', async () => {
      const account = await open()
      expect(await account.run(reset('usd_per_day', { incarnation: 'inc-2' }))).toEqual({
        type: 'gone',
      })
      expect(await account.kinds()).toEqual(['control'])
    })
  })
}
