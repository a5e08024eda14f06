import { expect, it } from 'vitest'
import { leaveAtRandom } from '../support/disconnects.ts'
import { useGateway } from '../support/stage-set.ts'

const set = useGateway({ instances: 4 })

it('2,000 clients leave at a random byte: each is charged, none holds anything', async () => {
  const outcome = await leaveAtRandom(set, { runs: 2_000, width: 16, seed: 25 })
  expect(outcome.faults).toEqual([])
  expect(outcome.settled).toBe(2_000)
})
