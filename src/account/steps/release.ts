/**
 * Gives back what was taken of a named quota: the acquisition of an id, or an amount. A repetition
 * under the same id counts once, for as long as its mark lives.
 */
import { findAcquisition } from './acquire.ts'
import { stale } from './confirm.ts'
import { MARK_MS, MAX_ACQUISITIONS } from '../constants.ts'
import type { Draft } from '../draft.ts'
import {
  endHeld,
  flushMoves,
  levelsOf,
  readLevel,
  releaseLevel,
  remember,
} from '../limits/levels.ts'
import type { Acquisition, ReleaseCommand, ReleaseReply } from '../quota-commands.ts'
import { countRefusal } from '../limits/refusals.ts'
import { beginWriting } from './sweep.ts'

export function release(draft: Draft, command: ReleaseCommand): ReleaseReply {
  if (command.version !== draft.config.version) return stale(draft, command.keyHashes)
  beginWriting(draft)
  flushMoves(draft)
  if (command.keyExpiresAtMs !== null && draft.nowMs >= command.keyExpiresAtMs) {
    countRefusal(draft, 'key_expired')
    return { type: 'key_expired' }
  }
  const { quota, holder, amount, leavesMark } = command
  const known = holder === null ? null : findAcquisition(draft, holder)
  if (known !== null && amount !== null && amount !== known.amount) return { type: 'mismatch' }
  if (holder !== null && known?.state === 'held') {
    endHeld(draft, quota, known.amount, 'released')
    forget(draft, holder, known)
    if (leavesMark || amount !== null) leaveMark(draft, holder, known.amount, known.expiresAtMs)
    return released(draft, quota, known.amount, false)
  }
  if (known !== null) return released(draft, quota, known.amount, true)
  if (amount === null) return { type: 'not_acquired' }
  if (amount > readLevel(draft, quota).used) {
    return { type: 'not_used', level: readLevel(draft, quota) }
  }
  if (holder !== null && levelsOf(draft).remembered >= MAX_ACQUISITIONS) return { type: 'crowded' }
  releaseLevel(draft, quota, amount)
  if (holder !== null) leaveMark(draft, holder, amount, null)
  return released(draft, quota, amount, false)
}

function released(draft: Draft, quota: string, amount: number, repeated: boolean): ReleaseReply {
  return { type: 'released', amount, level: readLevel(draft, quota), repeated }
}

function forget(draft: Draft, holder: string, { expiresAtMs }: Acquisition): void {
  draft.delete(expiresAtMs === null ? 'held' : 'slip', holder)
  remember(draft, -1)
}

function leaveMark(draft: Draft, holder: string, amount: number, expiresAtMs: number | null): void {
  const dueMs = draft.nowMs + MARK_MS
  draft.put('slip', holder, { state: 'ended', dueMs, amount, expiresAtMs, how: 'released' })
  remember(draft, 1)
}
