// Usage reports by month and by name, as JSON and as CSV, and what they cost the store.
import { describe, expect, it } from 'vitest'
import { TenantId } from '../../src/tenant/slug.ts'
import { openAdmin } from '../admin/harness.ts'
import { openIsolate } from '../self/open-isolate.ts'
import { admit, settle } from '../store/commands.ts'

const ACME = TenantId.parse('acme')
const DAY_MS = 86_400_000
const HOSTILE = '=HYPERLINK("http://x","y")'

async function spent(users: readonly (string | null)[]) {
  const admin = openAdmin()
  const key = await admin.make('acme', { limits: { usd_per_day: null }, timezone: 'Europe/Berlin' })
  const { version } = (await admin.send('GET', '/tenants/acme')).json.tenant
  let made = 0
  const spend = async (user: string | null, nanoUsd = 1_000) => {
    const command = admit(version, `h${(made += 1)}`, admin.clock.nowMs)
    const reply = await admin.store.run(ACME, { ...command, context: { ...command.context, user } })
    if (reply.type !== 'admitted') throw new Error(reply.type)
    await admin.store.run(ACME, settle(reply.receipt, { inputTokens: 2, outputTokens: 1, nanoUsd }))
  }
  for (const user of users) await spend(user)
  const usage = async (query: string, headers = {}) => {
    const answer = await admin.send('GET', `/tenants/acme/usage?${query}`, undefined, headers)
    return { ...answer, groups: answer.json.groups as readonly Record<string, unknown>[] }
  }
  return { admin, key, spend, usage }
}

describe('a usage report', () => {
  it.each([
    ['user', ['ann', 'bob', null], [2, 1, 1]],
    ['model', ['gpt-4o-mini'], [4]],
    ['key', [null], [4]],
  ])('by %s has a group for each, which come to the total', async (by, names, requests) => {
    const { usage } = await spent(['ann', null, 'ann', 'bob'])
    const { groups, json } = await usage(`by=${by}`)
    expect(groups.map((group) => group[by])).toEqual(names)
    expect(groups.map((group) => group['requests'])).toEqual(requests)
    expect(groups[0]).toMatchObject({ refused: null, latency_ms: { p50: 12, p95: 12, p99: 12 } })
    expect(json.total).toMatchObject({ requests: 4, total_tokens: 12, cost_usd: '0.000004' })
  })

  it('by month sums the local days', async () => {
    const { admin, spend, usage } = await spent(['ann'])
    admin.clock.nowMs += 2 * DAY_MS
    await spend('ann')
    const { groups } = await usage('by=month')
    expect(groups.map(({ month, requests }) => [month, requests])).toEqual([['2026-06', 2]])
    expect((await usage('by=day')).groups.map(({ day }) => day)).toEqual([
      '2026-06-17',
      '2026-06-19',
    ])
  })

  it('adds up exactly what no double holds', async () => {
    const { admin, spend, usage } = await spent([])
    for (const nanoUsd of [9_000_000_000_000_001, 9_000_000_000_000_002, 2]) {
      await spend('ann', nanoUsd)
      admin.clock.nowMs += DAY_MS
    }
    const cost_usd = '18000000.000000005'
    expect((await usage('by=month')).json.total).toMatchObject({ cost_usd })
    expect((await usage('by=month')).groups).toMatchObject([{ month: '2026-06', cost_usd }])
    expect((await usage('by=user')).groups).toMatchObject([{ user: 'ann', cost_usd }])
  })

  it.each(['America/Los_Angeles', 'Asia/Tokyo', 'Pacific/Honolulu'])(
    'names days as they were called when they passed, though the tenant has moved to %s',
    async (timezone) => {
      const { admin, spend, usage } = await spent(['ann'])
      admin.clock.nowMs += DAY_MS
      await spend('ann')
      const { groups } = await usage('by=day&to=2026-06-30')
      expect(groups.map(({ day }) => day)).toEqual(['2026-06-17', '2026-06-18'])
      await admin.send('PATCH', '/tenants/acme', { timezone })
      expect((await usage('by=day&to=2026-06-30')).groups).toEqual(groups)
    },
  )

  it('leaves days outside of the range out of names too', async () => {
    const { admin, spend, usage } = await spent(['ann'])
    admin.clock.nowMs += DAY_MS
    await spend('bob')
    const { groups } = await usage('by=user&from=2026-06-18&to=2026-06-18')
    expect(groups.map(({ user }) => user)).toEqual(['bob'])
  })

  it('is the same for the tenant itself', async () => {
    const { admin, key, usage } = await spent(['ann', 'bob'])
    const own = await openIsolate(admin)('/tenant/usage?by=user', key)
    expect(own.json.groups).toEqual((await usage('by=user')).groups)
  })

  it('as CSV has a row for each group, and no name that a spreadsheet would run', async () => {
    const { usage } = await spent([
      HOSTILE,
      'a,"b',
      '-1',
      '@x',
      '+y',
      '＝1+1',
      'a;=1+1',
      'plain',
      null,
    ])
    const { headers, text } = await usage('by=user&format=csv')
    expect(headers.get('content-type')).toContain('text/csv')
    expect(headers.get('content-disposition')).toContain('usage-acme-2026-05-18-2026-06-17.csv')
    const rows = text.split('\r\n')
    expect(rows[0]).toBe(
      'user,other,requests,refused,input_tokens,output_tokens,total_tokens,cached_tokens,cost_usd,bytes_in,bytes_out,latency_p50_ms,latency_p95_ms,latency_p99_ms',
    )
    const rest = ',false,1,,2,1,3,0,0.000001,100,200,12,12,12'
    expect(rows.slice(1, -1).toSorted()).toEqual(
      [
        `"'=HYPERLINK(""http://x"",""y"")"${rest}`,
        `"a,""b"${rest}`,
        `"'-1"${rest}`,
        `"'@x"${rest}`,
        `"'+y"${rest}`,
        `"'＝1+1"${rest}`,
        `"a;=1+1"${rest}`,
        `plain${rest}`,
        rest,
      ].toSorted(),
    )
    expect((await usage('by=user', { accept: 'text/csv' })).text).toBe(text)
    expect((await usage('by=user&format=json', { accept: 'text/csv' })).text[0]).toBe('{')
  })

  it('costs as few store calls after thousands of requests as after one', async () => {
    const { admin, spend, usage } = await spent([])
    const callsOf = async (query: string) => {
      admin.store.calls.length = 0
      await usage(query)
      return [...admin.store.calls]
    }
    for (let at = 0; at < 1_500; at++) await spend(`u${at % 700}`)
    expect(await callsOf('by=day')).toEqual(['view', 'view', 'usage'])
    expect(await callsOf('by=month')).toEqual(['view', 'view', 'usage'])
    expect(await callsOf('by=user')).toEqual(['view', 'view', 'usage', 'usage'])
  }, 30_000)
})
