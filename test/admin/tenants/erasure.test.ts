import { describe, expect, it } from 'vitest'
import { TenantId } from '../../../src/tenant/slug.ts'
import { admit } from '../../store/commands.ts'
import { openAdmin } from '../harness.ts'
import type { Loss } from '../watched-store.ts'

const ACME = TenantId.parse('acme')

async function openArchived() {
  const admin = openAdmin()
  const key = await admin.make('acme')
  await admin.send('POST', '/tenants/acme/keys')
  await admin.send('POST', '/tenants/acme/archive')
  const erase = (query = '') => admin.send('DELETE', `/tenants/acme${query}`)
  return { ...admin, key, erase }
}

describe('erasing a tenant', () => {
  it('deletes all there is of it and tells what that was, and what is left to others', async () => {
    const { erase, send, store } = await openArchived()
    const { status, json } = await erase()
    expect(status).toBe(200)
    expect(json.receipt).toMatchObject({
      tenant: 'acme',
      erased_at: '2026-06-17T12:00:00.000Z',
      erased_by: 'admin-token',
      deleted: {
        account: 1,
        keys: 2,
        ledger_entries: 4,
        counters: 0,
        holds: 0,
        collections: 0,
        vectors: 0,
      },
    })
    expect(json.receipt.remaining.length).toBeGreaterThan(0)
    expect((await send('GET', '/tenants/acme')).status).toBe(404)
    expect((await send('GET', '/tenants')).json.tenants).toEqual([])
    expect(await store.ledger(ACME, 0, 10)).toEqual([])
    expect(await store.directory.documents('erasure')).toEqual([])
  })

  it('repeated answers with the same receipt', async () => {
    const { erase, clock } = await openArchived()
    const first = await erase()
    clock.nowMs += 60_000
    const again = await erase('?force=true')
    expect([again.status, again.json]).toEqual([200, first.json])
  })

  it('is refused when the tenant has changed since the version in If-Match', async () => {
    const { send, make } = openAdmin()
    await make('acme')
    const { version } = (await send('GET', '/tenants/acme')).json.tenant
    await send('PATCH', '/tenants/acme', { name: 'Acme' })
    const erase = (ifMatch: string) =>
      send('DELETE', '/tenants/acme?force=true', undefined, { 'if-match': `"${ifMatch}"` })
    expect((await erase(version)).status).toBe(412)
    const { tenant } = (await send('GET', '/tenants/acme')).json
    expect([tenant.name, tenant.status]).toEqual(['Acme', 'ACTIVE'])
    expect((await erase(tenant.version)).status).toBe(200)
    // It is done: repeated, the condition has nothing left to guard.
    expect((await erase(tenant.version)).status).toBe(200)
  })

  it('is 404 for a tenant that never was', async () => {
    expect((await openAdmin().send('DELETE', '/tenants/acme')).status).toBe(404)
    expect((await openAdmin().send('DELETE', '/tenants/acme?force=true')).status).toBe(404)
  })

  it('by force ends the access of one that was active, first of all', async () => {
    const { make, send, store } = openAdmin()
    await make('acme')
    store.calls.length = 0
    const { status, json } = await send('DELETE', '/tenants/acme?force=true')
    expect([status, json.receipt.deleted['ledger_entries']]).toEqual([200, 3])
    const { calls } = store
    expect(calls.indexOf('change')).toBeLessThan(calls.indexOf('erase'))
    expect(calls.indexOf('directory.update')).toBeLessThan(calls.indexOf('erase'))
    expect((await send('POST', '/tenants', { id: 'acme' })).status).toBe(409)
  })

  it('by force takes a tenant along that was made in part', async () => {
    for (const cutAt of ['create', 'change']) {
      const { send, store } = openAdmin()
      store.lose = (call) => (call === cutAt ? 'before' : null)
      await send('POST', '/tenants', { id: 'acme' })
      store.lose = () => null
      expect((await send('DELETE', '/tenants/acme')).status).toBe(409)
      expect((await send('DELETE', '/tenants/acme?force=true')).status).toBe(200)
      expect((await send('GET', '/tenants')).json.tenants).toEqual([])
    }
  })

  it('never issues the slug again, and keeps it in no readable form', async () => {
    const { erase, send, store } = await openArchived()
    await erase()
    const { status, json } = await send('POST', '/tenants', { id: 'acme' })
    expect([status, json.code, json.param]).toEqual([409, 'Conflict', 'id'])
    expect(json.detail).toContain('never issued again')
    const [tombstone] = await store.directory.documents('tombstone')
    expect(tombstone?.id).toMatch(/^v1:[A-Za-z0-9_-]{43}$/)
    expect(JSON.stringify(tombstone)).not.toContain('acme')
  })

  it('lets late work of the erased account leave no trace', async () => {
    const admin = openAdmin()
    await admin.make('acme')
    const { version } = (await admin.send('GET', '/tenants/acme')).json.tenant
    const held = await admin.store.run(ACME, admit(version, 'hold-1', admin.clock.nowMs))
    if (held.type !== 'admitted') throw new Error(held.type)
    const { json } = await admin.send('DELETE', '/tenants/acme?force=true')
    expect(json.receipt.deleted['holds']).toBe(1)
    const late = { type: 'renew', holdId: 'hold-1', incarnation: held.receipt.incarnation } as const
    expect(await admin.store.run(ACME, { ...late, checkpoint: null })).toEqual({ type: 'gone' })
    expect(await admin.store.run(ACME, admit(version, 'hold-2', admin.clock.nowMs))).toEqual({
      type: 'gone',
    })
  })

  it('of one that is being made at that moment leaves neither row nor account', async () => {
    const { send, store } = openAdmin()
    const update = store.directory.update.bind(store.directory)
    let erased: Promise<unknown> | null = null
    store.directory.update = async (row) => {
      // The first update is the last step of the provisioning; the erasure makes its own.
      const first = erased === null
      erased ??= send('DELETE', '/tenants/acme?force=true')
      if (first) await erased
      return update(row)
    }
    const made = await send('POST', '/tenants', { id: 'acme' })
    expect(made.status).toBe(404)
    expect((await send('GET', '/tenants/acme')).status).toBe(404)
  })
})

it('an account that is made after its slug was erased goes as well', async () => {
  const { send, store } = openAdmin()
  const run = store.run.bind(store)
  let erased: Awaited<ReturnType<typeof send>> | null = null
  store.run = async (tenant, command) => {
    if (command.type === 'create') erased ??= await send('DELETE', '/tenants/acme?force=true')
    return run(tenant, command)
  }
  expect((await send('POST', '/tenants', { id: 'acme' })).status).toBe(404)
  expect(erased).toMatchObject({ status: 200 })
  expect((await send('GET', '/tenants/acme')).status).toBe(404)
  expect(await store.ledger(ACME, 0, 10)).toEqual([])
})

describe('an erasure that breaks off', () => {
  const steps: readonly [call: string, loss: Loss][] = [
    'change',
    'directory.update',
    'write.erasure',
    'erase',
    'directory.bury',
    'read.tombstone',
  ].flatMap((call): [string, Loss][] => [
    [call, 'before'],
    [call, 'after'],
  ])

  it.each(steps)('at %s (%s it happened) is completed by repeating it', async (step, loss) => {
    const { make, send, store } = openAdmin()
    await make('acme')
    let lost = false
    store.lose = (call) => {
      if (call !== step || lost) return null
      lost = true
      return loss
    }
    expect((await send('DELETE', '/tenants/acme?force=true')).status).toBe(503)
    const { status, json } = await send('DELETE', '/tenants/acme?force=true')
    expect([status, json.receipt.deleted]).toEqual([
      200,
      { account: 1, keys: 1, ledger_entries: 3, counters: 0, holds: 0, collections: 0, vectors: 0 },
    ])
    expect(await store.directory.documents('erasure')).toEqual([])
    expect((await send('POST', '/tenants', { id: 'acme' })).status).toBe(409)
  })

  it('of several at once tells all the same receipt', async () => {
    const { erase } = await openArchived()
    const answers = await Promise.all(Array.from({ length: 5 }, () => erase()))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  })
})
