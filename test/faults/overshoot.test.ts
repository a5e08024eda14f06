import { describe, expect, it } from 'vitest'
import { raceForBudget } from '../support/budget-race.ts'
import { useGateway } from '../support/stage-set.ts'

const set = useGateway({ instances: 8 })

describe.each(['clamp', 'refuse'] as const)('a budget where a low rest means: %s', (lowBudget) => {
  it.each([1, 2, 3, 4, 5])('is never passed by 100 requests at once, seed %i', async (seed) => {
    const race = { requests: 100, width: 100, lowBudget, seed }
    const { statuses, budget, billed, charged, highest } = await raceForBudget(set, race)
    expect(statuses).toEqual(new Set([200, 429]))
    expect(billed).toBeLessThanOrEqual(budget)
    expect(highest).toBeLessThanOrEqual(budget)
    expect(charged).toBe(billed)
  })
})
