import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limitDemands, readLimitId, WHOLE_TENANT } from '../../../src/account/limits/demand.ts'
import { NO_LIMITS } from '../../../src/config/built-in-plans.ts'
import { runs } from '../open-account.ts'

const ALL = {
  requests_per_second: 1,
  requests_per_minute: 2,
  requests_per_hour: 3,
  tokens_per_minute: 4,
  user_requests_per_minute: 5,
  key_requests_per_minute: 6,
  tokens_per_day: 7,
  tokens_per_month: 8,
  usd_per_day: 9,
  usd_per_month: 10,
  max_concurrency: 11,
}

describe('what a request asks of its account', () => {
  it('is every rate that is limited, in its window and measure', () => {
    const { rates } = limitDemands(ALL, { user: 'ann', keyId: 'key_1' })
    expect(rates.map(({ id, windowMs, limit, measure }) => [id, windowMs, limit, measure])).toEqual(
      [
        ['requests_per_second', 1_000, 1, 'requests'],
        ['requests_per_minute', 60_000, 2, 'requests'],
        ['requests_per_hour', 3_600_000, 3, 'requests'],
        ['tokens_per_minute', 60_000, 4, 'tokens'],
        ['user_requests_per_minute|u:ann', 60_000, 5, 'requests'],
        ['key_requests_per_minute|k:key_1', 60_000, 6, 'requests'],
      ],
    )
  })

  it('is always all four budgets, unlimited ones to be counted', () => {
    for (const limits of [ALL, NO_LIMITS]) {
      const { budgets } = limitDemands(limits, WHOLE_TENANT)
      expect(budgets).toEqual([
        { id: 'tokens_per_day', period: 'day', measure: 'tokens', limit: limits.tokens_per_day },
        {
          id: 'tokens_per_month',
          period: 'month',
          measure: 'tokens',
          limit: limits.tokens_per_month,
        },
        { id: 'usd_per_day', period: 'day', measure: 'nano_usd', limit: limits.usd_per_day },
        { id: 'usd_per_month', period: 'month', measure: 'nano_usd', limit: limits.usd_per_month },
      ])
    }
  })

  it('leaves out a rate without a limit, and keeps one of 0', () => {
    const { rates } = limitDemands({ ...NO_LIMITS, requests_per_minute: 0 }, WHOLE_TENANT)
    expect(rates).toMatchObject([{ id: 'requests_per_minute', limit: 0 }])
  })

  it('has no window for a user or key that there is not', () => {
    const { rates } = limitDemands(ALL, WHOLE_TENANT)
    expect(rates.map(({ id }) => readLimitId(id).scope)).toEqual(Array(4).fill('tenant'))
  })
})

describe('the id of a user or key', () => {
  const idOf = (user: string) => limitDemands(ALL, { user, keyId: null }).rates[4]?.id ?? ''
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 6 }),
    // Any code units, lone surrogates among them.
    fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 4 })
      .map((u) => String.fromCharCode(...u)),
    fc.constantFrom('a', '%', '%0025', 'a|k:b', '|', ':', 'A', 'ａ', '\ud800', '\udfff', '\ufffd'),
  )

  it('is another one for every other user', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(idOf(one) === idOf(other)).toBe(one === other)
      }),
      { ...runs(5_000), seed: 43 },
    )
  })

  it('escapes to one width, so that no text stands for another', () => {
    expect(idOf('%')).toBe('user_requests_per_minute|u:%0025')
    expect(idOf('\u0002' + '5')).toBe('user_requests_per_minute|u:%00025')
  })

  it('tells only which limit it is and what kind of caller has it', () => {
    fc.assert(
      fc.property(text, (user) => {
        expect(idOf(user)).toMatch(/^user_requests_per_minute\|u:[A-Za-z0-9._@~%-]*$/)
        expect(readLimitId(idOf(user))).toEqual({ name: 'user_requests_per_minute', scope: 'user' })
      }),
      { ...runs(1_000), seed: 43 },
    )
  })

  it('of a user is never that of a key', () => {
    const { rates } = limitDemands(ALL, { user: 'same', keyId: 'same' })
    expect(new Set(rates.map(({ id }) => id)).size).toBe(6)
    expect(readLimitId(rates[5]?.id ?? '')).toEqual({
      name: 'key_requests_per_minute',
      scope: 'key',
    })
  })
})
