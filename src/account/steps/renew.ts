/** Carries a live hold on, and notes the usage seen so far: what a sweep would charge. */
import { highest } from '../charge.ts'
import type { RenewCommand, RenewReply } from '../commands.ts'
import { HOLD_MAX_LIFE_MS, LEASE_MS } from '../constants.ts'
import type { Draft } from '../draft.ts'
import { beginWriting, usableSlip } from './sweep.ts'

export function renew(draft: Draft, { holdId, checkpoint: seen }: RenewCommand): RenewReply {
  beginWriting(draft)
  const slip = usableSlip(draft, holdId)
  if (slip === null) return { type: 'gone' }
  const dueMs = Math.min(draft.nowMs + LEASE_MS, slip.admittedAtMs + HOLD_MAX_LIFE_MS)
  const checkpoint =
    seen === null || slip.checkpoint === null
      ? (seen ?? slip.checkpoint)
      : highest(slip.checkpoint, seen)
  draft.put('slip', holdId, { ...slip, dueMs, checkpoint })
  return { type: 'renewed', leaseMs: dueMs - draft.nowMs }
}
