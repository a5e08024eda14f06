/**
 * Makes API keys. The text of a key exists here and in the one answer that carries it; what is
 * stored is a record under its keyed hash, and what is noted is the record without either.
 */
import { mintKey } from '../../identify/api-key/api-key.ts'
import { type KeyId, mintKeyId } from '../../identify/api-key/key-id.ts'
import type { KeyRecord } from '../../identify/api-key/key-record.ts'
import { showTime } from '../../tenant/show.ts'
import type { TenantId } from '../../tenant/slug.ts'
import type { ControlDeps } from '../deps.ts'
import type { ShownKey } from '../shown.ts'

/** Everything of the data plane that is the tenant's; `*` never opens the control plane. */
export const DEFAULT_SCOPES = ['*']

export interface MintedKey {
  /** To be shown once. */
  readonly key: string
  readonly hash: string
  readonly id: KeyId
}

export type KeyTerms = Pick<KeyRecord, 'name' | 'user' | 'scopes' | 'ip_allow' | 'expires_at_ms'>

/** To be asked for before anything else random, so that a repeated request mints the same one. */
export async function mint(
  { hasher, randomBytes }: Pick<ControlDeps, 'hasher' | 'randomBytes'>,
  tenant: TenantId,
): Promise<MintedKey> {
  const key = mintKey(tenant, randomBytes)
  const id = mintKeyId(randomBytes)
  const [hash] = await hasher.hash(key)
  if (hash === undefined) throw new RangeError('the hasher has no pepper')
  return { key, hash, id }
}

export function keyRecord({ id }: MintedKey, terms: KeyTerms, nowMs: number): KeyRecord {
  return {
    id,
    name: terms.name,
    user: terms.user,
    scopes: terms.scopes,
    ip_allow: terms.ip_allow,
    created_at_ms: nowMs,
    expires_at_ms: terms.expires_at_ms,
    revoked_at_ms: null,
    rotated_to: null,
  }
}

/** A key as listings and the ledger have it. */
export function showKey(record: KeyRecord): ShownKey {
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
