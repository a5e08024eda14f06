import { describe, expect, it } from 'vitest'
import { GatewayConfig } from '../../src/config/gateway.ts'
import { PlanConfig, resolvePlans } from '../../src/config/plans.ts'
import { Limits, Policy } from '../../src/tenant/tenant.ts'

const resolve = (plans: Record<string, unknown>, default_plan = 'free') =>
  resolvePlans({
    plans: Object.fromEntries(
      Object.entries(plans).map(([name, plan]) => [name, PlanConfig.parse(plan)]),
    ),
    default_plan,
  })

describe('plans', () => {
  it('are five from the start, each whole and valid', () => {
    const plans = resolve({})
    expect([...plans.keys()]).toEqual(['free', 'starter', 'pro', 'enterprise', 'unlimited'])
    for (const [name, plan] of plans) {
      expect(plan.name).toBe(name)
      expect(Limits.safeParse(plan.limits).success).toBe(true)
      expect(Policy.safeParse(plan.policy).success).toBe(true)
    }
  })

  it('never give less than the plan below them, and unlimited gives all', () => {
    const ladder = ['free', 'starter', 'pro', 'enterprise', 'unlimited']
    const plans = ladder.map((name) => resolve({}).get(name))
    const rank = (limit: number | null | undefined) => limit ?? Infinity
    for (const [at, plan] of plans.entries()) {
      const below = plans[at - 1]
      if (plan === undefined || below === undefined) continue
      for (const name of Limits.keyof().options) {
        expect(rank(plan.limits[name])).toBeGreaterThanOrEqual(rank(below.limits[name]))
      }
      expect(Object.keys(plan.quotas)).toEqual(Object.keys(below.quotas))
      for (const name of Object.keys(plan.quotas)) {
        expect(rank(plan.quotas[name])).toBeGreaterThanOrEqual(rank(below.quotas[name]))
      }
    }
    const { limits, quotas } = plans.at(-1) ?? {}
    expect(new Set([...Object.values(limits ?? {}), ...Object.values(quotas ?? {})])).toEqual(
      new Set([null]),
    )
  })

  it('are changed by the configuration, member by member', () => {
    const plan = resolve({
      pro: {
        limits: { usd_per_day: '2.50', requests_per_minute: 0 },
        quotas: { max_seats: 3 },
        policy: { allowed_models: ['gpt-*'] },
        features: { sso: true },
        retention_days: 10,
      },
    }).get('pro')
    const before = resolve({}).get('pro')
    expect(plan?.limits).toEqual({
      ...before?.limits,
      usd_per_day: 2_500_000_000,
      requests_per_minute: 0,
    })
    expect(plan?.quotas).toEqual({ ...before?.quotas, max_seats: 3 })
    expect(plan?.policy).toEqual({ ...before?.policy, allowed_models: ['gpt-*'] })
    expect([plan?.features, plan?.retentionDays]).toEqual([{ sso: true }, 10])
  })

  it('that are new start from the narrowest, so that nothing forgotten is unlimited', () => {
    const plans = resolve({ trial: { limits: { requests_per_minute: 5 } } })
    const free = plans.get('free')
    expect(plans.get('trial')).toEqual({
      ...free,
      name: 'trial',
      origin: 'config',
      limits: { ...free?.limits, requests_per_minute: 5 },
    })
  })

  it.each([
    ['the protected fallback', { unlimited: {} }, 'free', 'plans.unlimited'],
    ['a misnamed plan', { 'My Plan': {} }, 'free', 'plans.My Plan'],
    [
      'an inherited name',
      { __proto__: null, constructor2: {}, ['toString ']: {} },
      'free',
      'plans.toString ',
    ],
    ['a default plan that is none', {}, 'gold', 'default_plan'],
    ['an inherited name as default', {}, 'constructor', 'default_plan'],
  ])('refuse %s at start, by name', (_, plans, defaultPlan, named) => {
    expect(() => resolve(plans, defaultPlan)).toThrow(RangeError)
    expect(() => resolve(plans, defaultPlan)).toThrow(named)
  })
})

describe('tollgate.config.ts', () => {
  const upstreams = {
    openai: { kind: 'openai', base_url: 'https://api.example/', models: ['gpt-*'] },
  }
  /** The members that are found wrong. */
  function faults(config: object): string[] {
    const parsed = GatewayConfig.safeParse({ upstreams, ...config })
    return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.'))
  }

  it('takes a plan in decimals of USD', () => {
    expect(faults({ plans: { pro: { limits: { usd_per_day: '1.50' } } } })).toEqual([])
  })

  it.each([
    ['limits.requests_per_minute', { limits: { requests_per_minute: -1 } }],
    ['limits.requests_per_minute', { limits: { requests_per_minute: NaN } }],
    ['limits.requests_per_minute', { limits: { requests_per_minute: 2 ** 53 } }],
    ['limits.requests_per_minute', { limits: { requests_per_minute: '60' } }],
    ['limits.usd_per_day', { limits: { usd_per_day: -1 } }],
    ['limits.usd_per_day', { limits: { usd_per_day: NaN } }],
    ['limits', { limits: { rpm: 5 } }],
    ['quotas', { quotas: { 'Max-Vectors': 5 } }],
    ['quotas.max_vectors', { quotas: { max_vectors: 0.5 } }],
    ['policy.max_output_tokens', { policy: { max_output_tokens: 0 } }],
    ['policy.low_budget', { policy: { low_budget: 'ask' } }],
    ['features.sso', { features: { sso: null } }],
    ['', { limit: {} }],
  ])('names %s when it is wrong', (member, plan) => {
    const path = member === '' ? 'plans.pro' : `plans.pro.${member}`
    expect(faults({ plans: { pro: plan } })).toEqual([path])
  })

  it.each(['v1', 'admin', 'tenant', 'healthz', 'console', 'docs', 'Openai', 'a_b', ''])(
    'refuses %j as the name of an upstream',
    (name) => {
      expect(faults({ upstreams: { [name]: upstreams.openai } })).toEqual([`upstreams.${name}`])
    },
  )

  it.each([
    'ftp://a.example',
    'https://a.example/?x=1',
    'https://u:p@a.example',
    'a.example',
    'https://a.example/#x',
  ])('refuses %j as a base URL', (base_url) => {
    const openai = { ...upstreams.openai, base_url }
    expect(faults({ upstreams: { openai } })).toEqual(['upstreams.openai.base_url'])
  })

  it('refuses a member that it does not know, and a secret among them', () => {
    expect(faults({ admin_token: 'x' })).toEqual([''])
    expect(faults({ upstreams: { openai: { ...upstreams.openai, api_key: 'sk-x' } } })).toEqual([
      'upstreams.openai',
    ])
  })
})
