/**
 * What is stored of an API key, under its keyed hash. The isolate judges its copy early, to spare
 * a call; the store judges expiry again by its own clock when it admits.
 */
import * as z from 'zod'
import { IpAllow, isIpAllowed } from '../cidr.ts'
import { KeyId } from './key-id.ts'
import { Scope } from '../scope.ts'
import { UserId } from '../user-id.ts'

const MAX_NAME = 100
const MAX_SCOPES = 64

const epochMs = z.int().min(0)

export const KeyRecord = z.strictObject({
  id: KeyId,
  name: z.string().min(1).max(MAX_NAME),
  /** Who owns the key inside the tenant; null for a key of the tenant as a whole. */
  user: UserId.nullable(),
  scopes: z.array(Scope).max(MAX_SCOPES),
  /** Empty: from anywhere. */
  ip_allow: IpAllow,
  created_at_ms: epochMs,
  expires_at_ms: epochMs.nullable(),
  revoked_at_ms: epochMs.nullable(),
  /** The key that took over at a rotation; until `expires_at_ms` both work. */
  rotated_to: KeyId.nullable(),
})
export type KeyRecord = z.infer<typeof KeyRecord>

export type KeyVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'revoked' | 'expired' | 'ip_not_allowed' }

/** `clientIp` is canonical text from `clientIp()`, null when the address is not known. */
export function checkKey(
  record: KeyRecord,
  caller: { readonly nowMs: number; readonly clientIp: string | null },
): KeyVerdict {
  if (record.revoked_at_ms !== null) return { ok: false, reason: 'revoked' }
  if (record.expires_at_ms !== null && caller.nowMs >= record.expires_at_ms) {
    return { ok: false, reason: 'expired' }
  }
  if (!isIpAllowed(record.ip_allow, caller.clientIp)) return { ok: false, reason: 'ip_not_allowed' }
  return { ok: true }
}
