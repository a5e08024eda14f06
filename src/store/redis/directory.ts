/**
 * The list of tenants with the control plane's documents, and what vouches for the database as a whole: the epoch that its first tenant
 * has left in it. An account that is missing although the directory knows the tenant, or a database
 * without its epoch, has lost what it was given to keep: nobody is told "unknown" then, but to wait.
 */
import * as z from 'zod'
import type { AccountCommand } from '../../account/commands.ts'
import { TenantId } from '../../tenant/slug.ts'
import { TenantStatus } from '../../tenant/tenant.ts'
import type { DirectoryDocument, DocumentChange, DocumentKind } from '../documents.ts'
import { type Directory, type DirectoryRow, type Registered, StoreUnavailable } from '../store.ts'
import { digits } from './digits.ts'
import { directoryKeys, documentKeys } from './keys.ts'
import { integer, malformed, parseJson, textAt, texts } from './reply.ts'
import type { ScriptRunner } from './script.ts'
import type { ScriptName } from './scripts.ts'

const Row = z.strictObject({
  tenant: TenantId,
  plan: z.string(),
  status: TenantStatus,
  created_at_ms: z.int(),
  purge_at_ms: z.int().optional(),
})

const HALF_THERE: ReadonlySet<TenantStatus> = new Set(['PROVISIONING', 'ARCHIVED'])

export class RedisDirectory implements Directory {
  readonly #runner: ScriptRunner
  /** As this process has seen it first; another one, or none, is another database or an emptied one. */
  #epoch: string | null = null
  #checked: Promise<void> | null = null

  constructor(runner: ScriptRunner) {
    this.#runner = runner
  }

  async register(row: DirectoryRow, tombstones: readonly string[]): Promise<Registered> {
    const [outcome, epoch = ''] = await this.#ask('register', {
      args: [row.tenant, toJson(row), ...tombstones],
      keys: [tombstoneKey],
      // Repeated, it would find its own row and say `exists` to the one who made it.
      repeatable: false,
    })
    this.#know(epoch)
    if (outcome === 'registered' || outcome === 'exists') return outcome
    return outcome === 'tombstoned' ? outcome : malformed()
  }

  async update(row: DirectoryRow): Promise<'updated' | 'unknown'> {
    const [outcome, epoch = ''] = await this.#ask('update', { args: [row.tenant, toJson(row)] })
    this.#know(epoch)
    return outcome === 'updated' || outcome === 'unknown' ? outcome : malformed()
  }

  async get(tenant: TenantId): Promise<DirectoryRow | null> {
    const [epoch = malformed(), row = malformed()] = await this.#ask('look', { args: [tenant] })
    this.#know(epoch)
    return row === '' ? null : parseJson(Row, row)
  }

  async list(after: string | null, limit: number): Promise<readonly DirectoryRow[]> {
    const args = [after ?? '', digits(limit)]
    const [epoch = malformed(), ...rows] = await this.#ask('list', { args })
    this.#know(epoch)
    return rows.map((row) => parseJson(Row, row))
  }

  async count(): Promise<number> {
    const [epoch = malformed(), count = malformed()] = await this.#ask('count', {})
    this.#know(epoch)
    return integer(count)
  }

  async bury(tenant: TenantId, tombstone: string, text: string): Promise<void> {
    const args = [tenant, tombstone, text]
    const [outcome, epoch = ''] = await this.#ask('bury', { args, keys: [tombstoneKey] })
    this.#know(epoch)
    if (outcome !== 'buried') malformed()
  }

  async document(kind: DocumentKind, id: string): Promise<DirectoryDocument | null> {
    const keys = [documentKeys(kind)[0]]
    const [epoch = malformed(), stored = malformed()] = await this.#ask('document', {
      args: [id],
      keys,
    })
    this.#know(epoch)
    return stored === '' ? null : readDocument(id, stored)
  }

  async documents(kind: DocumentKind): Promise<readonly DirectoryDocument[]> {
    const keys = [documentKeys(kind)[0]]
    const [epoch = malformed(), ...stored] = await this.#ask('documents', { keys })
    this.#know(epoch)
    const found: DirectoryDocument[] = []
    for (let at = 0; at < stored.length; at += 2) {
      found.push(readDocument(textAt(stored, at), textAt(stored, at + 1)))
    }
    return found.toSorted((one, other) => (one.id < other.id ? -1 : 1))
  }

  async write(changes: readonly DocumentChange[], nowMs: number): Promise<'written' | 'stale'> {
    const [outcome, epoch = ''] = await this.#ask('write', {
      args: [digits(nowMs), ...changes.flatMap(changeArgs)],
      keys: changes.flatMap(({ kind }) => documentKeys(kind)),
      // Repeated, it would find its own revision and say `stale` to the one who wrote it.
      repeatable: false,
    })
    this.#know(epoch)
    return outcome === 'written' || outcome === 'stale' ? outcome : malformed()
  }

  /** Rejects where a database keeps less than it is given, or has lost it. */
  async check(): Promise<void> {
    const [epoch = malformed(), policy = malformed()] = await this.#ask('ping', {})
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
    const [epoch = malformed(), row = malformed()] = await this.#ask('look', { args: [tenant] })
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

  async #ask(script: ScriptName, { args = [], keys = [], repeatable = true }: Asked) {
    const all = [...directoryKeys, ...keys]
    return texts(await this.#runner.run({ script, keys: all, args, repeatable }))
  }
}

interface Asked {
  readonly args?: readonly string[]
  /** Beside those that every script of the directory is given. */
  readonly keys?: readonly string[]
  readonly repeatable?: boolean
}

const [tombstoneKey] = documentKeys('tombstone')

function toJson({ tenant, plan, status, created_at_ms, purge_at_ms }: DirectoryRow): string {
  return JSON.stringify({ tenant, plan, status, created_at_ms, purge_at_ms })
}

function changeArgs({ id, expected, text, expiresAtMs }: DocumentChange): string[] {
  const expiry = expiresAtMs === undefined ? '' : digits(expiresAtMs)
  return [id, digits(expected), text ?? '', expiry]
}

/** `revision text`. */
function readDocument(id: string, stored: string): DirectoryDocument {
  const [, revision, text] = /^(\d+) ([^]+)$/.exec(stored) ?? []
  if (revision === undefined || text === undefined) return malformed()
  return { id, revision: integer(revision), text }
}
