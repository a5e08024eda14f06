import { describe, expect, it } from 'vitest'
import { TenantId } from '../../../src/tenant/slug.ts'
import { admit, perMinute, settle, usdPerDay } from '../../store/commands.ts'
import { openAdmin } from '../harness.ts'

const ACME = TenantId.parse('acme')

/** A tenant with 0.50 USD spent today, two requests in the last minute, one of them in flight. */
async function openUsed() {
  const admin = openAdmin()
  await admin.make('acme', { plan: 'pro' })
  const { version } = (await admin.send('GET', '/tenants/acme')).json.tenant
  const asked = { rates: [perMinute(60)], budgets: [usdPerDay(10_000_000_000, 1, 0)] }
  const replies = []
  for (const hold of ['hold-1', 'hold-2']) {
    replies.push(await admin.store.run(ACME, admit(version, hold, admin.clock.nowMs, asked)))
  }
  const [first] = replies
  if (first?.type !== 'admitted') throw new Error('not admitted')
  const charge = { inputTokens: 1, outputTokens: 1, nanoUsd: 500_000_000 }
  await admin.store.run(ACME, settle(first.receipt, charge))
  return admin
}

describe('a downgrade below present use', () => {
  it('is made, and warned of for each limit that is past', async () => {
    const { send } = await openUsed()
    const limits = { requests_per_minute: 1, usd_per_day: '0.40', max_concurrency: 0 }
    const { status, json } = await send('PATCH', '/tenants/acme', { limits })
    expect([status, json.tenant.limits]).toMatchObject([200, limits])
    expect(json.warnings).toEqual([
      'requests_per_minute: 2 used, which is more than the new limit of 1',
      'usd_per_day: 0.50 used and 0.000000001 held, which is more than the new limit of 0.40',
      'max_concurrency: 1 used, which is more than the new limit of 0',
    ])
  })

  it('is warned of before, by a dry run that changes nothing', async () => {
    const { send, store } = await openUsed()
    const before = (await send('GET', '/tenants/acme')).json.tenant
    await send('PATCH', '/tenants/acme', { quotas: { max_seats: 3 } })
    const { seq } = (await send('GET', '/tenants/acme/ledger')).json.entries.at(-1) ?? { seq: 0 }
    store.calls.length = 0
    const asked = { limits: { usd_per_day: '0.40', max_concurrency: 0 } }
    const dry = await send('PATCH', '/tenants/acme?dry_run=true', asked)
    expect(store.calls).toEqual(['view', 'list.plan', 'view'])
    expect([dry.status, dry.json.tenant.limits]).toMatchObject([200, asked.limits])
    const now = (await send('GET', '/tenants/acme')).json.tenant
    expect(now.limits).toEqual(before.limits)
    expect([now.version, dry.headers.get('etag')]).toEqual([
      dry.json.tenant.version,
      `"${now.version}"`,
    ])
    expect((await send('GET', `/tenants/acme/ledger?after=${seq}`)).json.entries).toEqual([])
    const made = await send('PATCH', '/tenants/acme', asked)
    expect(made.json.warnings).toEqual(dry.json.warnings)
    expect(made.json.warnings).toHaveLength(2)
  })

  it('is not made by a dry run whose name is misspelt', async () => {
    const { send } = await openUsed()
    const { status, json } = await send('PATCH', '/tenants/acme?dryrun=true', { plan: 'free' })
    expect([status, json.param]).toEqual([422, 'dryrun'])
    expect((await send('GET', '/tenants/acme')).json.tenant.plan).toBe('pro')
  })

  it('to a smaller plan is warned of alike', async () => {
    const { send } = await openUsed()
    const { json } = await send('PATCH', '/tenants/acme', { plan: 'free' })
    expect(json.warnings).toEqual([
      'usd_per_day: 0.50 used and 0.000000001 held, which is more than the new limit of 0.25',
    ])
  })

  it('is warned of only where a limit is lowered, and costs no call where none is', async () => {
    const { send, store } = await openUsed()
    store.calls.length = 0
    const { json } = await send('PATCH', '/tenants/acme', { limits: { usd_per_day: '99.00' } })
    expect(json.warnings).toEqual([])
    expect(store.calls).toEqual(['view', 'list.plan', 'change'])
  })

  it('is no failure when the use cannot be read after it', async () => {
    const { send, store } = await openUsed()
    store.lose = (call) => (call === 'view' && store.calls.includes('change') ? 'before' : null)
    store.calls.length = 0
    const { status, json } = await send('PATCH', '/tenants/acme', { limits: { tokens_per_day: 1 } })
    expect(status).toBe(200)
    expect(json.warnings).toEqual([
      'a limit was lowered, and the present use cannot be read at the moment',
    ])
  })
})
