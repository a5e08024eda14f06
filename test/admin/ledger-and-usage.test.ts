import { describe, expect, it } from 'vitest'
import { TenantId } from '../../src/tenant/slug.ts'
import { admit, settle, usdPerDay } from '../store/commands.ts'
import { openAdmin, START_MS } from './harness.ts'

const ACME = TenantId.parse('acme')
const USD_PER_MONTH = { id: 'usd_per_month', period: 'month' } as const

/** One request of the tenant, admitted and settled as the pipeline would. */
async function spend(
  { store, clock, send }: ReturnType<typeof openAdmin>,
  holdId: string,
  nanoUsd: number,
) {
  const { version } = (await send('GET', '/tenants/acme')).json.tenant
  const budgets = [usdPerDay(null, 0, 0), { ...usdPerDay(null, 0, 0), ...USD_PER_MONTH }]
  const reply = await store.run(ACME, admit(version, holdId, clock.nowMs, { budgets }))
  if (reply.type !== 'admitted') throw new Error(reply.type)
  await store.run(ACME, settle(reply.receipt, { inputTokens: 10, outputTokens: 5, nanoUsd }))
}

describe('GET /admin/tenants/{id}/ledger', () => {
  it('tells who did what, with what was and what is', async () => {
    const { send, make } = openAdmin()
    await make('acme', { limits: { usd_per_day: 10 } })
    await send('PATCH', '/tenants/acme', { limits: { usd_per_day: '12.5' } })
    const { status, json } = await send('GET', '/tenants/acme/ledger?after=2')
    expect(status).toBe(200)
    expect(json).toMatchObject({
      entries: [
        {
          seq: 3,
          at: '2026-06-17T12:00:00.000Z',
          kind: 'control',
          actor: 'admin-token',
          action: 'tenant.update',
          before: {
            limits: { usd_per_day: '10.00' },
            overrides: { limits: { usd_per_day: '10.00' } },
          },
          after: {
            limits: { usd_per_day: '12.50' },
            overrides: { limits: { usd_per_day: '12.50' } },
          },
        },
      ],
      next_cursor: null,
    })
    // Only what differs is noted.
    expect(Object.keys(json.entries[0]!.after)).toEqual(['limits', 'overrides'])
  })

  it('pages by sequence number', async () => {
    const { send, make } = openAdmin()
    await make('acme')
    for (const name of ['a', 'b', 'c']) await send('PATCH', '/tenants/acme', { name })
    const first = (await send('GET', '/tenants/acme/ledger?limit=3')).json
    expect([first.entries.length, first.next_cursor]).toEqual([3, 3])
    const second = (await send('GET', '/tenants/acme/ledger?limit=3&after=3')).json
    expect([second.entries.length, second.next_cursor]).toEqual([2, null])
  })

  it('shows what a request has cost, in decimals', async () => {
    const admin = openAdmin()
    await admin.make('acme')
    await spend(admin, 'hold-1', 700)
    const { json } = await admin.send('GET', '/tenants/acme/ledger?after=2')
    expect(json.entries).toMatchObject([
      {
        kind: 'settled',
        hold_id: 'hold-1',
        input_tokens: 10,
        output_tokens: 5,
        total_tokens: 15,
        cost_usd: '0.0000007',
        outcome: { provenance: 'provider' },
      },
    ])
  })

  it.each(['after=-1', 'after=x', 'limit=0', 'from=1'])('answers 422 for ?%s', async (query) => {
    const { send, make } = openAdmin()
    await make('acme')
    expect((await send('GET', `/tenants/acme/ledger?${query}`)).status).toBe(422)
  })
})

describe('GET /admin/tenants/{id}/usage', () => {
  it('sums days and shows every limit of the tenant', async () => {
    const admin = openAdmin()
    await admin.make('acme', { limits: { usd_per_day: 10, usd_per_month: null } })
    await spend(admin, 'hold-1', 700)
    await spend(admin, 'hold-2', 1_000_000_000)
    const { status, json } = await admin.send('GET', '/tenants/acme/usage')
    expect(status).toBe(200)
    const sum = {
      requests: 2,
      refused: 0,
      input_tokens: 20,
      output_tokens: 10,
      total_tokens: 30,
      cached_tokens: 0,
      cost_usd: '1.0000007',
      bytes_in: 200,
      bytes_out: 400,
      latency_ms: { p50: 12, p95: 12, p99: 12 },
    }
    expect(json).toMatchObject({ tenant: 'acme', from: '2026-05-18', to: '2026-06-17', total: sum })
    expect(json.groups).toEqual([{ day: '2026-06-17', ...sum }])
    expect(json.limits.map((limit) => limit.name)).toEqual([
      'requests_per_minute',
      'tokens_per_day',
      'tokens_per_month',
      'usd_per_day',
      'usd_per_month',
      'max_concurrency',
      'max_agents',
      'max_collections',
      'max_connections',
      'max_products',
      'max_storage',
      'max_vectors',
    ])
    expect(json.limits[3]).toEqual({
      name: 'usd_per_day',
      scope: 'tenant',
      kind: 'budget',
      limit: '10.00',
      used: '1.0000007',
      held: '0.00',
      remaining: '8.9999993',
      utilization_pct: 10,
      resets_at: '2026-06-18T00:00:00.000Z',
      high_water: null,
    })
    expect(json.limits[4]).toMatchObject({ limit: null, remaining: null, used: '1.0000007' })
    expect(json.limits[5]).toMatchObject({ kind: 'quota', limit: 5, used: 0, high_water: 1 })
  })

  it('counts only the days asked for, both ends included, in the time zone of the tenant', async () => {
    const admin = openAdmin()
    await admin.make('acme', { timezone: 'Asia/Tokyo' })
    await spend(admin, 'hold-1', 1)
    // 12:00 UTC is 21:00 in Tokyo; four hours on it is the 18th there.
    admin.clock.nowMs = START_MS + 4 * 3_600_000
    await spend(admin, 'hold-2', 2)
    const requests = async (query: string) =>
      (await admin.send('GET', `/tenants/acme/usage?${query}`)).json.total.requests
    expect(await requests('from=2026-06-17&to=2026-06-18')).toBe(2)
    expect(await requests('from=2026-06-18&to=2026-06-18&by=day')).toBe(1)
    expect(await requests('to=2026-06-17')).toBe(1)
    expect(await requests('from=2026-06-17T15:00:00Z')).toBe(1)
    expect(await requests('from=2026-06-19&to=2026-06-20')).toBe(0)
  })

  it.each([
    ['by=week', 'by'],
    ['format=xml', 'format'],
    ['by=user&from=2026-01-01', 'from'],
    ['from=2025-01-01', 'from'],
    ['from=yesterday', 'from'],
    ['to=2026-02-30', 'to'],
    ['from=2026-06-18&to=2026-06-17', 'from'],
    ['until=2026-06-17', 'until'],
  ])('answers 422 for ?%s', async (query, param) => {
    const { send, make } = openAdmin()
    await make('acme')
    const { status, json } = await send('GET', `/tenants/acme/usage?${query}`)
    expect([status, json.param]).toEqual([422, param])
  })
})
