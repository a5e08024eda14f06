/**
 * Gives up on an admission whose answer never came. Nothing was sent, so nothing is charged; the
 * mark stays for an admission that is still on its way.
 */
import { NO_CHARGE } from '../../ledger/entry.ts'
import type { AbandonCommand, AbandonReply } from '../commands.ts'
import { MARK_MS } from '../constants.ts'
import type { Draft } from '../draft.ts'
import { endLive } from '../slips.ts'
import { beginWriting } from './sweep.ts'

export function abandon(draft: Draft, { holdId }: AbandonCommand): AbandonReply {
  beginWriting(draft, holdId)
  const slip = draft.get('slip', holdId)
  if (slip === undefined) {
    const dueMs = draft.nowMs + MARK_MS
    draft.put('slip', holdId, { state: 'settled', dueMs, charged: NO_CHARGE })
  } else if (slip.state === 'live') {
    endLive(draft, holdId, slip, { kind: 'abandoned', charge: NO_CHARGE, outcome: null })
  }
  return { type: 'abandoned' }
}
