import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openAdmin } from './harness.ts'

type Action = 'suspend' | 'reactivate' | 'archive'

async function openTenant(...actions: readonly Action[]) {
  const admin = openAdmin()
  await admin.make('acme', { retention_days: 10 })
  const act = (action: Action, body?: object) => admin.send('POST', `/tenants/acme/${action}`, body)
  for (const action of actions) await act(action)
  return { ...admin, act }
}

describe('archiving a tenant', () => {
  it('tells when its data may be purged, in the directory too', async () => {
    const { act, send } = await openTenant()
    const { status, json } = await act('archive')
    expect(status).toBe(200)
    const archived = {
      status: 'ARCHIVED',
      archived_at: '2026-06-17T12:00:00.000Z',
      purge_at: '2026-06-27T12:00:00.000Z',
    }
    expect(json.tenant).toMatchObject(archived)
    expect(json.purge_at).toBe(archived.purge_at)
    const listed = await send('GET', '/tenants?status=ARCHIVED')
    expect(listed.json.tenants).toMatchObject([{ id: 'acme', purge_at: archived.purge_at }])
  })

  it('repeated changes nothing, not even the time', async () => {
    const { act, clock } = await openTenant()
    const first = await act('archive')
    clock.nowMs += 60_000
    expect((await act('archive')).json).toEqual(first.json)
  })

  it('follows a retention that is changed afterwards', async () => {
    const { send } = await openTenant('archive')
    const { json } = await send('PATCH', '/tenants/acme', { retention_days: 20 })
    expect(json.tenant.purge_at).toBe('2026-07-07T12:00:00.000Z')
    const listed = await send('GET', '/tenants')
    expect(listed.json.tenants).toMatchObject([{ purge_at: '2026-07-07T12:00:00.000Z' }])
  })

  it('lets no new keys be made', async () => {
    const { send } = await openTenant('archive')
    expect((await send('POST', '/tenants/acme/keys')).status).toBe(409)
    const [first] = (await send('GET', '/tenants/acme/keys')).json.keys
    expect((await send('POST', `/tenants/acme/keys/${first?.id}/rotate`)).status).toBe(409)
  })
})

describe('a transition that the table lacks', () => {
  it.each<[Action[], Action, string]>([
    [['archive'], 'suspend', 'erase'],
    [['archive'], 'reactivate', 'erase'],
    [['suspend', 'archive'], 'reactivate', 'erase'],
  ])('after %j is 409 for %s, and names %s', async (before, action, allowed) => {
    const { act } = await openTenant(...before)
    const { status, json } = await act(action)
    expect([status, json.code]).toEqual([409, 'Conflict'])
    expect(json.detail).toContain(`allowed: ${allowed}`)
  })

  it('is 409 for the erasure of whatever is not archived, and says how else', async () => {
    const { send } = await openTenant('suspend')
    const { status, json } = await send('DELETE', '/tenants/acme')
    expect([status, json.code]).toEqual([409, 'Conflict'])
    expect(JSON.stringify(json)).toContain('?force=true')
    expect((await send('GET', '/tenants/acme')).status).toBe(200)
  })
})

it('every change of state is in the ledger with who, why, before and after', async () => {
  const { act, send } = await openTenant('suspend')
  await act('reactivate')
  await act('archive', { reason: 'contract ended' })
  const { json } = await send('GET', '/tenants/acme/ledger?after=2')
  expect(json.entries).toMatchObject([
    { action: 'tenant.suspend', actor: 'admin-token', before: { status: 'ACTIVE' } },
    { action: 'tenant.reactivate', after: { status: 'ACTIVE' } },
    {
      action: 'tenant.archive',
      before: { status: 'ACTIVE' },
      after: { status: 'ARCHIVED', reason: 'contract ended', purge_at: '2026-06-27T12:00:00.000Z' },
    },
  ])
})

it('a reason that is none is 422, and changes nothing', async () => {
  const { act, send } = await openTenant()
  expect((await act('archive', { why: 'x' })).status).toBe(422)
  expect((await act('archive', { reason: '' })).status).toBe(422)
  expect((await send('GET', '/tenants/acme')).json.tenant.status).toBe('ACTIVE')
})

it('eight writers of states at the same moment leave a history that the table allows', async () => {
  const moves = fc.constantFrom<Action>('suspend', 'reactivate', 'archive')
  await fc.assert(
    fc.asyncProperty(fc.array(moves, { minLength: 8, maxLength: 8 }), async (actions) => {
      const { act, send } = await openTenant()
      const answers = await Promise.all(actions.map((action) => act(action)))
      expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true)
      const { json } = await send('GET', '/tenants/acme/ledger?after=2')
      let state = 'ACTIVE'
      for (const { before, after } of json.entries) {
        expect(before).toEqual({ status: state })
        state = String(new Map(Object.entries(after)).get('status'))
      }
      expect((await send('GET', '/tenants/acme')).json.tenant.status).toBe(state)
      expect((await send('GET', '/tenants')).json.tenants).toMatchObject([{ status: state }])
    }),
    { numRuns: 40, seed: 5 },
  )
})
