// What the redis store demands of its database, what it leaves there, and for how long.
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { accountKeys, strikeKey } from '../../../src/store/redis/keys.ts'
import { type Store, StoreUnavailable } from '../../../src/store/store.ts'
import { TenantId } from '../../../src/tenant/slug.ts'
import type { TenantStatus } from '../../../src/tenant/tenant.ts'
import { MINUTE_MS, PERIODS, START_MS, admit, create, perMinute, usdPerDay } from '../commands.ts'
import { RedisHarness, hasRedis } from './redis-harness.ts'

const VERSION = 'inc-1.1.nonce-1'
const row = (tenant: TenantId, status: TenantStatus) => {
  return { tenant, plan: 'pro', status, created_at_ms: START_MS }
}

describe.skipIf(!hasRedis)('the redis store and its database', () => {
  let redis: RedisHarness
  let tenant: TenantId
  let tenants = 0

  beforeAll(async () => {
    redis = await RedisHarness.open()
  })
  afterAll(() => redis.close())
  beforeEach(async () => {
    await redis.resp.send('FLUSHALL')
    await redis.resp.send('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
    redis.received.length = 0
    tenants += 1
    tenant = TenantId.parse(`keeping-${tenants}`)
  })

  const load = (store: Store) => store.run(tenant, { type: 'load', version: null, keyHashes: [] })

  it('says "unknown" of no account in a database that nobody has provisioned', async () => {
    await expect(load(redis.store())).rejects.toThrow(StoreUnavailable)
    await redis.store().directory.register(row(TenantId.parse('another'), 'ACTIVE'), [])
    expect(await load(redis.store())).toEqual({ type: 'gone' })
  })

  it('says "lost" of an account that the directory knows, unless it is being made or erased', async () => {
    const store = redis.store()
    await store.directory.register(row(tenant, 'PROVISIONING'), [])
    expect(await load(store)).toEqual({ type: 'gone' })
    await store.directory.update(row(tenant, 'ACTIVE'))
    await expect(load(store)).rejects.toThrow('lost')
    expect(await store.run(tenant, { type: 'erase', incarnation: 'inc-1' })).toEqual({
      type: 'gone',
    })
    await store.directory.update(row(tenant, 'ARCHIVED'))
    expect(await load(store)).toEqual({ type: 'gone' })
  })

  it('stops when the database is emptied under it, even once it is provisioned anew', async () => {
    const store = redis.store()
    await store.directory.register(row(tenant, 'PROVISIONING'), [])
    await redis.resp.send('FLUSHALL')
    await expect(load(store)).rejects.toThrow(StoreUnavailable)
    await expect(store.ping()).rejects.toThrow(StoreUnavailable)
    await redis.store().directory.register(row(tenant, 'PROVISIONING'), [])
    await expect(load(store)).rejects.toThrow(StoreUnavailable)
    await expect(store.ping()).rejects.toThrow(StoreUnavailable)
  })

  it('refuses to work with a database that may evict accounts', async () => {
    await redis.provision()
    await redis.resp.send('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
    const store = redis.store()
    await expect(store.ping()).rejects.toThrow('noeviction')
    await expect(store.run(tenant, create(tenant))).rejects.toThrow('noeviction')
    expect(await redis.resp.send('KEYS', '*keeping*')).toEqual([])
    await redis.resp.send('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
    expect((await store.run(tenant, create(tenant))).type).toBe('created')
  })

  it('takes one round trip for an admission, and one for its settlement', async () => {
    await redis.provision()
    const store = redis.store()
    await store.run(tenant, create(tenant, { periods: nowPeriods() }))
    const command = admit(VERSION, 'hold-1', Date.now(), { rates: [perMinute(9)] })
    await store.run(tenant, command)
    redis.received.length = 0
    await store.run(tenant, { ...command, holdId: 'hold-2' })
    expect(redis.received).toEqual(['evalsha'])
  })

  it.each(['account', 'rates', 'due', 'ledger'] as const)(
    'changes nothing when the key of the %s holds something else',
    async (wrong) => {
      await redis.provision()
      const store = redis.store()
      const keys = accountKeys(tenant)
      await store.run(tenant, create(tenant, { periods: nowPeriods() }))
      const ask = (holdId: string) =>
        store.run(tenant, admit(VERSION, holdId, Date.now(), { rates: [perMinute(9)] }))
      await ask('hold-1')
      await redis.resp.send('SET', keys[wrong], 'something else')
      const dump = async () => {
        const names = Object.values(keys)
        return Promise.all(names.map((name) => redis.resp.send('EVAL', DIGEST, 1, name)))
      }
      const before = await dump()
      const abandon = { type: 'abandon', holdId: 'hold-1', incarnation: 'inc-1' } as const
      await expect(store.run(tenant, abandon)).rejects.toThrow(StoreUnavailable)
      expect(await dump()).toEqual(before)
    },
  )

  it('lets windows go when they hold nothing, and keeps what is owed', async () => {
    await redis.provision()
    const store = redis.store()
    await store.run(tenant, create(tenant, { periods: nowPeriods() }))
    const { rates, account, due, ledger } = accountKeys(tenant)
    const perHour = { ...perMinute(9), id: 'requests_per_hour', windowMs: 60 * MINUTE_MS }
    const windows = [perHour, perMinute(9)]
    await store.run(tenant, admit(VERSION, 'hold-1', Date.now(), { rates: windows }))
    const livesMs = Number(await redis.resp.send('PTTL', rates))
    expect(livesMs).toBeGreaterThan(60 * MINUTE_MS - 2_000)
    expect(livesMs).toBeLessThanOrEqual(61 * MINUTE_MS)
    for (const kept of [account, due, ledger]) {
      expect(await redis.resp.send('PTTL', kept)).toBe(-1)
    }
    await store.strikes.strike('ip', MINUTE_MS)
    const strikeMs = Number(await redis.resp.send('PTTL', strikeKey('ip', MINUTE_MS)))
    expect(strikeMs).toBeGreaterThan(MINUTE_MS - 2_000)
    expect(strikeMs).toBeLessThanOrEqual(MINUTE_MS + 1_000)
  })

  it('keeps a window longer with each admission that enters a later slot', async () => {
    await redis.provision()
    const store = redis.store()
    await store.run(tenant, create(tenant, { periods: nowPeriods() }))
    const rates = [{ ...perMinute(9), windowMs: 6_000 }]
    const ends: number[] = []
    for (const holdId of ['hold-1', 'hold-2', 'hold-3']) {
      await store.run(tenant, admit(VERSION, holdId, Date.now(), { rates }))
      ends.push(Number(await redis.resp.send('PEXPIRETIME', accountKeys(tenant).rates)))
      // Two slots of a sixtieth of the window.
      await pause(200)
    }
    expect(ends).toEqual([...new Set(ends)].toSorted((one, other) => one - other))
  })

  it.each([0, 1, 2, 3])(
    'keeps windows as long as the longest of those asked for at once: number %i of 4',
    async (longest) => {
      await redis.provision()
      const store = redis.store()
      await store.run(tenant, create(tenant, { periods: nowPeriods() }))
      const windows = [0, 1, 2, 3].map((n) => {
        return { ...perMinute(9), id: `w${n}`, windowMs: n === longest ? 60 * MINUTE_MS : 1_000 }
      })
      await store.run(tenant, admit(VERSION, 'hold-1', Date.now(), { rates: windows }))
      await store.run(tenant, admit(VERSION, 'hold-2', Date.now(), { rates: [perMinute(9)] }))
      const livesMs = Number(await redis.resp.send('PTTL', accountKeys(tenant).rates))
      expect(livesMs).toBeGreaterThan(59 * MINUTE_MS)
      expect(livesMs).toBeLessThanOrEqual(61 * MINUTE_MS)
    },
  )

  it('drops the windows of users who are seen no more, as new ones come', async () => {
    await redis.provision()
    const clock = { nowMs: START_MS }
    const store = redis.store({ testClock: () => clock.nowMs })
    await store.run(tenant, create(tenant, { periods: PERIODS }))
    let most = 0
    for (let n = 0; n < 300; n += 1) {
      clock.nowMs += 10_000
      const rates = [{ ...perMinute(9), id: `user_requests_per_minute|u:${n}` }]
      await store.run(tenant, admit(VERSION, `hold-${n}`, clock.nowMs, { rates }))
      most = Math.max(most, Number(await redis.resp.send('HLEN', accountKeys(tenant).rates)))
    }
    // Seven users are in a window of a minute at any time here.
    expect(most).toBeLessThan(40)
  })

  it('keeps a window in little room, whatever its limit', async () => {
    await redis.provision()
    const store = redis.store()
    await store.run(tenant, create(tenant, { periods: nowPeriods() }))
    const tokens = { ...perMinute(1e12), id: 'tpm', measure: 'tokens', base: 1e9, unit: 1 } as const
    const budgets = [usdPerDay(1e12, 1, 1)]
    const rates = [perMinute(60_000), tokens]
    await store.run(tenant, admit(VERSION, 'hold-1', Date.now(), { rates, budgets }))
    const key = accountKeys(tenant).rates
    expect(await redis.resp.send('HSTRLEN', key, 'requests_per_minute')).toBe(37)
    expect(Number(await redis.resp.send('MEMORY', 'USAGE', key))).toBeLessThan(1_000)
  })
})

/** What stands under a key, in a form that does not depend on how Redis has it lie in memory. */
const DIGEST = `
  if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then return redis.sha1hex(redis.call('DUMP', KEYS[1]) or '') end
  local names, pairs = redis.call('HKEYS', KEYS[1]), {}
  table.sort(names)
  for at, name in ipairs(names) do pairs[at] = name .. '=' .. redis.call('HGET', KEYS[1], name) end
  return redis.sha1hex(table.concat(pairs, ';'))
`

function nowPeriods() {
  const start = Date.now() - MINUTE_MS
  const end = start + 3_600 * MINUTE_MS
  return { day: [{ start, end }], month: [{ start, end }] }
}
