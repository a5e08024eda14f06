/**
 * What a report is asked to be: which local days, grouped by what, in which form. A day is cut in the
 * tenant's own time zone, as its budgets are, so the range is told in local dates, both ends included.
 */
import * as z from 'zod'
import { closedObject } from '../input/closed-object.ts'
import { Problem } from '../problem/problem.ts'
import { readQuery } from '../input/read-query.ts'
import { daysBefore, localDay } from './local-days.ts'

export const GROUPINGS = ['day', 'month', 'model', 'user', 'key'] as const
export type Grouping = (typeof GROUPINGS)[number]

export interface ReportRange {
  /** `YYYY-MM-DD`, included. */
  readonly from: string
  /** `YYYY-MM-DD`, included. */
  readonly to: string
}

export interface ReportQuery extends ReportRange {
  readonly by: Grouping
  readonly format: 'json' | 'csv'
}

const DEFAULT_DAYS = 31
/** So long is usage kept. */
const MAX_DAYS = 400
/** Days with a thousand names each take a store call each. */
const MAX_DAYS_BY_NAME = 93
const DAY_MS = 86_400_000

const Moment = z.union([z.iso.date(), z.iso.datetime({ offset: true })], {
  error: 'must be a date (2026-01-31) or an RFC 3339 time (2026-01-31T10:00:00Z)',
})

export const UsageQuery = closedObject({
  from: Moment.optional(),
  to: Moment.optional(),
  by: z.enum(GROUPINGS, { error: `must be one of ${GROUPINGS.join(', ')}` }).default('day'),
  format: z.enum(['json', 'csv'], { error: 'must be json or csv' }).optional(),
})

/**
 * A time stands for the local day it falls on; without `to` the range ends today, without `from` it
 * begins 30 days before its end. Without `format`, `Accept: text/csv` asks for CSV. Throws Problem (422).
 */
export function readReportQuery(
  query: URLSearchParams,
  headers: Headers,
  timezone: string,
  nowMs: number,
): ReportQuery {
  const asked = readQuery(UsageQuery, query)
  const to = day(asked.to, timezone) ?? localDay(nowMs, timezone)
  const from = day(asked.from, timezone) ?? daysBefore(to, DEFAULT_DAYS - 1)
  if (from > to) throw new Problem('InvalidMember', 'from: must not be after to', { param: 'from' })
  const isByName = asked.by !== 'day' && asked.by !== 'month'
  const most = isByName ? MAX_DAYS_BY_NAME : MAX_DAYS
  if ((Date.parse(to) - Date.parse(from)) / DAY_MS >= most) {
    const detail = `from: must not be more than ${most} days before to, by ${asked.by}`
    throw new Problem('InvalidMember', detail, { param: 'from' })
  }
  const wantsCsv = /(?:^|,)\s*text\/csv\s*(?:;|,|$)/i.test(headers.get('accept') ?? '')
  return { from, to, by: asked.by, format: asked.format ?? (wantsCsv ? 'csv' : 'json') }
}

function day(moment: string | undefined, timezone: string): string | undefined {
  return moment?.includes('T') ? localDay(Date.parse(moment), timezone) : moment
}
