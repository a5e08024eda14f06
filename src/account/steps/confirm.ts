/** Is what a request was decided on still true? Compared by version, in the store, before it is answered. */
import type { Snapshot } from '../answers.ts'
import type { LoadCommand, LoadReply, RefuseCommand, RefuseReply } from '../commands.ts'
import type { Draft } from '../draft.ts'
import { countRefusal } from '../limits/refusals.ts'
import { beginWriting } from './sweep.ts'

export function load(draft: Draft, { version, keyHashes }: LoadCommand): LoadReply {
  const current = version === draft.config.version
  return current && keyHashes.length === 0 ? { type: 'current' } : stale(draft, keyHashes)
}

/** Has no id of its own: repeated, it counts again. */
export function refuse(draft: Draft, command: RefuseCommand): RefuseReply {
  const { version, keyHashes, reason, limitId } = command
  if (version !== draft.config.version) return stale(draft, keyHashes)
  beginWriting(draft)
  countRefusal(draft, reason, limitId)
  return { type: 'confirmed' }
}

export function stale(
  draft: Draft,
  keyHashes: readonly string[],
): { readonly type: 'stale'; readonly snapshot: Snapshot } {
  return { type: 'stale', snapshot: snapshotOf(draft, keyHashes) }
}

/** The configuration, with the first of the keys that is on record. */
export function snapshotOf(draft: Draft, keyHashes: readonly string[]): Snapshot {
  const { version, incarnation, config } = draft.config
  for (const hash of keyHashes) {
    const record = draft.get('key', hash)
    if (record !== undefined) return { version, incarnation, config, key: { hash, record } }
  }
  return { version, incarnation, config, key: null }
}
