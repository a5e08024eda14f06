import { describe, expect, it } from 'vitest'
import { eraseTenant } from '../../../src/admin/tenants/erasure.ts'
import { tend } from '../../../src/admin/tend/tend.ts'
import { Problem } from '../../../src/problem/problem.ts'
import { TenantId } from '../../../src/tenant/slug.ts'
import { admit } from '../../store/commands.ts'
import { openAdmin } from '../harness.ts'

const DAY_MS = 86_400_000
type Admin = ReturnType<typeof openAdmin>

async function openArchived(...ids: readonly string[]) {
  const admin = openAdmin()
  for (const id of ids) {
    await admin.make(id, { retention_days: 10 })
    await admin.send('POST', `/tenants/${id}/archive`)
  }
  return admin
}

const listed = async ({ send }: Admin): Promise<string[]> =>
  (await send('GET', '/tenants?limit=500')).json.tenants.map(({ id }) => id)

describe('the cron trigger', () => {
  it('purges an archived tenant when its retention is over, and not a moment before', async () => {
    const admin = await openArchived('acme')
    await admin.make('active')
    admin.clock.nowMs += 10 * DAY_MS - 1
    await tend(admin.deps)
    expect(await listed(admin)).toEqual(['acme', 'active'])
    admin.clock.nowMs += 1
    await tend(admin.deps)
    expect(await listed(admin)).toEqual(['active'])
    const { json } = await admin.send('DELETE', '/tenants/acme')
    expect(json.receipt.erased_by).toBe('retention')
  })

  it('asks the account, not the row, whether it is time', async () => {
    const admin = await openArchived('acme')
    const { store, clock } = admin
    store.lose = (call) => (call === 'directory.update' ? 'before' : null)
    await admin.send('PATCH', '/tenants/acme', { retention_days: 20 })
    store.lose = () => null
    clock.nowMs += 15 * DAY_MS
    await tend(admin.deps)
    expect(await listed(admin)).toEqual(['acme'])
    const row = await store.directory.get(TenantId.parse('acme'))
    expect(row?.purge_at_ms).toBe(clock.nowMs + 5 * DAY_MS)
  })

  it('purges a bounded number in one run and goes on in the next', async () => {
    const ids = Array.from({ length: 20 }, (_, n) => `t${String(n).padStart(2, '0')}`)
    const admin = await openArchived(...ids)
    admin.clock.nowMs += 11 * DAY_MS
    await tend(admin.deps)
    expect(await listed(admin)).toEqual(ids.slice(15))
    await tend(admin.deps)
    expect(await listed(admin)).toEqual([])
  })

  it('killed anywhere and run again ends with all purged, each with its receipt', async () => {
    for (let killAt = 1; killAt <= 40; killAt += 3) {
      const admin = await openArchived('aaa', 'bbb')
      admin.clock.nowMs += 11 * DAY_MS
      let calls = 0
      // From then on nothing gets through, as for a Worker that is gone.
      admin.store.lose = () => (++calls >= killAt ? 'before' : null)
      await tend(admin.deps)
      admin.store.lose = () => null
      await tend(admin.deps)
      await tend(admin.deps)
      expect(await listed(admin)).toEqual([])
      expect(await admin.store.directory.documents('erasure')).toEqual([])
      const { json } = await admin.send('DELETE', '/tenants/bbb')
      expect(json.receipt.deleted).toMatchObject({ account: 1, keys: 1, ledger_entries: 3 })
    }
  })

  it('completes an erasure that someone has begun and given up', async () => {
    const admin = openAdmin()
    await admin.make('acme')
    admin.store.lose = (call) => (call === 'erase' ? 'before' : null)
    await admin.send('DELETE', '/tenants/acme?force=true')
    admin.store.lose = () => null
    await tend(admin.deps)
    expect(await listed(admin)).toEqual([])
    expect((await admin.send('GET', '/tenants/acme')).status).toBe(404)
  })

  it('reaches all others though many erasures wait for a service that is gone', async () => {
    const stuck = Array.from({ length: 31 }, (_, n) => `stuck-${String(n).padStart(2, '0')}`)
    const admin = await openArchived(...stuck, 'zoe')
    await admin.make('yves')
    const clear = (tenant: string) =>
      tenant.startsWith('stuck')
        ? Promise.reject(new Problem('UpstreamFailed', 'gone'))
        : Promise.resolve()
    const { keeper } = admin.deps
    const deps = {
      ...admin.deps,
      keeper: {
        clear,
        remaining: keeper.remaining,
        settleIn: keeper.settleIn.bind(keeper),
        recountAll: keeper.recountAll.bind(keeper),
      },
    }
    for (const id of stuck) {
      const order = { tenant: TenantId.parse(id), actor: 'ann', force: true }
      await expect(eraseTenant(deps, order)).rejects.toThrow(Problem)
    }
    admin.store.lose = (call) => (call === 'erase' ? 'before' : null)
    await admin.send('DELETE', '/tenants/yves?force=true')
    admin.store.lose = () => null
    admin.clock.nowMs += 11 * DAY_MS
    for (let runs = 1; runs <= 4; runs++) {
      await tend(deps)
      admin.clock.nowMs += 60_000
    }
    expect(await listed(admin)).toEqual(stuck)
  })

  it('does its other duties though one of them fails, and says which', async () => {
    const admin = await openArchived('acme')
    admin.store.lose = (call) => (call === 'list.erasure' ? 'before' : null)
    await tend({ ...admin.deps, store: { ...admin.store, needsSweeping: true } })
    expect(admin.store.calls).toContain('sweep')
    expect(admin.logged).toEqual([['tend', { duty: 'purge', error: 'StoreUnavailable' }]])
  })
})

describe('the sweep of idle tenants', () => {
  async function openIdle(count: number) {
    const admin = openAdmin()
    const ids = Array.from({ length: count }, (_, n) => `t${String(n).padStart(4, '0')}`)
    for (const id of ids) {
      await admin.make(id)
      const { version } = (await admin.send('GET', `/tenants/${id}`)).json.tenant
      await admin.store.run(TenantId.parse(id), admit(version, 'hold-1', admin.clock.nowMs))
    }
    admin.clock.nowMs += 10 * 60_000
    const store = { ...admin.store, needsSweeping: true }
    const live = async () => {
      const views = await Promise.all(
        ids.map((id) =>
          admin.store.run(TenantId.parse(id), { type: 'view', rates: [], budgets: [] }),
        ),
      )
      return views.map((view) => (view.type === 'viewed' ? view.counters.live : -1))
    }
    return { ...admin, live, deps: { ...admin.deps, store } }
  }

  it('ends what ran out though the tenant never comes back', async () => {
    const admin = await openIdle(3)
    expect(await admin.live()).toEqual([1, 1, 1])
    await tend(admin.deps)
    expect(await admin.live()).toEqual([0, 0, 0])
  })

  it('is left to a store that wakes its accounts by itself', async () => {
    const admin = await openIdle(1)
    await tend({ ...admin.deps, store: admin.store })
    expect(await admin.live()).toEqual([1])
  })

  it('goes through 250 tenants in one run, and goes on from there in the next', async () => {
    const admin = openAdmin()
    const store = { ...admin.store, needsSweeping: true }
    for (let n = 0; n < 300; n++) {
      const tenant = TenantId.parse(`t${String(n).padStart(4, '0')}`)
      await admin.deps.store.directory.register(
        { tenant, plan: 'free', status: 'ACTIVE', created_at_ms: 0 },
        [],
      )
    }
    const swept = () => admin.store.calls.filter((call) => call === 'sweep').length
    await tend({ ...admin.deps, store })
    expect(swept()).toBe(250)
    await tend({ ...admin.deps, store })
    expect(swept()).toBe(300)
    await tend({ ...admin.deps, store })
    expect(swept()).toBe(550)
  })
})
