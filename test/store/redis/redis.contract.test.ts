import { describe, expect } from 'vitest'
import { START_MS } from '../commands.ts'
import { storeContract } from '../contract.ts'
import { RedisHarness, hasRedis } from './redis-harness.ts'

describe.skipIf(!hasRedis)('the redis store', () => {
  storeContract(async () => {
    const redis = await RedisHarness.open()
    await redis.provision()
    const clock = { nowMs: START_MS }
    const store = redis.store({ testClock: () => clock.nowMs })
    const close = async () => {
      await redis.close()
      expect(redis.errors).toEqual([])
    }
    return { store, clock, close }
  })
})
