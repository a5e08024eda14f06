import { describe, expect, it } from 'vitest'
import { localDay } from '../../src/report/local-days.ts'
import { readReportQuery } from '../../src/report/report-query.ts'

const NOON = Date.UTC(2026, 5, 17, 12)
const read = (query: string, timezone = 'UTC', accept = '*/*') =>
  readReportQuery(new URLSearchParams(query), new Headers({ accept }), timezone, NOON)

describe('the range of a report', () => {
  it.each([
    ['', { from: '2026-05-18', to: '2026-06-17' }],
    ['to=2026-03-01', { from: '2026-01-30', to: '2026-03-01' }],
    ['from=2026-06-01', { from: '2026-06-01', to: '2026-06-17' }],
    ['from=2024-02-29&to=2024-02-29&by=day', { from: '2024-02-29', to: '2024-02-29' }],
    ['from=2026-06-01T23:30:00-02:00', { from: '2026-06-02', to: '2026-06-17' }],
  ])('%j is %j', (query, range) =>
    expect(read(query)).toEqual({ ...range, by: 'day', format: 'json' }),
  )

  it('is told in the days of the tenant', () => {
    expect(read('', 'Pacific/Auckland').to).toBe('2026-06-18')
    expect(read('to=2026-06-17T02:00:00Z', 'America/New_York').to).toBe('2026-06-16')
  })

  it.each(['from=2026-6-1', 'from=', 'from=1781000000000', 'to=2026-06-17T12:00:00', 'by=', 'a=b'])(
    'refuses %s',
    (query) => expect(() => read(query)).toThrow('InvalidMember'),
  )

  it('refuses a name that stands twice, rather than take one of the two', () => {
    expect(() => read('from=2026-06-01&from=2026-06-02')).toThrow('more than once')
  })
})

describe('the local day of an instant', () => {
  it.each([
    [Date.UTC(2026, 2, 29, 0, 59), 'Europe/Berlin', '2026-03-29'],
    [Date.UTC(2026, 9, 24, 22, 0), 'Europe/Berlin', '2026-10-25'],
    [Date.UTC(2026, 9, 25, 22, 59), 'Europe/Berlin', '2026-10-25'],
    [Date.UTC(2026, 9, 25, 23, 0), 'Europe/Berlin', '2026-10-26'],
    [Date.UTC(2025, 11, 31, 10, 0), 'Pacific/Kiritimati', '2026-01-01'],
    [Date.UTC(2026, 0, 1, 18, 14), 'Asia/Kathmandu', '2026-01-01'],
    [Date.UTC(2026, 0, 1, 18, 15), 'Asia/Kathmandu', '2026-01-02'],
  ])('%d in %s is %s', (atMs, timezone, day) => expect(localDay(atMs, timezone)).toBe(day))
})
