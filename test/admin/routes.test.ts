import { describe, expect, it } from 'vitest'
import { openAdmin } from './harness.ts'

/** Every route there is, read from the table itself: a new one is covered the day it is added. */
const routes = openAdmin()
  .routes.routes.filter(({ method }) => method !== 'ALL')
  .map(({ method, path }) => [method, path] as const)
const ofOneTenant = routes.filter(([, path]) => path.startsWith('/tenants/:id'))

const fill = (path: string, id: string) =>
  path
    .replace(':id', id)
    .replace(':key_id', 'key_none')
    .replace(':user', 'ann')
    .replace(':name', path.startsWith('/plans') ? 'pro' : 'usd_per_day')

/** A body that passes, so that it is not the body that is refused. */
function bodyFor(method: string, path: string): object | undefined {
  if (path.endsWith('/users/:user') && method === 'PUT') return { limits: {} }
  if (method === 'PATCH' || method === 'PUT') {
    return path.startsWith('/plans') ? { features: { x: true } } : { name: 'x' }
  }
  const bodies: Record<string, object> = {
    'POST /tenants': { id: 'acme' },
    'POST /plans': { name: 'gold' },
    'POST /plans/move': { from: 'pro', to: 'free' },
  }
  return bodies[`${method} ${path}`]
}

describe('every route of the control plane', () => {
  it('stands in this list', () => {
    expect(routes.map((route) => route.join(' '))).toEqual([
      'POST /tenants',
      'GET /tenants',
      'GET /tenants/:id',
      'PATCH /tenants/:id',
      'PUT /tenants/:id',
      'DELETE /tenants/:id',
      'POST /tenants/:id/suspend',
      'POST /tenants/:id/reactivate',
      'POST /tenants/:id/archive',
      'POST /tenants/:id/keys',
      'GET /tenants/:id/keys',
      'DELETE /tenants/:id/keys/:key_id',
      'POST /tenants/:id/keys/:key_id/rotate',
      'GET /tenants/:id/usage',
      'GET /tenants/:id/quotas',
      'POST /tenants/:id/quotas/recount',
      'GET /tenants/:id/users',
      'GET /tenants/:id/users/:user',
      'PUT /tenants/:id/users/:user',
      'DELETE /tenants/:id/users/:user',
      'POST /tenants/:id/budgets/:name/reset',
      'GET /tenants/:id/ledger',
      'GET /plans',
      'POST /plans',
      'POST /plans/move',
      'GET /plans/:name',
      'PATCH /plans/:name',
      'PUT /plans/:name',
      'DELETE /plans/:name',
      'GET /jobs',
      'GET /jobs/:id',
    ])
  })

  it.each(routes)('%s %s is 401 without a credential, and asks no store', async (method, path) => {
    const { send, store } = openAdmin()
    const answer = await send(method, fill(path, 'acme'), bodyFor(method, path), {
      authorization: '',
    })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="tollgate"')
    expect(answer.headers.get('x-should-retry')).toBe('false')
    expect(store.calls).toEqual([])
  })

  it.each(routes)('%s %s is 403 for a token without the scope', async (method, path) => {
    const { send, store } = openAdmin({
      verifyToken: () =>
        Promise.resolve({
          ok: true,
          validUntilMs: Infinity,
          claims: {
            issuer: 'https://id.example',
            tenant: 'acme' as never,
            user: 'ann',
            scopes: new Set(['llm']),
            roles: [],
            expiresAtMs: Infinity,
          },
        }),
    })
    const headers = { authorization: 'Bearer a.b.c' }
    const answer = await send(method, fill(path, 'acme'), bodyFor(method, path), headers)
    expect([answer.status, answer.json.code]).toEqual([403, 'ScopeMissing'])
    expect(store.calls).toEqual([])
  })

  it.each(ofOneTenant)('%s %s is 404 for a tenant that is not there', async (method, path) => {
    const { send } = openAdmin()
    const answer = await send(method, fill(path, 'nobody'), bodyFor(method, path))
    expect([answer.status, answer.json.code]).toEqual([404, 'NotFound'])
  })

  it.each(ofOneTenant)('%s %s is 400 for what can be no tenant', async (method, path) => {
    const { send, store } = openAdmin()
    for (const id of ['Acme', 'a', 'acme%2Fx', '..%2Facme', 'tenant%3A{x}']) {
      expect((await send(method, fill(path, id), bodyFor(method, path))).status).toBe(400)
    }
    expect(store.calls).toEqual([])
  })

  it.each(routes)('%s %s is 503 while the store does not answer', async (method, path) => {
    const { send, make, store, logged } = openAdmin()
    await make('acme')
    store.lose = () => 'before'
    const answer = await send(method, fill(path, 'acme'), bodyFor(method, path))
    expect([answer.status, answer.json.code]).toEqual([503, 'StoreUnavailable'])
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(logged).toHaveLength(1)
  })

  it('is all there is: anything else is 404 with the right to know, and 401 without', async () => {
    const { send } = openAdmin()
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/planes/x'],
    ] as const) {
      expect((await send(method, path)).status).toBe(404)
      expect((await send(method, path, undefined, { authorization: '' })).status).toBe(401)
    }
  })

  it('is told by 405 with Allow where a path is there under other methods', async () => {
    const { send } = openAdmin()
    const allowOf = async (method: string, path: string) => {
      const { status, headers } = await send(method, path)
      return [status, headers.get('allow')]
    }
    expect(await allowOf('DELETE', '/tenants')).toEqual([405, 'HEAD, POST, GET'])
    expect(await allowOf('POST', '/tenants/acme')).toEqual([405, 'HEAD, GET, PATCH, PUT, DELETE'])
    expect(await allowOf('GET', '/tenants/acme/suspend')).toEqual([405, 'POST'])
    expect(await allowOf('PATCH', '/jobs')).toEqual([405, 'HEAD, GET'])
    const { status } = await send('DELETE', '/tenants', undefined, { authorization: '' })
    expect(status).toBe(401)
  })
})
