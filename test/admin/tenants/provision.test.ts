import { describe, expect, it } from 'vitest'
import { TenantId } from '../../../src/tenant/slug.ts'
import { openAdmin, statusesOf } from '../harness.ts'
import type { Loss } from '../watched-store.ts'

describe('provisioning', () => {
  it('goes from the directory over an account without access to an active one', async () => {
    const { make, store } = openAdmin()
    await make('acme')
    expect(store.calls).toEqual([
      'list.plan',
      'directory.register',
      'create',
      // Read again once the account is there for every job to see.
      'list.plan',
      'change',
      'directory.update',
      'load',
    ])
  })

  const cases: readonly [call: string, loss: Loss][] = [
    ['directory.register', 'before'],
    ['directory.register', 'after'],
    ['create', 'before'],
    ['create', 'after'],
    ['change', 'before'],
  ]

  it.each(cases)(
    'cut off at %s (%s it happened) is completed by repeating it',
    async (step, loss) => {
      const { send, store } = openAdmin()
      store.lose = (call) => (call === step ? loss : null)
      const cut = await send('POST', '/tenants', { id: 'acme', plan: 'free' })
      expect([cut.status, cut.headers.get('retry-after')]).toEqual([503, '1'])
      store.lose = () => null

      const wanted = { id: 'acme', plan: 'pro', timezone: 'Asia/Tokyo' }
      const again = await send('POST', '/tenants', wanted)
      expect(again.status).toBe(201)
      const { json } = await send('GET', '/tenants/acme')
      expect(json.tenant).toMatchObject({ ...wanted, status: 'ACTIVE' })
      expect((await send('GET', '/tenants/acme/keys')).json.keys).toHaveLength(1)
      const { json: listed } = await send('GET', '/tenants')
      expect(listed.tenants).toMatchObject([{ status: 'ACTIVE', plan: 'pro' }])
    },
  )

  it('whose last answer was lost has made the tenant, to which a key can be added', async () => {
    const { send, store } = openAdmin()
    store.lose = (call) => (call === 'change' ? 'after' : null)
    expect((await send('POST', '/tenants', { id: 'acme', plan: 'pro' })).status).toBe(503)
    store.lose = () => null
    const again = await send('POST', '/tenants', { id: 'acme', plan: 'free' })
    expect(again.status).toBe(409)
    const { json: listed } = await send('GET', '/tenants')
    expect(listed.tenants).toMatchObject([{ status: 'ACTIVE', plan: 'pro' }])
    expect((await send('POST', '/tenants/acme/keys')).status).toBe(201)
  })

  it('answers with the key though the directory cannot be told, which a later look repairs', async () => {
    const { send, store } = openAdmin()
    store.lose = (call) => (call === 'directory.update' ? 'before' : null)
    expect((await send('POST', '/tenants', { id: 'acme' })).status).toBe(201)
    store.lose = () => null
    expect((await send('GET', '/tenants?status=ACTIVE')).json.tenants).toEqual([])
    await send('GET', '/tenants/acme')
    expect((await send('GET', '/tenants?status=ACTIVE')).json.tenants).toHaveLength(1)
  })

  it.each([
    ['a slug that is free', null],
    ['a slug that is half provisioned', 'change'],
  ])('of %s from several sides at once succeeds once, as it is then in force', async (_, cutAt) => {
    const { send, store } = openAdmin()
    if (cutAt !== null) {
      store.lose = (call) => (call === cutAt ? 'before' : null)
      await send('POST', '/tenants', { id: 'acme' })
      store.lose = () => null
    }
    const plans = ['free', 'starter', 'pro', 'enterprise', 'unlimited']
    const answers = await Promise.all(
      plans.map((plan) => send('POST', '/tenants', { id: 'acme', plan })),
    )
    expect(statusesOf(answers)).toEqual([201, 409, 409, 409, 409])
    const won = answers.find(({ status }) => status === 201)
    const { json } = await send('GET', '/tenants/acme')
    expect(json.tenant.plan).toBe(won?.json.tenant.plan)
    const { json: listed } = await send('GET', '/tenants')
    expect(listed.tenants).toMatchObject([{ plan: json.tenant.plan, status: 'ACTIVE' }])
    expect((await send('GET', '/tenants/acme/keys')).json.keys).toHaveLength(1)
  })

  it('on a plan that is deleted at that moment ends on what takes its place, never half made', async () => {
    const { send, store } = openAdmin()
    await send('POST', '/plans', { name: 'gold' })
    const run = store.run.bind(store)
    store.run = async (tenant, command) => {
      const reply = await run(tenant, command)
      if (command.type === 'create') await send('DELETE', '/plans/gold?fallback=starter')
      return reply
    }
    const { status, json } = await send('POST', '/tenants', { id: 'acme', plan: 'gold' })
    expect([status, json.tenant.plan, json.tenant.status]).toEqual([201, 'starter', 'ACTIVE'])
  })

  it('never makes an account anew that the directory has as active but the store has lost', async () => {
    const { send, store } = openAdmin()
    const row = { tenant: TenantId.parse('acme'), plan: 'pro', created_at_ms: 0 }
    await store.directory.register({ ...row, status: 'ACTIVE' }, [])
    expect((await send('POST', '/tenants', { id: 'acme' })).status).toBe(409)
    expect(store.calls).not.toContain('create')
  })

  it('that was not finished lets nothing else be done to the tenant', async () => {
    const { send, store } = openAdmin()
    store.lose = (call) => (call === 'change' ? 'before' : null)
    await send('POST', '/tenants', { id: 'acme' })
    store.lose = () => null
    expect((await send('GET', '/tenants/acme')).json.tenant.status).toBe('PROVISIONING')
    expect((await send('PATCH', '/tenants/acme', { name: 'x' })).status).toBe(409)
    expect((await send('POST', '/tenants/acme/reactivate')).status).toBe(409)
    expect((await send('POST', '/tenants/acme/keys')).status).toBe(409)
  })

  it('refuses a slug that an erased tenant had', async () => {
    const { send, store } = openAdmin()
    store.directory.register = () => Promise.resolve('tombstoned')
    const { status, json } = await send('POST', '/tenants', { id: 'acme' })
    expect([status, json.code]).toEqual([409, 'Conflict'])
    expect(store.calls).toEqual(['list.plan'])
  })
})
