import { describe, expect, it } from 'vitest'
import { openAdmin, statusesOf } from '../harness.ts'

type Admin = ReturnType<typeof openAdmin>

/** Carries everything on to its end. */
async function settle({ send, quiet }: Admin): Promise<void> {
  await quiet()
  const { json } = await send('GET', '/jobs')
  expect(json.jobs.map(({ status }) => status)).not.toContain('running')
}

const tenantOf = async ({ send }: Admin, id: string) =>
  (await send('GET', `/tenants/${id}`)).json.tenant

describe('GET /admin/plans', () => {
  it('lists the built-in plans and those of the configuration, each with where it comes from', async () => {
    const { send } = openAdmin({}, { pro: { features: { sso: true } }, trial: {} })
    const { json } = await send('GET', '/plans')
    expect(json.plans.map(({ name, origin, version }) => [name, origin, version])).toEqual([
      ['free', 'built_in', 1],
      ['starter', 'built_in', 1],
      ['pro', 'config', 1],
      ['enterprise', 'built_in', 1],
      ['unlimited', 'built_in', 1],
      ['trial', 'config', 1],
    ])
    expect(json.plans.filter((plan) => plan.protected).map(({ name }) => name)).toEqual([
      'unlimited',
    ])
  })

  it('shows one with its version as ETag, money in decimals, and is 404 for none', async () => {
    const { send } = openAdmin()
    const { status, json, headers } = await send('GET', '/plans/free')
    expect([status, headers.get('etag')]).toEqual([200, '"1"'])
    expect(json.plan.limits).toMatchObject({ usd_per_day: '0.25', requests_per_minute: 10 })
    for (const name of ['gold', 'constructor', '__proto__']) {
      expect((await send('GET', `/plans/${name}`)).status).toBe(404)
    }
  })
})

describe('POST /admin/plans', () => {
  it('makes a plan on the narrowest one, on which tenants can be put', async () => {
    const admin = openAdmin()
    const features = { sso: true, seats: 25, region: 'eu' }
    const limits = { requests_per_minute: 77, usd_per_day: '3.50' }
    const made = await admin.send('POST', '/plans', { name: 'gold', limits, features })
    expect([made.status, made.headers.get('location')]).toEqual([201, '/admin/plans/gold'])
    expect(made.json.plan).toMatchObject({ name: 'gold', version: 1, origin: 'custom', features })
    expect(made.json.plan.limits).toMatchObject({ ...limits, tokens_per_day: 50_000 })
    await admin.make('acme', { plan: 'gold' })
    expect(await tenantOf(admin, 'acme')).toMatchObject({ plan: 'gold', plan_version: 1, features })
    expect((await admin.send('GET', '/plans/gold')).json).toEqual(made.json)
  })

  it('is 409 for a name that there is, and once of five at the same moment', async () => {
    const { send } = openAdmin()
    expect((await send('POST', '/plans', { name: 'pro' })).status).toBe(409)
    const answers = await Promise.all(
      [1, 2, 3, 4, 5].map((n) =>
        send('POST', '/plans', { name: 'gold', limits: { requests_per_minute: n } }),
      ),
    )
    expect(statusesOf(answers)).toEqual([201, 409, 409, 409, 409])
  })

  it.each([
    ['no name', {}, 'name'],
    ['a misnamed plan', { name: 'My Plan' }, 'name'],
    ['an unknown limit', { name: 'gold', limits: { rpm: 1 } }, 'limits.rpm'],
    ['a feature that is a list', { name: 'gold', features: { sso: [] } }, 'features.sso'],
    ['an unknown member', { name: 'gold', price: 1 }, 'price'],
  ])('is 422 for %s', async (_, body, param) => {
    const { send } = openAdmin()
    const { status, json } = await send('POST', '/plans', body)
    expect([status, json.param]).toEqual([422, param])
  })
})

describe('a change of a plan', () => {
  it.each(['PATCH', 'PUT'])(
    'by %s is answered 202 with a job, and reaches its tenants whole',
    async (method) => {
      const admin = openAdmin()
      await admin.make('acme', { plan: 'pro', limits: { tokens_per_day: 5 } })
      await admin.make('other', { plan: 'starter' })
      const body = {
        limits: { requests_per_minute: 7, tokens_per_day: 9 },
        features: { sso: true },
      }
      const { status, json, headers } = await admin.send(method, '/plans/pro', body)
      expect([status, headers.get('location')]).toEqual([202, `/admin/jobs/${json.job.id}`])
      expect(json.plan).toMatchObject({ version: 2, origin: 'custom', limits: body.limits })
      await settle(admin)
      // The override stays, and is told apart from what the plan gives.
      expect(await tenantOf(admin, 'acme')).toMatchObject({
        plan_version: 2,
        features: { sso: true },
        limits: { requests_per_minute: 7, tokens_per_day: 5 },
        overrides: { limits: { tokens_per_day: 5 } },
      })
      expect((await tenantOf(admin, 'other')).limits['requests_per_minute']).toBe(30)
      const { json: done } = await admin.send('GET', `/jobs/${json.job.id}`)
      expect(done.job).toMatchObject({ status: 'done', total: 2, done: 2, changed: 1, failed: [] })
    },
  )

  it('is in the ledger of each tenant with who, what, before and after', async () => {
    const admin = openAdmin()
    await admin.make('acme', { plan: 'pro' })
    const changed = await admin.send('PATCH', '/plans/pro', { limits: { requests_per_minute: 7 } })
    await settle(admin)
    const { json } = await admin.send('GET', '/tenants/acme/ledger?after=2')
    expect(json.entries).toMatchObject([
      {
        action: 'plan.apply',
        actor: 'admin-token',
        before: { plan_version: 1, limits: { requests_per_minute: 60 } },
        after: { plan_version: 2, limits: { requests_per_minute: 7 }, job: changed.json.job.id },
      },
    ])
    const { json: told } = await admin.send('GET', '/jobs')
    expect(told.jobs).toMatchObject([
      { actor: 'admin-token', before: { version: 1 }, after: { version: 2 } },
    ])
  })

  it('is guarded by If-Match, and refused for the protected plan', async () => {
    const { send } = openAdmin()
    const match = { 'if-match': '"1"' }
    const body = { limits: { requests_per_minute: 7 } }
    expect((await send('PATCH', '/plans/pro', body, match)).status).toBe(202)
    const second = await send('PATCH', '/plans/pro', body, match)
    expect([second.status, second.json.code]).toEqual([412, 'PreconditionFailed'])
    expect((await send('DELETE', '/plans/pro', undefined, match)).status).toBe(412)
    expect((await send('PATCH', '/plans/unlimited', body)).status).toBe(409)
    expect((await send('PATCH', '/plans/gold', body)).status).toBe(404)
    expect((await send('PATCH', '/plans/pro', { name: 'gold' })).status).toBe(422)
  })

  it('of eight writers at the same moment loses none', async () => {
    const admin = openAdmin()
    await admin.make('acme', { plan: 'pro' })
    const names = Array.from({ length: 8 }, (_, n) => `f${n}`)
    const answers = await Promise.all(
      names.map((name) => admin.send('PATCH', '/plans/pro', { features: { [name]: true } })),
    )
    expect(statusesOf(answers)).toEqual(names.map(() => 202))
    await settle(admin)
    const { json } = await admin.send('GET', '/plans/pro')
    expect(json.plan).toMatchObject({ version: 9 })
    expect(Object.keys(json.plan.features).toSorted()).toEqual(names)
    const acme = await tenantOf(admin, 'acme')
    expect([acme.plan_version, acme.features]).toEqual([9, json.plan.features])
  })

  it('that changes nothing brings a plan of the configuration to the tenants that have an older one', async () => {
    const admin = openAdmin()
    await admin.make('acme', { plan: 'pro' })
    const redeployed = openAdmin({}, { pro: { limits: { requests_per_minute: 7 } } })
    for (const row of await admin.store.directory.list(null, 9)) {
      await redeployed.store.directory.register(row, [])
    }
    redeployed.store.run = admin.store.run.bind(admin.store)
    const { json } = await redeployed.send('PATCH', '/plans/pro', {})
    expect(json.plan).toMatchObject({ version: 1, origin: 'config' })
    await settle(redeployed)
    expect((await tenantOf(redeployed, 'acme')).limits['requests_per_minute']).toBe(7)
  })

  it('reaches a tenant that comes to the plan while it is being changed', async () => {
    const admin = openAdmin()
    await admin.make('acme', { plan: 'free' })
    const { store } = admin
    const documents = store.directory.documents.bind(store.directory)
    let reads = 0
    store.directory.documents = async (kind) => {
      const found = await documents(kind)
      // After the first reading of the plans, and before what is decided on it is written.
      if (kind === 'plan' && ++reads === 1) {
        await admin.send('PATCH', '/plans/pro', { limits: { requests_per_minute: 7 } })
        await admin.quiet()
      }
      return found
    }
    const { json } = await admin.send('PATCH', '/tenants/acme', { plan: 'pro' })
    expect(json.tenant).toMatchObject({ plan_version: 2, limits: { requests_per_minute: 7 } })
  })
})

describe('the end of a plan', () => {
  it('moves its tenants to the fallback with their overrides, and no one comes to it again', async () => {
    const admin = openAdmin()
    await admin.send('POST', '/plans', { name: 'gold' })
    await admin.make('acme', { plan: 'gold', limits: { requests_per_minute: 3 } })
    const { status, json } = await admin.send('DELETE', '/plans/gold?fallback=starter')
    expect([status, json.job.kind]).toEqual([202, 'plan.delete'])
    await settle(admin)
    expect(await tenantOf(admin, 'acme')).toMatchObject({
      plan: 'starter',
      limits: { requests_per_minute: 3, tokens_per_day: 200_000 },
    })
    const listed = await admin.send('GET', '/tenants?plan=starter')
    expect(listed.json.tenants).toMatchObject([{ id: 'acme' }])
    expect((await admin.send('POST', '/tenants', { id: 'other', plan: 'gold' })).status).toBe(422)
    expect((await admin.send('GET', '/plans/gold')).status).toBe(404)
    expect((await admin.send('DELETE', '/plans/gold')).status).toBe(404)
  })

  it('takes the default plan where no fallback is named', async () => {
    const admin = openAdmin()
    await admin.make('acme', { plan: 'pro' })
    await admin.send('DELETE', '/plans/pro')
    await settle(admin)
    expect((await tenantOf(admin, 'acme')).plan).toBe('free')
  })

  it.each([
    ['unlimited', '', 409],
    ['free', '', 409],
    ['pro', '?fallback=gold', 422],
    ['pro', '?fallback=pro', 422],
    ['pro', '?fall=free', 422],
  ])('is refused for %s%s with %i', async (name, query, status) => {
    expect((await openAdmin().send('DELETE', `/plans/${name}${query}`)).status).toBe(status)
  })

  it('lets the name be used anew, in a version that no account has seen', async () => {
    const admin = openAdmin()
    await admin.send('POST', '/plans', { name: 'gold' })
    await admin.send('DELETE', '/plans/gold')
    await settle(admin)
    const { json } = await admin.send('POST', '/plans', { name: 'gold' })
    expect(json.plan.version).toBe(3)
  })

  it('of a plan that was a fallback itself leads on to the next', async () => {
    const admin = openAdmin()
    for (const name of ['gold', 'silver']) await admin.send('POST', '/plans', { name })
    await admin.make('acme', { plan: 'gold' })
    const { store } = admin
    // Both deletions are decided before any tenant was moved.
    store.lose = (call) => (call === 'directory.list' ? 'before' : null)
    await admin.send('DELETE', '/plans/gold?fallback=silver')
    await admin.send('DELETE', '/plans/silver?fallback=pro')
    await admin.quiet()
    store.lose = () => null
    for (const { id } of (await admin.send('GET', '/jobs')).json.jobs) {
      await admin.send('GET', `/jobs/${id}`)
    }
    await settle(admin)
    expect((await tenantOf(admin, 'acme')).plan).toBe('pro')
  })
})

describe('POST /admin/plans/move', () => {
  it('moves all tenants of one plan to another, and no others', async () => {
    const admin = openAdmin()
    for (const [id, plan] of [
      ['aaa', 'pro'],
      ['bbb', 'free'],
      ['ccc', 'pro'],
    ]) {
      await admin.make(String(id), { plan })
    }
    const { status, json } = await admin.send('POST', '/plans/move', {
      from: 'pro',
      to: 'enterprise',
    })
    expect([status, json.job.kind]).toEqual([202, 'plan.move'])
    await settle(admin)
    const { json: listed } = await admin.send('GET', '/tenants')
    expect(listed.tenants.map(({ plan }) => plan)).toEqual(['enterprise', 'free', 'enterprise'])
    expect((await tenantOf(admin, 'aaa')).limits['requests_per_minute']).toBe(600)
  })

  it('is 422 where there is no such plan to move to', async () => {
    const { send } = openAdmin()
    const { status, json } = await send('POST', '/plans/move', { from: 'pro', to: 'gold' })
    expect([status, json.param]).toEqual([422, 'to'])
  })
})

describe('an override', () => {
  it('that is taken back is the plan’s again, now and after the plan has changed', async () => {
    const admin = openAdmin()
    const limits = { requests_per_minute: 3, tokens_per_day: null }
    await admin.make('acme', { plan: 'pro', limits, quotas: { max_agents: 1 } })
    const names = ['limits.requests_per_minute', 'quotas.max_agents', 'policy.system_prompt']
    const { status, json } = await admin.send('PATCH', '/tenants/acme', { inherit: names })
    expect(status).toBe(200)
    expect(json.tenant).toMatchObject({
      limits: { requests_per_minute: 60, tokens_per_day: null },
      quotas: { max_agents: 10 },
      overrides: { limits: { tokens_per_day: null }, quotas: {} },
    })
    expect(json.tenant.overrides.limits).not.toHaveProperty('requests_per_minute')
    await admin.send('PATCH', '/plans/pro', { limits: { requests_per_minute: 7 } })
    await settle(admin)
    expect((await tenantOf(admin, 'acme')).limits).toMatchObject({
      requests_per_minute: 7,
      tokens_per_day: null,
    })
  })

  it.each([
    [{ inherit: ['limits.rpm'] }, 'inherit.0'],
    [{ inherit: ['requests_per_minute'] }, 'inherit.0'],
    [{ inherit: ['limits.constructor'] }, 'inherit.0'],
    [{ inherit: 'limits.requests_per_minute' }, 'inherit'],
    [{ inherit: ['limits.tokens_per_day'], limits: { tokens_per_day: 5 } }, 'inherit.0'],
  ])('cannot be taken back by %j', async (body, param) => {
    const admin = openAdmin()
    await admin.make('acme')
    const { status, json } = await admin.send('PATCH', '/tenants/acme', body)
    expect([status, json.param]).toEqual([422, param])
  })
})
