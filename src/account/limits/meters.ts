/** Where each limit stands, read without changing anything. */
import type { MeterReading } from '../answers.ts'
import type { BudgetDemand, RateDemand } from '../commands.ts'
import { cellAt } from './budgets.ts'
import type { Draft } from '../draft.ts'
import { periodAt } from './period-table.ts'
import { advance, oldestLeavesAtMs, slotAt } from './rings.ts'

type RateMeter = Pick<RateDemand, 'id' | 'windowMs' | 'limit'>
type BudgetMeter = Pick<BudgetDemand, 'id' | 'period' | 'limit'>

export function readRate(draft: Draft, { id, windowMs, limit }: RateMeter): MeterReading {
  const ring = advance(draft.get('ring', id), slotAt(draft.nowMs, windowMs))
  const resetsAtMs = oldestLeavesAtMs(ring, windowMs)
  return { id, kind: 'rate', limit, used: ring.sum, held: 0, resetsAtMs }
}

/** A budget in the period that runs now; where the account's table has none, nothing is used yet. */
export function readBudget(draft: Draft, { id, period, limit }: BudgetMeter): MeterReading {
  const running = periodAt(draft.config.periods[period], draft.nowMs)
  if (running === undefined) {
    return { id, kind: 'budget', limit, used: 0, held: 0, resetsAtMs: null }
  }
  const { committed, held } = cellAt(draft.counters, id, running.start)
  return { id, kind: 'budget', limit, used: committed, held, resetsAtMs: running.end }
}

function readConcurrency(draft: Draft, limit: number): MeterReading {
  const { live } = draft.counters
  return { id: MAX_CONCURRENCY, kind: 'quota', limit, used: live, held: 0, resetsAtMs: null }
}

/** The name that live holds are limited under. */
export const MAX_CONCURRENCY = 'max_concurrency'

interface Demands {
  readonly rates: readonly RateMeter[]
  readonly budgets: readonly BudgetMeter[]
  readonly maxConcurrency: number | null
}

/** Readings of everything that has a limit: rates, budgets, then the concurrency. */
export function readLimits(draft: Draft, demands: Demands): readonly MeterReading[] {
  const { rates, budgets, maxConcurrency } = demands
  return [
    ...rates.map((rate) => readRate(draft, rate)),
    ...budgets.filter(({ limit }) => limit !== null).map((budget) => readBudget(draft, budget)),
    ...(maxConcurrency === null ? [] : [readConcurrency(draft, maxConcurrency)]),
  ]
}
