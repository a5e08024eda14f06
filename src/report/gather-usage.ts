/**
 * Reads the aggregates of a range, a bounded number of store calls however many requests there were:
 * one for the days, and for names one for each two thousand lines.
 */
import type { Figures } from '../account/figures/figures.ts'
import type { DayRecord } from '../account/records.ts'
import type { UsageCommand, UsageReply } from '../account/report-commands.ts'
import type { ReportQuery } from './report-query.ts'

export interface Usage {
  readonly days: readonly DayRecord[]
  /** By name, when so asked. */
  readonly lines: readonly { readonly id: string; readonly figures: Figures }[]
}

type Page = Exclude<UsageReply, { readonly type: 'gone' }>

/** A date begins in some zone up to 14 hours before UTC's midnight, in another 12 after. */
const MARGIN_MS = 36 * 3_600_000
const DAY_MS = 86_400_000

/** More days, by the margin, than were asked for: which of them are meant is the report's to see. */
export async function gatherUsage(
  ask: (command: UsageCommand) => Promise<Page>,
  { from, to, by }: ReportQuery,
): Promise<Usage> {
  const range = {
    type: 'usage' as const,
    fromMs: Math.max(0, Date.parse(from) - MARGIN_MS),
    toMs: Date.parse(to) + DAY_MS + MARGIN_MS,
  }
  const { days } = await ask({ ...range, by: 'day', after: null })
  if (by === 'day' || by === 'month') return { days, lines: [] }
  const lines: Usage['lines'][number][] = []
  let after: string | null = null
  do {
    const page: Page = await ask({ ...range, by, after })
    lines.push(...page.lines)
    after = page.next
  } while (after !== null)
  return { days, lines }
}
