/**
 * The atomic step before the upstream: the version is compared first, then every limit at once, and
 * all is held or nothing. A refusal changes no counter but those of refusals.
 */
import type { AdmitCommand, AdmitReply, Receipt } from '../commands.ts'
import { HOLD_MAX_AGE_MS, HOLD_MAX_AHEAD_MS, LEASE_MS } from '../constants.ts'
import { stale } from './confirm.ts'
import type { Draft } from '../draft.ts'
import { grant, type Grant } from '../limits/grant.ts'
import { holdInCell } from '../limits/budgets.ts'
import { readLimits } from '../limits/meters.ts'
import { runningPeriods, type RunningPeriods } from '../limits/period-table.ts'
import type { LiveSlip } from '../records.ts'
import { countRefusal } from '../limits/refusals.ts'
import { add, advance, slotAt, slotLeavesAtMs } from '../limits/rings.ts'
import { holdStock, lookForRoom } from '../limits/stock.ts'
import { beginWriting } from './sweep.ts'

export function admit(draft: Draft, command: AdmitCommand): AdmitReply {
  if (command.version !== draft.config.version) return stale(draft, command.keyHashes)
  beginWriting(draft)
  const slip = draft.get('slip', command.holdId)
  if (slip?.state === 'live') return admitted(draft, command, slip)
  if (slip !== undefined || !isFresh(command.mintedAtMs, draft.nowMs)) return { type: 'hold_spent' }
  if (command.keyExpiresAtMs !== null && draft.nowMs >= command.keyExpiresAtMs) {
    countRefusal(draft, 'key_expired')
    return { type: 'key_expired' }
  }
  const periods = runningPeriods(draft, command.periods)
  if (periods === null) return { type: 'periods_stale', nowMs: draft.nowMs }
  const granting = grantAt(draft, command, periods)
  if (!granting.ok) {
    const { refusal } = granting
    countRefusal(draft, refusal.reason, refusal.id)
    return { type: 'refused', refusal, meters: readLimits(draft, command) }
  }
  if (command.stock !== undefined) {
    const look = lookForRoom(draft, command.stock)
    if (look.type === 'refused') {
      const { reason, id } = look.refusal
      if (command.stock.isTentative !== true) countRefusal(draft, reason, id)
      return { ...look, meters: readLimits(draft, command) }
    }
    if (look.type !== 'room') return look
  }
  return admitted(draft, command, hold(draft, command, periods, granting.granted))
}

/** A late admission must not outlive the mark that an abandonment has left for it. */
function isFresh(mintedAtMs: number, nowMs: number): boolean {
  return nowMs - mintedAtMs <= HOLD_MAX_AGE_MS && mintedAtMs - nowMs <= HOLD_MAX_AHEAD_MS
}

function grantAt(draft: Draft, command: AdmitCommand, periods: RunningPeriods): Grant {
  const budgets = command.budgets.map((budget) => {
    const { start, end } = periods[budget.period]
    return { ...budget, start, endMs: end }
  })
  return grant(draft, { ...command, budgets })
}

function hold(
  draft: Draft,
  command: AdmitCommand,
  periods: RunningPeriods,
  granted: number,
): LiveSlip {
  const { nowMs } = draft
  const rates = command.rates.map(({ id, windowMs, measure, base, unit }) => {
    const amount = base + unit * granted
    const ring = add(advance(draft.get('ring', id), slotAt(nowMs, windowMs)), amount)
    draft.put('ring', id, ring, slotLeavesAtMs(ring.slot, windowMs))
    return { id, windowMs, measure, amount, extended: 0 }
  })
  const budgets = command.budgets.map(({ id, period, measure, base, unit }) => {
    const { start } = periods[period]
    const amount = base + unit * granted
    holdInCell(draft, id, start, amount)
    return { id, start, measure, amount }
  })
  const live = draft.counters.live + 1
  draft.count({ live, liveHighWater: Math.max(live, draft.counters.liveHighWater) })
  const slip: LiveSlip = {
    state: 'live',
    dueMs: nowMs + LEASE_MS,
    admittedAtMs: nowMs,
    granted,
    attempt: 1,
    rates,
    budgets,
    periods: { day: periods.day.start, month: periods.month.start },
    context: command.context,
    ...(command.stock === undefined
      ? {}
      : { stock: holdStock(draft, command.stock, command.holdId) }),
    estimate: command.estimate,
    checkpoint: null,
  }
  draft.put('slip', command.holdId, slip)
  return slip
}

/** The same for the admission itself and for its repetition; what is left of the lease is told. */
function admitted(draft: Draft, command: AdmitCommand, slip: LiveSlip): AdmitReply {
  const { admittedAtMs, periods, context, granted, dueMs } = slip
  const receipt: Receipt = {
    holdId: command.holdId,
    incarnation: draft.config.incarnation,
    admittedAtMs,
    periods,
    budgets: slip.budgets.map(({ id, start, measure }) => ({ id, start, measure })),
    context,
  }
  const meters = readLimits(draft, command)
  return { type: 'admitted', receipt, granted, leaseMs: dueMs - draft.nowMs, meters }
}
