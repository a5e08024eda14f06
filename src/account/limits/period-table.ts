/**
 * The account's own table of days and months, from which its store's clock picks. A table is only
 * ever continued: no period that has begun is cut again, so nothing can open a day anew.
 */
import { MAX_BEND_MS } from '../constants.ts'
import { type Draft, ONLY } from '../draft.ts'
import type { Period, PeriodKind, PeriodTable } from '../records.ts'

export type RunningPeriods = Readonly<Record<PeriodKind, Period>>

export function periodAt(periods: readonly Period[], nowMs: number): Period | undefined {
  return periods.find(({ start, end }) => start <= nowMs && nowMs < end)
}

/**
 * The periods that run now. Where the account's table has none, it is continued with the supplied
 * one, which is stored without a new version; null when that does not reach the present either.
 */
export function runningPeriods(draft: Draft, supplied?: PeriodTable): RunningPeriods | null {
  const { nowMs, config } = draft
  const stored = config.periods
  let day = periodAt(stored.day, nowMs)
  let month = periodAt(stored.month, nowMs)
  if (day !== undefined && month !== undefined) return { day, month }
  if (supplied === undefined) return null
  const periods = {
    day: day === undefined ? continuePeriods(stored.day, supplied.day, nowMs) : stored.day,
    month:
      month === undefined ? continuePeriods(stored.month, supplied.month, nowMs) : stored.month,
  }
  day = periodAt(periods.day, nowMs)
  month = periodAt(periods.month, nowMs)
  if (day === undefined || month === undefined) return null
  draft.put('config', ONLY, { ...config, periods })
  return { day, month }
}

/** Every period from the present on is the new table's, after the one that runs has ended. */
export function continueTable(stored: PeriodTable, next: PeriodTable, nowMs: number): PeriodTable {
  return {
    day: continuePeriods(stored.day, next.day, nowMs),
    month: continuePeriods(stored.month, next.month, nowMs),
  }
}

/**
 * The last period that has begun keeps its start, and its end moves to the first new boundary at or
 * after it. If that is days away (a month of the new zone began just before the old one ends), the
 * end stays and the new period begins there, so that no month is ever two months long.
 */
export function continuePeriods(
  stored: readonly Period[],
  next: readonly Period[],
  nowMs: number,
): readonly Period[] {
  const last = stored.findLast(({ start }) => start <= nowMs)
  if (last === undefined) return next
  const boundary = firstBoundary(next, last.end)
  if (boundary === undefined) return [last]
  const bends = boundary - last.end <= MAX_BEND_MS
  const joint = bends
    ? [{ start: last.start, end: boundary }]
    : [last, { start: last.end, end: boundary }]
  const continued = [...joint, ...next.filter(({ start }) => start >= boundary)]
  const running = continued.findLastIndex(({ start }) => start <= nowMs)
  return continued.slice(running)
}

function firstBoundary(periods: readonly Period[], fromMs: number): number | undefined {
  const start = periods.find((period) => period.start >= fromMs)?.start
  const end = periods.at(-1)?.end
  return start ?? (end !== undefined && end >= fromMs ? end : undefined)
}
