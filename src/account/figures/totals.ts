/**
 * Sums of all that was used and refused: over the account's life, and by local day for reports. Money of
 * a whole life stands still at 2^53 - 1, about 9 million USD; reports add days up themselves.
 */
import type { RequestContext } from '../../ledger/entry.ts'
import { USAGE_KEPT_MS } from '../constants.ts'
import type { Draft } from '../draft.ts'
import { addFigures, type Figures, figuresOf, NO_FIGURES, type UseEntry } from './figures.ts'
import type { DayRecord, Totals } from '../records.ts'
import { addToLines, dayId } from './usage-lines.ts'

/** Enters what a request has used in the totals, in the day that begins at `dayStart` and in its lines. */
export function tallyUse(
  draft: Draft,
  dayStart: number,
  context: RequestContext,
  entry: UseEntry,
): void {
  const used = figuresOf(entry)
  addToTotals(draft, used, 0)
  const day = dayAt(draft, dayStart)
  const names = addToLines(draft, day, context, used)
  putDay(draft, { ...day, ...addFigures(day, used), names })
}

/** One refusal more; in the totals alone where no day is known. */
export function tallyRefusal(draft: Draft, dayStart: number | null): void {
  addToTotals(draft, NO_FIGURES, 1)
  if (dayStart === null) return
  const day = dayAt(draft, dayStart)
  putDay(draft, { ...day, refused: day.refused + 1 })
}

function dayAt(draft: Draft, start: number): DayRecord {
  const names = { model: 0, user: 0, key: 0 }
  return draft.get('day', dayId(start)) ?? { start, refused: 0, names, ...NO_FIGURES }
}

function putDay(draft: Draft, day: DayRecord): void {
  draft.put('day', dayId(day.start), day, day.start + USAGE_KEPT_MS)
}

function addToTotals(draft: Draft, figures: Figures, refused: number): void {
  const { totals } = draft.counters
  const sums: Totals = {
    requests: totals.requests + figures.requests,
    refused: totals.refused + refused,
    inputTokens: totals.inputTokens + figures.inputTokens,
    outputTokens: totals.outputTokens + figures.outputTokens,
    nanoUsd: Math.min(totals.nanoUsd + figures.nanoUsd, Number.MAX_SAFE_INTEGER),
  }
  draft.count({ totals: sums })
}
