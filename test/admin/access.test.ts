// Who may ask what: every route of the control plane and of the tenants' own view, read from the app
// itself, so that a new one is covered the day it is added.
import { describe, expect, it } from 'vitest'
import { createApp } from '../../src/app.ts'
import { declare, goodClaims, makeSigner, NOW_MS, offlineIssuers } from '../identify/minting.ts'
import { FakeClock } from '../support/fakes/clock.ts'
import { openGateway } from '../support/fakes/gateway.ts'
import { scriptedFetch } from '../support/fakes/scripted-fetch.ts'

const BOUND = 'https://bound.example'
const signer = await makeSigner('ES256', 'k1')
const jwks = { keys: [signer.publicJwk] }
const issuers = offlineIssuers([
  declare({ algorithms: ['ES256'], jwks }),
  declare({ algorithms: ['ES256'], jwks, issuer: BOUND, tenants: ['acme-1'] }),
])
const mint = (claims: object) => signer.sign({ alg: 'ES256', kid: 'k1' }, goodClaims({ ...claims }))
const NO_TENANT = { tenant_id: undefined }

function open() {
  return openGateway({ upstream: scriptedFetch(), clock: new FakeClock(NOW_MS), issuers })
}

const routes = createApp(open().gateway)
  .routes.filter(({ method, path }) => method !== 'ALL' && /^\/(?:admin|tenant)\b/.test(path))
  .map(({ method, path }) => [method, path] as const)
const adminRoutes = routes.filter(([, path]) => path.startsWith('/admin'))
const ownRoutes = routes.filter(([, path]) => path.startsWith('/tenant'))
const keyRoutes = routes.filter(([, path]) => path.includes(':key_id'))

/** Names that pass for whatever the path asks. */
function fill(path: string, names: Readonly<Record<string, string>> = {}): string {
  return path.replaceAll(/:([a-z_]+)/g, (_, name: string) => names[name] ?? 'acme')
}

type Gateway = ReturnType<typeof open>

async function ask(
  { send }: Gateway,
  [method, path]: readonly [string, string],
  headers: Record<string, string>,
) {
  const body = method === 'GET' || method === 'DELETE' ? {} : { body: '{}' }
  const json = method === 'GET' || method === 'DELETE' ? {} : { 'content-type': 'application/json' }
  const response = await send(path, { method, headers: { ...json, ...headers }, ...body })
  const text = await answered(response)
  return { status: response.status, code: /"code":"(\w+)"/.exec(text)?.[1], text }
}

/** All that is answered; of a stream that goes on, what comes first. */
async function answered(response: Response): Promise<string> {
  const type = response.headers.get('content-type') ?? ''
  if (!type.startsWith('text/event-stream')) return response.text()
  const reader = response.body?.getReader()
  const first = await reader?.read()
  await reader?.cancel()
  return new TextDecoder().decode(first?.value)
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

describe('every route', () => {
  it('is in the table', () => {
    expect(adminRoutes.length).toBeGreaterThanOrEqual(24)
    expect(ownRoutes.length).toBeGreaterThanOrEqual(2)
  })

  it.each(routes)(
    '%s %s is 401 without a credential and for one that is wrong',
    async (...route) => {
      const gateway = open()
      const [method, path] = route
      const key = `tg_acme_${'0'.repeat(49)}`
      for (const headers of [{}, bearer('x'), bearer('a.b.c'), bearer(key)]) {
        const { status } = await ask(gateway, [method, fill(path)], headers)
        expect(status).toBe(401)
      }
      const expired = await mint({ scope: 'admin usage', exp: NOW_MS / 1000 - 3_600 })
      expect((await ask(gateway, [method, fill(path)], bearer(expired))).status).toBe(401)
      expect(gateway.commands.filter(({ type }) => type !== 'load')).toEqual([])
    },
  )
})

describe('every route of the control plane', () => {
  it.each(adminRoutes)('%s %s is 401 for the API key of a tenant', async (method, path) => {
    const gateway = open()
    const { id, key } = await gateway.makeTenant()
    const asked = [method, fill(path, { id })] as const
    expect((await ask(gateway, asked, bearer(key))).status).toBe(401)
    expect((await ask(gateway, asked, { 'x-api-key': key })).status).toBe(401)
  })

  it.each(adminRoutes)('%s %s is 403 for a token that may not open it', async (method, path) => {
    const gateway = open()
    const asked = [method, fill(path)] as const
    const tokens = [
      await mint({ scope: 'llm usage *' }),
      await mint({ scope: 'usage', roles: ['admin'] }),
      // An issuer that is bound to tenants speaks for no one else, whatever it writes.
      await mint({ iss: BOUND, tenant_id: 'acme-1', scope: 'admin' }),
      await mint({ iss: BOUND, ...NO_TENANT, scope: 'admin' }),
    ]
    for (const token of tokens) {
      const { status, code } = await ask(gateway, asked, bearer(token))
      expect([status, code]).toEqual([403, 'ScopeMissing'])
    }
    expect(gateway.commands).toEqual([])
  })

  it.each(adminRoutes)('%s %s opens to an admin’s token that names no tenant', async (...route) => {
    const gateway = open()
    const token = await mint({ ...NO_TENANT, scope: 'admin', sub: 'ops-1' })
    const [method, path] = route
    const { status } = await ask(gateway, [method, fill(path)], bearer(token))
    expect([401, 403, 405, 500]).not.toContain(status)
  })

  it.each(keyRoutes)('%s %s is 404 for the key of another tenant', async (method, path) => {
    const gateway = open()
    const mine = await gateway.makeTenant()
    const other = await gateway.makeTenant()
    const listed = await gateway.admin('GET', `/tenants/${other.id}/keys`)
    const { keys } = (await listed.json()) as { keys: { id: string }[] }
    const key_id = String(keys[0]?.id)
    const asked = [method, fill(path, { id: mine.id, key_id })] as const
    const token = await mint({ ...NO_TENANT, scope: 'admin' })
    expect((await ask(gateway, asked, bearer(token))).status).toBe(404)
    // The other's key still works.
    expect((await ask(gateway, ['GET', '/tenant'], bearer(other.key))).status).toBe(200)
  })

  it('notes an admin’s token by issuer and subject', async () => {
    const gateway = open()
    const { id } = await gateway.makeTenant()
    const token = await mint({ ...NO_TENANT, scope: 'admin', sub: 'ops-1' })
    await ask(gateway, ['POST', `/admin/tenants/${id}/suspend`], bearer(token))
    const last = (await gateway.ledger(id)).at(-1)
    expect(last).toMatchObject({ action: 'tenant.suspend', actor: 'jwt:https://id.example:ops-1' })
  })
})

describe('every route of a tenant’s own view', () => {
  it.each(ownRoutes)('%s %s is 401 for a token that names no tenant', async (method, path) => {
    const token = await mint({ ...NO_TENANT, scope: 'usage admin *' })
    expect((await ask(open(), [method, fill(path)], bearer(token))).status).toBe(401)
  })

  it.each(ownRoutes)('%s %s is 403 for a key without the scope', async (method, path) => {
    const gateway = open()
    const { id } = await gateway.makeTenant()
    const made = await gateway.admin('POST', `/tenants/${id}/keys`, { scopes: ['nothing'] })
    const { key } = (await made.json()) as { key: string }
    const { status, code } = await ask(gateway, [method, fill(path)], bearer(key))
    expect([status, code]).toEqual([403, 'ScopeMissing'])
  })

  it.each(ownRoutes)('%s %s shows nothing of another tenant', async (method, path) => {
    const gateway = open()
    const mine = await gateway.makeTenant()
    const other = await gateway.makeTenant({ name: 'canary-of-the-other' })
    const names = { 'x-tenant-id': other.id, 'tollgate-tenant': other.id }
    const asked = [method, fill(path)] as const
    const { text } = await ask(gateway, asked, { ...bearer(mine.key), ...names })
    expect(text).not.toContain('canary-of-the-other')
    expect(text).not.toContain(`"${other.id}"`)
  })
})
