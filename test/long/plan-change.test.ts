import fc from 'fast-check'
import { expect, inject, it } from 'vitest'
import { changeManyKilled } from '../admin/plans/many-tenants.ts'
import { changePlanKilled } from '../support/plan-change.ts'
import { useGateway } from '../support/stage-set.ts'
import { seeded } from '../support/upstream-bytes.ts'

const TENANTS = 10_000
const KILLS = 12

const set = useGateway()

it('a change of a plan reaches 10,000 tenants once each, however often its driver is killed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 4_000 }), { minLength: 5, maxLength: 12 }),
      async (lives) => {
        const { job, changes, versions } = await changeManyKilled(TENANTS, lives)
        expect(job).toMatchObject({ status: 'done', total: TENANTS, done: TENANTS, failed: [] })
        expect(versions.every((version) => version === 2)).toBe(true)
        expect(changes.every((count) => count === 1)).toBe(true)
      },
    ),
    { numRuns: 3, seed: 9 },
  )
})

it('so it does in a gateway that is killed 12 times, while requests see the old plan whole or the new', async () => {
  const change = { tenants: TENANTS, kills: KILLS, random: seeded(20_261_121) }
  const result = await changePlanKilled(set.gateway, change)
  const { job, carried, timesChanged, versions, seen, seconds } = result
  console.info(inject('store'), {
    tenants: TENANTS,
    kills: KILLS,
    counted: job.changed,
    seen,
    seconds,
  })
  expect(job).toMatchObject({ status: 'done', total: TENANTS, done: TENANTS, failed: [] })
  expect(carried).toBe(TENANTS)
  expect([timesChanged, versions]).toEqual([new Set([1]), new Set([2])])
  expect([seen.mixed, seen.backwards]).toEqual([[], []])
  expect(Math.min(seen.old, seen.new)).toBeGreaterThan(0)
})
