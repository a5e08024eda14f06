// The tenant's own view, over the same store as the control plane, with as many isolates as wanted.
import { describe, expect, it } from 'vitest'
import { TenantId } from '../../src/tenant/slug.ts'
import { openAdmin } from '../admin/harness.ts'
import { admit, settle, usdPerDay } from '../store/commands.ts'
import { type Admin, openIsolate } from './open-isolate.ts'

const firstKeyId = async ({ send }: Admin, tenant: string) =>
  String((await send('GET', `/tenants/${tenant}/keys`)).json.keys[0]!.id)

describe('GET /tenant', () => {
  it('shows what is in force and who is calling, and none of what the platform keeps for itself', async () => {
    const admin = openAdmin({}, { pro: { features: { sso: true } } })
    await admin.make('acme', { plan: 'pro', metadata: { crm: 7 }, limits: { usd_per_day: 12 } })
    const made = await admin.send('POST', '/tenants/acme/keys', {
      user: 'ann',
      scopes: ['usage', 'llm'],
    })
    const { status, json } = await openIsolate(admin)('/tenant', made.json.key)
    expect(status).toBe(200)
    expect(json).toMatchObject({
      tenant: {
        id: 'acme',
        status: 'ACTIVE',
        plan: 'pro',
        timezone: 'UTC',
        features: { sso: true },
      },
      caller: {
        credential: 'api-key',
        key_id: made.json.id,
        user: 'ann',
        scopes: ['usage', 'llm'],
      },
    })
    expect(json.tenant.limits).toMatchObject({ usd_per_day: '12.00', requests_per_minute: 60 })
    expect(json.tenant).not.toHaveProperty('metadata')
    expect(json.tenant).not.toHaveProperty('overrides')
  })

  it('is the tenant of the credential, whatever the request names', async () => {
    const admin = openAdmin()
    await admin.make('globex')
    const key = await admin.make('acme')
    const get = openIsolate(admin)
    const headers = { 'x-tenant-id': 'globex', 'tollgate-tenant': 'globex' }
    expect((await get('/tenant?tenant=globex&id=globex', key, headers)).json.tenant.id).toBe('acme')
  })

  it('costs one store call once the isolate knows the key', async () => {
    const admin = openAdmin()
    const key = await admin.make('acme')
    const get = openIsolate(admin)
    await get('/tenant', key)
    admin.store.calls.length = 0
    await get('/tenant', key)
    expect(admin.store.calls).toEqual(['view'])
  })

  it('is readable while suspended, and not without the scope', async () => {
    const admin = openAdmin()
    const key = await admin.make('acme')
    const narrow = (await admin.send('POST', '/tenants/acme/keys', { scopes: ['llm'] })).json.key
    const get = openIsolate(admin)
    await admin.send('POST', '/tenants/acme/suspend')
    expect((await get('/tenant', key)).json.tenant.status).toBe('SUSPENDED')
    const refused = await get('/tenant', narrow)
    expect([refused.status, refused.json.code, refused.json.scope]).toEqual([
      403,
      'ScopeMissing',
      'usage',
    ])
  })

  it('follows every change at once, in isolates that knew the tenant before it', async () => {
    const admin = openAdmin()
    const key = await admin.make('acme')
    const isolates = Array.from({ length: 8 }, () => openIsolate(admin))
    const ask = () => Promise.all(isolates.map((get) => get('/tenant', key)))
    await ask()
    await admin.send('PATCH', '/tenants/acme', { limits: { requests_per_minute: 3 } })
    for (const { json } of await ask()) expect(json.tenant.limits['requests_per_minute']).toBe(3)
    await admin.send('DELETE', `/tenants/acme/keys/${await firstKeyId(admin, 'acme')}`)
    for (const { status } of await ask()) expect(status).toBe(401)
  })

  it('does not outlive the grace of a rotated key', async () => {
    const admin = openAdmin()
    const key = await admin.make('acme')
    const get = openIsolate(admin)
    expect((await get('/tenant', key)).status).toBe(200)
    const id = await firstKeyId(admin, 'acme')
    const rotated = await admin.send('POST', `/tenants/acme/keys/${id}/rotate`, {
      grace_seconds: 60,
    })
    admin.clock.nowMs += 59_999
    expect((await get('/tenant', key)).status).toBe(200)
    admin.clock.nowMs += 1
    expect((await get('/tenant', key)).status).toBe(401)
    expect((await get('/tenant', rotated.json.key)).status).toBe(200)
  })
})

describe('GET /tenant/usage', () => {
  it('shows the limits of the caller as user and key beside those of the tenant', async () => {
    const admin = openAdmin()
    const limits = { user_requests_per_minute: 5, key_requests_per_minute: 6, usd_per_day: '1.00' }
    await admin.make('acme', { limits })
    const key = (await admin.send('POST', '/tenants/acme/keys', { user: 'ann' })).json.key
    const { status, json } = await openIsolate(admin)('/tenant/usage', key)
    expect(status).toBe(200)
    const limitsButQuotas = json.limits.slice(0, 8)
    expect(limitsButQuotas.map((l) => [l.name, l.scope, l.limit])).toEqual([
      ['requests_per_minute', 'tenant', 10],
      ['user_requests_per_minute', 'user', 5],
      ['key_requests_per_minute', 'key', 6],
      ['tokens_per_day', 'tenant', 50_000],
      ['tokens_per_month', 'tenant', 1_000_000],
      ['usd_per_day', 'tenant', '1.00'],
      ['usd_per_month', 'tenant', '5.00'],
      ['max_concurrency', 'tenant', 5],
    ])
    expect(JSON.stringify(json)).not.toContain('ann')
  })

  it('tells what is held beside what is used, and never less than nothing as remaining', async () => {
    const admin = openAdmin()
    const key = await admin.make('acme', { limits: { usd_per_day: '1.00' } })
    const get = openIsolate(admin)
    const ACME = TenantId.parse('acme')
    const { version } = (await admin.send('GET', '/tenants/acme')).json.tenant
    const budgets = [usdPerDay(1_000_000_000, 600_000_000, 0)]
    const reply = await admin.store.run(
      ACME,
      admit(version, 'hold-1', admin.clock.nowMs, { budgets }),
    )
    if (reply.type !== 'admitted') throw new Error(reply.type)
    const daily = async () => {
      const { json } = await get('/tenant/usage', key)
      const find = (name: string) => json.limits.find((limit) => limit.name === name)
      return { ...find('usd_per_day'), in_flight: find('max_concurrency')?.used }
    }
    expect(await daily()).toMatchObject({
      used: '0.00',
      held: '0.60',
      remaining: '0.40',
      in_flight: 1,
    })
    await admin.store.run(
      ACME,
      settle(reply.receipt, { inputTokens: 1, outputTokens: 1, nanoUsd: 500_000_000 }),
    )
    expect(await daily()).toMatchObject({
      used: '0.50',
      held: '0.00',
      remaining: '0.50',
      in_flight: 0,
    })
    await admin.send('PATCH', '/tenants/acme', { limits: { usd_per_day: '0.20' } })
    expect(await daily()).toMatchObject({ limit: '0.20', used: '0.50', remaining: '0.00' })
  })

  it.each(['by=week', 'from=x', 'tenant=globex'])('answers 422 for ?%s', async (query) => {
    const admin = openAdmin()
    const key = await admin.make('acme')
    expect((await openIsolate(admin)(`/tenant/usage?${query}`, key)).status).toBe(422)
  })

  it("never shows another tenant's use", async () => {
    const admin = openAdmin()
    const acme = await admin.make('acme')
    const globex = await admin.make('globex')
    const get = openIsolate(admin)
    const { version } = (await admin.send('GET', '/tenants/acme')).json.tenant
    const reply = await admin.store.run(
      TenantId.parse('acme'),
      admit(version, 'hold-1', admin.clock.nowMs),
    )
    expect(reply.type).toBe('admitted')
    const used = async (key: string): Promise<unknown> => {
      const { json } = await get('/tenant/usage', key)
      return [json.tenant, json.limits.find(({ name }) => name === 'max_concurrency')?.used]
    }
    expect(await used(acme)).toEqual(['acme', 1])
    expect(await used(globex)).toEqual(['globex', 0])
  })
})
