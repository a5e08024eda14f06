// Limits of single users, quotas as the platform sees them, and budgets that an operator begins anew.
import { describe, expect, it } from 'vitest'
import { TenantId } from '../../src/tenant/slug.ts'
import { admit, settle, usdPerDay } from '../store/commands.ts'
import { openIsolate } from '../self/open-isolate.ts'
import { openAdmin } from './harness.ts'

const ACME = TenantId.parse('acme')

interface User {
  readonly id: string
  readonly limits: object
  readonly current: readonly {
    readonly name: string
    readonly limit: number
    readonly used: number
  }[]
}

async function acme() {
  const admin = openAdmin()
  await admin.make('acme', { limits: { user_requests_per_minute: 10, usd_per_day: '0.000001' } })
  const user = async (method: string, id: string, body?: object) => {
    const answer = await admin.send(method, `/tenants/acme/users/${id}`, body)
    const { user: shown } = JSON.parse(answer.text) as { user: User }
    return { ...answer, user: shown }
  }
  return { admin, user }
}

describe('/admin/tenants/{id}/users/{user}', () => {
  it('shows the default for all until a user has limits of its own, and again after', async () => {
    const { user } = await acme()
    const byDefault = { name: 'user_requests_per_minute', limit: 10, used: 0, remaining: 10 }
    expect((await user('GET', 'ann')).user).toEqual({
      id: 'ann',
      limits: {},
      current: [{ ...byDefault, resets_at: null }],
    })
    const limits = { requests_per_minute: 2, tokens_per_minute: 500 }
    const put = await user('PUT', 'ann', { limits })
    expect([put.status, put.user.limits]).toEqual([200, limits])
    expect(put.user.current.map(({ name, limit }) => [name, limit])).toEqual([
      ['user_requests_per_minute', 2],
      ['user_tokens_per_minute', 500],
    ])
    expect((await user('GET', 'bob')).user.limits).toEqual({})
    expect((await user('DELETE', 'ann')).user).toMatchObject({ limits: {}, current: [byDefault] })
  })

  it('takes null as unlimited, and replaces all that was set before', async () => {
    const { user } = await acme()
    await user('PUT', 'ann', { limits: { requests_per_hour: 9 } })
    const { user: ann } = await user('PUT', 'ann', { limits: { requests_per_minute: null } })
    expect(ann).toEqual({ id: 'ann', limits: { requests_per_minute: null }, current: [] })
  })

  it('is in force for the next request of that user, and enters the change in the ledger once', async () => {
    const { admin, user } = await acme()
    const key = (await admin.send('POST', '/tenants/acme/keys', { user: 'ann@x.y' })).json.key
    const get = openIsolate(admin)
    const limit = async () => {
      const { json } = await get('/tenant/usage', key)
      return json.limits.find(({ name }) => name === 'user_requests_per_minute')?.limit
    }
    expect(await limit()).toBe(10)
    for (const _ of [1, 2]) await user('PUT', 'ann%40x.y', { limits: { requests_per_minute: 3 } })
    expect(await limit()).toBe(3)
    const { entries } = (await admin.send('GET', '/tenants/acme/ledger')).json
    const changes = entries.filter(({ action }) => action === 'user.update')
    expect(changes.map(({ after }) => after)).toEqual([
      { user: 'ann@x.y', limits: { requests_per_minute: 3 } },
    ])
  })

  it('lists all users with limits of their own, at most 200', async () => {
    const { admin, user } = await acme()
    for (let at = 0; at < 200; at++) {
      expect((await user('PUT', `u${at}`, { limits: {} })).status).toBe(200)
    }
    const over = await admin.send('PUT', '/tenants/acme/users/one-more', { limits: {} })
    expect(over.status).toBe(409)
    const { text } = await admin.send('GET', '/tenants/acme/users')
    expect((JSON.parse(text) as { users: unknown[] }).users).toHaveLength(200)
  }, 20_000)

  it('stays when the tenant is changed', async () => {
    const { admin, user } = await acme()
    await user('PUT', 'ann', { limits: { requests_per_minute: 3 } })
    await admin.send('PATCH', '/tenants/acme', { plan: 'pro' })
    expect((await user('GET', 'ann')).user.limits).toEqual({ requests_per_minute: 3 })
  })

  it.each([
    [{ limits: { requests_per_day: 1 } }],
    [{ limits: { requests_per_minute: -1 } }],
    [{}],
    [{ limits: {}, id: 'bob' }],
  ])('refuses %j with 422', async (body) => {
    const { admin } = await acme()
    expect((await admin.send('PUT', '/tenants/acme/users/ann', body)).status).toBe(422)
  })

  it('refuses what can be nobody’s id, and an If-Match of another version', async () => {
    const { admin } = await acme()
    const path = '/tenants/acme/users/'
    expect((await admin.send('GET', `${path}a%00b`)).status).toBe(400)
    const headers = { 'if-match': '"other"' }
    expect((await admin.send('PUT', `${path}ann`, { limits: {} }, headers)).status).toBe(412)
  })
})

describe('GET /admin/tenants/{id}/quotas', () => {
  it('shows every quota with its use and high-water mark', async () => {
    const { admin } = await acme()
    const { json, text } = await admin.send('GET', '/tenants/acme/quotas')
    expect(json).not.toHaveProperty('next')
    const { quotas } = JSON.parse(text) as { quotas: { name: string }[] }
    expect(quotas.map(({ name }) => name)).toEqual([
      'max_agents',
      'max_collections',
      'max_connections',
      'max_products',
      'max_storage',
      'max_vectors',
    ])
  })
})

describe('POST /admin/tenants/{id}/budgets/{name}/reset', () => {
  it('lets the tenant spend again, and tells in the ledger who has done so', async () => {
    const { admin } = await acme()
    const { version } = (await admin.send('GET', '/tenants/acme')).json.tenant
    const budgets = [usdPerDay(1_000, 900, 0)]
    const ask = (id: string) =>
      admin.store.run(ACME, admit(version, id, admin.clock.nowMs, { budgets }))
    const reply = await ask('a')
    if (reply.type !== 'admitted') throw new Error(reply.type)
    await admin.store.run(
      ACME,
      settle(reply.receipt, { inputTokens: 1, outputTokens: 1, nanoUsd: 900 }),
    )
    expect((await ask('b')).type).toBe('refused')
    const { status, text } = await admin.send('POST', '/tenants/acme/budgets/usd_per_day/reset', {
      reason: 'a gift',
    })
    expect(status).toBe(200)
    expect((JSON.parse(text) as { limit: object }).limit).toMatchObject({
      name: 'usd_per_day',
      limit: '0.000001',
      used: '0.00',
      remaining: '0.000001',
      utilization_pct: 0,
    })
    expect((await ask('c')).type).toBe('admitted')
    const { entries } = (await admin.send('GET', '/tenants/acme/ledger')).json
    expect(entries.find((entry) => 'budget' in entry)).toMatchObject({
      kind: 'reset',
      actor: 'admin-token',
      budget: 'usd_per_day',
      before: '0.0000009',
      after: '0.00',
      reason: 'a gift',
    })
  })

  it('asks for the running period where the account has not been used for long', async () => {
    const { admin } = await acme()
    admin.clock.nowMs += 90 * 86_400_000
    const path = '/tenants/acme/budgets/tokens_per_month/reset'
    expect((await admin.send('POST', path)).status).toBe(200)
  })

  it.each([
    ['requests_per_minute', undefined, 404],
    ['usd_per_day', { why: 'x' }, 422],
    ['usd_per_day', { reason: '' }, 422],
  ])('of %s with %j is %d', async (name, body, status) => {
    const { admin } = await acme()
    expect((await admin.send('POST', `/tenants/acme/budgets/${name}/reset`, body)).status).toBe(
      status,
    )
  })
})
