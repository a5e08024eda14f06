/**
 * The list of tenants and the control plane's documents, in one Durable Object of their own: accounts
 * are found by name and cannot be enumerated. It is asked by the control plane, never on the way of
 * a request.
 */
import { DurableObject } from 'cloudflare:workers'
import { TenantId } from '../../tenant/slug.ts'
import { TenantStatus } from '../../tenant/tenant.ts'
import type { DirectoryDocument, DocumentChange, DocumentKind } from '../documents.ts'
import type { DirectoryRow, Registered } from '../store.ts'
import { DocumentTable } from './document-table.ts'

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS tenant (
    slug TEXT NOT NULL PRIMARY KEY, plan TEXT NOT NULL, status TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL, purge_at_ms INTEGER
  ) WITHOUT ROWID`

interface TenantRow extends Record<string, SqlStorageValue> {
  slug: string
  plan: string
  status: string
  created_at_ms: number
  purge_at_ms: number | null
}

export class DirectoryObject extends DurableObject {
  readonly #storage: DurableObjectStorage
  readonly #sql: SqlStorage
  readonly #documents: DocumentTable

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env)
    this.#storage = ctx.storage
    this.#sql = ctx.storage.sql
    this.#sql.exec(SCHEMA)
    this.#addPurgeTime()
    this.#documents = new DocumentTable(ctx.storage)
  }

  /** To a table that was made before rows had it. */
  #addPurgeTime(): void {
    const columns = this.#sql.exec<{ name: string }>(`SELECT name FROM pragma_table_info('tenant')`)
    if (columns.toArray().some(({ name }) => name === 'purge_at_ms')) return
    this.#sql.exec('ALTER TABLE tenant ADD COLUMN purge_at_ms INTEGER')
  }

  register(row: DirectoryRow, tombstones: readonly string[]): Registered {
    if (tombstones.some((id) => this.#documents.get('tombstone', id) !== null)) return 'tombstoned'
    const { tenant, plan, status, created_at_ms, purge_at_ms = null } = row
    const inserted = this.#sql
      .exec(
        'INSERT INTO tenant VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING slug',
        tenant,
        plan,
        status,
        created_at_ms,
        purge_at_ms,
      )
      .toArray()
    return inserted.length > 0 ? 'registered' : 'exists'
  }

  update(row: DirectoryRow): 'updated' | 'unknown' {
    const { tenant, plan, status, created_at_ms, purge_at_ms = null } = row
    const updated = this.#sql
      .exec(
        `UPDATE tenant SET plan = ?, status = ?, created_at_ms = ?, purge_at_ms = ?
          WHERE slug = ? RETURNING slug`,
        plan,
        status,
        created_at_ms,
        purge_at_ms,
        tenant,
      )
      .toArray()
    return updated.length > 0 ? 'updated' : 'unknown'
  }

  get(tenant: string): DirectoryRow | null {
    const row = this.#sql.exec<TenantRow>('SELECT * FROM tenant WHERE slug = ?', tenant).next()
    return row.value === undefined ? null : toDirectoryRow(row.value)
  }

  list(after: string | null, limit: number): readonly DirectoryRow[] {
    return this.#sql
      .exec<TenantRow>(
        'SELECT * FROM tenant WHERE slug > ? ORDER BY slug LIMIT ?',
        after ?? '',
        limit,
      )
      .toArray()
      .map(toDirectoryRow)
  }

  count(): number {
    return this.#sql.exec<{ rows: number }>('SELECT count(*) AS rows FROM tenant').one().rows
  }

  bury(tenant: string, tombstone: string, text: string): void {
    this.#storage.transactionSync(() => {
      this.#sql.exec('DELETE FROM tenant WHERE slug = ?', tenant)
      this.#documents.putFirst('tombstone', tombstone, text)
    })
  }

  document(kind: DocumentKind, id: string): DirectoryDocument | null {
    return this.#documents.get(kind, id)
  }

  documents(kind: DocumentKind): readonly DirectoryDocument[] {
    return this.#documents.list(kind)
  }

  write(changes: readonly DocumentChange[], nowMs: number): 'written' | 'stale' {
    return this.#documents.write(changes, nowMs)
  }
}

function toDirectoryRow({ slug, plan, status, created_at_ms, purge_at_ms }: TenantRow) {
  const row = { tenant: TenantId.parse(slug), plan, status: TenantStatus.parse(status) }
  return { ...row, created_at_ms, ...(purge_at_ms === null ? {} : { purge_at_ms }) }
}
