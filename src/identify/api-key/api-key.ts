/**
 * The text of an API key: `tg_<tenant>_<secret><check>`, where the secret is 256 random bits and
 * the check a CRC-32 over all before it, both in fixed-width base62. One key has one spelling, and
 * garbage is recognised here, without asking any store.
 */
import { parseTenantId, type TenantId } from '../../tenant/slug.ts'
import { encodeBase62, randomBase62 } from '../base62.ts'
import { crc32 } from './crc32.ts'

export const API_KEY_PREFIX = 'tg_'

const SECRET_BYTES = 32
const SECRET_WIDTH = 43
const CHECK_WIDTH = 6
const MAX_SECRET = encodeBase62((1n << 256n) - 1n, SECRET_WIDTH)
const SHAPE = /^tg_([a-z0-9-]{3,63})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/

declare const wellFormed: unique symbol
/** A key whose form and checksum are right; whether anyone holds it, only the store knows. */
export type ApiKey = string & { readonly [wellFormed]: true }

export interface ParsedKey {
  /** Where to look the key up. Not an identity: the record found there decides. */
  readonly tenant: TenantId
  readonly key: ApiKey
}

/** A new key. `randomBytes` must be a cryptographic source; the result is shown once and never stored. */
export function mintKey(tenant: TenantId, randomBytes: (count: number) => Uint8Array): ApiKey {
  const body = `${API_KEY_PREFIX}${tenant}_${randomBase62(randomBytes, SECRET_BYTES, SECRET_WIDTH)}`
  const key = body + checkOf(body)
  if (!isApiKey(key)) throw new TypeError('tenant is not a slug')
  return key
}

/** Null unless the text is exactly what `mintKey` could have made. */
export function parseKey(text: string): ParsedKey | null {
  const tenant = parseTenantId(SHAPE.exec(text)?.[1])
  return tenant !== null && isApiKey(text) ? { tenant, key: text } : null
}

function isApiKey(text: string): text is ApiKey {
  const [, tenant, secret, check] = SHAPE.exec(text) ?? []
  if (secret === undefined || check !== checkOf(text.slice(0, -CHECK_WIDTH))) return false
  return secret <= MAX_SECRET && parseTenantId(tenant) !== null
}

function checkOf(body: string): string {
  return encodeBase62(BigInt(crc32(body)), CHECK_WIDTH)
}
