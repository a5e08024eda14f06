// Many clients at once against one account, while Redis forgets its scripts: a limit of N admits exactly N.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AdmitCommand } from '../../../src/account/commands.ts'
import { TenantId } from '../../../src/tenant/slug.ts'
import { START_MS, admit, create, perMinute, settle, usdPerDay } from '../commands.ts'
import { RedisHarness, hasRedis } from './redis-harness.ts'

const CLIENTS = 8
const REQUESTS = process.env['TOLLGATE_LONG'] === '1' ? 10_000 : 800
const LIMITS = [1, 7, 100, 600]
const VERSION = 'inc-1.1.nonce-1'
const CHARGE = { inputTokens: 10, outputTokens: 5, nanoUsd: 700 }
const FLUSH_EVERY_MS = 20

describe.skipIf(!hasRedis)(
  `${REQUESTS} concurrent admissions from ${CLIENTS} clients`,
  { timeout: 120_000 },
  () => {
    let redis: RedisHarness
    let flushing: NodeJS.Timeout
    let flushed: Promise<unknown> = Promise.resolve()

    beforeAll(async () => {
      redis = await RedisHarness.open()
      await redis.provision()
      flushing = setInterval(() => {
        flushed = redis.resp.send('SCRIPT', 'FLUSH')
      }, FLUSH_EVERY_MS)
    })
    afterAll(async () => {
      clearInterval(flushing)
      await flushed
      await redis.close()
    })

    /** Each client sends its own, a few at a time. */
    async function flood(slug: string, demands: Partial<AdmitCommand>) {
      const tenant = TenantId.parse(slug)
      const open = () => redis.store({ testClock: () => START_MS, deadlineMs: 20_000 })
      await open().run(tenant, create(tenant))
      const replies = await Promise.all(
        Array.from({ length: CLIENTS }, async (_client, c) => {
          const store = open()
          const types: string[] = []
          for (let n = 0; n < REQUESTS / CLIENTS; n += 10) {
            const batch = Array.from({ length: 10 }, async (_request, at) => {
              const command = admit(VERSION, `hold-${c}-${n + at}`, START_MS, demands)
              const reply = await store.run(tenant, command)
              types.push(reply.type)
              return reply
            })
            await Promise.all(batch)
          }
          return types
        }),
      )
      const view = await open().run(tenant, { type: 'view', rates: [], budgets: [] })
      if (view.type !== 'viewed') throw new Error(view.type)
      const types = replies.flat()
      return {
        admitted: types.filter((type) => type === 'admitted').length,
        refused: types.filter((type) => type === 'refused').length,
        live: view.counters.live,
        counted: view.counters.totals.refused,
      }
    }

    const exactly = (limit: number) => {
      const admitted = Math.min(limit, REQUESTS)
      const refused = REQUESTS - admitted
      return { admitted, refused, live: admitted, counted: refused }
    }

    it.each(LIMITS)('admit exactly %i under a rate of as many a minute', async (limit) => {
      expect(await flood(`rate-${limit}`, { rates: [perMinute(limit)] })).toEqual(exactly(limit))
    })

    it.each([100])('admit exactly %i under a budget for as many', async (limit) => {
      const budgets = [usdPerDay(limit * 500, 500, 0)]
      expect(await flood(`budget-${limit}`, { budgets })).toEqual(exactly(limit))
    })

    it.each([7])('admit exactly %i under as many at a time', async (limit) => {
      expect(await flood(`level-${limit}`, { maxConcurrency: limit })).toEqual(exactly(limit))
    })

    it('charge a request once, however many settle it at the same moment', async () => {
      const tenant = TenantId.parse('settled-once')
      const stores = Array.from({ length: CLIENTS }, () =>
        redis.store({ testClock: () => START_MS, deadlineMs: 20_000 }),
      )
      const [first] = stores
      if (first === undefined) throw new Error('there is no store')
      await first.run(tenant, create(tenant))
      const budgets = [usdPerDay(null, 1, 1)]
      for (let n = 0; n < 20; n += 1) {
        const reply = await first.run(tenant, admit(VERSION, `hold-${n}`, START_MS, { budgets }))
        if (reply.type !== 'admitted') throw new Error(reply.type)
        const replies = await Promise.all(
          stores.map((store) => store.run(tenant, settle(reply.receipt, CHARGE))),
        )
        const firsts = replies.filter((settled) => settled.type === 'settled' && !settled.repeated)
        expect(firsts).toHaveLength(1)
      }
      const view = await first.run(tenant, { type: 'view', rates: [], budgets: [] })
      expect(view).toMatchObject({
        counters: { live: 0, totals: { requests: 20, nanoUsd: 14_000 } },
      })
    })
  },
)
