import { describe, expect, it } from 'vitest'
import { parseKey } from '../../../src/identify/api-key/api-key.ts'
import { TenantId } from '../../../src/tenant/slug.ts'
import { openAdmin, START_MS, statusesOf } from '../harness.ts'

const ACME = TenantId.parse('acme')
const HOUR_MS = 3_600_000

/** What the account says of a key's text: the record that decides at every request. */
async function recordOf({ store, hasher }: ReturnType<typeof openAdmin>, key: string) {
  const parsed = parseKey(key)
  if (parsed === null) throw new Error('not a key')
  const keyHashes = await hasher.hash(parsed.key)
  const reply = await store.run(parsed.tenant, { type: 'load', version: null, keyHashes })
  return reply.type === 'stale' ? (reply.snapshot.key?.record ?? null) : null
}

describe('keys of a tenant', () => {
  it('are made with what was asked for, and work', async () => {
    const admin = openAdmin()
    await admin.make('acme')
    const terms = {
      name: 'ci',
      user: 'ann@acme.example',
      scopes: ['llm', 'models'],
      ip_allow: ['10.0.0.0/8', '2001:db8::/32'],
      expires_at: '2030-01-31T10:00:00.000Z',
    }
    const { status, json, headers } = await admin.send('POST', '/tenants/acme/keys', terms)
    expect(status).toBe(201)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(json).toMatchObject({ ...terms, revoked_at: null, rotated_to: null })
    expect(await recordOf(admin, json.key)).toMatchObject({
      id: json.id,
      user: 'ann@acme.example',
      expires_at_ms: Date.parse(terms.expires_at),
    })
  })

  it('are not named with half a character: a store may not read such a key back', async () => {
    const { send, make } = openAdmin()
    await make('acme')
    const { status, json } = await send('POST', '/tenants/acme/keys', '{"name":"a\\ud800"}')
    expect([status, json.param]).toEqual([422, 'name'])
    expect((await send('GET', '/tenants/acme/keys')).json.keys).toHaveLength(1)
  })

  it('may do all of the data plane, from anywhere and for ever, where nothing is said', async () => {
    const { send, make } = openAdmin()
    await make('acme')
    const { status, json } = await send('POST', '/tenants/acme/keys')
    expect(status).toBe(201)
    expect(json).toMatchObject({ scopes: ['*'], ip_allow: [], user: null, expires_at: null })
  })

  it.each([
    ['an unknown member', { scope: 'llm' }, 'scope'],
    ['a past expiry', { expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
    ['an expiry without a zone', { expires_at: '2030-01-01T00:00:00' }, 'expires_at'],
    ['host bits in a range', { ip_allow: ['10.0.0.1/8'] }, 'ip_allow.0'],
    ['a scope with a space', { scopes: ['a b'] }, 'scopes.0'],
    ['an empty user', { user: '' }, 'user'],
  ])('are refused with 422 for %s', async (_, body, member) => {
    const { send, make } = openAdmin()
    await make('acme')
    const { status, json } = await send('POST', '/tenants/acme/keys', body)
    expect([status, json.param]).toEqual([422, member])
  })

  it('are listed without their text or hash', async () => {
    const { send, make, store } = openAdmin()
    const key = await make('acme')
    const { json, text } = await send('GET', '/tenants/acme/keys')
    expect(json.keys).toMatchObject([{ name: 'first key', scopes: ['*'], last_used_at: null }])
    const hash = /"hash":"([^"]+)"/.exec(store.sent)?.[1] ?? 'none was stored'
    expect(text).not.toContain(key)
    expect(text).not.toContain(hash)
  })

  it('are revoked at once, and a second time nothing happens', async () => {
    const admin = openAdmin()
    const { send, store, clock } = admin
    const key = await admin.make('acme')
    const id = (await recordOf(admin, key))?.id
    clock.nowMs += 5
    expect((await send('DELETE', `/tenants/acme/keys/${id}`)).status).toBe(204)
    expect(await recordOf(admin, key)).toMatchObject({ revoked_at_ms: START_MS + 5 })
    const { version } = (await send('GET', '/tenants/acme')).json.tenant
    store.calls.length = 0
    expect((await send('DELETE', `/tenants/acme/keys/${id}`)).status).toBe(204)
    expect(store.calls).toEqual(['view'])
    expect((await send('GET', '/tenants/acme')).json.tenant.version).toBe(version)
  })

  it("are 404 under another tenant's name", async () => {
    const admin = openAdmin()
    const key = await admin.make('acme')
    await admin.make('globex')
    const id = (await recordOf(admin, key))?.id
    expect((await admin.send('DELETE', `/tenants/globex/keys/${id}`)).status).toBe(404)
    expect((await admin.send('POST', `/tenants/globex/keys/${id}/rotate`)).status).toBe(404)
    expect(await recordOf(admin, key)).toMatchObject({ revoked_at_ms: null, rotated_to: null })
  })
})

describe('rotation', () => {
  it('makes a key of the same rights and lets the old one live through its grace', async () => {
    const admin = openAdmin()
    await admin.make('acme')
    const terms = { name: 'ci', user: 'ann', scopes: ['llm'], ip_allow: ['10.0.0.0/8'] }
    const old = (await admin.send('POST', '/tenants/acme/keys', terms)).json
    const path = `/tenants/acme/keys/${old.id}/rotate`
    const { status, json } = await admin.send('POST', path, { grace_seconds: 3600 })
    expect(status).toBe(201)
    expect(json).toMatchObject({ ...terms, expires_at: null })
    expect(json.key).not.toBe(old.key)
    expect(await recordOf(admin, json.key)).toMatchObject({ id: json.id, rotated_to: null })
    expect(await recordOf(admin, old.key)).toMatchObject({
      rotated_to: json.id,
      expires_at_ms: START_MS + HOUR_MS,
      revoked_at_ms: null,
    })
  })

  it('never lengthens the life of the old key', async () => {
    const admin = openAdmin()
    await admin.make('acme')
    const expires_at = new Date(START_MS + 1000).toISOString()
    const old = (await admin.send('POST', '/tenants/acme/keys', { expires_at })).json
    const { json } = await admin.send('POST', `/tenants/acme/keys/${old.id}/rotate`)
    expect(json.replaces.expires_at).toBe(expires_at)
    expect(json.expires_at).toBe(expires_at)
  })

  it('is refused with 409 for a key that was rotated, revoked or has expired', async () => {
    const { send, make, clock } = openAdmin()
    await make('acme')
    const rotate = async (id: string) =>
      (await send('POST', `/tenants/acme/keys/${id}/rotate`)).status
    const fresh = async (body = {}) =>
      String((await send('POST', '/tenants/acme/keys', body)).json.id)
    const rotated = await fresh()
    expect(await rotate(rotated)).toBe(201)
    expect(await rotate(rotated)).toBe(409)
    const revoked = await fresh()
    await send('DELETE', `/tenants/acme/keys/${revoked}`)
    expect(await rotate(revoked)).toBe(409)
    const expired = await fresh({ expires_at: new Date(START_MS + 1).toISOString() })
    clock.nowMs += 1
    expect(await rotate(expired)).toBe(409)
  })

  it.each([-1, 1.5, 30 * 86_400 + 1, '60'])('refuses a grace of %j', async (grace_seconds) => {
    const { send, make, store } = openAdmin()
    await make('acme')
    const key = (await send('GET', '/tenants/acme/keys')).json.keys[0]!
    store.calls.length = 0
    const path = `/tenants/acme/keys/${key.id}/rotate`
    expect((await send('POST', path, { grace_seconds })).status).toBe(422)
    expect(store.calls).toEqual([])
  })

  it('at once from several sides succeeds once', async () => {
    const { send, make, store } = openAdmin()
    await make('acme')
    const key = (await send('GET', '/tenants/acme/keys')).json.keys[0]!
    const path = `/tenants/acme/keys/${key.id}/rotate`
    const answers = await Promise.all(Array.from({ length: 5 }, () => send('POST', path)))
    expect(statusesOf(answers)).toEqual([201, 409, 409, 409, 409])
    const view = await store.run(ACME, { type: 'view', rates: [], budgets: [] })
    expect(view.type === 'viewed' && view.keys.length).toBe(2)
  })
})
