/**
 * Parsed records of one account that the object has in hand, and which ones it knows to be absent,
 * so that the usual command reads no row. Bounded: what is longest unused goes first.
 */
import type { RecordKind, RecordTypes } from '../../account/records.ts'

type RecordsById = { readonly [K in RecordKind]: Map<string, RecordTypes[K] | null> }

export class RecordCache {
  readonly #records: RecordsById = {
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
  readonly #maxPerKind: number

  constructor(maxPerKind: number) {
    this.#maxPerKind = maxPerKind
  }

  /** null: there is none. undefined: not known here. */
  get<K extends RecordKind>(kind: K, id: string): RecordTypes[K] | null | undefined {
    const records = this.#records[kind]
    const record = records.get(id)
    if (record === undefined) return undefined
    // A Map keeps the order of insertion, so putting a record back makes it the newest.
    records.delete(id)
    records.set(id, record)
    return record
  }

  set<K extends RecordKind>(kind: K, id: string, record: RecordTypes[K] | null): void {
    const records = this.#records[kind]
    records.delete(id)
    records.set(id, record)
    if (records.size <= this.#maxPerKind) return
    const oldest = records.keys().next().value
    if (oldest !== undefined) records.delete(oldest)
  }

  clear(): void {
    for (const records of Object.values(this.#records)) records.clear()
  }
}
