/**
 * The atomic step after the upstream: charges what was really used, exactly once, however often and
 * however late it is asked. What is charged belongs to the periods fixed at admission.
 */
import { NO_CHARGE } from '../../ledger/entry.ts'
import { cellAt } from '../limits/budgets.ts'
import { subtract } from '../charge.ts'
import type { MeterReading } from '../answers.ts'
import type { Receipt, SettleCommand, SettleReply } from '../commands.ts'
import { MARK_MS } from '../constants.ts'
import type { Draft } from '../draft.ts'
import { chargeReceipt, endLive, lateOverage } from '../slips.ts'
import { beginWriting } from './sweep.ts'

const NO_OVERAGE = { tokens: 0, nanoUsd: 0 }

export function settle(draft: Draft, command: SettleCommand): SettleReply {
  const { receipt, charge, outcome, stock = 'unknown' } = command
  const { holdId } = receipt
  // A hold whose settlement has come is not expired first, even past its lease.
  beginWriting(draft, holdId)
  const slip = draft.get('slip', holdId)
  const dueMs = draft.nowMs + MARK_MS
  switch (slip?.state) {
    case 'live':
      endLive(draft, holdId, slip, { kind: 'settled', charge, outcome, stock })
      break
    case 'settled':
      return {
        type: 'settled',
        charged: slip.charged,
        repeated: true,
        meters: owed(draft, receipt),
      }
    case 'swept': {
      chargeReceipt(draft, receipt, {
        kind: 'late',
        charge: subtract(charge, slip.charged),
        outcome,
        overage: lateOverage(slip.reserved, slip.charged, charge),
      })
      draft.put('slip', holdId, { state: 'settled', dueMs, charged: charge })
      break
    }
    case 'unresolved':
      return { type: 'unresolved' }
    case undefined:
    case 'leased':
    case 'ended':
    case 'reset':
      // The last three are no hold's, and their ids none that a gateway mints.
      // Past T its mark may have come and gone: only a younger one is surely uncharged.
      if (draft.nowMs - receipt.admittedAtMs >= MARK_MS) return leaveUnresolved(draft, command)
      chargeReceipt(draft, receipt, { kind: 'hold_lost', charge, outcome, overage: NO_OVERAGE })
      draft.put('slip', holdId, { state: 'settled', dueMs, charged: charge })
  }
  return { type: 'settled', charged: charge, repeated: false, meters: owed(draft, receipt) }
}

/** Enters the claim without charging it, and leaves a mark so that its repetition enters no other. */
function leaveUnresolved(draft: Draft, { receipt, charge, outcome }: SettleCommand): SettleReply {
  const { holdId, context, periods } = receipt
  draft.append({
    kind: 'unresolved',
    holdId,
    context,
    periods,
    charge: NO_CHARGE,
    claimed: charge,
    outcome,
    overage: NO_OVERAGE,
  })
  draft.put('slip', holdId, { state: 'unresolved', dueMs: draft.nowMs + MARK_MS })
  return { type: 'unresolved' }
}

/** The receipt's budgets in the periods it is charged to. Limits are the caller's to know: none is told. */
function owed(draft: Draft, { budgets }: Receipt): readonly MeterReading[] {
  return budgets.map(({ id, start }) => {
    const { committed, held } = cellAt(draft.counters, id, start)
    return { id, kind: 'budget', limit: null, used: committed, held, resetsAtMs: null }
  })
}
