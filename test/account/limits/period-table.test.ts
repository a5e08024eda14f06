import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  continuePeriods,
  continueTable,
  periodAt,
} from '../../../src/account/limits/period-table.ts'
import { periodTable } from '../../../src/account/limits/periods.ts'
import type { Period } from '../../../src/account/records.ts'
import {
  admit,
  change,
  create,
  PERIODS,
  settle,
  START_MS,
  tenantConfig,
  usdPerDay,
} from '../../store/commands.ts'
import { admitted, cell, charge, openAccount, PATIENCE, runs, VERSION } from '../open-account.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const AHEAD = { days: 8, months: 2 }
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'Asia/Kathmandu',
  'America/Sao_Paulo',
]

function touch(periods: readonly Period[]): boolean {
  return periods.every(({ start }, nth) => nth === 0 || periods[nth - 1]?.end === start)
}

describe('a change of time zone', PATIENCE, () => {
  it('never opens a day or a month anew, whatever zones follow on each other', () => {
    const moves = fc.array(
      fc.record({
        zone: fc.constantFrom(...ZONES),
        hours: fc.oneof(fc.nat(30), fc.integer({ min: 0, max: 24 * 40 })),
      }),
      { minLength: 1, maxLength: 8 },
    )
    const property = fc.property(
      fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2030, 0, 1) }),
      moves,
      (startMs, steps) => {
        let nowMs = startMs
        let table = periodTable('UTC', nowMs, AHEAD)
        for (const { zone, hours } of steps) {
          nowMs += hours * HOUR_MS
          const before = { day: periodAt(table.day, nowMs), month: periodAt(table.month, nowMs) }
          table = continueTable(table, periodTable(zone, nowMs, AHEAD), nowMs)
          for (const kind of ['day', 'month'] as const) {
            expect(touch(table[kind])).toBe(true)
            const running = periodAt(table[kind], nowMs)
            const old = before[kind]
            if (old === undefined) continue
            expect(running?.start).toBe(old.start)
            expect(running?.end).toBeGreaterThanOrEqual(old.end)
            expect(running?.end).toBeLessThanOrEqual(old.end + 26 * HOUR_MS)
            // What begins next is a whole day, or a month less the hours that zones lie apart.
            const next = table[kind][1]
            if (next === undefined) continue
            const shortest = kind === 'day' ? 23 * HOUR_MS : 28 * DAY_MS - 26 * HOUR_MS
            expect(next.end - next.start).toBeGreaterThanOrEqual(shortest)
          }
        }
      },
    )
    fc.assert(property, runs(300))
  })

  it('keeps what the running day has spent, and ends that day at the new zone’s midnight', () => {
    const account = openAccount()
    const budgets = [usdPerDay(100, 100, 0)]
    const { receipt } = admitted(account, admit(VERSION, 'a', START_MS, { budgets }), START_MS)
    account.run(settle(receipt, charge(0, 0, 100)), START_MS)
    const moved = change(VERSION, {
      config: tenantConfig('acme', { timezone: 'America/New_York' }),
      periods: periodTable('America/New_York', START_MS, AHEAD),
    })
    const reply = account.run(moved, START_MS)
    if (reply.type !== 'changed') throw new Error('not changed')
    const { version } = reply
    // Midnight in New York, four hours after that of UTC.
    const endMs = Date.UTC(2040, 5, 18, 4)
    for (const nowMs of [START_MS, Date.UTC(2040, 5, 18), endMs - 1]) {
      const again = account.run(admit(version, 'b', nowMs, { budgets }), nowMs)
      expect(again).toMatchObject({ type: 'refused', refusal: { used: 100, resetsAtMs: endMs } })
    }
    admitted(account, admit(version, 'c', endMs, { budgets }), endMs)
    expect(cell(account, 'usd_per_day', endMs)).toMatchObject({ committed: 0, held: 100 })
  })

  it('makes no month two months long when the new zone’s month has just begun', () => {
    const nowMs = Date.UTC(2040, 0, 31, 23, 30)
    const utc = periodTable('UTC', nowMs, AHEAD).month
    const berlin = periodTable('Europe/Berlin', nowMs, AHEAD).month
    expect(continuePeriods(utc, berlin, nowMs)).toEqual([
      { start: Date.UTC(2040, 0, 1), end: Date.UTC(2040, 1, 1) },
      { start: Date.UTC(2040, 1, 1), end: Date.UTC(2040, 1, 29, 23) },
      { start: Date.UTC(2040, 1, 29, 23), end: Date.UTC(2040, 2, 31, 22) },
    ])
  })
})

describe('periods that are continued', () => {
  const old = { start: 0, end: DAY_MS }
  const from = (start: number, end = start + DAY_MS) => ({ start, end })

  it('are the new ones where nothing has begun', () => {
    const next = [from(5)]
    expect(continuePeriods([], next, 10)).toBe(next)
    expect(continuePeriods([from(11)], next, 10)).toBe(next)
  })

  it('keep one that begins this very millisecond', () => {
    expect(continuePeriods([old, from(DAY_MS)], [from(DAY_MS * 2)], DAY_MS)).toEqual([
      from(DAY_MS),
      from(DAY_MS * 2),
    ])
  })

  it('stay as they were where the new ones are none, or end before', () => {
    expect(continuePeriods([old], [], 0)).toEqual([old])
    expect(continuePeriods([old], [from(-DAY_MS, DAY_MS - 1)], 0)).toEqual([old])
  })

  it('end where the new ones end, though none of those begins later', () => {
    expect(continuePeriods([old], [from(-DAY_MS, DAY_MS)], 0)).toEqual([old])
    expect(continuePeriods([old], [from(-DAY_MS, DAY_MS + 7)], 0)).toEqual([
      { start: 0, end: DAY_MS + 7 },
    ])
  })

  it('run on to a boundary at most 48 hours away, and leave a further one to a period of its own', () => {
    const away = (ms: number) => continuePeriods([old], [from(DAY_MS + ms)], 0)
    expect(away(48 * HOUR_MS)).toEqual([from(0, 3 * DAY_MS), from(3 * DAY_MS)])
    expect(away(48 * HOUR_MS + 1)).toEqual([
      old,
      from(DAY_MS, 3 * DAY_MS + 1),
      from(3 * DAY_MS + 1),
    ])
  })

  it('hold their start and not their end', () => {
    const periods = [from(10, 20), from(20, 30)]
    expect([9, 10, 19, 20, 29, 30].map((nowMs) => periodAt(periods, nowMs)?.start)).toEqual([
      undefined,
      10,
      10,
      20,
      20,
      undefined,
    ])
  })
})

describe('the table of periods', () => {
  const lastDayEnds = PERIODS.day.at(-1)?.end ?? 0
  const ask = (holdId: string, nowMs: number) =>
    admit(VERSION, holdId, nowMs, { budgets: [usdPerDay(100, 60, 0)] })

  it('says periods_stale, with the store’s time, when it does not reach the present', () => {
    const account = openAccount()
    admitted(account, ask('a', lastDayEnds - 1), lastDayEnds - 1)
    const reply = account.run(ask('b', lastDayEnds), lastDayEnds)
    expect(reply).toEqual({ type: 'periods_stale', nowMs: lastDayEnds })
    expect(account.get('slip', 'b')).toBeUndefined()
  })

  it('is continued by what the next call supplies, without a new version', () => {
    const account = openAccount()
    const periods = periodTable('UTC', lastDayEnds, AHEAD)
    admitted(account, { ...ask('a', lastDayEnds), periods }, lastDayEnds)
    expect(account.get('config', '')).toMatchObject({
      version: VERSION,
      periods: { day: periods.day },
    })
    expect(cell(account, 'usd_per_day', lastDayEnds)).toMatchObject({ held: 60 })
    // The month still ran: it was not touched.
    expect(account.get('config', '')?.periods.month).toEqual(PERIODS.month)
  })

  it('is not continued by a table that does not reach the present either', () => {
    const account = openAccount()
    const reply = account.run({ ...ask('a', lastDayEnds), periods: PERIODS }, lastDayEnds)
    expect(reply).toEqual({ type: 'periods_stale', nowMs: lastDayEnds })
    expect(account.get('config', '')?.periods).toEqual(PERIODS)
    const lacking = openAccount(START_MS, { periods: { ...PERIODS, month: [] } })
    expect(
      lacking.run({ ...ask('a', START_MS), periods: { ...PERIODS, month: [] } }, START_MS),
    ).toEqual({ type: 'periods_stale', nowMs: START_MS })
    expect(lacking.get('config', '')?.periods.month).toEqual([])
  })

  it('takes no supplied period while one of its own runs', () => {
    const account = openAccount()
    const anew = { day: [{ start: START_MS, end: START_MS + HOUR_MS }], month: PERIODS.month }
    admitted(account, { ...ask('a', START_MS), periods: anew }, START_MS)
    expect(account.run({ ...ask('b', START_MS), periods: anew }, START_MS)).toMatchObject({
      type: 'refused',
      refusal: { reason: 'in_flight', held: 60 },
    })
    expect(account.get('config', '')?.periods).toEqual(PERIODS)
  })

  it('is continued only in what it lacks, days or months', () => {
    const hour = { start: START_MS, end: START_MS + HOUR_MS }
    for (const [lacks, has] of [
      ['day', 'month'],
      ['month', 'day'],
    ] as const) {
      const account = openAccount(START_MS, {
        periods: { ...PERIODS, [lacks]: [{ start: START_MS - DAY_MS, end: START_MS }] },
      })
      admitted(
        account,
        { ...ask('a', START_MS), periods: { day: [hour], month: [hour] } },
        START_MS,
      )
      const { periods } = account.get('config', '') ?? { periods: PERIODS }
      expect(periods[lacks]).toEqual([hour])
      expect(periods[has]).toEqual(PERIODS[has])
    }
  })

  it('lets a period run on to the end of the only one supplied', () => {
    const stored = [{ start: START_MS - 2 * HOUR_MS, end: START_MS }]
    const supplied = [{ start: START_MS - HOUR_MS, end: START_MS + HOUR_MS }]
    expect(continuePeriods(stored, supplied, START_MS)).toEqual([
      { start: START_MS - 2 * HOUR_MS, end: START_MS + HOUR_MS },
    ])
  })

  it('lets a period run on where the supplied one had begun before it ended', () => {
    const account = openAccount(START_MS, {
      periods: {
        ...PERIODS,
        day: [{ start: PERIODS.day[1]?.start ?? 0, end: START_MS + HOUR_MS }],
      },
    })
    const { receipt } = admitted(account, ask('a', START_MS), START_MS)
    account.run(settle(receipt, charge(0, 0, 60)), START_MS)
    const laterMs = START_MS + HOUR_MS
    expect(account.run({ ...ask('b', laterMs), periods: PERIODS }, laterMs)).toMatchObject({
      type: 'refused',
      refusal: { resetsAtMs: Date.UTC(2040, 5, 18) },
    })
  })

  it('reaches over a long silence, and forgets the periods before it', () => {
    const account = openAccount()
    const muchLaterMs = START_MS + 400 * DAY_MS
    const periods = periodTable('UTC', muchLaterMs, AHEAD)
    admitted(account, { ...ask('a', muchLaterMs), periods }, muchLaterMs)
    expect(account.get('config', '')?.periods).toEqual(periods)
  })

  it('stands as created, to the last period', () => {
    const account = openAccount()
    account.run(create('acme', { nonce: 'other' }), START_MS)
    expect(account.get('config', '')?.periods).toEqual(PERIODS)
  })
})
