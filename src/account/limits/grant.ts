/**
 * How much a request may take: every rate and budget is a line `base + unit x output` that must stay
 * within what is left. The grant is the largest output that fits them all; where not even the least
 * fits, the refusal that would last longest is told.
 */
import { SHORT_WAIT_MS } from '../constants.ts'
import type { Refusal } from '../answers.ts'
import type { BudgetDemand, RateDemand } from '../commands.ts'
import { cellAt } from './budgets.ts'
import type { Draft } from '../draft.ts'
import { MAX_CONCURRENCY } from './meters.ts'
import { advance, roomAtMs, slotAt } from './rings.ts'

/** A limit with what is taken of it, and what a refusal by it says of time. */
interface Room {
  readonly id: string
  readonly limit: number
  readonly used: number
  readonly held: number
  readonly base: number
  readonly unit: number
  readonly whyFull: (asked: number) => Pick<Refusal, 'reason' | 'retryAfterMs' | 'resetsAtMs'>
}

/** A budget in the period that the request is charged to. */
export type PlacedBudget = BudgetDemand & { readonly start: number; readonly endMs: number | null }

export interface Wish {
  readonly rates: readonly RateDemand[]
  readonly budgets: readonly PlacedBudget[]
  /** null: not asked for, because a hold is there already or nothing limits it. */
  readonly maxConcurrency: number | null
  readonly output: { readonly wanted: number; readonly least: number }
}

export type Grant =
  | { readonly ok: true; readonly granted: number }
  | { readonly ok: false; readonly refusal: Refusal }

export function grant(draft: Draft, { rates, budgets, maxConcurrency, output }: Wish): Grant {
  const rooms = [
    ...rates.map((rate) => rateRoom(draft, rate)),
    ...budgets.flatMap((budget) => budgetRoom(draft, budget)),
    ...(maxConcurrency === null ? [] : [concurrencyRoom(draft, maxConcurrency)]),
  ]
  const least = Math.min(output.least, output.wanted)
  let granted = output.wanted
  let refusal: Refusal | null = null
  for (const room of rooms) {
    const asked = room.base + room.unit * least
    const left = room.limit - room.used - room.held
    if (asked > left || room.limit === 0) refusal = longer(refusal, refuse(room, asked))
    else if (room.unit > 0) {
      granted = Math.min(granted, Math.floor((left - room.base) / room.unit))
    }
  }
  return refusal === null ? { ok: true, granted } : { ok: false, refusal }
}

function rateRoom(draft: Draft, { id, windowMs, limit, base, unit }: RateDemand): Room {
  const { nowMs } = draft
  const ring = advance(draft.get('ring', id), slotAt(nowMs, windowMs))
  return {
    id,
    limit,
    used: ring.sum,
    held: 0,
    base,
    unit,
    whyFull: (asked) => {
      const resetsAtMs = limit === 0 ? null : roomAtMs(ring, windowMs, limit, asked)
      const retryAfterMs = resetsAtMs === null ? null : resetsAtMs - nowMs
      return { reason: 'rate', retryAfterMs, resetsAtMs }
    },
  }
}

/** No room at all for a budget without a limit: nothing to fit into. */
function budgetRoom(draft: Draft, { id, limit, base, unit, start, endMs }: PlacedBudget): Room[] {
  if (limit === null) return []
  const { committed, held } = cellAt(draft.counters, id, start)
  const whyFull: Room['whyFull'] = (asked) => {
    if (limit === 0 || asked > limit) {
      return { reason: 'budget', retryAfterMs: null, resetsAtMs: null }
    }
    return committed + asked > limit
      ? { reason: 'budget', retryAfterMs: null, resetsAtMs: endMs }
      : { reason: 'in_flight', retryAfterMs: SHORT_WAIT_MS, resetsAtMs: endMs }
  }
  return [{ id, limit, used: committed, held, base, unit, whyFull }]
}

function concurrencyRoom(draft: Draft, limit: number): Room {
  const retryAfterMs = limit === 0 ? null : SHORT_WAIT_MS
  return {
    id: MAX_CONCURRENCY,
    limit,
    used: draft.counters.live,
    held: 0,
    base: 1,
    unit: 0,
    whyFull: () => ({ reason: 'concurrency', retryAfterMs, resetsAtMs: null }),
  }
}

function refuse({ id, limit, used, held, whyFull }: Room, asked: number): Refusal {
  return { id, limit, used, held, asked, ...whyFull(asked) }
}

/** Never outlasts any wait; of equals, the first is told. */
function longer(told: Refusal | null, next: Refusal): Refusal {
  if (told === null) return next
  if (told.retryAfterMs === null) return told
  if (next.retryAfterMs === null) return next
  return next.retryAfterMs > told.retryAfterMs ? next : told
}
