import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { driveJob } from '../../../src/admin/plans/drive-job.ts'
import { tend } from '../../../src/admin/tend/tend.ts'
import { StoreUnavailable } from '../../../src/store/store.ts'
import { TenantId } from '../../../src/tenant/slug.ts'
import { openAdmin } from '../harness.ts'
import { changeManyKilled } from './many-tenants.ts'

const load = { type: 'load', version: null, keyHashes: [] } as const

describe('a job', () => {
  it('killed at random points and resumed ends complete, every account changed once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 3, maxLength: 8 }),
        async (lives) => {
          const { job, changes, versions } = await changeManyKilled(120, lives)
          expect(job).toMatchObject({ status: 'done', total: 120, done: 120, failed: [] })
          expect(new Set(versions)).toEqual(new Set([2]))
          expect(changes).toEqual(versions.map(() => 1))
        },
      ),
      { numRuns: 12, seed: 3 },
    )
  })

  it('is carried on by whoever asks about it, and by the cron trigger', async () => {
    const admin = openAdmin()
    for (let n = 0; n < 60; n++) await admin.make(`t${String(n).padStart(3, '0')}`, { plan: 'pro' })
    admin.store.lose = (call) => (call === 'directory.list' ? 'before' : null)
    const { json } = await admin.send('PATCH', '/plans/pro', { limits: { requests_per_minute: 7 } })
    await admin.quiet()
    admin.store.lose = () => null
    const { id } = json.job
    const first = await admin.send('GET', `/jobs/${id}`)
    expect(first.json.job).toMatchObject({ status: 'running', done: 25, total: 60 })
    await tend(admin.deps)
    expect((await admin.send('GET', `/jobs/${id}`)).json.job).toMatchObject({
      status: 'done',
      done: 60,
      changed: 60,
    })
  })

  it('asked about by many at once is carried on behind the answer of one', async () => {
    const admin = openAdmin()
    for (let n = 100; n < 250; n++) await admin.make(`t${n}`, { plan: 'pro' })
    admin.store.lose = (call) => (call === 'directory.list' ? 'before' : null)
    const { json } = await admin.send('PATCH', '/plans/pro', { limits: { requests_per_minute: 7 } })
    await admin.quiet()
    admin.store.lose = () => null
    admin.store.calls.length = 0
    const asked = Array.from({ length: 10 }, () => admin.send('GET', `/jobs/${json.job.id}`))
    await Promise.all(asked)
    await admin.quiet()
    // One batch before each answer, and the six batches and the end behind one of them.
    const batches = admin.store.calls.filter((call) => call === 'directory.list').length
    expect(batches).toBeLessThanOrEqual(10 + 7)
    const { job } = (await admin.send('GET', `/jobs/${json.job.id}`)).json
    expect(job).toMatchObject({ status: 'done', done: 150, changed: 150 })
  })

  it('driven by several at once counts nobody twice', async () => {
    const admin = openAdmin()
    for (let n = 0; n < 60; n++) await admin.make(`t${String(n).padStart(3, '0')}`, { plan: 'pro' })
    const { json } = await admin.send('POST', '/plans/move', { from: 'pro', to: 'starter' })
    await Promise.all([1, 2, 3, 4].map(() => driveJob(admin.deps, json.job.id, 20)))
    await admin.quiet()
    const { json: done } = await admin.send('GET', `/jobs/${json.job.id}`)
    expect(done.job).toMatchObject({ status: 'done', total: 60, done: 60 })
    const { json: moved } = await admin.send('GET', '/tenants?plan=starter&limit=500')
    expect(moved.tenants).toHaveLength(60)
  })

  it('passes over an account that does not answer, tells which, and does it at the end', async () => {
    const admin = openAdmin()
    for (const id of ['aaa', 'bbb', 'ccc']) await admin.make(id, { plan: 'pro' })
    const run = admin.store.run.bind(admin.store)
    let isDown = true
    admin.store.run = (tenant, command) => {
      if (isDown && tenant === 'bbb') admin.store.lose = () => 'before'
      const reply = run(tenant, command)
      admin.store.lose = () => null
      return reply
    }
    const { json } = await admin.send('PATCH', '/plans/pro', { limits: { requests_per_minute: 7 } })
    await admin.quiet()
    const { job } = (await admin.send('GET', `/jobs/${json.job.id}`)).json
    expect(job).toMatchObject({ status: 'running', done: 2, total: 3 })
    expect(job.failed).toMatchObject([{ tenant: 'bbb' }])
    isDown = false
    const last = await admin.send('GET', `/jobs/${json.job.id}`)
    expect(last.json.job).toMatchObject({ status: 'done', done: 3, changed: 3, failed: [] })
  })

  it('that waits for an account which does not answer keeps no other job from the cron trigger', async () => {
    const admin = openAdmin()
    for (const id of ['aaa', 'bbb', 'ccc']) await admin.make(id, { plan: 'pro' })
    admin.store.lose = (call) => (call === 'directory.list' ? 'before' : null)
    const first = await admin.send('POST', '/plans/move', { from: 'pro', to: 'starter' })
    admin.clock.nowMs += 1
    const second = await admin.send('POST', '/plans/move', { from: 'starter', to: 'enterprise' })
    await admin.quiet()
    admin.store.lose = () => null
    const run = admin.store.run.bind(admin.store)
    admin.store.run = (tenant, command) =>
      tenant === 'bbb' ? Promise.reject(new StoreUnavailable('down')) : run(tenant, command)
    for (let runs = 1; runs <= 3; runs++) await tend(admin.deps)
    const { jobs } = (await admin.send('GET', '/jobs')).json
    const done = [first, second].map(({ json }) => jobs.find(({ id }) => id === json.job.id)?.done)
    expect(done).toEqual([2, 2])
  })

  it('goes on though more accounts fail than it will leave behind, once they answer again', async () => {
    const admin = openAdmin()
    const ids = Array.from({ length: 150 }, (_, n) => `t${String(n).padStart(3, '0')}`)
    for (const id of ids) await admin.make(id, { plan: 'pro' })
    let isDown = true
    const run = admin.store.run.bind(admin.store)
    admin.store.run = (tenant, command) =>
      isDown ? Promise.reject(new StoreUnavailable('down')) : run(tenant, command)
    const { json } = await admin.send('POST', '/plans/move', { from: 'pro', to: 'starter' })
    await admin.quiet()
    const halted = await driveJob(admin.deps, json.job.id, 50)
    expect(halted).toMatchObject({ status: 'running', done: 0, total: 150 })
    expect(halted?.failed).toHaveLength(100)
    isDown = false
    const ended = await driveJob(admin.deps, json.job.id, 50)
    expect(ended).toMatchObject({ status: 'done', total: 150, done: 150, changed: 150 })
  })

  it('leaves no row behind its account, wherever a driver was killed between the two', async () => {
    const admin = openAdmin()
    for (const id of ['aaa', 'bbb', 'ccc']) await admin.make(id, { plan: 'pro' })
    admin.store.lose = (call) => (call === 'directory.update' ? 'before' : null)
    const { json } = await admin.send('POST', '/plans/move', { from: 'pro', to: 'starter' })
    await admin.quiet()
    admin.store.lose = () => null
    expect((await admin.send('GET', '/tenants?plan=pro')).json.tenants).toHaveLength(3)
    expect((await admin.send('GET', '/tenants/aaa/ledger?after=2')).json.entries).toHaveLength(1)
    await admin.send('GET', `/jobs/${json.job.id}`)
    expect((await admin.send('GET', '/tenants?plan=starter')).json.tenants).toHaveLength(3)
  })

  it('passes over a tenant that is erased at that moment', async () => {
    const admin = openAdmin()
    for (const id of ['aaa', 'bbb']) await admin.make(id, { plan: 'pro' })
    const run = admin.store.run.bind(admin.store)
    let erased = false
    admin.store.run = async (tenant, command) => {
      if (command.type === 'change' && tenant === 'bbb' && !erased) {
        erased = true
        await admin.send('DELETE', '/tenants/bbb?force=true')
      }
      return run(tenant, command)
    }
    const { json } = await admin.send('PATCH', '/plans/pro', { limits: { requests_per_minute: 7 } })
    await admin.quiet()
    const { job } = (await admin.send('GET', `/jobs/${json.job.id}`)).json
    expect(job).toMatchObject({ status: 'done', done: 2, changed: 1, failed: [] })
  })

  it('lets whoever reads meanwhile see a plan whole, the old one or the new', async () => {
    const admin = openAdmin()
    await admin.make('acme', { plan: 'pro' })
    const seen = new Set<string>()
    const read = async () => {
      const reply = await admin.store.run(TenantId.parse('acme'), load)
      if (reply.type !== 'stale') throw new Error(reply.type)
      const { plan_version, limits, policy, features } = reply.snapshot.config
      const { requests_per_minute: rpm } = limits
      seen.add(JSON.stringify([plan_version, rpm, policy.prompt_guard, features['sso'] ?? null]))
    }
    const body = {
      limits: { requests_per_minute: 7 },
      policy: { prompt_guard: 'block' },
      features: { sso: true },
    }
    const changing = admin.send('PATCH', '/plans/pro', body).then(() => admin.quiet())
    let isChanging = true
    void changing.finally(() => {
      isChanging = false
    })
    while (isChanging) await read()
    await read()
    expect([...seen]).toEqual(['[1,60,"off",null]', '[2,7,"block",true]'])
  })

  it('finds no tenant that is being made with the plan as it was', async () => {
    const admin = openAdmin()
    const { store } = admin
    let changed = false
    const run = store.run.bind(store)
    store.run = async (tenant, command) => {
      // The account stands and is about to be given access.
      if (command.type === 'change' && !changed) {
        changed = true
        await admin.send('PATCH', '/plans/pro', { limits: { requests_per_minute: 7 } })
        await admin.quiet()
      }
      return run(tenant, command)
    }
    await admin.make('acme', { plan: 'pro' })
    const { json } = await admin.send('GET', '/tenants/acme')
    expect(json.tenant).toMatchObject({
      status: 'ACTIVE',
      plan_version: 2,
      limits: { requests_per_minute: 7 },
    })
  })

  it('is 404 where there is none of that id', async () => {
    expect((await openAdmin().send('GET', '/jobs/job_none')).status).toBe(404)
  })
})
