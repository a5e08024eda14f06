import { describe, expect } from 'vitest'
import { START_MS } from '../commands.ts'
import { type StoreUnderTest, storeContract } from '../contract.ts'
import { directoryContract } from '../directory-contract.ts'
import { RedisHarness, hasRedis } from './redis-harness.ts'

async function over(redis: RedisHarness): Promise<StoreUnderTest> {
  await redis.provision()
  const clock = { nowMs: START_MS }
  const store = redis.store({ testClock: () => clock.nowMs })
  const close = async () => {
    await redis.close()
    expect(redis.errors).toEqual([])
  }
  return { store, clock, close }
}

const openNode = async () => over(await RedisHarness.open())

// A cluster refuses a script whose keys are of two slots, or that touches a third. Forming one takes
// seconds, so the cases share it; each has tenants of its own.
const openCluster = async () => over(await RedisHarness.openCluster())

describe.skipIf(!hasRedis)('the redis store', () => {
  storeContract(openNode)
})

describe.skipIf(!hasRedis)('the redis store in a cluster', () => {
  storeContract(openCluster)
})

describe.skipIf(!hasRedis)('the directory in redis', () => {
  directoryContract(openNode)
})

describe.skipIf(!hasRedis)('the directory in a cluster', () => {
  directoryContract(openCluster)
})
