import { expect, it } from 'vitest'
import { raceForBudget } from '../support/budget-race.ts'
import { useGateway } from '../support/stage-set.ts'

const set = useGateway({ instances: 8 })

it.each([1, 2, 3, 4, 5])('1,000 requests at once never pass a budget, seed %i', async (seed) => {
  const race = { requests: 1_000, width: 1_000, lowBudget: 'clamp', seed } as const
  const { statuses, budget, billed, charged, highest } = await raceForBudget(set, race)
  expect(statuses).toEqual(new Set([200, 429]))
  expect(billed).toBeLessThanOrEqual(budget)
  expect(highest).toBeLessThanOrEqual(budget)
  expect(charged).toBe(billed)
})
