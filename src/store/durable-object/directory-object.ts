/**
 * The list of tenants, in one Durable Object of its own: accounts are found by name and cannot be
 * enumerated. It is asked by the control plane, never on the way of a request.
 */
import { DurableObject } from 'cloudflare:workers'
import { TenantId } from '../../tenant/slug.ts'
import { TenantStatus } from '../../tenant/tenant.ts'
import type { DirectoryRow } from '../store.ts'

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS tenant (
    slug TEXT NOT NULL PRIMARY KEY, plan TEXT NOT NULL, status TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL
  ) WITHOUT ROWID`

interface TenantRow extends Record<string, SqlStorageValue> {
  slug: string
  plan: string
  status: string
  created_at_ms: number
}

export class DirectoryObject extends DurableObject {
  readonly #sql: SqlStorage

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env)
    this.#sql = ctx.storage.sql
    this.#sql.exec(SCHEMA)
  }

  register({ tenant, plan, status, created_at_ms }: DirectoryRow): 'registered' | 'exists' {
    const inserted = this.#sql
      .exec(
        'INSERT INTO tenant VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING slug',
        tenant,
        plan,
        status,
        created_at_ms,
      )
      .toArray()
    return inserted.length > 0 ? 'registered' : 'exists'
  }

  update({ tenant, plan, status, created_at_ms }: DirectoryRow): void {
    this.#sql.exec(
      'UPDATE tenant SET plan = ?, status = ?, created_at_ms = ? WHERE slug = ?',
      plan,
      status,
      created_at_ms,
      tenant,
    )
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
}

function toDirectoryRow({ slug, plan, status, created_at_ms }: TenantRow): DirectoryRow {
  return { tenant: TenantId.parse(slug), plan, status: TenantStatus.parse(status), created_at_ms }
}
