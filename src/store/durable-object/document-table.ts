/** The directory's documents as a table of its SQLite: a row a document, by kind and id. */
import type { DirectoryDocument, DocumentChange, DocumentKind } from '../documents.ts'

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS document (
    kind TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL, text TEXT NOT NULL,
    expires_ms INTEGER, PRIMARY KEY (kind, id)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS document_expiry ON document (expires_ms) WHERE expires_ms IS NOT NULL;
`

interface DocumentRow extends Record<string, SqlStorageValue> {
  id: string
  revision: number
  text: string
}

export class DocumentTable {
  readonly #storage: DurableObjectStorage
  readonly #sql: SqlStorage

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
    this.#sql = storage.sql
    this.#sql.exec(SCHEMA)
  }

  get(kind: DocumentKind, id: string): DirectoryDocument | null {
    const found = this.#sql.exec<DocumentRow>(
      'SELECT id, revision, text FROM document WHERE kind = ? AND id = ?',
      kind,
      id,
    )
    return found.next().value ?? null
  }

  list(kind: DocumentKind): readonly DirectoryDocument[] {
    return this.#sql
      .exec<DocumentRow>('SELECT id, revision, text FROM document WHERE kind = ? ORDER BY id', kind)
      .toArray()
  }

  /** Leaves a document that is there as it is. */
  putFirst(kind: DocumentKind, id: string, text: string): void {
    this.#sql.exec(
      'INSERT INTO document VALUES (?, ?, 1, ?, NULL) ON CONFLICT DO NOTHING',
      kind,
      id,
      text,
    )
  }

  write(changes: readonly DocumentChange[], nowMs: number): 'written' | 'stale' {
    const isStale = changes.some(
      ({ kind, id, expected }) => (this.get(kind, id)?.revision ?? 0) !== expected,
    )
    if (isStale) return 'stale'
    this.#storage.transactionSync(() => {
      for (const change of changes) this.#put(change)
      this.#sql.exec('DELETE FROM document WHERE expires_ms <= ?', nowMs)
    })
    return 'written'
  }

  #put({ kind, id, expected, text, expiresAtMs }: DocumentChange): void {
    if (text === null) {
      this.#sql.exec('DELETE FROM document WHERE kind = ? AND id = ?', kind, id)
      return
    }
    this.#sql.exec(
      `INSERT INTO document VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (kind, id) DO UPDATE SET revision = ?3, text = ?4, expires_ms = ?5`,
      kind,
      id,
      expected + 1,
      text,
      expiresAtMs ?? null,
    )
  }
}
