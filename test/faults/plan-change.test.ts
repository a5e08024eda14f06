import { expect, it } from 'vitest'
import { changePlanKilled } from '../support/plan-change.ts'
import { useGateway } from '../support/stage-set.ts'
import { seeded } from '../support/upstream-bytes.ts'

const TENANTS = 80
/** A busy machine takes its time to start what was killed. */
const PATIENCE_MS = 90_000
const set = useGateway()

it(
  'a plan reaches every account once though kill -9 comes again and again, and no request sees half of it',
  async () => {
    const change = { tenants: TENANTS, kills: 3, random: seeded(20_261_121) }
    const { job, carried, timesChanged, versions, seen } = await changePlanKilled(
      set.gateway,
      change,
    )
    expect(job).toMatchObject({ status: 'done', total: TENANTS, done: TENANTS, failed: [] })
    expect(carried).toBe(TENANTS)
    expect([timesChanged, versions]).toEqual([new Set([1]), new Set([2])])
    expect([seen.mixed, seen.backwards]).toEqual([[], []])
    expect(Math.min(seen.old, seen.new)).toBeGreaterThan(0)
  },
  PATIENCE_MS,
)
