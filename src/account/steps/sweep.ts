/**
 * What every writing command does first, and the cron alone: holds whose lease ran out are charged
 * at what was last seen of them, acquisitions that ran out are given back, marks that have had their
 * time are dropped, counted refusals are written out. Bounded, so that no request pays for a long silence.
 */
import type { Outcome } from '../../ledger/entry.ts'
import type { SweepReply } from '../commands.ts'
import { MARK_MS, SWEEP_LIMIT } from '../constants.ts'
import type { Draft } from '../draft.ts'
import { endHeld, flushMoves, levelsOf, movesDueMs, remember } from '../limits/levels.ts'
import type { AcquisitionSlip, LiveSlip } from '../records.ts'
import { flushRefusals, refusalsDueMs } from '../limits/refusals.ts'
import { endLive } from '../slips.ts'

/** Nobody was there to see the end; what the request did is known by its checkpoint alone. */
const UNSEEN_END: Outcome = {
  provenance: 'hold_expired',
  status: 0,
  ended: 'fenced',
  modelServed: null,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  latencyMs: 0,
  bytesIn: 0,
  bytesOut: 0,
}

/** Opens a writing step: the clock is kept, and what is due is done. `spared` is left to its own command. */
export function beginWriting(draft: Draft, spared?: string): void {
  const { nowMs } = draft
  draft.count({ clockMs: nowMs })
  for (const holdId of draft.dueSlips(nowMs, SWEEP_LIMIT)) {
    if (holdId === spared) continue
    endDue(draft, holdId)
  }
  flushRefusals(draft)
}

function endDue(draft: Draft, id: string): void {
  const slip = draft.get('slip', id)
  if (slip?.state === 'live') return expire(draft, id, slip)
  if (slip?.state === 'leased') return expireAcquisition(draft, id, slip)
  if (slip?.state === 'ended') remember(draft, -1)
  draft.delete('slip', id)
}

/** Its mark stays, so that its repetition is told that it has expired. */
function expireAcquisition(
  draft: Draft,
  holder: string,
  { quota, amount, dueMs: expiresAtMs }: Extract<AcquisitionSlip, { state: 'leased' }>,
): void {
  endHeld(draft, quota, amount, 'expired')
  const dueMs = draft.nowMs + MARK_MS
  draft.put('slip', holder, { state: 'ended', dueMs, amount, expiresAtMs, how: 'expired' })
}

/** The slip of a hold that may still be used; one whose lease ran out is expired on the spot. */
export function usableSlip(draft: Draft, holdId: string): LiveSlip | null {
  const slip = draft.get('slip', holdId)
  if (slip?.state !== 'live') return null
  if (slip.dueMs > draft.nowMs) return slip
  expire(draft, holdId, slip)
  return null
}

export function sweep(draft: Draft): SweepReply {
  beginWriting(draft)
  flushMoves(draft)
  const due = [nextSlipDueMs(draft), refusalsDueMs(draft), movesDueMs(levelsOf(draft))].filter(
    (atMs) => atMs !== null,
  )
  return { type: 'swept', nextDueMs: due.length === 0 ? null : Math.min(...due) }
}

function expire(draft: Draft, holdId: string, slip: LiveSlip): void {
  const charge = slip.checkpoint ?? slip.estimate
  endLive(draft, holdId, slip, { kind: 'expired', charge, outcome: UNSEEN_END })
}

/**
 * The earliest time at which any slip is due after this step. A sweep touches no more than the
 * earliest `SWEEP_LIMIT` of those there were, so the one after them is the earliest it left alone.
 */
function nextSlipDueMs(draft: Draft): number | null {
  const earliest = draft.dueSlips(Number.MAX_SAFE_INTEGER, SWEEP_LIMIT + 1)
  const due = earliest
    .map((holdId) => draft.get('slip', holdId)?.dueMs)
    .filter((atMs) => atMs !== undefined)
  return due.length === 0 ? null : Math.min(...due)
}
