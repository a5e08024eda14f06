// The example of the design, with every member that a tenant can have.
import { describe, expect, it } from 'vitest'
import { openAdmin } from './harness.ts'

const example = (prompt_guard: string) => ({
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
  quotas: {
    max_collections: 10,
    max_vectors: 1000000,
    max_storage: 500000000000,
    max_agents: 5,
    max_products: 100,
  },
  policy: {
    allowed_models: ['gpt-4o-mini', 'claude-*'],
    default_model: 'gpt-4o-mini',
    allowed_tools: ['web_search'],
    max_context_tokens: 32000,
    max_output_tokens: 4096,
    system_prompt: '...',
    prompt_guard,
    low_budget: 'clamp',
  },
  retention_days: 90,
  metadata: {},
})

describe('the example body of POST /admin/tenants', () => {
  it.each(['off', 'flag', 'redact', 'block'])(
    'is accepted with prompt_guard %j, and shown as it was sent',
    async (promptGuard) => {
      const { send } = openAdmin()
      const body = example(promptGuard)
      const { status, json } = await send('POST', '/tenants', body)
      expect([status, json.detail]).toEqual([201, undefined])
      expect(json.tenant).toMatchObject({ ...body, status: 'ACTIVE' })
      const shown = await send('GET', '/tenants/acme')
      expect(shown.json.tenant).toMatchObject(body)
    },
  )

  it('is accepted with a system prompt of 32,000 characters', async () => {
    const { send } = openAdmin()
    const body = { id: 'acme', policy: { system_prompt: 'é'.repeat(32_000) } }
    expect((await send('POST', '/tenants', body)).status).toBe(201)
  })

  it('has its own instructions and its guard taken back by null and off', async () => {
    const { send, make } = openAdmin()
    await make('acme', { policy: example('block').policy })
    const policy = { system_prompt: null, prompt_guard: 'off' }
    const { status, json } = await send('PATCH', '/tenants/acme', { policy })
    expect(status).toBe(200)
    expect(json.tenant).toMatchObject({ policy: { ...policy, max_output_tokens: 4096 } })
  })
})
