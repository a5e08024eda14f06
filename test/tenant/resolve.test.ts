import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BUILT_IN_PLANS } from '../../src/config/built-in-plans.ts'
import { LimitsInput, showLimits } from '../../src/tenant/limits.ts'
import { resolveTenant } from '../../src/tenant/resolve.ts'
import { Limits } from '../../src/tenant/tenant.ts'

const { free, unlimited } = BUILT_IN_PLANS
const names = Limits.keyof().options
const none = { limits: {}, quotas: {}, policy: {} }

describe('plan and overrides', () => {
  it('without overrides are the plan', () => {
    const { limits, quotas, policy } = free
    expect(resolveTenant(free, none)).toEqual({ limits, quotas, policy })
  })

  it('give, for every limit, the override when there is one, null and 0 included, else the plan', () => {
    const values = fc.option(fc.constantFrom(null, 0, 1, Number.MAX_SAFE_INTEGER), {
      nil: undefined,
    })
    const record = Object.fromEntries(names.map((name) => [name, values]))
    fc.assert(
      fc.property(fc.record(record), fc.constantFrom(free, unlimited), (limits, plan) => {
        const resolved = resolveTenant(plan, { ...none, limits }).limits
        for (const name of names) {
          expect(resolved[name]).toBe(limits[name] === undefined ? plan.limits[name] : limits[name])
        }
        expect(Limits.safeParse(resolved).success).toBe(true)
      }),
      { numRuns: 300, seed: 43 },
    )
  })

  it('hold quotas of the plan and quotas that the platform names', () => {
    const overrides = { ...none, quotas: { max_agents: null, max_seats: 0 } }
    expect(resolveTenant(free, overrides).quotas).toEqual({
      ...free.quotas,
      max_agents: null,
      max_seats: 0,
    })
  })

  it('replace a list of the policy whole', () => {
    const { policy } = resolveTenant(free, { ...none, policy: { allowed_models: [] } })
    expect(policy).toEqual({ ...free.policy, allowed_models: [] })
  })
})

describe('limits on the wire', () => {
  it('come back as they went, money as decimals of USD', () => {
    const nano = fc.option(fc.integer({ min: 0, max: 9_000_000_000_000_000 }), { nil: null })
    fc.assert(
      fc.property(nano, nano, (usd_per_day, requests_per_minute) => {
        const limits = { usd_per_day, requests_per_minute }
        expect(LimitsInput.parse(showLimits(limits))).toEqual(limits)
      }),
      { numRuns: 500, seed: 43 },
    )
  })

  it.each([
    ['10.00', 10_000_000_000],
    [10, 10_000_000_000],
    [0.1, 100_000_000],
    ['0.000000001', 1],
    [1e-9, 1],
    [null, null],
  ])('%j is %j nano-USD', (usd_per_day, nanoUsd) => {
    expect(LimitsInput.parse({ usd_per_day })).toEqual({ usd_per_day: nanoUsd })
  })

  it.each([
    '',
    ' 1',
    '1e3',
    '0x10',
    '-1',
    '1.',
    '.5',
    '1,5',
    'NaN',
    -0.5,
    NaN,
    Infinity,
    2 ** 53,
    true,
  ])('%j is no amount of money', (usd_per_day) => {
    expect(LimitsInput.safeParse({ usd_per_day }).success).toBe(false)
  })
})
