/** Records that have changed, each once, as it was last left: of one command, or of a group of them. */
import type { ChangeOf, RecordChange, RecordKind } from './records.ts'

type ChangesById = { readonly [K in RecordKind]: Map<string, ChangeOf<K>> }

export function noChanges(): ChangesById {
  return {
    config: new Map(),
    counters: new Map(),
    refusals: new Map(),
    ring: new Map(),
    slip: new Map(),
    key: new Map(),
    key_use: new Map(),
    day: new Map(),
    line: new Map(),
    levels: new Map(),
    held: new Map(),
    stock: new Map(),
  }
}

export function keepChange<K extends RecordKind>(changes: ChangesById, change: ChangeOf<K>): void {
  changes[change.kind].set(change.id, change)
}

export function allChanges(changes: ChangesById): readonly RecordChange[] {
  return Object.values(changes).flatMap((ofOneKind) =>
    ofOneKind.size === 0 ? [] : [...ofOneKind.values()],
  )
}
