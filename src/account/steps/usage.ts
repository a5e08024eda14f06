/** Usage out of the aggregates, never out of the ledger: what it costs does not grow with requests. */
import { LINES_PER_READ, USAGE_KEPT_MS } from '../constants.ts'
import type { Draft } from '../draft.ts'
import type { UsageCommand, UsageReply } from '../report-commands.ts'
import { lineRange } from '../figures/usage-lines.ts'

export function usage(draft: Draft, { by, fromMs, toMs, after }: UsageCommand): UsageReply {
  const earliest = Math.max(fromMs, draft.nowMs - USAGE_KEPT_MS + 1)
  if (by === 'day') {
    const days = draft.list('day').map(([, day]) => day)
    const wanted = days.filter(({ start }) => earliest <= start && start < toMs)
    return { type: 'usage', days: wanted, lines: [], next: null }
  }
  const [first, below] = lineRange(by, earliest, toMs)
  // The least text that is greater than the last one told.
  const from = after === null ? first : `${after}\0`
  const found = draft.lines(from, below, LINES_PER_READ + 1)
  const lines = found.slice(0, LINES_PER_READ).map(([id, figures]) => ({ id, figures }))
  const next = found.length > LINES_PER_READ ? (lines.at(-1)?.id ?? null) : null
  return { type: 'usage', days: [], lines, next }
}
