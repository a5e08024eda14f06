/**
 * Verifies one compact JWS against one JWK, claims unread: the bare cryptographic half of token
 * checking, kept as an entry of its own so that published test vectors can be run against it.
 */
import { hasValidSignature } from './check-signature.ts'
import { readJwk, type JwkFault } from './jwk.ts'
import { readCompact, type CompactFault } from './strict-compact.ts'

export type JwsVerdict =
  | { readonly ok: true; readonly payload: Uint8Array<ArrayBuffer> }
  | {
      readonly ok: false
      readonly reason:
        CompactFault | JwkFault | 'algorithm_not_allowed' | 'other_key' | 'bad_signature'
    }

/**
 * The key decides the algorithm: its `alg`, or without one the first that its type and curve
 * allow (RS256, ES256/384/512, EdDSA, HS256). The header may only agree. Never throws.
 */
export async function verifyJws(token: string, jwk: unknown): Promise<JwsVerdict> {
  const read = readJwk(jwk)
  if (!read.ok) return read
  const compact = readCompact(token)
  if (!compact.ok) return { ok: false, reason: compact.fault }
  const { algorithm, kid, payload } = compact.token
  const [pinned] = read.key.algorithms
  if (pinned === undefined || algorithm !== pinned) {
    return { ok: false, reason: 'algorithm_not_allowed' }
  }
  if (kid !== undefined && read.key.kid !== undefined && kid !== read.key.kid) {
    return { ok: false, reason: 'other_key' }
  }
  if (await hasValidSignature(token, read.key, pinned)) return { ok: true, payload }
  return { ok: false, reason: 'bad_signature' }
}
