/**
 * One command's view of an account: reads go through what it has already written, writes and ledger
 * entries are collected. Nothing that was read is ever mutated, so dropping a draft undoes it all.
 */
import type { LedgerEntry, LedgerEntryBody } from '../ledger/entry.ts'
import { allChanges, keepChange, noChanges } from './changes.ts'
import type { Figures } from './figures/figures.ts'
import type {
  ConfigRecord,
  CountersRecord,
  ListedKind,
  RecordChange,
  RecordKind,
  RecordReader,
  RecordTypes,
} from './records.ts'

/** Id of the records that an account has one of: config, counters, refusals, levels. */
export const ONLY = ''

const NEW_ACCOUNT: CountersRecord = {
  clockMs: 0,
  live: 0,
  liveHighWater: 0,
  seq: 0,
  totals: { requests: 0, refused: 0, inputTokens: 0, outputTokens: 0, nanoUsd: 0 },
  budgets: {},
}

export class Draft {
  /** The account's time: the store's, but never behind what this account has already seen. */
  readonly nowMs: number
  readonly #reader: RecordReader
  readonly #written = noChanges()
  readonly #appended: LedgerEntry[] = []

  constructor(reader: RecordReader, storeNowMs: number) {
    this.#reader = reader
    this.nowMs = Math.max(storeNowMs, this.counters.clockMs)
  }

  get<K extends RecordKind>(kind: K, id: string): RecordTypes[K] | undefined {
    const written = this.#written[kind].get(id)
    return written === undefined ? this.#reader.get(kind, id) : (written.value ?? undefined)
  }

  put<K extends RecordKind>(kind: K, id: string, value: RecordTypes[K], expiresAtMs?: number) {
    const change = { kind, id, value }
    keepChange(this.#written, expiresAtMs === undefined ? change : { ...change, expiresAtMs })
  }

  delete(kind: RecordKind, id: string): void {
    keepChange(this.#written, { kind, id, value: null })
  }

  /** Ids of slips due by now, as they stood before this command wrote any. */
  dueSlips(byMs: number, max: number): readonly string[] {
    return this.#reader.dueSlips(byMs, max)
  }

  list<K extends ListedKind>(kind: K): readonly (readonly [string, RecordTypes[K]])[] {
    return this.#reader.list(kind)
  }

  lines(from: string, below: string, max: number): readonly (readonly [string, Figures])[] {
    return this.#reader.lines(from, below, max)
  }

  /** The configuration of an account that is known to exist. */
  get config(): ConfigRecord {
    const config = this.get('config', ONLY)
    if (config === undefined) throw new Error('the account has no configuration')
    return config
  }

  get counters(): CountersRecord {
    return this.get('counters', ONLY) ?? NEW_ACCOUNT
  }

  count(changed: Partial<CountersRecord>): void {
    this.put('counters', ONLY, { ...this.counters, ...changed })
  }

  /** Appends to the ledger, in this same step, under the next sequence number. */
  append(body: LedgerEntryBody): void {
    const seq = this.counters.seq + 1
    this.count({ seq })
    this.#appended.push({ seq, atMs: this.nowMs, ...body })
  }

  get appended(): readonly LedgerEntry[] {
    return this.#appended
  }

  get changes(): readonly RecordChange[] {
    return allChanges(this.#written)
  }
}
