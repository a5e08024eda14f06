/**
 * Budget cells: what one budget has committed and holds in one period. A cell of an ended period
 * stays until nothing can be charged to it any more, so that every cell equals the ledger.
 */
import { CELL_GRACE_MS } from '../constants.ts'
import type { Draft } from '../draft.ts'
import type { BudgetCell, CountersRecord } from '../records.ts'

export function cellAt(counters: CountersRecord, id: string, start: number): BudgetCell {
  const cell = cellsOf(counters, id).find((known) => known.start === start)
  return cell ?? { start, committed: 0, held: 0 }
}

/** Holds more in the period that begins at `start`, and drops the cells that have had their time. */
export function holdInCell(draft: Draft, id: string, start: number, amount: number): void {
  const { counters, nowMs } = draft
  const cell = cellAt(counters, id, start)
  const others = cellsOf(counters, id).filter(
    (other) =>
      other.start > start ||
      (other.start < start && (other.held > 0 || start > nowMs - CELL_GRACE_MS)),
  )
  putCells(draft, id, [...others, { ...cell, held: cell.held + amount }])
}

/** Turns what was held into what is owed; `committed` may be negative, as a correction. */
export function chargeCell(
  draft: Draft,
  id: string,
  start: number,
  { committed, held }: { readonly committed: number; readonly held: number },
): void {
  const cells = cellsOf(draft.counters, id)
  const known = cells.some((cell) => cell.start === start)
  // Missing beside a later one, it was dropped: begun again, it would show this charge as the whole.
  if (!known && cells.some((cell) => cell.start > start)) return
  const cell = cellAt(draft.counters, id, start)
  const others = cells.filter((other) => other.start !== start)
  putCells(draft, id, [
    ...others,
    { start, committed: cell.committed + committed, held: cell.held - held },
  ])
}

function cellsOf({ budgets }: CountersRecord, id: string): readonly BudgetCell[] {
  return Object.hasOwn(budgets, id) ? (budgets[id] ?? []) : []
}

function putCells(draft: Draft, id: string, cells: readonly BudgetCell[]): void {
  const ordered = cells.toSorted((one, other) => one.start - other.start)
  draft.count({ budgets: { ...draft.counters.budgets, [id]: ordered } })
}
