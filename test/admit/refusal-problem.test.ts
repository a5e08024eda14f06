import { describe, expect, it } from 'vitest'
import type { Refusal } from '../../src/account/answers.ts'
import { refusalProblem } from '../../src/admit/refusal-problem.ts'
import { START_MS } from '../support/fakes/clock.ts'
import { tenantConfig } from '../store/commands.ts'

function problemOf(changes: Partial<Refusal>) {
  const refusal: Refusal = {
    reason: 'rate',
    id: 'requests_per_minute',
    limit: 60,
    used: 60,
    held: 0,
    asked: 1,
    retryAfterMs: 2_500,
    resetsAtMs: START_MS,
    ...changes,
  }
  return refusalProblem(refusal, tenantConfig('acme'))
}

describe('a refusal by the account', () => {
  it('for a rate names the limit, how full it is, and when to come back', () => {
    const { code, detail, members } = problemOf({})
    expect(code).toBe('RateLimited')
    expect(detail).toBe("Tenant 'acme' has used 60 of 60 of requests_per_minute.")
    expect(members).toMatchObject({
      limit: 'requests_per_minute',
      scope: 'tenant',
      used: 60,
      max: 60,
      retryable: true,
      retryAfterMs: 2_500,
      resets_at: '2026-06-17T12:00:00.000Z',
    })
  })

  it('for a weight that no waiting makes fit says so, and gives no time to wait', () => {
    const { code, detail, members } = problemOf({
      id: 'tokens_per_minute',
      asked: 9_000,
      limit: 1_000,
      used: 0,
      retryAfterMs: null,
      resetsAtMs: null,
    })
    expect(code).toBe('RateLimited')
    expect(detail).toContain('weighs 9000')
    expect(members.retryable).toBe(false)
    expect(members).not.toHaveProperty('retryAfterMs')
    expect(members).not.toHaveProperty('resets_at')
  })

  it('for concurrency counts the requests in flight', () => {
    const { code, detail, members } = problemOf({
      reason: 'concurrency',
      id: 'max_concurrency',
      limit: 5,
      used: 5,
      resetsAtMs: null,
    })
    expect([code, detail]).toEqual(['QuotaExceeded', "Tenant 'acme' has 5/5 requests in flight."])
    expect(members.retryable).toBe(true)
  })

  it('for a budget that others hold tells it apart from one that is spent', () => {
    const budget = { id: 'usd_per_day', limit: 10_000_000_000, used: 4_500_000_000 }
    const held = problemOf({ ...budget, reason: 'in_flight', held: 5_000_000_000 })
    expect(held.code).toBe('InFlightBudget')
    expect(held.detail).toContain('$4.50 of $10.00')
    expect(held.detail).toContain('hold $5.00 more')
    const spent = problemOf({ ...budget, reason: 'budget', retryAfterMs: null, asked: 6e9 })
    expect(spent.code).toBe('BudgetExhausted')
    expect(spent.members).toMatchObject({ used: '4.50', max: '10.00', retryable: false })
    expect(spent.detail).toContain('could take $6.00')
  })

  it.each<[string, Partial<Refusal>, string]>([
    ['a rate', {}, 'Wait for the time in Retry-After.'],
    [
      'a weight that never fits',
      { retryAfterMs: null },
      'Send less input, ask for less output, or have the limit raised.',
    ],
    [
      'concurrency',
      { reason: 'concurrency' },
      'Wait for one of them to end, or have max_concurrency raised.',
    ],
    [
      'a budget that others hold',
      { reason: 'in_flight' },
      'Wait for them to end: what they do not use is given back.',
    ],
    [
      'a budget that is spent',
      { reason: 'budget' },
      'Ask for less output, wait until the budget resets, or have it raised.',
    ],
  ])('for %s says what helps, beside how full the limit is', (_, changes, remedy) => {
    expect(problemOf({ ...changes, held: 3 }).members).toMatchObject({
      limit: 'requests_per_minute',
      used: 63,
      max: 60,
      remedy,
    })
  })

  it('for a budget of tokens counts in tokens', () => {
    const budget = { id: 'tokens_per_day', limit: 900, used: 400, held: 300, asked: 250 }
    expect(problemOf({ ...budget, reason: 'in_flight' }).detail).toBe(
      "Tenant 'acme' has used 400 of 900 of tokens_per_day, and requests in flight hold 300 more.",
    )
    expect(problemOf({ ...budget, reason: 'budget' }).detail).toBe(
      "Tenant 'acme' has used 700 of 900 of tokens_per_day; this request could take 250.",
    )
  })

  it('says whose window it was, without naming anybody', () => {
    const { members, detail } = problemOf({ id: 'user_requests_per_minute|u:alice' })
    expect(members).toMatchObject({ limit: 'user_requests_per_minute', scope: 'user' })
    expect(detail).not.toContain('alice')
  })
})
