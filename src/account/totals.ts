/** Sums of all that was settled and refused: over the account's life, and by local day for reports. */
import type { Draft } from './draft.ts'
import type { Totals } from './records.ts'

const NOTHING: Totals = { requests: 0, refused: 0, inputTokens: 0, outputTokens: 0, nanoUsd: 0 }

/**
 * Adds to the totals and to the day that begins at `dayStart`; to the totals alone where no day is
 * known. Figures that are not named stay as they are.
 */
export function tally(draft: Draft, dayStart: number | null, figures: Partial<Totals>): void {
  const added = { ...NOTHING, ...figures }
  draft.count({ totals: sum(draft.counters.totals, added) })
  if (dayStart === null) return
  const id = dayId(dayStart)
  draft.put('day', id, { start: dayStart, ...sum(draft.get('day', id) ?? NOTHING, added) })
}

/** Decimal digits of the day's start, of one width, so that ids sort as the days do. */
function dayId(start: number): string {
  return String(start).padStart(DAY_ID_WIDTH, '0')
}
const DAY_ID_WIDTH = 13

function sum(one: Totals, other: Totals): Totals {
  return {
    requests: one.requests + other.requests,
    refused: one.refused + other.refused,
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    nanoUsd: one.nanoUsd + other.nanoUsd,
  }
}
