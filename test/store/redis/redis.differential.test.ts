// The redis store and the model in memory live through the same random histories, Redis losing its
// scripts now and then: same replies, same ledger, same records to the last one.
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Store } from '../../../src/store/store.ts'
import { TenantId } from '../../../src/tenant/slug.ts'
import { START_MS } from '../commands.ts'
import { type HistoryStep, histories } from '../history.ts'
import { type Played, play } from '../history-player.ts'
import { RedisHarness, hasRedis } from './redis-harness.ts'
import { expectSameRecords } from './same-records.ts'

const RUNS = process.env['TOLLGATE_LONG'] ? 300 : 20

const three = fc.tuple(histories, histories, histories).map((parts) => parts.flat())

/** Few accounts outlive such a history by much; these are never erased... */
const longLives = three.map((steps) =>
  steps.filter(({ do: what }) => what !== 'erase' && what !== 'create'),
)
/** ...and in these time passes in small steps, keys work, there is room for most, and holds are few. */
const busyLives = longLives.map((steps) =>
  steps.map((step): HistoryStep => {
    if (step.do === 'pass') return step.ms > 61_000 ? { ...step, ms: 400 } : step
    if (!('nth' in step)) return step
    const nth = step.nth % 2
    if (step.do === 'abandon') return { do: 'renew', nth, checkpoint: null }
    if (step.do !== 'admit' && step.do !== 'extend') return { ...step, nth }
    const rates = step.rates.map((rate) => ({ ...rate, limit: rate.limit * 9 }))
    if (step.do === 'extend') return { ...step, nth, rates }
    const maxConcurrency = step.maxConcurrency === null ? null : step.maxConcurrency + 3
    const usual = { onOldVersion: false, mintedMsAgo: 0 as const, keyExpiresInMs: null }
    return { ...step, ...usual, nth, rates, maxConcurrency }
  }),
)

/**
 * A clock is set back only after a writing command, which has carried the account's own time on. After
 * one that only looked, the model has forgotten windows that were empty at that time, as a Redis whose
 * clock is set back has too, but not one that is told the time.
 */
function withKeptClock(history: readonly HistoryStep[]): readonly HistoryStep[] {
  return history.flatMap((step): readonly HistoryStep[] =>
    step.do === 'pass' && step.ms < 0 ? [{ do: 'sweep' }, step] : [step],
  )
}

const places = [
  { where: 'one Redis', open: () => RedisHarness.open(), runs: RUNS },
  { where: 'a cluster', open: () => RedisHarness.openCluster(), runs: Math.ceil(RUNS / 2) },
]

describe.skipIf(!hasRedis).each(places)('the redis store against the model, on $where', (place) => {
  let redis: RedisHarness
  let store: Store
  const clock = { nowMs: START_MS }
  let tenants = 0

  beforeAll(async () => {
    redis = await place.open()
    await redis.provision()
    store = redis.store({ testClock: () => clock.nowMs })
  })
  afterAll(() => redis.close())

  it.for([
    { of: 'any history', lives: histories, often: ['admitted', 'refused', 'stale', 'erased'] },
    { of: 'a long life', lives: longLives, often: ['hold_spent', 'unresolved', 'key_expired'] },
    { of: 'a busy life', lives: busyLives, often: ['settled', 'extended', 'renewed', 'swept'] },
  ])(
    'gives the same replies and keeps the same state over $of',
    { timeout: 900_000 },
    async ({ lives, often }) => {
      const seen = new Map<string, number>()
      const playOne = async (history: readonly HistoryStep[]) => {
        tenants += 1
        const tenant = TenantId.parse(`differential-${tenants}`)
        const played = play(tenant, withKeptClock(history))
        for (const type of await replay(tenant, played)) seen.set(type, (seen.get(type) ?? 0) + 1)
        expect(await store.ledger(tenant, 0, 10_000)).toEqual(played.model.ledger)
        await expectSameRecords(redis, tenant, played.model)
      }
      await fc.assert(fc.asyncProperty(lives, playOne), { numRuns: place.runs, seed: 20_401_706 })
      // A history in which nothing much happens would prove nothing.
      for (const type of often) {
        expect([type, (seen.get(type) ?? 0) > 0]).toEqual([type, true])
      }
      expect(redis.errors).toEqual([])
      const commands = [...seen.values()].reduce((sum, count) => sum + count)
      console.info(`${commands} commands compared`, JSON.stringify(Object.fromEntries(seen)))
    },
  )

  /** Sends what was played on the model; the types of the replies, each the same as the model's. */
  async function replay(tenant: TenantId, { steps, replies }: Played): Promise<readonly string[]> {
    const types: string[] = []
    for (const step of steps) {
      if (step === 'evict') {
        await redis.resp.send('SCRIPT', 'FLUSH')
        continue
      }
      clock.nowMs = step.nowMs
      const asked = `${types.length} ${step.command.type}`
      const reply = await store.run(tenant, step.command).catch((error: unknown) => {
        throw new Error(`${asked}: ${redis.errors.join(', ')}`, { cause: error })
      })
      expect([asked, reply]).toEqual([asked, replies[types.length]])
      types.push(reply.type)
    }
    return types
  }
})
