/**
 * The port behind which accounts are kept. An adapter runs each command atomically, on one tenant's
 * account alone; whatever it cannot vouch for it throws as StoreUnavailable: "unknown outcome",
 * never "admitted".
 */
import type { AccountCommand, ReplyTo } from '../account/commands.ts'
import type { LedgerEntry } from '../ledger/entry.ts'
import type { TenantId } from '../tenant/slug.ts'
import type { TenantStatus } from '../tenant/tenant.ts'
import type { Documents } from './documents.ts'

/** The store did not answer, answered too late, or answered nonsense. Carries no command, so no secret. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
  /** False when the store has certainly not heard of the command, so that there is nothing to undo. */
  readonly sent: boolean

  constructor(message?: string, { sent = true }: { readonly sent?: boolean } = {}) {
    super(message)
    this.sent = sent
  }
}

export interface DirectoryRow {
  readonly tenant: TenantId
  readonly plan: string
  readonly status: TenantStatus
  readonly created_at_ms: number
  /** Of an archived tenant: when its retention ends. */
  readonly purge_at_ms?: number | undefined
}

export type Registered = 'registered' | 'exists' | 'tombstoned'

/** Who there is: accounts cannot be enumerated otherwise. In a place of its own, with its documents. */
export interface Directory extends Documents {
  /** Puts a row, unless any of `tombstones`, the keyed hashes of its slug, says that it was erased. */
  register(row: DirectoryRow, tombstones: readonly string[]): Promise<Registered>
  /** Brings a known row up to date; does nothing for an unknown one. */
  update(row: DirectoryRow): Promise<'updated' | 'unknown'>
  get(tenant: TenantId): Promise<DirectoryRow | null>
  /** Rows after `after` by slug, at most `limit`. */
  list(after: string | null, limit: number): Promise<readonly DirectoryRow[]>
  /** How many rows there are. */
  count(): Promise<number>
  /**
   * Takes a row out and leaves its tombstone, a document of that kind, in one step. The first
   * tombstone of a hash stays as it is; without a row it is put all the same.
   */
  bury(tenant: TenantId, tombstone: string, text: string): Promise<void>
}

/** A sliding window outside any account, for abuse by callers who are nobody yet. Money never rests on it. */
export interface Strikes {
  /** Counts one against `subject`; tells the count in the window and when the window is clear again (epoch ms). */
  strike(subject: string, windowMs: number): Promise<{ count: number; resetsAtMs: number }>
}

export interface Store {
  /** Atomic and idempotent. Rejects with StoreUnavailable when the outcome is unknown. */
  run<C extends AccountCommand>(tenant: TenantId, command: C): Promise<ReplyTo<C>>
  /** Entries with seq > after, oldest first, at most `limit`. */
  ledger(tenant: TenantId, after: number, limit: number): Promise<readonly LedgerEntry[]>
  readonly directory: Directory
  readonly strikes: Strikes
  /** Set where nothing wakes an idle account: whoever tends the store has to sweep it. */
  readonly needsSweeping?: boolean
  /** Resolves when the store answers; rejects with StoreUnavailable. */
  ping(): Promise<void>
}
