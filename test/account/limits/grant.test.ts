import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AdmitCommand, BudgetDemand, RateDemand } from '../../../src/account/commands.ts'
import type { MemoryAccount } from '../../../src/account/memory.ts'
import { admit, perMinute, settle, START_MS, usdPerDay } from '../../store/commands.ts'
import {
  admitted,
  cell,
  charge,
  counters,
  openAccount,
  PATIENCE,
  refused,
  runs,
  VERSION,
} from '../open-account.ts'

const END_OF_DAY = Date.UTC(2040, 5, 18)
const line = fc.record({
  limit: fc.oneof(
    { weight: 9, arbitrary: fc.nat(3_000) },
    { weight: 1, arbitrary: fc.constant(0) },
  ),
  used: fc.nat(400),
  base: fc.nat(200),
  unit: fc.nat(7),
})
type Line = typeof line extends fc.Arbitrary<infer L> ? L : never

function rateOf({ limit, base, unit }: Line, nth: number): RateDemand {
  return { id: `tokens_${nth}`, windowMs: 60_000, limit, measure: 'tokens', base, unit }
}

function budgetOf({ limit, base, unit }: Line, nth: number): BudgetDemand {
  return { ...usdPerDay(limit, base, unit), id: `usd_${nth}` }
}

/** Takes `used` of each line, as other requests would have. */
function use(account: MemoryAccount, rates: readonly Line[], budgets: readonly Line[]) {
  const max = Number.MAX_SAFE_INTEGER
  const command = admit(VERSION, 'before', START_MS, {
    rates: rates.map((one, nth) => ({ ...rateOf(one, nth), limit: max, base: one.used, unit: 0 })),
    budgets: budgets.map((one, nth) => ({
      ...budgetOf(one, nth),
      limit: max,
      base: one.used,
      unit: 0,
    })),
  })
  admitted(account, command, START_MS)
}

describe('a grant', PATIENCE, () => {
  it('is the largest output that fits every rate and budget, as trying each one finds', () => {
    let clamped = 0
    const property = fc.property(
      fc.array(line, { maxLength: 3 }),
      fc.array(line, { maxLength: 3 }),
      fc.nat(900),
      fc.nat(60),
      (rates, budgets, wanted, least) => {
        const account = openAccount()
        use(account, rates, budgets)
        const fits = (output: number) =>
          [...rates, ...budgets].every(
            ({ limit, used, base, unit }) => limit > 0 && used + base + unit * output <= limit,
          )
        let largest = wanted
        while (largest >= Math.min(least, wanted) && !fits(largest)) largest -= 1
        const reply = account.run(
          admit(VERSION, 'asked', START_MS, {
            rates: rates.map(rateOf),
            budgets: budgets.map(budgetOf),
            output: { wanted, least },
          }),
          START_MS,
        )
        const admits = largest >= Math.min(least, wanted)
        expect({
          type: reply.type,
          granted: reply.type === 'admitted' ? reply.granted : 0,
        }).toEqual({
          type: admits ? 'admitted' : 'refused',
          granted: admits ? largest : 0,
        })
        clamped += admits && largest < wanted ? 1 : 0
      },
    )
    fc.assert(property, runs(500))
    // The interesting case must have been met: granted, but less than wanted.
    expect(clamped).toBeGreaterThan(10)
  })

  it('holds base + unit x granted in every budget and counts it in every rate', () => {
    const account = openAccount()
    const tokens: RateDemand = {
      id: 'tpm',
      windowMs: 60_000,
      limit: 1_000,
      measure: 'tokens',
      base: 40,
      unit: 2,
    }
    const command = admit(VERSION, 'a', START_MS, {
      rates: [perMinute(10), tokens],
      budgets: [usdPerDay(900, 100, 3)],
      maxConcurrency: 4,
      output: { wanted: 500, least: 1 },
    })
    const { granted, meters, leaseMs, receipt } = admitted(account, command, START_MS)
    // The budget allows floor((900 - 100) / 3) = 266, the rate (1,000 - 40) / 2 = 480.
    expect(granted).toBe(266)
    expect(leaseMs).toBe(60_000)
    expect(meters).toEqual([
      {
        id: 'requests_per_minute',
        kind: 'rate',
        limit: 10,
        used: 1,
        held: 0,
        resetsAtMs: START_MS + 61_000,
      },
      { id: 'tpm', kind: 'rate', limit: 1_000, used: 572, held: 0, resetsAtMs: START_MS + 61_000 },
      { id: 'usd_per_day', kind: 'budget', limit: 900, used: 0, held: 898, resetsAtMs: END_OF_DAY },
      { id: 'max_concurrency', kind: 'quota', limit: 4, used: 1, held: 0, resetsAtMs: null },
    ])
    expect(receipt).toEqual({
      holdId: 'a',
      incarnation: 'inc-1',
      admittedAtMs: START_MS,
      periods: { day: Date.UTC(2040, 5, 17), month: Date.UTC(2040, 5, 1) },
      budgets: [{ id: 'usd_per_day', start: Date.UTC(2040, 5, 17), measure: 'nano_usd' }],
      context: command.context,
    })
  })

  it('gives what was wanted where nothing limits the output, if the base fits', () => {
    const account = openAccount()
    const output = { wanted: 1_000_000, least: 1 }
    const { granted } = admitted(
      account,
      admit(VERSION, 'a', START_MS, {
        rates: [perMinute(1)],
        budgets: [usdPerDay(5, 5, 0)],
        output,
      }),
      START_MS,
    )
    expect(granted).toBe(1_000_000)
  })
})

describe('a refusal', () => {
  const full = (changes: Partial<AdmitCommand>) => {
    const account = openAccount()
    const first = admit(VERSION, 'first', START_MS, {
      rates: [perMinute(1)],
      budgets: [usdPerDay(1_000, 600, 0)],
      maxConcurrency: 1,
    })
    admitted(account, first, START_MS)
    const before = counters(account)
    const { refusal } = refused(
      account,
      admit(VERSION, 'second', START_MS + 5, changes),
      START_MS + 5,
    )
    const after = counters(account)
    expect(after).toEqual({
      ...before,
      clockMs: START_MS + 5,
      totals: { ...before.totals, refused: before.totals.refused + 1 },
    })
    return refusal
  }

  it('says in_flight, with a short wait, where the budget fails only because of what is held', () => {
    expect(full({ budgets: [usdPerDay(1_000, 401, 0)] })).toEqual({
      reason: 'in_flight',
      id: 'usd_per_day',
      limit: 1_000,
      used: 0,
      held: 600,
      asked: 401,
      retryAfterMs: 1_000,
      resetsAtMs: END_OF_DAY,
    })
  })

  it('says in_flight even of the whole budget, while nothing of it is committed', () => {
    expect(full({ budgets: [usdPerDay(1_000, 1_000, 0)] }).reason).toBe('in_flight')
  })

  it('says budget, and when the period ends, where what is committed leaves too little', () => {
    const account = openAccount()
    const first = admit(VERSION, 'a', START_MS, { budgets: [usdPerDay(1_000, 600, 0)] })
    const { receipt } = admitted(account, first, START_MS)
    account.run(settle(receipt, charge(0, 0, 600)), START_MS)
    const second = admit(VERSION, 'b', START_MS, { budgets: [usdPerDay(1_000, 401, 0)] })
    expect(refused(account, second, START_MS).refusal).toMatchObject({
      reason: 'budget',
      used: 600,
      held: 0,
      retryAfterMs: null,
      resetsAtMs: END_OF_DAY,
    })
    expect(cell(account, 'usd_per_day')).toMatchObject({ committed: 600, held: 0 })
  })

  it('promises nothing to what is above the budget by itself', () => {
    expect(full({ budgets: [usdPerDay(1_000, 1_001, 0)] })).toMatchObject({
      reason: 'budget',
      retryAfterMs: null,
      resetsAtMs: null,
    })
  })

  it('says concurrency where as many requests are in flight as may be', () => {
    expect(full({ maxConcurrency: 1 })).toEqual({
      reason: 'concurrency',
      id: 'max_concurrency',
      limit: 1,
      used: 1,
      held: 0,
      asked: 1,
      retryAfterMs: 1_000,
      resetsAtMs: null,
    })
  })

  it('names the limit that lasts longest, whichever others fail too', () => {
    const rates = [perMinute(1)]
    const inFlight = [usdPerDay(1_000, 401, 0)]
    const never = [usdPerDay(1_000, 1_001, 0)]
    expect(full({ rates, budgets: inFlight, maxConcurrency: 1 })).toMatchObject({
      reason: 'rate',
      retryAfterMs: 60_995,
    })
    expect(full({ rates, budgets: never, maxConcurrency: 1 }).reason).toBe('budget')
    expect(full({ budgets: inFlight, maxConcurrency: 1 }).reason).toBe('in_flight')
    expect(full({ rates: [{ ...perMinute(1), base: 2 }], budgets: never }).reason).toBe('rate')
  })

  it('names the limit that lasts longest, wherever it stands among those that fail', () => {
    const perSecond = { ...perMinute(1), id: 'requests_per_second', windowMs: 1_000 }
    const account = openAccount()
    const rates = [perSecond, perMinute(1)]
    admitted(account, admit(VERSION, 'a', START_MS, { rates }), START_MS)
    const refusalOf = (rates: readonly RateDemand[]) =>
      refused(account, admit(VERSION, 'b', START_MS, { rates }), START_MS).refusal
    expect(refusalOf(rates)).toMatchObject({ id: 'requests_per_minute', retryAfterMs: 61_000 })
    expect(refusalOf(rates.toReversed())).toMatchObject({ id: 'requests_per_minute' })
    // Of those that last as long, the first.
    const twin = { ...perMinute(1), id: 'twin', limit: 0 }
    expect(refusalOf([{ ...twin, id: 'one' }, twin]).id).toBe('one')
  })

  it('shows the readings of all limits, none of them changed', () => {
    const account = openAccount()
    const command = admit(VERSION, 'a', START_MS, {
      rates: [perMinute(3)],
      budgets: [usdPerDay(10, 11, 0)],
      maxConcurrency: 2,
    })
    expect(refused(account, command, START_MS).meters).toEqual([
      { id: 'requests_per_minute', kind: 'rate', limit: 3, used: 0, held: 0, resetsAtMs: null },
      { id: 'usd_per_day', kind: 'budget', limit: 10, used: 0, held: 0, resetsAtMs: END_OF_DAY },
      { id: 'max_concurrency', kind: 'quota', limit: 2, used: 0, held: 0, resetsAtMs: null },
    ])
  })
})
