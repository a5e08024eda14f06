/**
 * Takes some of a named quota: all that is asked for, or nothing. A repetition under the same id
 * counts once and is told the same, even when the acquisition has ended since.
 */
import { stale } from './confirm.ts'
import { MAX_ACQUISITIONS } from '../constants.ts'
import type { Draft } from '../draft.ts'
import {
  acquireLevel,
  flushMoves,
  levelOf,
  levelsOf,
  readLevel,
  remember,
} from '../limits/levels.ts'
import type { AcquireCommand, AcquireReply, Acquisition } from '../quota-commands.ts'
import type { LevelsRecord } from '../records.ts'
import { countRefusal } from '../limits/refusals.ts'
import { beginWriting } from './sweep.ts'

export function acquire(draft: Draft, command: AcquireCommand): AcquireReply {
  const { quota, amount, holder, leaseMs } = command
  if (command.version !== draft.config.version) return stale(draft, command.keyHashes)
  beginWriting(draft)
  flushMoves(draft)
  if (command.keyExpiresAtMs !== null && draft.nowMs >= command.keyExpiresAtMs) {
    countRefusal(draft, 'key_expired')
    return { type: 'key_expired' }
  }
  const known = holder === null ? null : findAcquisition(draft, holder)
  if (known !== null) {
    const isSame = known.amount === amount && (known.expiresAtMs === null) === (leaseMs === null)
    if (!isSame) return { type: 'mismatch' }
    return { type: 'acquired', acquisition: known, level: readLevel(draft, quota), repeated: true }
  }
  const { used } = readLevel(draft, quota)
  const limit = command.limit ?? Number.MAX_SAFE_INTEGER
  if (amount > limit - used) {
    countRefusal(draft, 'quota', quota)
    const why = { reason: 'quota', retryAfterMs: null, resetsAtMs: null } as const
    return { type: 'refused', refusal: { ...why, id: quota, limit, used, held: 0, asked: amount } }
  }
  if (holder !== null && isCrowded(levelsOf(draft), quota, amount)) {
    countRefusal(draft, 'acquisitions')
    return { type: 'crowded' }
  }
  acquireLevel(draft, quota, amount, holder !== null)
  const acquisition = keep(draft, command)
  return { type: 'acquired', acquisition, level: readLevel(draft, quota), repeated: false }
}

/** Past as many ids as are remembered, or as much held by them, released by amount or not, as can be counted. */
function isCrowded(record: LevelsRecord, quota: string, amount: number): boolean {
  const { byId } = levelOf(record, quota)
  return record.remembered >= MAX_ACQUISITIONS || amount > Number.MAX_SAFE_INTEGER - byId
}

function keep(draft: Draft, { quota, amount, holder, leaseMs }: AcquireCommand): Acquisition {
  if (holder !== null) {
    remember(draft, 1)
    if (leaseMs !== null) {
      const dueMs = draft.nowMs + leaseMs
      draft.put('slip', holder, { state: 'leased', dueMs, quota, amount })
      return { amount, expiresAtMs: dueMs, state: 'held' }
    }
    draft.put('held', holder, { amount })
  }
  return { amount, expiresAtMs: null, state: 'held' }
}

/** What is known of the acquisition of an id, held or ended; null when that is nothing. */
export function findAcquisition(draft: Draft, holder: string): Acquisition | null {
  const held = draft.get('held', holder)
  if (held !== undefined) return { amount: held.amount, expiresAtMs: null, state: 'held' }
  const slip = draft.get('slip', holder)
  if (slip?.state === 'leased') {
    return { amount: slip.amount, expiresAtMs: slip.dueMs, state: 'held' }
  }
  if (slip?.state !== 'ended') return null
  return { amount: slip.amount, expiresAtMs: slip.expiresAtMs, state: slip.how }
}
