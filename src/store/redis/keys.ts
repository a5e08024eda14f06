/**
 * The names of all keys; docs/storage-schema.md says what stands under each. A slug is a plain word,
 * so that two tenants never share a name, and the braces put everything of one tenant into one slot.
 */
import type { TenantId } from '../../tenant/slug.ts'
import type { DocumentKind } from '../documents.ts'

/** In the order that the account's scripts declare them. */
export interface AccountKeys {
  readonly account: string
  readonly rates: string
  readonly due: string
  readonly ledger: string
  readonly keys: string
  readonly usage: string
  readonly lines: string
  readonly pending: string
  readonly stock: string
}

export function accountKeys(tenant: TenantId): AccountKeys {
  const prefix = `tg:{${tenant}}:`
  return {
    account: `${prefix}account`,
    rates: `${prefix}rates`,
    due: `${prefix}due`,
    ledger: `${prefix}ledger`,
    keys: `${prefix}keys`,
    usage: `${prefix}usage`,
    lines: `${prefix}lines`,
    pending: `${prefix}pending`,
    stock: `${prefix}stock`,
  }
}

/** As KEYS of an account's scripts. */
export function keysInOrder(names: AccountKeys): readonly string[] {
  const { account, rates, due, ledger, keys, usage, lines, pending, stock } = names
  return [account, rates, due, ledger, keys, usage, lines, pending, stock]
}

// A slug never begins with a full stop, so no tenant is called like the directory.
const DIRECTORY = 'tg:{.directory}:'

/** Rows by slug, the slugs in order, and the mark of a database that was provisioned. */
export const directoryKeys: readonly string[] = [
  `${DIRECTORY}rows`,
  `${DIRECTORY}names`,
  `${DIRECTORY}epoch`,
]

/** The fields of an account that a command names; what a script makes of them begins the same. */
export function slipField(holdId: string): string {
  return `slip:${holdId}`
}

export function usedField(keyId: string | null): string {
  return keyId === null ? '' : `used:${keyId}`
}

/** The documents of one kind, and those of them that expire, in order of time. */
export function documentKeys(kind: DocumentKind): readonly [documents: string, expiring: string] {
  return [`${DIRECTORY}${kind}s`, `${DIRECTORY}${kind}s:due`]
}

/** Each window in a slot of its own: subjects have nothing to do with one another. */
export function strikeKey(subject: string, windowMs: number): string {
  return `tg:strike:${windowMs}:${subject}`
}
