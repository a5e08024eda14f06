/** Dates as clocks in a time zone show them. */

const DAY_MS = 86_400_000

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

/** Dates alone, so the zone does not matter: UTC has no days of other than 24 hours. */
export function daysBefore(date: string, days: number): string {
  return new Date(Date.parse(date) - days * DAY_MS).toISOString().slice(0, 10)
}
