// Where a history does not come by chance: tables of periods that are continued, and figures so large
// that a window's counts need more room. The model and Redis take the same steps.
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AccountCommand, RateDemand } from '../../../src/account/commands.ts'
import { MemoryAccount } from '../../../src/account/memory.ts'
import type { PeriodTable } from '../../../src/account/records.ts'
import { TenantId } from '../../../src/tenant/slug.ts'
import type { Store } from '../../../src/store/store.ts'
import { START_MS, admit, change, create, settle, usdPerDay } from '../commands.ts'
import { inspect } from './inspect.ts'
import { RedisHarness, hasRedis } from './redis-harness.ts'

const RUNS = process.env['TOLLGATE_LONG'] === '1' ? 500 : 30
const HOUR_MS = 3_600_000

interface Step {
  readonly passMs: number
  command(version: string, nowMs: number, n: number): AccountCommand
}

describe.skipIf(!hasRedis)('the redis store against the model', () => {
  let redis: RedisHarness
  let store: Store
  let tenants = 0
  const clock = { nowMs: START_MS }

  beforeAll(async () => {
    redis = await RedisHarness.open()
    await redis.provision()
    store = redis.store({ testClock: () => clock.nowMs })
  })
  afterAll(() => redis.close())

  /** Every admission that was granted is settled by half as much at the next step. */
  async function follow(begin: PeriodTable, steps: readonly Step[]): Promise<void> {
    tenants += 1
    const tenant = TenantId.parse(`figures-${tenants}`)
    const model = new MemoryAccount()
    clock.nowMs = START_MS
    const both = async (command: AccountCommand) => {
      const reply = model.run(command, clock.nowMs)
      expect([command.type, await store.run(tenant, command)]).toEqual([command.type, reply])
      return reply
    }
    await both(create(tenant, { periods: begin }))
    for (const [n, step] of steps.entries()) {
      clock.nowMs += step.passMs
      const version = model.get('config', '')?.version ?? ''
      const reply = await both(step.command(version, clock.nowMs, n))
      if (reply.type !== 'admitted') continue
      clock.nowMs += step.passMs
      const half = Math.floor(reply.granted / 2)
      await both(settle(reply.receipt, { inputTokens: half, outputTokens: 0, nanoUsd: half }))
    }
    const { records } = await inspect(redis, tenant)
    expect(records.config.get('')).toEqual(model.get('config', ''))
    expect(records.counters.get('')).toEqual(model.get('counters', ''))
    // An expired window and none mean the same; each forgets one when it comes upon it.
    const rings = ['w'].map((id) => ({ ours: records.ring.get(id), model: model.get('ring', id) }))
    for (const { ours, model: theirs } of rings.filter(({ model: kept }) => (kept?.sum ?? 0) > 0)) {
      expect(ours).toEqual(theirs)
    }
  }

  const cuts = (stepMs: number) =>
    fc
      .record({
        from: fc.integer({ min: -40, max: 40 }),
        gaps: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 }),
      })
      .map(({ from, gaps }) => {
        let start = START_MS + from * stepMs
        return gaps.map((gap) => {
          const period = { start, end: start + gap * stepMs }
          start = period.end
          return period
        })
      })
  const table: fc.Arbitrary<PeriodTable> = fc.record({
    day: cuts(HOUR_MS),
    month: cuts(9 * HOUR_MS),
  })

  const periodStep: fc.Arbitrary<Step> = fc
    .record({
      passMs: fc.integer({ min: 0, max: 20 * HOUR_MS }),
      periods: fc.option(table),
      changes: fc.boolean(),
    })
    .map(({ passMs, periods, changes }) => ({
      passMs,
      command(version, nowMs, n) {
        const supplied = periods === null ? {} : { periods }
        if (changes) return change(version, { nonce: `n-${n}`, ...supplied })
        const budgets = [usdPerDay(1_000, 10, 1)]
        return admit(version, `hold-${n}`, nowMs, { budgets, ...supplied })
      },
    }))

  it(
    'continues any table of periods by any other in the same way',
    { timeout: 300_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(table, fc.array(periodStep, { minLength: 1, maxLength: 12 }), follow),
        { numRuns: RUNS, seed: 20_401_706 },
      )
    },
  )

  const window = { id: 'w', windowMs: 60_000, measure: 'tokens', unit: 0, limit: 2 ** 52 } as const
  const largeStep: fc.Arbitrary<Step> = fc
    .record({
      passMs: fc.constantFrom(0, 900, 1_000, 7_000, 31_000, 59_000),
      base: fc
        .tuple(fc.nat(9), fc.constantFrom(2 ** 7, 2 ** 8, 2 ** 16, 2 ** 32, 2 ** 47))
        .map(([times, figure]) => times * figure),
    })
    .map(({ passMs, base }) => ({
      passMs,
      command(version, nowMs, n) {
        const rates: readonly RateDemand[] = [{ ...window, base }]
        const output = { wanted: base, least: 0 }
        return admit(version, `hold-${n}`, nowMs, { rates, output })
      },
    }))

  it('keeps windows of any weight exactly', { timeout: 300_000 }, async () => {
    const day = [{ start: START_MS - HOUR_MS, end: START_MS + 100 * HOUR_MS }]
    const play = (steps: readonly Step[]) => follow({ day, month: day }, steps)
    await fc.assert(fc.asyncProperty(fc.array(largeStep, { minLength: 1, maxLength: 40 }), play), {
      numRuns: RUNS,
      seed: 20_401_706,
    })
  })
})
