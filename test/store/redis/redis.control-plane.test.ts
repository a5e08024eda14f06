// The control plane over Redis: what its scripts of the directory are for, from end to end.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tend } from '../../../src/admin/tend/tend.ts'
import { TenantId } from '../../../src/tenant/slug.ts'
import { openAdmin, START_MS } from '../../admin/harness.ts'
import { admit } from '../commands.ts'
import { RedisHarness, hasRedis } from './redis-harness.ts'

describe.skipIf(!hasRedis)('the control plane over redis', () => {
  let redis: RedisHarness
  const clock = { nowMs: START_MS }

  beforeAll(async () => {
    redis = await RedisHarness.open()
  })
  afterAll(() => redis.close())

  async function openEmpty() {
    await redis.resp.send('FLUSHALL')
    return openAdmin({}, {}, redis.store({ testClock: () => clock.nowMs }))
  }

  it('carries a change of a plan to all its tenants', async () => {
    const admin = await openEmpty()
    expect((await admin.send('POST', '/plans', { name: 'gold' })).status).toBe(201)
    for (const id of ['aaa', 'bbb']) await admin.make(id, { plan: 'gold' })
    const body = { limits: { requests_per_minute: 7 } }
    const { status, json } = await admin.send('PATCH', '/plans/gold', body)
    expect(status).toBe(202)
    await admin.quiet()
    const { json: told } = await admin.send('GET', `/jobs/${json.job.id}`)
    expect(told.job).toMatchObject({ status: 'done', total: 2, changed: 2 })
    const { json: tenant } = await admin.send('GET', '/tenants/bbb')
    expect(tenant.tenant).toMatchObject({ plan_version: 2, limits: body.limits })
  })

  it('leaves nothing of an erased tenant under any key but its tombstone', async () => {
    const admin = await openEmpty()
    await admin.make('acme')
    const first = await admin.send('DELETE', '/tenants/acme?force=true')
    expect(first.status).toBe(200)
    expect((await admin.send('DELETE', '/tenants/acme')).json).toEqual(first.json)
    expect((await admin.send('POST', '/tenants', { id: 'acme' })).status).toBe(409)
    expect((await admin.send('GET', '/tenants/acme')).status).toBe(404)
    const names = (await redis.resp.send('KEYS', '*')) as string[]
    expect(names.toSorted()).toEqual(['tg:{.directory}:epoch', 'tg:{.directory}:tombstones'])
    expect(
      JSON.stringify(await redis.resp.send('HGETALL', 'tg:{.directory}:tombstones')),
    ).not.toContain('acme')
  })

  it('sweeps a silent tenant with the cron trigger', async () => {
    const admin = await openEmpty()
    await admin.make('acme')
    const { version } = (await admin.send('GET', '/tenants/acme')).json.tenant
    const acme = TenantId.parse('acme')
    const admitted = await admin.store.run(acme, admit(version, 'hold-1', clock.nowMs))
    expect(admitted.type).toBe('admitted')
    clock.nowMs += 10 * 60_000
    admin.clock.nowMs = clock.nowMs
    await tend({ ...admin.deps, store: { ...admin.store, needsSweeping: true } })
    const view = await admin.store.run(acme, { type: 'view', rates: [], budgets: [] })
    expect(view).toMatchObject({ counters: { live: 0 } })
  })

  it('has met no error of any script', () => {
    expect(redis.errors).toEqual([])
  })

  it('is what a redis store is tended by: it says that nothing wakes its accounts', () => {
    expect(redis.store().needsSweeping).toBe(true)
  })
})
