/**
 * The control plane's writes: an account is created, changed under a compared version, and erased.
 * Each raises the version in the same step, so what was answered governs every later admission.
 */
import type {
  ChangeCommand,
  ChangeReply,
  ControlNote,
  CreateCommand,
  CreateReply,
  KeyChange,
} from '../commands.ts'
import { snapshotOf, stale } from './confirm.ts'
import { type Draft, ONLY } from '../draft.ts'
import { continueTable } from '../limits/period-table.ts'
import { beginWriting } from './sweep.ts'

export function create(draft: Draft, command: CreateCommand): CreateReply {
  const { incarnation, nonce, config, keys, periods, note } = command
  const existing = draft.get('config', ONLY)
  if (existing !== undefined) {
    return existing.nonce === nonce
      ? { type: 'created', version: existing.version }
      : { type: 'exists', snapshot: snapshotOf(draft, []) }
  }
  const counter = 1
  const version = `${incarnation}.${counter}.${nonce}`
  draft.put('config', ONLY, { version, incarnation, counter, nonce, config, periods })
  draft.count({ clockMs: draft.nowMs })
  putKeys(draft, keys)
  appendNote(draft, note)
  return { type: 'created', version }
}

export function change(draft: Draft, command: ChangeCommand): ChangeReply {
  const before = draft.config
  const { nonce } = command
  if (nonce === before.nonce) return { type: 'changed', version: before.version }
  if (command.expected !== before.version) return stale(draft, [])
  beginWriting(draft)
  const { incarnation } = before
  const counter = before.counter + 1
  const version = `${incarnation}.${counter}.${nonce}`
  const config = command.config ?? before.config
  const periods =
    command.periods === undefined
      ? before.periods
      : continueTable(before.periods, command.periods, draft.nowMs)
  draft.put('config', ONLY, { version, incarnation, counter, nonce, config, periods })
  putKeys(draft, command.keys)
  appendNote(draft, command.note)
  return { type: 'changed', version }
}

function putKeys(draft: Draft, keys: readonly KeyChange[]): void {
  for (const { hash, record } of keys) draft.put('key', hash, record)
}

function appendNote(draft: Draft, { actor, action, before, after }: ControlNote): void {
  draft.append({ kind: 'control', actor, action, before, after })
}
