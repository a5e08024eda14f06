/**
 * The end of a live hold, whoever ends it: what was held is released, what was used is owed, token
 * rates are set right, the ledger is told, and a mark stays behind.
 */
import type { Charge, Outcome, RequestEntry } from '../ledger/entry.ts'
import { chargeCell } from './limits/budgets.ts'
import { amountOf } from './charge.ts'
import type { Receipt } from './commands.ts'
import { MARK_MS, MINUTE_MS } from './constants.ts'
import type { Draft } from './draft.ts'
import type { HeldRate, LiveSlip, Reserved } from './records.ts'
import { add, advance, slotAt, slotLeavesAtMs, takeBack } from './limits/rings.ts'
import type { StockVerdict } from './stock-commands.ts'
import { endStock } from './limits/stock.ts'
import { tallyUse } from './figures/totals.ts'

export type Ending =
  | {
      readonly kind: 'settled'
      readonly charge: Charge
      readonly outcome: Outcome
      readonly stock: StockVerdict
    }
  | { readonly kind: 'expired'; readonly charge: Charge; readonly outcome: Outcome }
  | { readonly kind: 'abandoned'; readonly charge: Charge; readonly outcome: null }

export function endLive(draft: Draft, holdId: string, slip: LiveSlip, ending: Ending): void {
  const { kind, charge, outcome } = ending
  const { context, periods } = slip
  const sent = kind !== 'abandoned'
  for (const { id, start, measure, amount } of slip.budgets) {
    chargeCell(draft, id, start, { committed: amountOf(charge, measure), held: amount })
  }
  for (const held of slip.rates) correctRate(draft, slip.admittedAtMs, held, charge, sent)
  if (slip.stock !== undefined) endStock(draft, slip.stock, verdictOf(ending))
  draft.count({ live: draft.counters.live - 1 })
  if (kind !== 'abandoned') {
    tallyUse(draft, periods.day, context, { kind, charge, outcome })
    const usedAtMs = kind === 'expired' ? slip.admittedAtMs : draft.nowMs
    noteKeyUse(draft, context.keyId, usedAtMs)
  }
  const reserved = reservedBy(slip)
  const overage = overageOf(reserved, charge)
  draft.append({ kind, holdId, context, periods, charge, outcome, overage })
  const dueMs = draft.nowMs + MARK_MS
  draft.put(
    'slip',
    holdId,
    kind === 'expired'
      ? { state: 'swept', dueMs, charged: charge, reserved }
      : { state: 'settled', dueMs, charged: charge },
  )
}

/** Nobody saw the end of an expired hold; what was abandoned was never sent. */
function verdictOf(ending: Ending): StockVerdict {
  switch (ending.kind) {
    case 'settled':
      return ending.stock
    case 'expired':
      return 'unknown'
    case 'abandoned':
      return 'released'
  }
}

/**
 * Charges a receipt whose hold is not there to be ended: `late` corrects what the sweep has charged,
 * `hold_lost` is the first and only charge of a hold that the store has lost.
 */
export function chargeReceipt(
  draft: Draft,
  receipt: Receipt,
  entry: Pick<RequestEntry, 'charge' | 'overage'> & {
    readonly kind: 'late' | 'hold_lost'
    readonly outcome: Outcome
  },
): void {
  const { holdId, context, periods, budgets } = receipt
  for (const { id, start, measure } of budgets) {
    chargeCell(draft, id, start, { committed: amountOf(entry.charge, measure), held: 0 })
  }
  tallyUse(draft, periods.day, context, entry)
  noteKeyUse(draft, context.keyId, draft.nowMs)
  draft.append({ ...entry, holdId, context, periods })
}

/** What a charge takes beyond what was reserved. */
function overageOf(reserved: Reserved, charge: Charge): Reserved {
  return {
    tokens: Math.max(0, amountOf(charge, 'tokens') - reserved.tokens),
    nanoUsd: Math.max(0, amountOf(charge, 'nano_usd') - reserved.nanoUsd),
  }
}

/** The change of overage when `charged` is corrected to `actual`. */
export function lateOverage(reserved: Reserved, charged: Charge, actual: Charge): Reserved {
  const before = overageOf(reserved, charged)
  const after = overageOf(reserved, actual)
  return { tokens: after.tokens - before.tokens, nanoUsd: after.nanoUsd - before.nanoUsd }
}

/** The least that any budget of a measure holds: beyond it, that budget is overshot. */
function reservedBy({ budgets }: LiveSlip): Reserved {
  const least = (measure: 'tokens' | 'nano_usd') => {
    const amounts = budgets.filter((held) => held.measure === measure).map(({ amount }) => amount)
    return amounts.length === 0 ? 0 : Math.min(...amounts)
  }
  return { tokens: least('tokens'), nanoUsd: least('nano_usd') }
}

/**
 * Downward only in the admission's own slot while that is counted, and by no more than the admission
 * put there; upward in the current slot. A request that was sent keeps its weight in request rates.
 */
function correctRate(
  draft: Draft,
  admittedAtMs: number,
  { id, windowMs, measure, amount, extended }: HeldRate,
  charge: Charge,
  sent: boolean,
): void {
  if (measure === 'requests' && sent) return
  // What was not sent is charged nothing, so that all of its weight is excess.
  const excess = amountOf(charge, 'tokens') - amount - extended
  if (excess === 0) return
  const known = draft.get('ring', id)
  if (known === undefined && excess < 0) return
  const ring = advance(known, slotAt(draft.nowMs, windowMs))
  const corrected =
    excess > 0
      ? add(ring, excess)
      : takeBack(ring, slotAt(admittedAtMs, windowMs), Math.min(-excess, amount))
  draft.put('ring', id, corrected, slotLeavesAtMs(corrected.slot, windowMs))
}

/** Written at most once a minute and key. */
function noteKeyUse(draft: Draft, keyId: string | null, usedAtMs: number): void {
  if (keyId === null) return
  const known = draft.get('key_use', keyId)
  if (known !== undefined && usedAtMs - known.lastUsedAtMs < MINUTE_MS) return
  draft.put('key_use', keyId, { lastUsedAtMs: usedAtMs })
}
