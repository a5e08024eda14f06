import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTimeZone, periodTable } from '../../../src/account/limits/periods.ts'
import type { Period } from '../../../src/account/records.ts'
import { PATIENCE, runs } from '../open-account.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Zones with and without changes of the clock, at midnight and elsewhere, by hours and by minutes. */
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Los_Angeles',
  'America/Sao_Paulo',
  'America/Havana',
  'America/Asuncion',
  'America/Santiago',
  'America/Nuuk',
  'America/Scoresbysund',
  'Atlantic/Azores',
  'Asia/Beirut',
  'Asia/Gaza',
  'Asia/Tehran',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Amman',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Australia/Lord_Howe',
  'Australia/Adelaide',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'Antarctica/Troll',
]

/** A runtime's own word on the local date, asked apart from the code under test. */
const dates = new Map(
  ZONES.map((timeZone) => [timeZone, new Intl.DateTimeFormat('en-CA', { timeZone })]),
)
function localDate(timeZone: string, atMs: number): string {
  const text = dates.get(timeZone)?.format(atMs)
  if (text === undefined) throw new Error(`no formatter for ${timeZone}`)
  return text
}

const daysOf = (timeZone: string, atMs: number, count: number) =>
  periodTable(timeZone, atMs, { days: count, months: 1 }).day
const iso = ({ start, end }: Period) => [new Date(start).toISOString(), new Date(end).toISOString()]
const hours = ({ start, end }: Period) => (end - start) / HOUR_MS

describe('local days and months', PATIENCE, () => {
  it('hold the present first, touch without gap or overlap, and change where the date does', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.integer({ min: Date.UTC(2011, 0, 1), max: Date.UTC(2037, 0, 1) }),
        (zone, nowMs) => {
          const table = periodTable(zone, nowMs, { days: 3, months: 2 })
          for (const [periods, width] of [
            [table.day, 10],
            [table.month, 7],
          ] as const) {
            const name = (atMs: number) => localDate(zone, atMs).slice(0, width)
            expect(periods).toHaveLength(width === 10 ? 3 : 2)
            expect(periods[0]?.start).toBeLessThanOrEqual(nowMs)
            expect(periods[0]?.end).toBeGreaterThan(nowMs)
            for (const [nth, { start, end }] of periods.entries()) {
              expect(end).toBeGreaterThan(start)
              expect(end).toBe(periods[nth + 1]?.start ?? end)
              expect(name(start)).not.toBe(name(start - 1))
              expect(name(end)).not.toBe(name(end - 1))
              expect(name(start)).toBe(name(end - 1))
              expect(name(start)).toBe(name(Math.floor((start + end) / 2)))
            }
          }
        },
      ),
      runs(400),
    )
  })

  it('are the same whenever within them they are asked for', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.integer({ min: Date.UTC(2011, 0, 1), max: Date.UTC(2037, 0, 1) }),
        fc.nat(999),
        (zone, nowMs, part) => {
          const { day, month } = periodTable(zone, nowMs, { days: 2, months: 2 })
          for (const { start, end } of day) {
            const within = start + Math.floor(((end - start) * part) / 1_000)
            expect(daysOf(zone, within, 1)).toEqual([{ start, end }])
          }
          for (const { start, end } of month) {
            const within = start + Math.floor(((end - start) * part) / 1_000)
            expect(periodTable(zone, within, { days: 1, months: 1 }).month).toEqual([
              { start, end },
            ])
          }
        },
      ),
      runs(200),
    )
  })

  it('are 23 and 25 hours long where the clocks change', () => {
    expect(daysOf('Europe/Berlin', Date.UTC(2026, 2, 28, 12), 3).map(hours)).toEqual([24, 23, 24])
    expect(daysOf('Europe/Berlin', Date.UTC(2026, 9, 24, 12), 3).map(hours)).toEqual([24, 25, 24])
    expect(daysOf('Australia/Lord_Howe', Date.UTC(2026, 3, 3, 15), 3).map(hours)).toEqual([
      24, 24.5, 24,
    ])
    expect(daysOf('Asia/Kathmandu', Date.UTC(2026, 0, 1), 1).map(iso)).toEqual([
      ['2025-12-31T18:15:00.000Z', '2026-01-01T18:15:00.000Z'],
    ])
  })

  it('begin where the clocks jump over midnight', () => {
    // São Paulo, 4 November 2018: 00:00 did not exist, the day began at 01:00 (-02:00).
    expect(daysOf('America/Sao_Paulo', Date.UTC(2018, 10, 3, 12), 2).map(iso)).toEqual([
      ['2018-11-03T03:00:00.000Z', '2018-11-04T03:00:00.000Z'],
      ['2018-11-04T03:00:00.000Z', '2018-11-05T02:00:00.000Z'],
    ])
    // Beirut, 30 March 2025: 00:00 became 01:00 (+03:00).
    expect(daysOf('Asia/Beirut', Date.UTC(2025, 2, 30, 12), 1).map(iso)).toEqual([
      ['2025-03-29T22:00:00.000Z', '2025-03-30T21:00:00.000Z'],
    ])
  })

  it('are cut to the second where a zone was not set by whole minutes', () => {
    // Monrovia kept 44 minutes and 30 seconds behind until 7 January 1972, when midnight became 00:44:30.
    expect(daysOf('Africa/Monrovia', Date.UTC(1972, 0, 5, 12), 3).map(iso)).toEqual([
      ['1972-01-05T00:44:30.000Z', '1972-01-06T00:44:30.000Z'],
      ['1972-01-06T00:44:30.000Z', '1972-01-07T00:44:30.000Z'],
      ['1972-01-07T00:44:30.000Z', '1972-01-08T00:00:00.000Z'],
    ])
  })

  it('begin once where midnight comes twice, at the earlier one', () => {
    // St John's, 7 November 2010: at 00:01 the clocks went back to 23:01 of the day before.
    const [day, next] = daysOf('America/St_Johns', Date.UTC(2010, 10, 6, 12), 2)
    expect([day, next].map((period) => (period ? iso(period) : null))).toEqual([
      ['2010-11-06T02:30:00.000Z', '2010-11-07T02:30:00.000Z'],
      ['2010-11-07T02:30:00.000Z', '2010-11-08T03:30:00.000Z'],
    ])
    const dateSaysTheSixth = Date.UTC(2010, 10, 7, 3, 0)
    expect(daysOf('America/St_Johns', dateSaysTheSixth, 1)).toEqual([next])
  })

  it('leave out a date that a zone skipped', () => {
    // Apia went from 29 to 31 December 2011 overnight.
    expect(daysOf('Pacific/Apia', Date.UTC(2011, 11, 29, 20), 3).map(iso)).toEqual([
      ['2011-12-29T10:00:00.000Z', '2011-12-30T10:00:00.000Z'],
      ['2011-12-30T10:00:00.000Z', '2011-12-31T10:00:00.000Z'],
      ['2011-12-31T10:00:00.000Z', '2012-01-01T10:00:00.000Z'],
    ])
  })

  it('know the 29th of February and the end of the year', () => {
    const leap = periodTable('UTC', Date.UTC(2028, 1, 28, 12), { days: 3, months: 2 })
    expect(leap.day.map(({ start }) => new Date(start).toISOString().slice(0, 10))).toEqual([
      '2028-02-28',
      '2028-02-29',
      '2028-03-01',
    ])
    expect(leap.month.map(({ start, end }) => (end - start) / DAY_MS)).toEqual([29, 31])
    const { month } = periodTable('Europe/Berlin', Date.UTC(2026, 11, 31, 22, 59), {
      days: 1,
      months: 2,
    })
    expect(month.map(iso)).toEqual([
      ['2026-11-30T23:00:00.000Z', '2026-12-31T23:00:00.000Z'],
      ['2026-12-31T23:00:00.000Z', '2027-01-31T23:00:00.000Z'],
    ])
  })

  it('cannot be cut in a zone that does not exist', () => {
    expect(() => periodTable('Mars/Olympus', 0, { days: 1, months: 1 })).toThrow(RangeError)
  })
})

describe('a time zone', () => {
  it.each([...ZONES, 'Asia/Calcutta', 'Etc/GMT+5'])('is accepted by its IANA name: %s', (name) => {
    expect(isTimeZone(name)).toBe(true)
  })

  it.each([
    '',
    ' UTC',
    'UTC ',
    '+01:00',
    '-05',
    'Mars/Olympus',
    'Europe/Berlin\n',
    `A${'/a'.repeat(50)}`,
  ])('is refused when it is no such name: %j', (name) => {
    expect(isTimeZone(name)).toBe(false)
  })
})
