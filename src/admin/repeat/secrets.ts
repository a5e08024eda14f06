/**
 * What one Idempotency-Key stands on: randomness that is the same at every repetition, so that whoever
 * repeats a request knows its own work, and a key that seals the answer. Both come from a seed in
 * the store and the pepper, which is not there: neither alone gives anything away.
 */
import { decodeBase64Url, encodeBase64Url } from '../../identify/base64url.ts'
import type { RandomBytes } from '../../random.ts'
import type { ControlDeps } from '../deps.ts'

const POOL_BYTES = 2_048
const KEY_BYTES = 32
const IV_BYTES = 12

export interface RepetitionSecrets {
  /** `randomBytes` as it was the first time; past its bounded pool, fresh. */
  readonly randomBytes: RandomBytes
  seal(text: string): Promise<string>
  /** Null for what was not sealed under these secrets. */
  open(sealed: string): Promise<string | null>
}

/** `pepper` names the version under which the seed was first used; null when it is no longer there. */
export async function repetitionSecrets(
  { hasher, randomBytes }: Pick<ControlDeps, 'hasher' | 'randomBytes'>,
  seed: string,
  pepper: string,
): Promise<RepetitionSecrets | null> {
  const hashes = await hasher.keyedHash('repetition', seed)
  const root = hashes.find((hash) => hash.startsWith(`${pepper}:`))
  if (root === undefined) return null
  const pool = await derive(root, 'random', POOL_BYTES)
  const raw = await derive(root, 'seal', KEY_BYTES)
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
  return {
    randomBytes: dispense(pool, randomBytes),
    async seal(text) {
      const iv = new Uint8Array(randomBytes(IV_BYTES))
      const bytes = new TextEncoder().encode(text)
      const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, bytes)
      return `${encodeBase64Url(iv)}.${encodeBase64Url(new Uint8Array(sealed))}`
    },
    async open(sealed) {
      const [iv, bytes] = sealed.split('.').map((part) => decodeBase64Url(part))
      if (!iv || !bytes) return null
      try {
        const text = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, bytes)
        return new TextDecoder().decode(text)
      } catch {
        return null
      }
    },
  }
}

/** RFC 5869. */
async function derive(root: string, info: string, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const encode = (text: string) => new TextEncoder().encode(text)
  const key = await crypto.subtle.importKey('raw', encode(root), 'HKDF', false, ['deriveBits'])
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: encode(info) }
  return new Uint8Array(await crypto.subtle.deriveBits(hkdf, key, bytes * 8))
}

function dispense(pool: Uint8Array, more: RandomBytes): RandomBytes {
  let at = 0
  return (count) => {
    if (at + count > pool.length) return more(count)
    at += count
    return pool.slice(at - count, at)
  }
}
