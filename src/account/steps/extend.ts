/**
 * Room for one more attempt under the same hold: all of it, or none. Budgets are charged in the
 * periods fixed at admission, so that is where the room must be.
 */
import { holdInCell } from '../limits/budgets.ts'
import type { ExtendCommand, ExtendReply } from '../commands.ts'
import type { Draft } from '../draft.ts'
import { grant, type PlacedBudget } from '../limits/grant.ts'
import type { HeldBudget, HeldRate, LiveSlip } from '../records.ts'
import { add, advance, slotAt, slotLeavesAtMs } from '../limits/rings.ts'
import { beginWriting, usableSlip } from './sweep.ts'

export function extend(draft: Draft, command: ExtendCommand): ExtendReply {
  beginWriting(draft)
  const slip = usableSlip(draft, command.holdId)
  if (slip === null) return { type: 'gone' }
  if (command.attempt <= slip.attempt) return { type: 'extended' }
  const budgets = placeBudgets(draft, command, slip)
  const output = { wanted: command.output, least: command.output }
  const granting = grant(draft, { rates: command.rates, budgets, maxConcurrency: null, output })
  if (!granting.ok) return { type: 'refused', refusal: granting.refusal }
  draft.put('slip', command.holdId, {
    ...slip,
    attempt: command.attempt,
    rates: extendRates(draft, command, slip.rates),
    budgets: extendBudgets(draft, command.output, budgets, slip.budgets),
  })
  return { type: 'extended' }
}

function placeBudgets(draft: Draft, command: ExtendCommand, slip: LiveSlip): PlacedBudget[] {
  const { periods } = draft.config
  return command.budgets.map((budget) => {
    const start = slip.periods[budget.period]
    const endMs = periods[budget.period].find((period) => period.start === start)?.end ?? null
    return { ...budget, start, endMs }
  })
}

/** What an extension adds to a window is kept apart: it stands in a slot of its own. */
function extendRates(
  draft: Draft,
  { rates, output }: ExtendCommand,
  held: readonly HeldRate[],
): readonly HeldRate[] {
  let extendedRates = held
  for (const { id, windowMs, measure, base, unit } of rates) {
    const amount = base + unit * output
    const ring = add(advance(draft.get('ring', id), slotAt(draft.nowMs, windowMs)), amount)
    draft.put('ring', id, ring, slotLeavesAtMs(ring.slot, windowMs))
    const known = held.find((rate) => rate.id === id)
    const before = known ?? { id, windowMs, measure, amount: 0, extended: 0 }
    extendedRates = [
      ...extendedRates.filter((rate) => rate.id !== id),
      { ...before, extended: before.extended + amount },
    ]
  }
  return extendedRates
}

function extendBudgets(
  draft: Draft,
  output: number,
  budgets: readonly PlacedBudget[],
  held: readonly HeldBudget[],
): readonly HeldBudget[] {
  let extendedBudgets = held
  for (const { id, measure, start, base, unit } of budgets) {
    const amount = base + unit * output
    holdInCell(draft, id, start, amount)
    const known = held.find((budget) => budget.id === id)
    const before = known ?? { id, start, measure, amount: 0 }
    extendedBudgets = [
      ...extendedBudgets.filter((budget) => budget.id !== id),
      { ...before, amount: before.amount + amount },
    ]
  }
  return extendedBudgets
}
