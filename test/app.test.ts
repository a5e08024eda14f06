import { describe, expect, it } from 'vitest'
import { createBrokenApp } from '../src/app.ts'
import { VectorUpstreamConfig } from '../src/config/gateway.ts'
import { vectorAdapterOf } from '../src/upstream/vector/registry.ts'
import { ONLY_CLUSTER, type VectorUpstream } from '../src/upstream/vector/upstream.ts'
import { ADMIN_TOKEN, openGateway } from './support/fakes/gateway.ts'
import { testUpstream } from './support/fakes/call.ts'
import { reply } from './support/fakes/openai-wire.ts'
import { json, scriptedFetch } from './support/fakes/scripted-fetch.ts'

const answer = json(reply('hi', 10, 5), 200, { 'x-request-id': 'req_of_upstream' })

function open() {
  return openGateway({
    upstream: scriptedFetch(answer),
    upstreams: [testUpstream(), testUpstream({ name: 'claude', kind: 'anthropic' })],
  })
}

function qdrantAt(key: string | null): VectorUpstream {
  const baseUrl = 'http://qdrant.test'
  const settings = VectorUpstreamConfig.parse({ kind: 'qdrant', base_url: baseUrl })
  const clusters = [{ name: ONLY_CLUSTER, baseUrl, key, maxPhysical: null }]
  return { name: 'qdrant', adapter: vectorAdapterOf('qdrant'), clusters, settings }
}

interface Told {
  readonly type: string
  readonly code: string
  readonly request_id: string
  readonly instance: string
  readonly error: { readonly type: string; readonly message: string }
}
const told = async (response: Response) => (await response.json()) as Told

describe('every answer', () => {
  it('has an id of our own, the gateway time, and is not to be kept', async () => {
    const gateway = open()
    const { key } = await gateway.makeTenant()
    const answers = [
      await gateway.chat(key, {}, { 'x-request-id': 'mine' }),
      await gateway.chat('tg_wrong'),
      await gateway.send('/nowhere'),
      await gateway.send('/healthz'),
      await gateway.send('/readyz'),
      await gateway.send('/tenant', { headers: { authorization: `Bearer ${key}` } }),
      await gateway.admin('GET', '/tenants'),
    ]
    const ids = answers.map(({ headers }) => headers.get('x-request-id') ?? '')
    for (const id of ids) expect(id).toMatch(/^req_[0-9a-f]{32}$/)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { headers } of answers) {
      expect(headers.get('server-timing')).toBe('tollgate;dur=0, upstream;dur=0')
      expect(headers.get('cache-control')).toBe('no-store')
    }
  })

  it('says the same id in its header and its body, whatever the path', async () => {
    const gateway = open()
    for (const path of ['/*', '/%2a', '/nowhere', '/tenant/*', '/admin/*']) {
      const answer = await gateway.send(path)
      expect((await told(answer)).request_id, path).toBe(answer.headers.get('x-request-id'))
    }
  })

  it('of the data plane tells the limits, refused or not', async () => {
    const gateway = open()
    const limits = { requests_per_minute: 2, tokens_per_minute: 10_000 }
    const { key } = await gateway.makeTenant({ limits })
    const first = await gateway.chat(key)
    expect(first.headers.get('x-ratelimit-limit-requests')).toBe('2')
    expect(first.headers.get('x-ratelimit-remaining-requests')).toBe('1')
    expect(first.headers.get('x-ratelimit-remaining-tokens')).toBe(String(10_000 - 15))
    await gateway.chat(key)
    const refused = await gateway.chat(key)
    expect(refused.status).toBe(429)
    expect(refused.headers.get('x-ratelimit-remaining-requests')).toBe('0')
    expect(refused.headers.get('ratelimit')).toContain('"requests_per_minute";r=0;t=')
    const waitS = Number(refused.headers.get('retry-after'))
    const resetS = Number(
      /"requests_per_minute";r=0;t=(\d+)/.exec(refused.headers.get('ratelimit') ?? '')?.[1],
    )
    expect(waitS).toBeGreaterThanOrEqual(resetS)
  })

  it('of a vector service tells them too, refused or not', async () => {
    const gateway = openGateway({
      upstream: scriptedFetch(),
      vectors: [qdrantAt('key')],
      fetch: async () => Response.json({ result: { collections: [] }, status: 'ok', time: 0 }),
    })
    const { key } = await gateway.makeTenant({ limits: { requests_per_minute: 1 } })
    const ask = () => gateway.send('/qdrant/collections', { headers: { 'api-key': key } })
    const answers = [await ask(), await ask()]
    expect(answers.map(({ status }) => status)).toEqual([200, 429])
    for (const { headers } of answers) {
      expect(headers.get('ratelimit')).toBe('"requests_per_minute";r=0;t=61')
      expect(headers.get('ratelimit-policy')).toBe('"requests_per_minute";q=1;w=60')
      expect(headers.get('server-timing')).toBe('tollgate;dur=0, upstream;dur=0')
    }
  })

  it('tells when a low budget has lowered the output cap', async () => {
    const gateway = open()
    const { key } = await gateway.makeTenant({
      limits: { tokens_per_day: 100 },
      policy: { low_budget: 'clamp' },
    })
    const response = await gateway.chat(key, { max_tokens: 5_000 })
    const granted = Number(response.headers.get('tollgate-clamped-output-tokens'))
    expect(granted).toBeGreaterThan(0)
    expect(granted).toBeLessThan(100)
    const sent = JSON.parse(gateway.upstream.calls[0]?.body ?? '') as { max_tokens: number }
    expect(sent.max_tokens).toBe(granted)
  })
})

describe('an error', () => {
  it('is a problem, in the words of the API that was called', async () => {
    const gateway = open()
    const plain = await gateway.send('/nowhere')
    expect(plain.headers.get('content-type')).toBe('application/problem+json')
    const openai = await gateway.send('/v1/chat/completions?key=canary', { method: 'POST' })
    const body = await told(openai)
    expect(body).toMatchObject({
      type: 'urn:tollgate:problem:unauthenticated',
      instance: '/v1/chat/completions',
      error: { type: 'authentication_error' },
    })
    expect(body.request_id).toBe(openai.headers.get('x-request-id'))
    const anthropic = await gateway.send('/claude/v1/messages', { method: 'POST' })
    expect(await told(anthropic)).toMatchObject({
      type: 'error',
      error: { type: 'authentication_error' },
    })
    expect(anthropic.headers.get('request-id')).toBe(anthropic.headers.get('x-request-id'))
  })

  it('of the gateway itself says no more than that, and goes to the log without its words', async () => {
    const gateway = open()
    const { key } = await gateway.makeTenant()
    gateway.gateway.snapshots.get = () => {
      throw new TypeError(`secret-canary ${key}`)
    }
    const response = await gateway.chat(key)
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('canary')
    const [line = ''] = gateway.lines
    expect(line).toContain('"cause":"TypeError"')
    expect(line).not.toContain('canary')
    expect(line).not.toContain(key)
  })

  it("for a target that is no path is the client's", async () => {
    const gateway = open()
    const request = new Request('http://gateway.test/')
    Object.defineProperty(request, 'url', { value: 'http://gateway.test:80*' })
    const { createApp } = await import('../src/app.ts')
    const response = await createApp(gateway.gateway).fetch(request, {})
    expect(response.status).toBe(400)
  })

  it.each([
    ['application/json', 400],
    ['application/json; charset=UTF-8', 400],
    ['application/json-patch+json', 415],
    ['application/json; charset=utf-16', 415],
    ['text/plain', 415],
  ])('of a vector service: a body of the type %s is answered %i', async (type, status) => {
    const gateway = openGateway({ upstream: scriptedFetch(), vectors: [qdrantAt('key')] })
    const { key } = await gateway.makeTenant()
    const response = await gateway.send('/qdrant/collections/a', {
      method: 'PUT',
      headers: { 'api-key': key, 'content-type': type },
      body: '{',
    })
    expect(response.status).toBe(status)
  })

  it.each(['gateway.test/admin/tenants?', 'gateway.test#', 'gateway.test\\', 'me@gateway.test'])(
    "for the host %j, which would be read as more than a host, is the client's",
    async (host) => {
      const response = await open().send('/v1/models', { headers: { host } })
      expect([response.status, (await told(response)).code]).toEqual([400, 'MalformedRequest'])
    },
  )

  it.each(['gateway.test', 'gateway.test:8787', '127.0.0.1', '[::1]:80'])(
    'is none for the host %j',
    async (host) => {
      expect((await open().send('/healthz', { headers: { host } })).status).toBe(200)
    },
  )
})

describe('the surfaces', () => {
  it('of health need no credential', async () => {
    const gateway = open()
    expect(await (await gateway.send('/healthz')).json()).toEqual({ status: 'ok' })
    expect(await (await gateway.send('/readyz')).json()).toEqual({ status: 'ready', store: 'ok' })
  })

  it('of readiness name a vector service without a credential, where nobody can be provisioned', async () => {
    const gateway = openGateway({ upstream: scriptedFetch(), vectors: [qdrantAt(null)] })
    const ready = await gateway.send('/readyz')
    expect(ready.status).toBe(200)
    expect(await ready.json()).toMatchObject({
      warnings: ["the upstream 'qdrant' has an address and no credential"],
    })
    const refused = await gateway.admin('POST', '/tenants', { id: 'acme' })
    expect(refused.status).toBe(503)
    expect((await told(refused)).code).toBe('Misconfigured')
  })

  it('of the control plane open to the admin token alone', async () => {
    const gateway = open()
    const { key } = await gateway.makeTenant()
    const as = (token: string) =>
      gateway.send('/admin/tenants', { headers: { authorization: `Bearer ${token}` } })
    expect((await as(ADMIN_TOKEN)).status).toBe(200)
    for (const token of [key, `${ADMIN_TOKEN}x`, ADMIN_TOKEN.slice(1), 'x']) {
      expect((await as(token)).status).toBe(401)
    }
    expect((await gateway.send('/admin/nowhere')).status).toBe(401)
  })

  it('of the control plane throttle who guesses, and never who is known here', async () => {
    const gateway = open()
    const guess = () => gateway.send('/admin/tenants', { headers: { authorization: 'Bearer x' } })
    expect((await gateway.admin('GET', '/tenants')).status).toBe(200)
    for (let time = 0; time < 20; time += 1) expect((await guess()).status).toBe(401)
    const blocked = await guess()
    expect([blocked.status, Number(blocked.headers.get('retry-after')) > 0]).toEqual([429, true])
    expect((await gateway.admin('GET', '/tenants')).status).toBe(200)
  })

  it('of the control plane do not even look at a guess from where too many came', async () => {
    const gateway = open()
    const guess = (token: string, headers: Record<string, string> = {}) =>
      gateway.send('/admin/tenants', { headers: { authorization: `Bearer ${token}`, ...headers } })
    for (let time = 0; time < 20; time += 1) await guess('x')
    expect((await guess(ADMIN_TOKEN)).status).toBe(429)
    expect((await guess(ADMIN_TOKEN, { 'cf-connecting-ip': '198.51.100.1' })).status).toBe(200)
  })

  it("of a tenant are the credential's, whatever else the request says", async () => {
    const gateway = open()
    const { id, key } = await gateway.makeTenant()
    await gateway.makeTenant()
    const response = await gateway.send('/tenant?tenant=other', {
      headers: { authorization: `Bearer ${key}`, 'x-tenant-id': 'other' },
    })
    expect(await response.json()).toMatchObject({ tenant: { id } })
    const posted = await gateway.send('/tenant', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
    })
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'HEAD, GET'])
  })

  it('of a tenant follow a change at once', async () => {
    const gateway = open()
    const { id, key } = await gateway.makeTenant()
    const view = () => gateway.send('/tenant', { headers: { authorization: `Bearer ${key}` } })
    expect((await view()).status).toBe(200)
    await gateway.admin('PATCH', `/tenants/${id}`, { name: 'New Name' })
    expect(await (await view()).json()).toMatchObject({ tenant: { name: 'New Name' } })
  })
})

describe('a gateway that is not configured', () => {
  const broken = createBrokenApp(['binding KEY_PEPPERS: must be given'], {
    warn: () => undefined,
    error: () => undefined,
  })

  it('says so on every request, and what is missing on /readyz alone', async () => {
    for (const path of ['/', '/v1/chat/completions', '/admin/tenants']) {
      const response = await broken.request(path, { method: 'POST' })
      expect(response.status).toBe(503)
      expect(response.headers.get('x-should-retry')).toBe('false')
      expect(await response.text()).not.toContain('KEY_PEPPERS')
    }
    const ready = await broken.request('/readyz')
    expect(ready.status).toBe(503)
    expect(await ready.json()).toMatchObject({ errors: ['binding KEY_PEPPERS: must be given'] })
    expect((await broken.request('/healthz')).status).toBe(200)
  })
})
