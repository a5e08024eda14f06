/**
 * Which local days a report covers. A day is cut in the tenant's own time zone, as its budgets are,
 * so the range is told in local dates, both ends included.
 */
import * as z from 'zod'
import { closedObject } from '../problem/closed-object.ts'
import { Problem } from '../problem/problem.ts'
import { readQuery } from '../problem/read-query.ts'

export interface ReportRange {
  /** `YYYY-MM-DD`, included. */
  readonly from: string
  /** `YYYY-MM-DD`, included. */
  readonly to: string
}

const DEFAULT_DAYS = 31
const DAY_MS = 86_400_000

const Moment = z.union([z.iso.date(), z.iso.datetime({ offset: true })], {
  error: 'must be a date (2026-01-31) or an RFC 3339 time (2026-01-31T10:00:00Z)',
})

const Query = closedObject({
  from: Moment.optional(),
  to: Moment.optional(),
  by: z.literal('day', { error: 'must be "day"' }).optional(),
})

/**
 * Reads `from`, `to` and `by`. A time stands for the local day it falls on; without `to` the range
 * ends today, without `from` it begins 30 days before its end. Throws Problem (422).
 */
export function readReportRange(
  query: URLSearchParams,
  timezone: string,
  nowMs: number,
): ReportRange {
  const asked = readQuery(Query, query)
  const to = day(asked.to, timezone) ?? localDay(nowMs, timezone)
  const from = day(asked.from, timezone) ?? daysBefore(to, DEFAULT_DAYS - 1)
  if (from > to) throw new Problem('InvalidMember', 'from: must not be after to', { param: 'from' })
  return { from, to }
}

/** The date (`YYYY-MM-DD`) that clocks in this zone show at that moment. */
export function localDay(atMs: number, timezone: string): string {
  return localDays(timezone)(atMs)
}

/** The same for many moments: making the formatter is what costs. */
export function localDays(timezone: string): (atMs: number) => string {
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    calendar: 'gregory',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  })
  return (atMs) => {
    const parts = formatter.formatToParts(atMs)
    const part = (type: string) => parts.find((each) => each.type === type)?.value ?? ''
    return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`
  }
}

function day(moment: string | undefined, timezone: string): string | undefined {
  return moment?.includes('T') ? localDay(Date.parse(moment), timezone) : moment
}

/** Dates alone, so the zone does not matter: UTC has no days of other than 24 hours. */
function daysBefore(date: string, days: number): string {
  return new Date(Date.parse(date) - days * DAY_MS).toISOString().slice(0, 10)
}
