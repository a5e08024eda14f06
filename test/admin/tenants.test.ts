import { describe, expect, it } from 'vitest'
import { parseKey } from '../../src/identify/api-key/api-key.ts'
import { openAdmin } from './harness.ts'

const FULL = {
  id: 'acme',
  name: 'Acme Inc',
  plan: 'pro',
  timezone: 'Europe/Berlin',
  limits: {
    requests_per_second: 20,
    requests_per_minute: 60,
    requests_per_hour: 1000,
    tokens_per_minute: 90000,
    user_requests_per_minute: 10,
    tokens_per_day: 500000,
    tokens_per_month: 10000000,
    usd_per_day: '10.00',
    usd_per_month: '200.00',
    max_concurrency: 10,
  },
  quotas: { max_collections: 10, max_vectors: 1000000, max_products: 100 },
  policy: {
    allowed_models: ['gpt-4o-mini', 'claude-*'],
    default_model: 'gpt-4o-mini',
    allowed_tools: ['web_search'],
    max_context_tokens: 32000,
    max_output_tokens: 4096,
    low_budget: 'clamp',
  },
  retention_days: 90,
  metadata: { crm: { id: 7 } },
}

describe('POST /admin/tenants', () => {
  it('creates an active tenant with all that was asked for, and a key for it', async () => {
    const { send } = openAdmin()
    const { status, json, headers } = await send('POST', '/tenants', FULL)
    expect(status).toBe(201)
    expect(json.tenant).toMatchObject({ ...FULL, status: 'ACTIVE', limits: FULL.limits })
    expect(json.tenant.limits['key_requests_per_minute']).toBeNull()
    expect(json.tenant.overrides.limits).toEqual(FULL.limits)
    expect(json.tenant.quotas).toMatchObject({ max_products: 100, max_agents: 10 })
    expect(json.tenant.created_at).toBe('2026-06-17T12:00:00.000Z')
    expect(headers.get('etag')).toBe(`"${json.tenant.version}"`)
    expect(headers.get('location')).toBe('/admin/tenants/acme')
    expect(parseKey(json.key)?.tenant).toBe('acme')
  })

  it('takes the default plan, the id as name and UTC where nothing is said', async () => {
    const { send } = openAdmin()
    const { json } = await send('POST', '/tenants', { id: 'acme' })
    expect(json.tenant).toMatchObject({
      name: 'acme',
      plan: 'free',
      timezone: 'UTC',
      metadata: {},
    })
    expect(json.tenant.limits).toMatchObject({ requests_per_minute: 10, usd_per_day: '0.25' })
    expect(json.tenant.retention_days).toBe(30)
  })

  it('keeps absent, null and 0 apart in every limit', async () => {
    const { send } = openAdmin()
    const limits = {
      requests_per_minute: null,
      tokens_per_day: 0,
      usd_per_day: 0,
      usd_per_month: null,
    }
    const { json } = await send('POST', '/tenants', { id: 'acme', limits })
    expect(json.tenant.limits).toMatchObject({
      requests_per_minute: null,
      tokens_per_day: 0,
      tokens_per_month: 1_000_000,
      usd_per_day: '0.00',
      usd_per_month: null,
    })
  })

  it('answers 409 for a slug that is taken', async () => {
    const { send, make } = openAdmin()
    await make('acme')
    const { status, json, headers } = await send('POST', '/tenants', { id: 'acme' })
    expect(status).toBe(409)
    expect(json).toMatchObject({ code: 'Conflict', param: 'id', retryable: false })
    expect(headers.get('x-should-retry')).toBe('false')
  })

  it.each(['Acme', 'ab', '1acme', 'a_b', 'acme ', ' acme', 'acme/x', 'äcme', 'a'.repeat(64), ''])(
    'answers 400 for the id %j and repairs nothing',
    async (id) => {
      const { send, store } = openAdmin()
      const { status, json } = await send('POST', '/tenants', { id })
      expect([status, json.code, json.param]).toEqual([400, 'InvalidBody', 'id'])
      expect(store.calls).toEqual([])
    },
  )
})

describe('what is refused with 422, naming the member', () => {
  it.each([
    ['an unknown member', { idd: 1 }, 'idd'],
    ['an unknown limit', { limits: { request_per_minute: 5 } }, 'limits.request_per_minute'],
    ['an unknown policy', { policy: { allow_models: [] } }, 'policy.allow_models'],
    ['a prompt guard that is none', { policy: { prompt_guard: 'warn' } }, 'policy.prompt_guard'],
    ['an empty system prompt', { policy: { system_prompt: '' } }, 'policy.system_prompt'],
    ['a blank system prompt', { policy: { system_prompt: ' \n' } }, 'policy.system_prompt'],
    ['half a character', { policy: { system_prompt: 'a\ud800' } }, 'policy.system_prompt'],
    [
      'a system prompt of 32,001 characters',
      { policy: { system_prompt: 'x'.repeat(32_001) } },
      'policy.system_prompt',
    ],
    ['a negative limit', { limits: { requests_per_minute: -1 } }, 'limits.requests_per_minute'],
    ['a fraction', { limits: { tokens_per_day: 1.5 } }, 'limits.tokens_per_day'],
    ['a limit of 2^53', { limits: { tokens_per_day: 2 ** 53 } }, 'limits.tokens_per_day'],
    ['a limit as text', { limits: { tokens_per_day: '5' } }, 'limits.tokens_per_day'],
    ['negative money', { limits: { usd_per_day: '-1' } }, 'limits.usd_per_day'],
    ['money with 10 places', { limits: { usd_per_day: '0.0000000001' } }, 'limits.usd_per_day'],
    ['money past 2^53 nano-USD', { limits: { usd_per_day: 10_000_000 } }, 'limits.usd_per_day'],
    ['a misnamed quota', { quotas: { 'Max Things': 1 } }, 'quotas'],
    ['a negative quota', { quotas: { max_vectors: -1 } }, 'quotas.max_vectors'],
    ['an unknown plan', { plan: 'gold' }, 'plan'],
    ['an inherited name as plan', { plan: 'constructor' }, 'plan'],
    ['an unknown time zone', { timezone: 'Mars/Olympus' }, 'timezone'],
    ['an offset as time zone', { timezone: '+01:00' }, 'timezone'],
    ['no retention at all', { retention_days: 0 }, 'retention_days'],
    ['metadata above 16 KB', { metadata: { text: 'x'.repeat(16 * 1024) } }, 'metadata'],
    ['a status', { status: 'ACTIVE' }, 'status'],
  ])('%s', async (_, members, member) => {
    const { send, make, store } = openAdmin()
    const created = await send('POST', '/tenants', { id: 'acme', ...members })
    expect([created.status, created.json.param]).toEqual([422, member])
    // Which plans there are, the directory is asked at most.
    expect(store.calls.filter((call) => call !== 'list.plan')).toEqual([])
    await make('acme')
    const changed = await send('PATCH', '/tenants/acme', members)
    expect([changed.status, changed.json.param]).toEqual([422, member])
  })

  it('says what is allowed where the type, or the name of a member, is wrong', async () => {
    const { send } = openAdmin()
    const money = await send('POST', '/tenants', { id: 'acme', limits: { usd_per_day: true } })
    expect(money.json.detail).toContain('a plain decimal in USD')
    const feature = await send('POST', '/plans', { name: 'gold', features: { SSO: true } })
    expect(feature.json.detail).toContain('features.SSO: must be named in a-z')
  })

  it('refuses the 51st quota, however few each change names', async () => {
    const { send, make } = openAdmin()
    const named = (group: string, count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`${group}_${n}`, 1]))
    await make('acme', { quotas: named('a', 49) })
    const change = (quotas: object) => send('PATCH', '/tenants/acme', { quotas })
    const { status, json } = await change(named('b', 2))
    expect([status, json.param]).toEqual([422, 'quotas'])
    expect((await change(named('b', 1))).status).toBe(200)
    expect((await change(named('a', 49))).status).toBe(200)
    await send('POST', '/plans', { name: 'gold', features: named('a', 99) })
    const plan = await send('PATCH', '/plans/gold', { features: named('b', 2) })
    expect([plan.status, plan.json.param]).toEqual([422, 'features'])
  })

  it('says which members are allowed', async () => {
    const { send } = openAdmin()
    const { json } = await send('POST', '/tenants', { id: 'acme', limits: { rpm: 1 } })
    expect(json.detail).toContain('requests_per_minute')
    expect(json.errors).toHaveLength(1)
  })

  it.each([
    ['NaN', '{"id":"acme","limits":{"tokens_per_day":NaN}}', 400],
    ['1e309', '{"id":"acme","limits":{"tokens_per_day":1e309}}', 422],
    ['2^53+1', '{"id":"acme","limits":{"tokens_per_day":9007199254740993}}', 422],
    ['a member named twice', '{"id":"acme","plan":"free","plan":"unlimited"}', 400],
    ['__proto__ as a member', '{"id":"acme","__proto__":{"plan":"unlimited"}}', 422],
    ['__proto__ in metadata', '{"id":"acme","metadata":{"a":[{"__proto__":1}]}}', 422],
    ['__proto__ as a quota', '{"id":"acme","quotas":{"__proto__":1}}', 422],
    ['half a character in a name', '{"id":"acme","name":"a\\ud800"}', 422],
    ['half a character in metadata', '{"id":"acme","metadata":{"a":["\\udfff"]}}', 422],
    ['half a character as a name', '{"id":"acme","metadata":{"\\ud800":1}}', 422],
    ['a list', '[]', 400],
    ['nothing', '', 400],
    [
      'nesting without end',
      `{"id":"acme","metadata":{"a":${'['.repeat(5000)}${']'.repeat(5000)}}}`,
      422,
    ],
  ])('refuses %s', async (_, text, status) => {
    const { send, store } = openAdmin()
    expect((await send('POST', '/tenants', text)).status).toBe(status)
    expect(store.calls).toEqual([])
  })

  it('refuses another content type with 415 and a body above its bound with 413', async () => {
    const { send } = openAdmin()
    const form = await send('POST', '/tenants', 'id=acme', { 'content-type': 'text/plain' })
    expect(form.status).toBe(415)
    const large = await send('POST', '/tenants', {
      id: 'acme',
      metadata: { t: 'x'.repeat(300_000) },
    })
    expect(large.status).toBe(413)
  })
})

describe('GET /admin/tenants', () => {
  it('pages by slug until next_cursor is null', async () => {
    const { send, make } = openAdmin()
    for (const id of ['ccc', 'aaa', 'bbb']) await make(id)
    const first = await send('GET', '/tenants?limit=2')
    expect(first.json.tenants.map((t) => t.id)).toEqual(['aaa', 'bbb'])
    expect(first.json.next_cursor).toBe('bbb')
    const second = await send('GET', `/tenants?limit=2&cursor=${first.json.next_cursor}`)
    expect(second.json.tenants.map((t) => t.id)).toEqual(['ccc'])
    expect(second.json.next_cursor).toBeNull()
  })

  it('filters by status and plan, without losing any between pages', async () => {
    const { send, make } = openAdmin()
    for (const [at, id] of ['aaa', 'bbb', 'ccc', 'ddd', 'eee'].entries()) {
      await make(id, { plan: at % 2 === 0 ? 'pro' : 'free' })
    }
    await send('POST', '/tenants/ccc/suspend')
    const seen: string[] = []
    for (let cursor = ''; ;) {
      const { json } = await send('GET', `/tenants?plan=pro&limit=1${cursor}`)
      seen.push(...json.tenants.map((t) => t.id))
      if (json.next_cursor === null) break
      cursor = `&cursor=${json.next_cursor}`
    }
    expect(seen).toEqual(['aaa', 'ccc', 'eee'])
    const suspended = await send('GET', '/tenants?status=SUSPENDED')
    expect(suspended.json.tenants).toMatchObject([{ id: 'ccc', status: 'SUSPENDED', plan: 'pro' }])
  })

  it.each([
    'limit=0',
    'limit=501',
    'limit=x',
    'cursor=A',
    'status=active',
    'sort=id',
    'limit=1&limit=2',
  ])('answers 422 for ?%s', async (query) => {
    expect((await openAdmin().send('GET', `/tenants?${query}`)).status).toBe(422)
  })
})

describe('one tenant', () => {
  it('is read with its version', async () => {
    const { send, make } = openAdmin()
    await make('acme', { limits: { usd_per_day: 12.5 } })
    const { status, json, headers } = await send('GET', '/tenants/acme')
    expect(status).toBe(200)
    expect(json.tenant.limits['usd_per_day']).toBe('12.50')
    expect(headers.get('etag')).toBe(`"${json.tenant.version}"`)
  })

  it('is 404 when there is none, and 400 when the path can name none', async () => {
    const { send } = openAdmin()
    expect((await send('GET', '/tenants/nobody')).status).toBe(404)
    expect((await send('GET', '/tenants/No_Body')).status).toBe(400)
  })

  it.each(['PATCH', 'PUT'])('%s changes what is named and leaves the rest', async (method) => {
    const { send, make } = openAdmin()
    await make('acme', FULL)
    const limits = { requests_per_minute: 5, tokens_per_day: null }
    const { status, json } = await send(method, '/tenants/acme', { limits, name: 'Acme 2' })
    expect(status).toBe(200)
    expect(json.tenant).toMatchObject({
      name: 'Acme 2',
      quotas: FULL.quotas,
      policy: FULL.policy,
    })
    expect(json.tenant.limits).toMatchObject({ ...FULL.limits, ...limits })
  })

  it('keeps its overrides when its plan changes', async () => {
    const { send, make, store } = openAdmin()
    await make('acme', { plan: 'free', limits: { requests_per_minute: 7 } })
    const { json } = await send('PATCH', '/tenants/acme', { plan: 'enterprise' })
    expect(json.tenant.limits).toMatchObject({
      requests_per_minute: 7,
      tokens_per_day: 10_000_000,
    })
    expect((await store.directory.list(null, 1))[0]).toMatchObject({ plan: 'enterprise' })
  })

  it('never changes its id', async () => {
    const { send, make } = openAdmin()
    await make('acme')
    expect((await send('PUT', '/tenants/acme', { id: 'other' })).status).toBe(422)
    expect((await send('PUT', '/tenants/acme', { id: 'acme', name: 'A' })).status).toBe(200)
  })

  it('is not written when nothing differs', async () => {
    const { send, make, store } = openAdmin()
    await make('acme', { name: 'Acme' })
    const before = await send('GET', '/tenants/acme')
    store.calls.length = 0
    const after = await send('PATCH', '/tenants/acme', { name: 'Acme' })
    expect(after.json.tenant.version).toBe(before.json.tenant.version)
    expect(store.calls).toEqual(['view', 'list.plan'])
  })

  it('takes new periods with a new time zone', async () => {
    const { send, make } = openAdmin()
    await make('acme')
    await send('PATCH', '/tenants/acme', { timezone: 'Asia/Tokyo' })
    const { json } = await send('GET', '/tenants/acme/usage')
    const daily = json.limits.find((limit) => limit.name === 'tokens_per_day')
    // The running UTC day is lengthened to the end of Tokyo's own, never cut short and opened anew.
    expect(daily?.resets_at).toBe('2026-06-18T15:00:00.000Z')
  })
})

describe('If-Match', () => {
  it('lets a change through on the version it names, and answers 412 on any other', async () => {
    const { send, make } = openAdmin()
    await make('acme')
    const { headers } = await send('GET', '/tenants/acme')
    const match = { 'if-match': headers.get('etag') ?? '' }
    expect((await send('PATCH', '/tenants/acme', { name: 'One' }, match)).status).toBe(200)
    const second = await send('PATCH', '/tenants/acme', { name: 'Two' }, match)
    expect([second.status, second.json.code]).toEqual([412, 'PreconditionFailed'])
    expect((await send('GET', '/tenants/acme')).json.tenant.name).toBe('One')
    expect((await send('POST', '/tenants/acme/suspend', undefined, match)).status).toBe(412)
  })

  it.each([
    ['*', 200],
    ['"a", {etag}', 200],
    ['W/{etag}', 412],
    ['""', 412],
  ])('%s answers %i', async (pattern, status) => {
    const { send, make } = openAdmin()
    await make('acme')
    const etag = (await send('GET', '/tenants/acme')).headers.get('etag') ?? ''
    const match = { 'if-match': pattern.replace('{etag}', etag) }
    expect((await send('PATCH', '/tenants/acme', { name: 'x' }, match)).status).toBe(status)
  })
})

describe('suspend and reactivate', () => {
  it('change the status, in the directory too, and repeated change nothing', async () => {
    const { send, make, store } = openAdmin()
    await make('acme')
    const suspended = await send('POST', '/tenants/acme/suspend')
    expect(suspended.json.tenant.status).toBe('SUSPENDED')
    const again = await send('POST', '/tenants/acme/suspend')
    expect(again.json.tenant.version).toBe(suspended.json.tenant.version)
    expect(await store.directory.list(null, 1)).toMatchObject([{ status: 'SUSPENDED' }])
    const active = await send('POST', '/tenants/acme/reactivate')
    expect(active.json.tenant.status).toBe('ACTIVE')
    expect((await send('POST', '/tenants/nobody/suspend')).status).toBe(404)
  })
})
