// Named quotas over REST: what a tenant's own services may take and give back, and what they are told.
import { describe, expect, it } from 'vitest'
import { openAdmin } from '../admin/harness.ts'
import { openIsolate } from './open-isolate.ts'

interface Answer {
  readonly status: number
  readonly json: Readonly<Record<string, never>>
}

async function acme(quotas: Record<string, number | null> = { max_products: 3 }) {
  const admin = openAdmin()
  const key = await admin.make('acme', { quotas })
  const isolate = openIsolate(admin)
  async function post(
    path: string,
    body?: object,
    idempotencyKey?: string,
    by = key,
  ): Promise<Answer> {
    const response = await isolate.fetch(`/tenant/quotas/${path}`, by, {
      method: 'POST',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, json: JSON.parse(await response.text()) as Answer['json'] }
  }
  const get = async (path: string, by = key): Promise<Answer> => {
    const response = await isolate.fetch(`/tenant/quotas${path}`, by)
    return { status: response.status, json: JSON.parse(await response.text()) as Answer['json'] }
  }
  const products = async () =>
    ((await get('/max_products')).json['quotas'] as unknown as readonly object[])[0]
  return { admin, key, post, get, products }
}

describe('POST /tenant/quotas/{name}/acquire', () => {
  it('takes one without a body, tells the level, and costs one store call', async () => {
    const { admin, post } = await acme()
    await post('max_products/acquire')
    admin.store.calls.length = 0
    const { status, json } = await post('max_products/acquire')
    expect(status).toBe(200)
    expect(json).toEqual({
      acquisition: {
        id: expect.stringMatching(/^acq_1_[0-9a-f]{32}$/) as unknown,
        amount: 1,
        expires_at: null,
        state: 'held',
      },
      quota: {
        name: 'max_products',
        used: 2,
        max: 3,
        remaining: 1,
        high_water: 2,
        utilization_pct: 66.7,
      },
    })
    expect(admin.store.calls).toEqual(['acquire'])
  })

  it('is refused with 429 in words that a person can act on', async () => {
    const { post } = await acme({ max_products: 100 })
    await post('max_products/acquire', { amount: 100 })
    const { status, json } = await post('max_products/acquire')
    expect(status).toBe(429)
    expect(json).toMatchObject({
      code: 'QuotaExceeded',
      detail: "Tenant 'acme' has 100/100 products. Upgrade the plan or release some.",
      limit: 'max_products',
      scope: 'tenant',
      used: 100,
      max: 100,
      retryable: false,
      remedy: 'Release some, or have max_products raised by the platform.',
    })
    const five = await post('max_products/acquire', { amount: 5 })
    expect(five.json['detail']).toContain('has 100/100 products and asked for 5 more.')
  })

  it('under one Idempotency-Key counts once, and answers the same', async () => {
    const { post, products } = await acme()
    const first = await post('max_products/acquire', { amount: 2 }, 'order-17')
    expect(first.json['acquisition']).toMatchObject({ id: 'order-17', amount: 2 })
    expect(await post('max_products/acquire', { amount: 2 }, 'order-17')).toEqual(first)
    const other = await post('max_products/acquire', { amount: 1 }, 'order-17')
    expect([other.status, other.json['param']]).toEqual([422, 'idempotency-key'])
    expect(await products()).toMatchObject({ used: 2 })
  })

  it('under a lease tells when it ends, and has ended then', async () => {
    const { admin, post, products } = await acme()
    const { json } = await post('max_products/acquire', { amount: 2, lease_seconds: 30 })
    const expires_at = new Date(admin.clock.nowMs + 30_000).toISOString()
    expect(json['acquisition']).toMatchObject({ expires_at })
    admin.clock.nowMs += 30_000
    expect((await post('max_products/acquire', { amount: 3 })).status).toBe(200)
    expect(await products()).toMatchObject({ used: 3, high_water: 3 })
  })

  it('under a lease is not renewed by being repeated', async () => {
    const { admin, post, products } = await acme()
    const body = { amount: 2, lease_seconds: 30 }
    const first = await post('max_products/acquire', body, 'job-1')
    admin.clock.nowMs += 29_000
    expect(await post('max_products/acquire', body, 'job-1')).toEqual(first)
    admin.clock.nowMs += 1_000
    const late = await post('max_products/acquire', body, 'job-1')
    expect(late.json['acquisition']).toMatchObject({ id: 'job-1', state: 'expired' })
    expect(await products()).toMatchObject({ used: 0 })
  })

  it('of a quota that the tenant does not have is 404, and names those that it has', async () => {
    const { post, get } = await acme()
    for (const answer of [await post('max_dogs/acquire'), await get('/max_dogs')]) {
      expect(answer.status).toBe(404)
      expect(answer.json['remedy']).toContain('max_agents, max_collections')
    }
    expect((await post('constructor/acquire')).status).toBe(404)
  })

  it.each([
    [{ amount: 0 }, 'amount'],
    [{ amount: 1.5 }, 'amount'],
    [{ amount: '1' }, 'amount'],
    [{ amount: 1e16 }, 'amount'],
    [{ lease_seconds: 0 }, 'lease_seconds'],
    [{ lease_seconds: 86_401 }, 'lease_seconds'],
    [{ tenant: 'globex' }, 'tenant'],
  ])('with %j is 422', async (body, param) => {
    const { post, products } = await acme()
    const { status, json } = await post('max_products/acquire', body)
    expect([status, json['param']]).toEqual([422, param])
    expect(await products()).toMatchObject({ used: 0 })
  })

  it.each([`acq_5_${'a'.repeat(32)}`, 'x'.repeat(129), 'a b'])(
    'under the Idempotency-Key %s is 422',
    async (key) => {
      const { post } = await acme()
      expect((await post('max_products/acquire', {}, key)).status).toBe(422)
    },
  )

  it('obeys a limit that was lowered in the same moment, and never goes below nothing', async () => {
    const { admin, post, products } = await acme()
    await post('max_products/acquire', { amount: 3 })
    await admin.send('PATCH', '/tenants/acme', { quotas: { max_products: 1 } })
    expect((await post('max_products/acquire')).json['max']).toBe(1)
    expect(await products()).toMatchObject({ used: 3, max: 1, remaining: 0, utilization_pct: 300 })
    await admin.send('PATCH', '/tenants/acme', { quotas: { max_products: null } })
    expect((await post('max_products/acquire')).json['quota']).toMatchObject({ used: 4, max: null })
  })

  it('needs the scope quotas and an active tenant; release and check do with a suspended one', async () => {
    const { admin, key, post, get, products } = await acme()
    const made = await admin.send('POST', '/tenants/acme/keys', { scopes: ['usage'] })
    const reader = made.json.key
    expect((await post('max_products/acquire', {}, undefined, reader)).json).toMatchObject({
      code: 'ScopeMissing',
      scope: 'quotas',
    })
    expect((await get('', reader)).status).toBe(200)
    await post('max_products/acquire', { amount: 2 }, 'a')
    await admin.send('POST', '/tenants/acme/suspend')
    expect((await post('max_products/acquire')).json['code']).toBe('TenantSuspended')
    expect((await get('/max_products?amount=1')).json['allowed']).toBe(false)
    expect((await post('max_products/release', { acquisition: 'a' })).status).toBe(200)
    expect(await products()).toMatchObject({ used: 0 })
    expect((await post('max_products/acquire', {}, undefined, `${key}x`)).status).toBe(401)
  })

  it('belongs to the credential’s tenant alone', async () => {
    const { admin, post } = await acme()
    const other = await admin.make('globex', { quotas: { max_products: 3 } })
    await post('max_products/acquire', { amount: 2 }, 'same')
    await post('max_products/acquire', { amount: 3 }, 'same', other)
    const used = async (tenant: string) => {
      const { text } = await admin.send('GET', `/tenants/${tenant}/quotas`)
      const { quotas } = JSON.parse(text) as { quotas: { name: string; used: number }[] }
      return quotas.find(({ name }) => name === 'max_products')?.used
    }
    expect([await used('acme'), await used('globex')]).toEqual([2, 3])
  })
})

describe('POST /tenant/quotas/{name}/release', () => {
  it('gives back an acquisition by its id once, whether the caller named it or not', async () => {
    const { post, products } = await acme()
    const { json } = await post('max_products/acquire', { amount: 2 })
    await post('max_products/acquire', {}, 'mine')
    const { id } = json['acquisition'] as unknown as { id: string }
    for (const acquisition of [id, id, 'mine', 'mine']) {
      expect((await post('max_products/release', { acquisition })).status).toBe(200)
    }
    expect(await products()).toMatchObject({ used: 0, high_water: 3 })
  })

  it('gives back an amount, once under one Idempotency-Key', async () => {
    const { post, products } = await acme()
    await post('max_products/acquire', { amount: 3 })
    for (const _ of [1, 2]) await post('max_products/release', { amount: 1 }, 'r-1')
    await post('max_products/release', { amount: 1 })
    expect(await products()).toMatchObject({ used: 1 })
  })

  it('of what is not there is 404, of more than is used 409', async () => {
    const { post } = await acme()
    const unknown = await post('max_products/release', { acquisition: 'never' })
    expect([unknown.status, unknown.json['code']]).toEqual([404, 'NotFound'])
    const tooMuch = await post('max_products/release', { amount: 1 })
    expect([tooMuch.status, tooMuch.json['used']]).toEqual([409, 0])
    expect((await post('max_dogs/release', { amount: 1 })).status).toBe(404)
  })

  it.each([{}, { acquisition: 'a', amount: 1 }, { amount: 0 }, { acquisition: '' }])(
    'with %j is 422',
    async (body) => {
      const { post } = await acme()
      expect((await post('max_products/release', body)).status).toBe(422)
    },
  )
})

describe('GET /tenant/quotas', () => {
  it('lists every quota of the tenant, and tells of one whether so much would fit', async () => {
    const { post, get } = await acme()
    await post('max_products/acquire', { amount: 2 })
    const { json } = await get('')
    const quotas = json['quotas'] as unknown as { name: string }[]
    expect(quotas.map(({ name }) => name)).toContain('max_agents')
    expect(quotas.find(({ name }) => name === 'max_products')).toEqual({
      name: 'max_products',
      used: 2,
      max: 3,
      remaining: 1,
      high_water: 2,
      utilization_pct: 66.7,
    })
    expect((await get('/max_products')).json).not.toHaveProperty('allowed')
    expect((await get('/max_products?amount=1')).json['allowed']).toBe(true)
    expect((await get('/max_products?amount=2')).json['allowed']).toBe(false)
    expect((await get('/max_products?amount=0')).status).toBe(422)
    expect((await get('?tenant=globex')).status).toBe(422)
  })
})
