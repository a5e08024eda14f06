import { describe, expect, it } from 'vitest'
import { afterCharge } from '../../src/admit/after-charge.ts'
import type { MeterReading } from '../../src/account/answers.ts'
import { perMinute, usdPerDay } from '../store/commands.ts'

const charge = { inputTokens: 10, outputTokens: 5, nanoUsd: 700 }
const tokensPerMinute = {
  id: 'tokens_per_minute',
  windowMs: 60_000,
  limit: 1_000,
  measure: 'tokens',
  base: 40,
  unit: 1,
} as const

function reading(id: string, kind: MeterReading['kind'], used: number, held: number): MeterReading {
  return { id, kind, limit: 1_000, used, held, resetsAtMs: 7 }
}

describe('where the limits stand after the charge', () => {
  it('gives back of a budget what was held, and takes what was used', () => {
    const demand = usdPerDay(1_000, 400, 6)
    // 400 + 6 x 100 were held, beside 50 of another request.
    const [after] = afterCharge(
      [reading('usd_per_day', 'budget', 20, 1_050)],
      [demand],
      100,
      charge,
    )
    expect(after).toEqual(reading('usd_per_day', 'budget', 720, 50))
  })

  it('corrects a token rate in its used weight', () => {
    const meter = reading('tokens_per_minute', 'rate', 200, 0)
    const [after] = afterCharge([meter], [tokensPerMinute], 100, charge)
    expect(after?.used).toBe(200 - 140 + 15)
  })

  it('takes each limit by what was asked of it', () => {
    const meters = [
      reading('tokens_per_minute', 'rate', 200, 0),
      reading('usd_per_day', 'budget', 20, 1_050),
    ]
    const demands = [perMinute(10), usdPerDay(1_000, 400, 6), tokensPerMinute]
    expect(afterCharge(meters, demands, 100, charge)).toEqual([
      reading('tokens_per_minute', 'rate', 75, 0),
      reading('usd_per_day', 'budget', 720, 50),
    ])
  })

  it('leaves request rates as they are, and frees the place among those in flight', () => {
    const meters = [
      reading('requests_per_minute', 'rate', 3, 0),
      reading('max_concurrency', 'quota', 2, 0),
    ]
    const after = afterCharge(meters, [perMinute(10)], 100, charge)
    expect(after.map(({ used }) => used)).toEqual([3, 1])
  })

  it('leaves alone what the request did not ask of', () => {
    const meter = reading('usd_per_month', 'budget', 1, 2)
    expect(afterCharge([meter], [], 100, charge)).toEqual([meter])
  })
})
