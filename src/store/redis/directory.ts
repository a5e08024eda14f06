/**
 * The list of tenants, and what vouches for the database as a whole: the epoch that its first tenant
 * has left in it. An account that is missing although the directory knows the tenant, or a database
 * without its epoch, has lost what it was given to keep: nobody is told "unknown" then, but to wait.
 */
import * as z from 'zod'
import type { AccountCommand } from '../../account/commands.ts'
import { TenantId } from '../../tenant/slug.ts'
import { TenantStatus } from '../../tenant/tenant.ts'
import { type DirectoryRow, StoreUnavailable } from '../store.ts'
import { digits } from './encode.ts'
import { directoryKeys } from './keys.ts'
import { malformed, parseJson, texts } from './reply.ts'
import type { ScriptRunner } from './script.ts'
import type { ScriptName } from './scripts.ts'

const Row = z.strictObject({
  tenant: TenantId,
  plan: z.string(),
  status: TenantStatus,
  created_at_ms: z.int(),
})

const HALF_THERE: ReadonlySet<TenantStatus> = new Set(['PROVISIONING', 'ARCHIVED'])

export class RedisDirectory {
  readonly #runner: ScriptRunner
  /** As this process has seen it first; another one, or none, is another database or an emptied one. */
  #epoch: string | null = null
  #checked: Promise<void> | null = null

  constructor(runner: ScriptRunner) {
    this.#runner = runner
  }

  async register(row: DirectoryRow): Promise<'registered' | 'exists'> {
    // Repeated, it would find its own row and say `exists` to the one who made it.
    const [outcome, epoch = ''] = await this.#ask('register', [row.tenant, toJson(row)], false)
    this.#know(epoch)
    return outcome === 'registered' || outcome === 'exists' ? outcome : malformed()
  }

  async update(row: DirectoryRow): Promise<void> {
    const [outcome, epoch = ''] = await this.#ask('update', [row.tenant, toJson(row)])
    this.#know(epoch)
    if (outcome !== 'updated' && outcome !== 'unknown') malformed()
  }

  async get(tenant: TenantId): Promise<DirectoryRow | null> {
    const [epoch = malformed(), row = malformed()] = await this.#ask('look', [tenant])
    this.#know(epoch)
    return row === '' ? null : parseJson(Row, row)
  }

  async list(after: string | null, limit: number): Promise<readonly DirectoryRow[]> {
    const reply = await this.#ask('list', [after ?? '', digits(limit)])
    const [epoch = malformed(), ...rows] = reply
    this.#know(epoch)
    return rows.map((row) => parseJson(Row, row))
  }

  /** Rejects where a database keeps less than it is given, or has lost it. */
  async check(): Promise<void> {
    const [epoch = malformed(), policy = malformed()] = await this.#ask('ping', [])
    this.#know(epoch)
    // Some do not say.
    if (policy !== '' && policy !== 'noeviction') {
      throw new StoreUnavailable(
        'the store may evict accounts: its maxmemory-policy must be noeviction',
      )
    }
  }

  /** The check that stands before a process's first command; one that failed is made again. */
  checkOnce(): Promise<void> {
    this.#checked ??= this.check().catch((error: unknown) => {
      this.#checked = null
      throw error
    })
    return this.#checked
  }

  /** For an account that was not found: rejects unless none was ever to be found. */
  async demandAbsent(tenant: TenantId, command: AccountCommand['type']): Promise<void> {
    // A repeated erasure finds nothing, whether the row is still there or not.
    if (command === 'erase') return
    const [epoch = malformed(), row = malformed()] = await this.#ask('look', [tenant])
    this.#know(epoch)
    if (epoch === '') throw new StoreUnavailable('the store was never provisioned, or is empty')
    // Before its account is made, and while it is being erased, a tenant has a row alone.
    if (row === '' || HALF_THERE.has(parseJson(Row, row).status)) return
    throw new StoreUnavailable('the store has lost an account')
  }

  #know(epoch: string): void {
    if (this.#epoch !== null && this.#epoch !== epoch) {
      throw new StoreUnavailable('the store is another one than before, or has lost what it kept')
    }
    if (epoch !== '') this.#epoch = epoch
  }

  async #ask(script: ScriptName, args: readonly string[], repeatable = true) {
    return texts(await this.#runner.run({ script, keys: directoryKeys, args, repeatable }))
  }
}

function toJson({ tenant, plan, status, created_at_ms }: DirectoryRow): string {
  return JSON.stringify({ tenant, plan, status, created_at_ms })
}
