/**
 * An account in memory: the model that the stores are tested against. Like a store, it forgets
 * records once they mean the same as their absence; unlike one, it forgets all when it is dropped.
 */
import type { LedgerEntry } from '../ledger/entry.ts'
import { keepChange, noChanges } from './changes.ts'
import type { AccountCommand, ReplyTo } from './commands.ts'
import { DueIndex } from './due-index.ts'
import type { Figures } from './figures/figures.ts'
import type { ListedKind, RecordChange, RecordKind, RecordReader, RecordTypes } from './records.ts'
import { transact } from './transact.ts'

export class MemoryAccount implements RecordReader {
  readonly #records = noChanges()
  readonly #due = new DueIndex()
  #ledger: LedgerEntry[] = []
  #nowMs = 0

  /** Runs one command at the store's time `nowMs`, and applies all of it. */
  run<C extends AccountCommand>(command: C, nowMs: number): ReplyTo<C> {
    this.#nowMs = nowMs
    const { reply, changes, erase, appended } = transact(this, command, nowMs)
    if (erase) this.#erase()
    else {
      for (const change of changes) this.#apply(change)
      this.#ledger.push(...appended)
    }
    return reply
  }

  get ledger(): readonly LedgerEntry[] {
    return this.#ledger
  }

  get<K extends RecordKind>(kind: K, id: string): RecordTypes[K] | undefined {
    const kept = this.#records[kind].get(id)
    if (kept?.expiresAtMs === undefined || kept.expiresAtMs > this.#nowMs)
      return kept?.value ?? undefined
    this.#records[kind].delete(id)
    return undefined
  }

  dueSlips(nowMs: number, max: number): readonly string[] {
    return this.#due.upTo(nowMs, max)
  }

  list<K extends ListedKind>(kind: K): readonly (readonly [string, RecordTypes[K]])[] {
    return inOrder(this.#records[kind])
  }

  lines(from: string, below: string, max: number): readonly (readonly [string, Figures])[] {
    return inOrder(this.#records.line)
      .filter(([id]) => from <= id && id < below)
      .slice(0, max)
  }

  #apply(change: RecordChange): void {
    if (change.kind === 'slip') this.#due.set(change.id, change.value?.dueMs ?? null)
    if (change.value === null) this.#records[change.kind].delete(change.id)
    else keepChange(this.#records, change)
  }

  #erase(): void {
    for (const records of Object.values(this.#records)) records.clear()
    this.#due.clear()
    this.#ledger = []
  }
}

function inOrder<T>(
  records: ReadonlyMap<string, { readonly value: T | null }>,
): readonly (readonly [string, T])[] {
  return Array.from(records)
    .flatMap(([id, { value }]) => (value === null ? [] : [[id, value] as const]))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
}
