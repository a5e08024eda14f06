/**
 * One account in the object's SQLite: a row a record, a row a ledger entry. It reads through a
 * bounded cache that is written only after the transaction, so memory never holds what disk does not.
 */
import { USAGE_KEPT_MS } from '../../account/constants.ts'
import type { Figures } from '../../account/figures/figures.ts'
import type { ListedKind, RecordChange, RecordKind, RecordTypes } from '../../account/records.ts'
import { DIMENSIONS, lineRange } from '../../account/figures/usage-lines.ts'
import type { LedgerEntry } from '../../ledger/entry.ts'
import type { DueSlip, WrittenRecords } from './pending-changes.ts'
import { RecordCache } from './record-cache.ts'

const MAX_CACHED_PER_KIND = 2_048

// Slips stand apart because they alone are looked up by time, and the index costs a write a change;
// lines of usage because they are many, and would be in the way of every look at all the others.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS record (
    kind TEXT NOT NULL, id TEXT NOT NULL, value TEXT NOT NULL, expires_ms INTEGER,
    PRIMARY KEY (kind, id)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS slip (
    id TEXT NOT NULL PRIMARY KEY, due_ms INTEGER NOT NULL, value TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS slip_due ON slip (due_ms, id);
  CREATE TABLE IF NOT EXISTS line (id TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS entry (seq INTEGER PRIMARY KEY, value TEXT NOT NULL);
`

export class AccountTables implements WrittenRecords {
  readonly #storage: DurableObjectStorage
  readonly #sql: SqlStorage
  readonly #cache = new RecordCache(MAX_CACHED_PER_KIND)
  /** An account that was never created has no tables, and being asked for makes none. */
  #exist: boolean
  /** No slip on disk is due before; asked of the disk only when that time has come. */
  #noneDueBeforeMs = -Infinity

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
    this.#sql = storage.sql
    const tables = this.#sql.exec(`SELECT 1 FROM sqlite_master WHERE name = 'record'`).toArray()
    this.#exist = tables.length > 0
  }

  get<K extends RecordKind>(kind: K, id: string): RecordTypes[K] | undefined {
    if (!this.#exist) return undefined
    const cached = this.#cache.get(kind, id)
    if (cached !== undefined) return cached ?? undefined
    const row = this.#row(kind, id)
    const record = row === undefined ? null : parseRecord<K>(row.value)
    this.#cache.set(kind, id, record)
    return record ?? undefined
  }

  dueSlips(nowMs: number, max: number): readonly DueSlip[] {
    if (!this.#exist || nowMs < this.#noneDueBeforeMs) return []
    const due = this.#sql
      .exec<{ id: string; dueMs: number }>(
        'SELECT id, due_ms AS dueMs FROM slip ORDER BY due_ms, id LIMIT ?',
        max,
      )
      .toArray()
    this.#noneDueBeforeMs = due[0]?.dueMs ?? Infinity
    return due.filter(({ dueMs }) => dueMs <= nowMs)
  }

  list<K extends ListedKind>(kind: K): readonly (readonly [string, RecordTypes[K]])[] {
    if (!this.#exist) return []
    return this.#sql
      .exec<{ id: string; value: string }>(
        'SELECT id, value FROM record WHERE kind = ? ORDER BY id',
        kind,
      )
      .toArray()
      .map(({ id, value }) => [id, parseRecord<K>(value)] as const)
  }

  lines(from: string, below: string, max: number): readonly (readonly [string, Figures])[] {
    if (!this.#exist) return []
    return this.#sql
      .exec<{ id: string; value: string }>(
        'SELECT id, value FROM line WHERE id >= ? AND id < ? ORDER BY id LIMIT ?',
        from,
        below,
        max,
      )
      .toArray()
      .map(({ id, value }) => [id, parseRecord<'line'>(value)] as const)
  }

  /** Entries with seq > after, oldest first, at most `limit`. */
  entries(after: number, limit: number): readonly LedgerEntry[] {
    if (!this.#exist) return []
    return this.#sql
      .exec<{ value: string }>(
        'SELECT value FROM entry WHERE seq > ? ORDER BY seq LIMIT ?',
        after,
        limit,
      )
      .toArray()
      .map(({ value }) => parseEntry(value))
  }

  /**
   * All of these changes, or none. Only a command that creates the account may be the first
   * to write: for any other, an account without tables fails.
   */
  commit(
    changes: readonly RecordChange[],
    appended: readonly LedgerEntry[],
    creates: boolean,
  ): void {
    if (changes.length === 0 && appended.length === 0) return
    this.#storage.transactionSync(() => {
      if (creates) this.#sql.exec(SCHEMA)
      for (const change of changes) this.#write(change)
      for (const entry of appended) {
        this.#sql.exec('INSERT INTO entry VALUES (?, ?)', entry.seq, JSON.stringify(entry))
      }
    })
    if (creates) this.#exist = true
    for (const change of changes) this.#remember(change)
  }

  /** Drops records that mean the same as their absence; tells when the next one will. */
  dropExpired(nowMs: number): number | null {
    if (!this.#exist) return null
    const dropped = this.#sql
      .exec<{ kind: RecordKind; id: string }>(
        'DELETE FROM record WHERE expires_ms <= ? RETURNING kind, id',
        nowMs,
      )
      .toArray()
    for (const { kind, id } of dropped) this.#cache.set(kind, id, null)
    for (const by of DIMENSIONS) {
      const [first, below] = lineRange(by, 0, nowMs - USAGE_KEPT_MS + 1)
      this.#sql.exec('DELETE FROM line WHERE id >= ? AND id < ?', first, below)
    }
    return this.#sql
      .exec<{ next: number | null }>('SELECT min(expires_ms) AS next FROM record')
      .one().next
  }

  /** Leaves nothing: no row, no table, no alarm. */
  async erase(): Promise<void> {
    this.#exist = false
    this.#cache.clear()
    this.#noneDueBeforeMs = -Infinity
    await this.#storage.deleteAll()
  }

  #row(kind: RecordKind, id: string): { value: string } | undefined {
    const cursor =
      kind === 'slip' || kind === 'line'
        ? this.#sql.exec<{ value: string }>(`SELECT value FROM ${kind} WHERE id = ?`, id)
        : this.#sql.exec<{ value: string }>(
            'SELECT value FROM record WHERE kind = ? AND id = ?',
            kind,
            id,
          )
    return cursor.next().value
  }

  #write(change: RecordChange): void {
    const { kind, id, value } = change
    if (kind === 'slip') {
      if (value === null) this.#sql.exec('DELETE FROM slip WHERE id = ?', id)
      else this.#sql.exec(PUT_SLIP, id, value.dueMs, JSON.stringify(value))
      return
    }
    if (kind === 'line') {
      if (value === null) this.#sql.exec('DELETE FROM line WHERE id = ?', id)
      else this.#sql.exec(PUT_LINE, id, JSON.stringify(value))
      return
    }
    if (value === null) this.#sql.exec('DELETE FROM record WHERE kind = ? AND id = ?', kind, id)
    else this.#sql.exec(PUT_RECORD, kind, id, JSON.stringify(value), change.expiresAtMs ?? null)
  }

  #remember(change: RecordChange): void {
    this.#cache.set(change.kind, change.id, change.value)
    if (change.kind === 'slip' && change.value !== null) {
      this.#noneDueBeforeMs = Math.min(this.#noneDueBeforeMs, change.value.dueMs)
    }
  }
}

// Upserts, not REPLACE: a row whose indexed columns stay is written once, its index not at all.
const PUT_SLIP = `
  INSERT INTO slip VALUES (?1, ?2, ?3)
  ON CONFLICT (id) DO UPDATE SET due_ms = ?2, value = ?3`
const PUT_LINE = `
  INSERT INTO line VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET value = ?2`
const PUT_RECORD = `
  INSERT INTO record VALUES (?1, ?2, ?3, ?4)
  ON CONFLICT (kind, id) DO UPDATE SET value = ?3, expires_ms = ?4`

// The rows of these tables are written above and by nobody else, as the types say.
function parseRecord<K extends RecordKind>(json: string): RecordTypes[K] {
  return JSON.parse(json) as RecordTypes[K]
}

function parseEntry(json: string): LedgerEntry {
  return JSON.parse(json) as LedgerEntry
}
