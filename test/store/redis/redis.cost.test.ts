// What one admission and one settlement cost Redis: how many commands of its own, and how long.
// Times are of the machine and are only told; numbers of commands are promised.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Receipt } from '../../../src/account/commands.ts'
import { accountKeys } from '../../../src/store/redis/keys.ts'
import type { Store } from '../../../src/store/store.ts'
import { TenantId } from '../../../src/tenant/slug.ts'
import { START_MS, admit, create, perMinute, settle, usdPerDay } from '../commands.ts'
import { RedisHarness, hasRedis } from './redis-harness.ts'

const REQUESTS = process.env['TOLLGATE_LONG'] === '1' ? 20_000 : 500
const VERSION = 'inc-1.1.nonce-1'
const TENANT = TenantId.parse('cost')
const KEY_ID = 'key_0123456789abcdefABCDEF'

/** Two rates, two budgets, one hold; all of them counted already. */
function command(n: number) {
  const tokens = { measure: 'tokens', base: 100, unit: 1 } as const
  const base = admit(VERSION, `hold_${String(n).padStart(32, '0')}`, START_MS, {
    rates: [perMinute(1e9), { ...perMinute(1e12), id: 'tokens_per_minute', ...tokens }],
    budgets: [
      usdPerDay(1e12, 100, 3),
      { id: 'tokens_per_month', period: 'month', limit: 1e12, ...tokens },
    ],
    maxConcurrency: 1_000_000,
  })
  return { ...base, context: { ...base.context, keyId: KEY_ID } }
}

describe.skipIf(!hasRedis)('what Redis does', { timeout: 120_000 }, () => {
  let redis: RedisHarness
  let store: Store

  beforeAll(async () => {
    redis = await RedisHarness.open()
    await redis.provision()
    store = redis.store({ testClock: () => START_MS })
    await store.run(TENANT, create(TENANT))
  })
  afterAll(() => redis.close())

  /** Calls of each of Redis' commands while `work` runs, by name, and microseconds a script. */
  async function measure(work: () => Promise<void>) {
    await redis.resp.send('CONFIG', 'RESETSTAT')
    await work()
    const calls = new Map<string, number>()
    let scriptUs = NaN
    const stats = String(await redis.resp.send('INFO', 'commandstats'))
    for (const [, name = '', count, each] of stats.matchAll(
      /cmdstat_([^:]+):calls=(\d+),usec=\d+,usec_per_call=([\d.]+)/g,
    )) {
      if (name === 'evalsha') scriptUs = Number(each)
      else if (!/^(config|info|eval)/.test(name)) calls.set(name, Number(count) / REQUESTS)
    }
    return { calls: Object.fromEntries(calls), scriptUs }
  }

  async function inBatches(work: (n: number) => Promise<void>): Promise<void> {
    for (let first = 1; first <= REQUESTS; first += 50) {
      await Promise.all(Array.from({ length: 50 }, (_one, at) => work(first + at)))
    }
  }

  it('for an admission is at most 12 commands, for a settlement 8 beside the time', async () => {
    const receipts: Receipt[] = []
    const admitOne = async (n: number) => {
      const reply = await store.run(TENANT, command(n))
      if (reply.type !== 'admitted') throw new Error(reply.type)
      receipts.push(reply.receipt)
    }
    const charge = { inputTokens: 50, outputTokens: 40, nanoUsd: 200 }
    const settleOne = async (receipt: Receipt | undefined) => {
      if (receipt !== undefined) await store.run(TENANT, settle(receipt, charge))
    }
    await admitOne(0)
    await settleOne(receipts.pop())
    const admitting = await measure(() => inBatches(admitOne))
    const settling = await measure(() => inBatches(() => settleOne(receipts.pop())))
    console.info(`admit ${admitting.scriptUs} us, settle ${settling.scriptUs} us a script`)
    for (const key of Object.values(accountKeys(TENANT))) {
      console.info(key, await redis.resp.send('MEMORY', 'USAGE', key), 'bytes')
    }
    expect(admitting.calls).toEqual({ hmget: 2, zrangebyscore: 1, hset: 2, zadd: 1 })
    // Every 64th folds the usage of those before it.
    const {
      lrange = 0,
      del = 0,
      rpush = 0,
      hmget = 0,
      hset = 0,
      zadd = 0,
      ...rest
    } = settling.calls
    expect(rest).toEqual({ hget: 1, zrangebyscore: 1, xadd: 1 })
    expect([lrange, del]).toEqual([rpush, rpush].map((pushed) => expect.closeTo(1 - pushed, 5)))
    expect(lrange).toBeLessThanOrEqual(1 / 60)
    const beside = [hmget - 1, hset - 2, zadd - 1]
    for (const more of beside) expect(more).toBeLessThanOrEqual(2.5 / 64)
  })
})
