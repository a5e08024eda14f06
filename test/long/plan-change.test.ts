import fc from 'fast-check'
import { expect, it } from 'vitest'
import { changeManyKilled } from '../admin/plans/many-tenants.ts'

const TENANTS = 10_000

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
