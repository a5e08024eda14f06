/**
 * Refusals are counted by reason and by the limit that refused, and written to the ledger once a minute,
 * so a flood of them stays small: limits are told by name, however many users or keys they are of.
 */
import type { RefusalEntry } from '../../ledger/entry.ts'
import { MINUTE_MS } from '../constants.ts'
import { readLimitId } from './demand.ts'
import { type Draft, ONLY } from '../draft.ts'
import { periodAt } from './period-table.ts'
import type { RefusalsRecord } from '../records.ts'
import { tallyRefusal } from '../figures/totals.ts'

/** Counts one, in the totals, the running day and this minute. Refusals of earlier minutes are out by now. */
export function countRefusal(draft: Draft, reason: string, limitId?: string): void {
  const day = periodAt(draft.config.periods.day, draft.nowMs)
  tallyRefusal(draft, day?.start ?? null)
  const minuteMs = minuteOf(draft.nowMs)
  const counts: RefusalsRecord['counts'] = draft.get('refusals', ONLY)?.counts ?? {}
  const cause = causeOf(reason, limitId)
  const before = Object.hasOwn(counts, cause) ? (counts[cause] ?? 0) : 0
  draft.put('refusals', ONLY, { minuteMs, counts: { ...counts, [cause]: before + 1 } })
}

/** Writes out what an earlier minute has counted, causes in order. */
export function flushRefusals(draft: Draft): void {
  const refusals = draft.get('refusals', ONLY)
  if (refusals === undefined || refusals.minuteMs >= minuteOf(draft.nowMs)) return
  const { minuteMs, counts } = refusals
  for (const [cause, count] of Object.entries(counts).toSorted(byName)) {
    draft.append({ kind: 'refused', ...readCause(cause), minuteMs, count })
  }
  draft.delete('refusals', ONLY)
}

/** When the refusals of this minute are due to be written; null when there are none. */
export function refusalsDueMs(draft: Draft): number | null {
  const refusals = draft.get('refusals', ONLY)
  return refusals === undefined ? null : refusals.minuteMs + MINUTE_MS
}

/** As it is counted: the reason and, after a space, the name of the limit that refused, if one did. */
export function causeOf(reason: string, limitId?: string): string {
  return limitId === undefined ? reason : `${reason} ${readLimitId(limitId).name}`
}

/** The opposite of `causeOf`. */
export function readCause(cause: string): Pick<RefusalEntry, 'reason' | 'limit'> {
  const space = cause.indexOf(' ')
  if (space < 0) return { reason: cause, limit: null }
  return { reason: cause.slice(0, space), limit: cause.slice(space + 1) }
}

/** The start of the minute that an instant falls in. */
export function minuteOf(nowMs: number): number {
  return Math.floor(nowMs / MINUTE_MS) * MINUTE_MS
}

function byName([one]: readonly [string, number], [other]: readonly [string, number]): number {
  return one < other ? -1 : 1
}
