/**
 * Makes API keys. The text of a key exists here and in the one answer that carries it; what is
 * stored is a record under its keyed hash, and what is noted is the record without either.
 */
import type { KeyChange } from '../account/commands.ts'
import { mintKey } from '../identify/api-key.ts'
import { mintKeyId } from '../identify/key-id.ts'
import type { KeyRecord } from '../identify/key-record.ts'
import type { TenantId } from '../tenant/slug.ts'
import type { AdminDeps } from './deps.ts'

/** Everything of the data plane that is the tenant's; `*` never opens the control plane. */
export const DEFAULT_SCOPES = ['*']

export interface IssuedKey {
  /** To be shown once. */
  readonly key: string
  readonly change: KeyChange
}

export type KeyTerms = Pick<KeyRecord, 'name' | 'user' | 'scopes' | 'ip_allow' | 'expires_at_ms'>

export async function issueKey(
  { hasher, randomBytes, clock }: AdminDeps,
  tenant: TenantId,
  terms: KeyTerms,
): Promise<IssuedKey> {
  const key = mintKey(tenant, randomBytes)
  const [hash] = await hasher.hash(key)
  if (hash === undefined) throw new RangeError('the hasher has no pepper')
  const record: KeyRecord = {
    id: mintKeyId(randomBytes),
    name: terms.name,
    user: terms.user,
    scopes: terms.scopes,
    ip_allow: terms.ip_allow,
    created_at_ms: clock.now(),
    expires_at_ms: terms.expires_at_ms,
    revoked_at_ms: null,
    rotated_to: null,
  }
  return { key, change: { hash, record } }
}

/** A key as listings and the ledger have it. */
export function showKey(record: KeyRecord) {
  return {
    id: record.id,
    name: record.name,
    user: record.user,
    scopes: record.scopes,
    ip_allow: record.ip_allow,
    created_at: showTime(record.created_at_ms),
    expires_at: showTime(record.expires_at_ms),
    revoked_at: showTime(record.revoked_at_ms),
    rotated_to: record.rotated_to,
  }
}

export function showTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
