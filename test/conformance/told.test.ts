import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { chat, messages, post } from '../support/call-gateway.ts'
import { UPSTREAM_KEYS } from '../support/start-gateway.ts'
import { useGateway } from '../support/stage-set.ts'

const set = useGateway()

const LIMITS = {
  requests_per_minute: 5,
  tokens_per_minute: 9_000,
  tokens_per_day: 100_000,
  usd_per_day: '1.00',
}

describe('limits in headers', () => {
  it('stand on plain, streamed, refused and failed answers of the data plane alike', async () => {
    const { url, admin } = set.gateway
    const { key } = await admin.createTenant({ limits: LIMITS })
    const answers = [
      await chat(url, key),
      await chat(url, key, { stream: true }),
      await messages(url, key),
      await chat(url, key, { script: { status: 400 } }),
      await chat(url, key, { script: { status: 401 } }),
      await chat(url, key),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 400, 502, 429])
    for (const { headers } of answers) {
      expect(headers.get('ratelimit-policy')).toContain('"requests_per_minute";q=5;w=60')
      expect(headers.get('ratelimit-policy')).toContain('"tokens_per_day";q=100000')
      expect(headers.get('ratelimit')).toMatch(/"requests_per_minute";r=[0-4];t=\d+/)
      expect(headers.get('x-ratelimit-limit-requests')).toBe('5')
      expect(headers.get('x-ratelimit-limit-tokens')).toBe('9000')
      expect(headers.get('x-request-id')).toMatch(/^req_[0-9a-z]+$/i)
      expect(headers.get('server-timing')).toMatch(/dur=\d+/)
    }
    const remaining = answers.map(({ headers }) => headers.get('x-ratelimit-remaining-requests'))
    expect(remaining).toEqual(['4', '3', '2', '1', '0', '0'])
    await Promise.all(answers.map((answer) => answer.text()))
  })

  it('tell on a 429 how long to wait, and waiting so long is enough', async () => {
    const { url, admin } = set.gateway
    const { key } = await admin.createTenant({ limits: { requests_per_second: 2 } })
    const burst = await Promise.all([chat(url, key), chat(url, key), chat(url, key)])
    const refused = burst.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(1)
    const waitMs = Number(refused[0]?.headers.get('retry-after-ms'))
    expect(waitMs).toBeGreaterThan(0)
    expect(waitMs).toBeLessThanOrEqual(1_017)
    expect(refused[0]?.headers.get('retry-after')).toBe(String(Math.ceil(waitMs / 1_000)))
    await pause(waitMs)
    expect((await chat(url, key)).status).toBe(200)
  })

  it('are told on the models list as well', async () => {
    const { url, admin } = set.gateway
    const { key } = await admin.createTenant({ limits: LIMITS })
    const answer = await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-ratelimit-limit-requests')).toBe('5')
  })
})

describe('usage in headers', () => {
  it('stands on plain replies: tokens, cost and what is left of each limit', async () => {
    const { url, admin } = set.gateway
    const { key } = await admin.createTenant({ limits: LIMITS })
    const answer = await chat(url, key, { script: { input: 100, output: 20 } })
    const usage: unknown = JSON.parse(answer.headers.get('tollgate-usage') ?? 'null')
    // $0.15 and $0.60 a million.
    const cost = (100 * 150 + 20 * 600) / 1e9
    expect(usage).toMatchObject({
      input_tokens: 100,
      output_tokens: 20,
      total_tokens: 120,
      cost_usd: cost.toString(),
      source: 'provider',
      remaining: { requests_per_minute: 4, tokens_per_day: 99_880 },
    })
  })

  it('refuses for want of budget what would be lowered below the least thinking there is', async () => {
    const { url, admin } = set.gateway
    const { key } = await admin.createTenant({
      limits: { tokens_per_day: 2_000 },
      policy: { low_budget: 'clamp' },
    })
    const thinking = { type: 'enabled', budget_tokens: 3_000 }
    const ask = (id: string, output: number) =>
      messages(url, key, {
        script: { id, input: 5, output },
        body: { max_tokens: 4_000, thinking },
      })
    const lowered = await ask('thinks', 900)
    const cap = Number(lowered.headers.get('tollgate-clamped-output-tokens'))
    expect(cap).toBeGreaterThan(1_024)
    expect(set.upstream.log.of('thinks')[0]?.body).toMatchObject({ max_tokens: cap })
    const refused = await ask('cannot', 1)
    expect([refused.status, await refused.json()]).toMatchObject([429, { code: 'BudgetExhausted' }])
    expect(set.upstream.log.of('cannot')).toEqual([])
  })

  it('tells in a header that a low budget has lowered the output cap', async () => {
    const { url, admin } = set.gateway
    const { key } = await admin.createTenant({
      limits: { tokens_per_day: 200 },
      policy: { low_budget: 'clamp' },
    })
    const script = { id: 'clamped', input: 5, output: 500 }
    const answer = await chat(url, key, { script, body: { max_tokens: 500 } })
    expect(answer.status).toBe(200)
    const cap = Number(answer.headers.get('tollgate-clamped-output-tokens'))
    expect(cap).toBeGreaterThan(50)
    expect(cap).toBeLessThan(200)
    expect(set.upstream.log.of('clamped')[0]?.body).toMatchObject({ max_tokens: cap })
    expect(set.upstream.log.of('clamped')[0]?.billed.output).toBe(cap)
  })

  it('refuses instead where the policy says so', async () => {
    const { url, admin } = set.gateway
    const { key } = await admin.createTenant({
      limits: { tokens_per_day: 200 },
      policy: { low_budget: 'refuse' },
    })
    const script = { id: 'refused-low', output: 500 }
    const answer = await chat(url, key, { script, body: { max_tokens: 500 } })
    expect(answer.status).toBe(429)
    expect(await answer.json()).toMatchObject({ code: 'BudgetExhausted', limit: 'tokens_per_day' })
    expect(set.upstream.log.of('refused-low')).toHaveLength(0)
  })
})

describe('a problem', () => {
  it('is problem+json and the OpenAI dialect at once, with members to act on', async () => {
    const { url, admin } = set.gateway
    const { id, key } = await admin.createTenant({ limits: { tokens_per_day: 500 } })
    const spend = { script: { input: 10, output: 480 }, body: { max_tokens: 480 } }
    const spent = await chat(url, key, spend)
    expect(spent.headers.get('tollgate-usage')).toContain('"total_tokens":4')
    const { used } = (await admin.quiet(id)).limits.find(
      ({ name }) => name === 'tokens_per_day',
    ) ?? { used: 0 }
    const answer = await chat(url, key, { script: { id: 'over' }, body: { max_tokens: 480 } })
    expect(answer.status).toBe(429)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.headers.get('x-should-retry')).toBe('false')
    expect(await answer.json()).toMatchObject({
      type: expect.stringContaining('budget-exhausted') as string,
      title: expect.any(String) as string,
      status: 429,
      detail: expect.stringContaining('tokens_per_day') as string,
      instance: '/v1/chat/completions',
      limit: 'tokens_per_day',
      max: 500,
      used,
      resets_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
      error: { type: 'insufficient_quota', code: 'insufficient_quota' },
    })
    expect(set.upstream.log.of('over')).toHaveLength(0)
  })

  it('is in the Anthropic dialect on its routes', async () => {
    const { url, admin } = set.gateway
    const { key } = await admin.createTenant({ limits: { tokens_per_day: 10 } })
    const answer = await messages(url, key)
    expect(answer.status).toBe(429)
    expect(answer.headers.get('request-id')).toMatch(/^req_/)
    expect(await answer.json()).toMatchObject({
      type: 'error',
      error: {
        type: 'rate_limit_error',
        message: expect.stringContaining('tokens_per_day') as string,
      },
      limit: 'tokens_per_day',
    })
  })
})

const SECRETS = [
  ...Object.values(UPSTREAM_KEYS),
  'org-canary',
  'proj_canary',
  'session=canary',
  'http://internal.canary.local',
  'req_upstream_canary',
]

describe('what belongs to the platform at its provider', () => {
  const headers = {
    'set-cookie': 'session=canary; Path=/',
    'openai-organization': 'org-canary',
    'openai-project': 'proj_canary',
    'anthropic-organization-id': 'org-canary',
    'x-ratelimit-limit-requests': '77777',
    'x-ratelimit-remaining-tokens': '77777',
    'anthropic-ratelimit-requests-limit': '77777',
    'x-request-id': 'req_upstream_canary',
    'cf-ray': 'canary',
    server: 'canary-server',
    location: 'http://internal.canary.local/next',
    'x-internal': 'canary-internal',
  }
  const errorText =
    `Incorrect API key provided: ${UPSTREAM_KEYS.openai} or ${UPSTREAM_KEYS.anthropic} for org-canary in ` +
    'proj_canary at http://internal.canary.local/v1 (req_upstream_canary)\n    at handler (/srv/app.js:1:1)'
  const statuses = [200, 301, 302, 303, 307, 308, 400, 401, 402, 403, 404, 405, 408, 409, 410, 413]
  statuses.push(415, 418, 422, 429, 451, 500, 501, 502, 503, 504, 520, 529, 599)

  it.each(statuses)('does not come back with a %i', async (status) => {
    const { url, admin } = set.gateway
    const { key } = await admin.createTenant()
    const failing = status === 200 ? {} : { status }
    const script = { id: `hygiene-${status}`, headers, errorText, ...failing }
    const asked = [chat, messages].map((ask) => ask(url, key, { script }))
    for (const answer of await Promise.all(asked)) {
      const told = JSON.stringify([[...answer.headers], await answer.text()])
      for (const secret of SECRETS) expect(told).not.toContain(secret)
      expect(told).not.toMatch(/77777|canary|\/srv\/app\.js/)
      expect(answer.ok).toBe(status === 200)
    }
    for (const call of set.upstream.log.of(script.id)) expect(call.path).toMatch(/^\/v1\//)
  })

  it('does not reach the log either', () => {
    for (const secret of SECRETS) expect(set.gateway.printed()).not.toContain(secret)
  })

  it('never follows a redirect', async () => {
    const { url, admin } = set.gateway
    const { key } = await admin.createTenant()
    const target = `${set.upstream.url}/redirected`
    const script = { id: 'redirect', status: 307, headers: { location: target } }
    const answer = await chat(url, key, { script })
    expect(answer.status).toBe(502)
    expect(answer.headers.get('location')).toBeNull()
    expect(set.upstream.log.calls.some(({ path }) => path === '/redirected')).toBe(false)
  })
})

describe('what the client sends of itself', () => {
  it('does not go upstream: no credential, cookie, address, tenant or account header', async () => {
    const { url, admin } = set.gateway
    const { key } = await admin.createTenant()
    await post(`${url}/v1/chat/completions`, {
      headers: {
        authorization: `Bearer ${key}`,
        cookie: 'client=canary',
        'openai-organization': 'client-canary',
        'x-forwarded-for': '203.0.113.9',
        'x-real-ip': '203.0.113.9',
        'cf-connecting-ip': '203.0.113.9',
        'x-tenant-id': 'client-canary',
        'x-goog-user-project': 'client-canary',
        'x-custom': 'client-canary',
      },
      body: { model: 'gpt-4o-mini', messages: [{ role: 'user', content: '#script:{"id":"own"}' }] },
    })
    const [call] = set.upstream.log.of('own')
    expect(call?.headers['authorization']).toBe(`Bearer ${UPSTREAM_KEYS.openai}`)
    expect(JSON.stringify(call?.headers)).not.toMatch(/client(?:-|=)canary|203\.0\.113|tg_/)
    expect(call?.rawBody).not.toContain('tg_')
  })
})
