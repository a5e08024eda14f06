/**
 * What a group of commands has changed and not yet written. Each command reads the account as those
 * before it have left it; dropping the group undoes them all, since nothing else knows of them.
 */
import { allChanges, keepChange, noChanges } from '../../account/changes.ts'
import type { Figures } from '../../account/figures/figures.ts'
import type {
  ListedKind,
  RecordChange,
  RecordKind,
  RecordReader,
  RecordTypes,
} from '../../account/records.ts'
import type { LedgerEntry } from '../../ledger/entry.ts'

export interface DueSlip {
  readonly id: string
  readonly dueMs: number
}

/** What is on disk already. */
export interface WrittenRecords extends Pick<RecordReader, 'get' | 'list' | 'lines'> {
  /** Slips with `dueMs <= nowMs`, earliest first, ties by id; at most `max`. */
  dueSlips(nowMs: number, max: number): readonly DueSlip[]
}

export class PendingChanges implements RecordReader {
  readonly #written: WrittenRecords
  readonly #changes = noChanges()
  readonly #appended: LedgerEntry[] = []

  constructor(written: WrittenRecords) {
    this.#written = written
  }

  /** Takes in all of one command's changes. */
  add(changes: readonly RecordChange[], appended: readonly LedgerEntry[]): void {
    for (const change of changes) keepChange(this.#changes, change)
    this.#appended.push(...appended)
  }

  get<K extends RecordKind>(kind: K, id: string): RecordTypes[K] | undefined {
    const change = this.#changes[kind].get(id)
    return change === undefined ? this.#written.get(kind, id) : (change.value ?? undefined)
  }

  dueSlips(nowMs: number, max: number): readonly string[] {
    const changed = this.#changes.slip
    // Each changed slip may hide one of those on disk.
    const onDisk = this.#written.dueSlips(nowMs, max + changed.size)
    const due = onDisk.filter(({ id }) => !changed.has(id))
    for (const { id, value } of changed.values()) {
      if (value !== null && value.dueMs <= nowMs) due.push({ id, dueMs: value.dueMs })
    }
    return due
      .toSorted(byDue)
      .slice(0, max)
      .map(({ id }) => id)
  }

  list<K extends ListedKind>(kind: K): readonly (readonly [string, RecordTypes[K]])[] {
    const records = new Map(this.#written.list(kind))
    for (const { id, value } of this.#changes[kind].values()) {
      if (value === null) records.delete(id)
      else records.set(id, value)
    }
    return [...records].toSorted(([one], [other]) => (one < other ? -1 : 1))
  }

  lines(from: string, below: string, max: number): readonly (readonly [string, Figures])[] {
    const changed = [...this.#changes.line.values()].filter(({ id }) => from <= id && id < below)
    const lines = new Map(this.#written.lines(from, below, max))
    // Lines only ever appear and grow; those that are dropped are nobody's to read.
    for (const { id, value } of changed) if (value !== null) lines.set(id, value)
    return [...lines].toSorted(([one], [other]) => (one < other ? -1 : 1)).slice(0, max)
  }

  /** Each record once, as the last command has left it. */
  get changes(): readonly RecordChange[] {
    return allChanges(this.#changes)
  }

  get appended(): readonly LedgerEntry[] {
    return this.#appended
  }
}

function byDue(one: DueSlip, other: DueSlip): number {
  return one.dueMs === other.dueMs ? (one.id < other.id ? -1 : 1) : one.dueMs - other.dueMs
}
