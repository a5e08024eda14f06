/**
 * Local days and months of a time zone, cut in the isolate and handed to the account, which knows
 * nothing of calendars. A day begins with the first instant that bears its date: at midnight, at the
 * earlier of two midnights, or where the clocks jumped over midnight. Exact through every change
 * of offset that the runtime's zone data knows; periods touch, and a date that was skipped has none.
 */
import type { Period, PeriodTable } from '../records.ts'

const DAY_MS = 24 * 60 * 60_000
/** Formatters are slow to make; names are few, but a stranger's spelling must not fill the memory. */
const MAX_FORMATTERS = 200
const MAX_NAME_LENGTH = 64

const formatters = new Map<string, Intl.DateTimeFormat>()

/** Whether this names an IANA zone that the runtime knows. Bare offsets like `+01:00` are refused. */
export function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z]/.test(text) || text.length > MAX_NAME_LENGTH) return false
  try {
    formatterFor(text)
    return true
  } catch {
    return false
  }
}

/**
 * The local days and months from the ones that hold `nowMs` on, `count` of each, without gaps.
 * Throws RangeError when `timezone` is not a time zone.
 */
export function periodTable(
  timezone: string,
  nowMs: number,
  count: { readonly days: number; readonly months: number },
): PeriodTable {
  const formatter = formatterFor(timezone)
  const today = new Date(localTime(formatter, nowMs))
  const year = today.getUTCFullYear()
  const month = today.getUTCMonth()
  const date = today.getUTCDate()
  return {
    day: cut(count.days, nowMs, (at) => firstInstant(formatter, Date.UTC(year, month, date + at))),
    month: cut(count.months, nowMs, (at) => firstInstant(formatter, Date.UTC(year, month + at))),
  }
}

/**
 * `count` periods between the boundaries numbered from the present one, the first holding `nowMs`.
 * Clocks set back over midnight make the local date run a day behind the periods, hence one more;
 * a skipped date has two equal boundaries, hence another.
 */
function cut(count: number, nowMs: number, boundary: (at: number) => number): Period[] {
  const periods: Period[] = []
  let start = boundary(0)
  for (let at = 1; periods.length < count; at += 1) {
    const end = boundary(at)
    if (end > start && end > nowMs) periods.push({ start, end })
    start = end
  }
  return periods
}

/** The first instant whose local date is the one that begins at `midnight` (a local time as if UTC). */
function firstInstant(formatter: Intl.DateTimeFormat, midnight: number): number {
  const before = offsetAt(formatter, midnight - DAY_MS)
  const after = offsetAt(formatter, midnight + DAY_MS)
  const candidates = [midnight - before, midnight - after].filter(
    (instant) => localTime(formatter, instant) === midnight,
  )
  // Where no clock shows midnight, it was midnight that the clocks jumped from: in no zone's data
  // does a jump begin before a midnight and end after it.
  return candidates.length > 0 ? Math.min(...candidates) : midnight - before
}

function offsetAt(formatter: Intl.DateTimeFormat, instant: number): number {
  return localTime(formatter, instant) - instant
}

/** The wall clock's reading at an instant, in whole seconds, as epoch milliseconds as if UTC. */
function localTime(formatter: Intl.DateTimeFormat, instant: number): number {
  const parts = formatter.formatToParts(instant)
  const read = (name: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find(({ type }) => type === name)?.value)
  const date = Date.UTC(read('year'), read('month') - 1, read('day'))
  const seconds = (read('hour') * 60 + read('minute')) * 60 + read('second')
  return date + seconds * 1000
}

function formatterFor(timezone: string): Intl.DateTimeFormat {
  const known = formatters.get(timezone)
  if (known !== undefined) return known
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  if (formatters.size >= MAX_FORMATTERS) formatters.clear()
  formatters.set(timezone, formatter)
  return formatter
}
