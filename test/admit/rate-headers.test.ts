import { describe, expect, it } from 'vitest'
import type { MeterReading } from '../../src/account/answers.ts'
import { rateHeaders } from '../../src/admit/rate-headers.ts'
import { START_MS } from '../support/fakes/clock.ts'

function reading(id: string, changes: Partial<MeterReading> = {}): MeterReading {
  return { id, kind: 'rate', limit: 100, used: 40, held: 0, resetsAtMs: null, ...changes }
}
const headersOf = (...meters: MeterReading[]) => rateHeaders(meters, START_MS)

describe('the limits in headers', () => {
  it('are both fields of the IETF draft, one item a limit', () => {
    const headers = headersOf(
      reading('requests_per_minute', { resetsAtMs: START_MS + 16_001 }),
      reading('tokens_per_day', { kind: 'budget', limit: 5_000, used: 1_000, held: 500 }),
      reading('max_concurrency', { kind: 'quota', limit: 10, used: 3 }),
    )
    expect(headers['ratelimit-policy']).toBe(
      '"requests_per_minute";q=100;w=60, "tokens_per_day";q=5000;qu="tokens";w=86400, "max_concurrency";q=10;qu="concurrent-requests"',
    )
    expect(headers['ratelimit']).toBe(
      '"requests_per_minute";r=60;t=17, "tokens_per_day";r=3500, "max_concurrency";r=7',
    )
  })

  it('are known to OpenAI clients as x-ratelimit, for requests and tokens a minute', () => {
    const headers = headersOf(
      reading('requests_per_minute', { resetsAtMs: START_MS + 850 }),
      reading('tokens_per_minute', { limit: 9_000, used: 1, resetsAtMs: START_MS + 360_000 }),
    )
    expect(headers).toMatchObject({
      'x-ratelimit-limit-requests': '100',
      'x-ratelimit-remaining-requests': '60',
      'x-ratelimit-reset-requests': '850ms',
      'x-ratelimit-limit-tokens': '9000',
      'x-ratelimit-remaining-tokens': '8999',
      'x-ratelimit-reset-tokens': '6m0s',
    })
  })

  it.each([
    [null, '0ms', ''],
    [-5, '0ms', ';t=0'],
    [0, '0ms', ';t=0'],
    [1, '1ms', ';t=1'],
    [999, '999ms', ';t=1'],
    [1_000, '1s', ';t=1'],
    [1_001, '2s', ';t=2'],
    [59_000, '59s', ';t=59'],
    [59_001, '1m0s', ';t=60'],
    [61_000, '1m1s', ';t=61'],
  ])('tell a reset in %j ms as %s, in whole seconds rounded up', (waitMs, told, field) => {
    const resetsAtMs = waitMs === null ? null : START_MS + waitMs
    const headers = headersOf(reading('requests_per_minute', { resetsAtMs }))
    expect(headers['x-ratelimit-reset-requests']).toBe(told)
    expect(headers['ratelimit']).toBe(`"requests_per_minute";r=60${field}`)
  })

  it('have no x-ratelimit for any other limit', () => {
    expect(Object.keys(headersOf(reading('requests_per_hour'), reading('usd_per_day')))).toEqual([
      'ratelimit-policy',
      'ratelimit',
    ])
  })

  it('tell whatever limits there are beside one that is not limited', () => {
    const unlimited = reading('usd_per_day', { limit: null })
    expect(headersOf(unlimited, reading('requests_per_second'))).toEqual({
      'ratelimit-policy': '"requests_per_second";q=100;w=1',
      ratelimit: '"requests_per_second";r=60',
    })
  })

  it('tell money in whole micro-USD, rounded down', () => {
    const headers = headersOf(
      reading('usd_per_day', { kind: 'budget', limit: 10_000_000_000, used: 1, held: 998 }),
    )
    expect(headers['ratelimit-policy']).toBe('"usd_per_day";q=10000000;qu="micro-usd";w=86400')
    expect(headers['ratelimit']).toBe('"usd_per_day";r=9999999')
  })

  it('never go below 0, nor beyond the 15 digits of a structured integer', () => {
    expect(headersOf(reading('requests_per_hour', { used: 101 }))['ratelimit']).toContain('r=0')
    const huge = headersOf(reading('tokens_per_month', { limit: Number.MAX_SAFE_INTEGER, used: 0 }))
    expect(huge['ratelimit']).toBe('"tokens_per_month";r=999999999999999')
    expect(huge['ratelimit-policy']).toContain('q=999999999999999;')
  })

  it('do not name whose window it is', () => {
    const headers = headersOf(reading('user_requests_per_minute|u:alice@example.com'))
    expect(JSON.stringify(headers)).not.toContain('alice')
    expect(headers['ratelimit']).toBe('"user_requests_per_minute";r=60')
  })

  it('are absent where nothing is limited', () => {
    expect(headersOf()).toEqual({})
    expect(headersOf(reading('usd_per_day', { limit: null }))).toEqual({})
  })
})
