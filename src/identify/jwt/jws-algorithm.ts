/**
 * The signature algorithms that may be pinned, and the keys each of them takes (RFC 7518, RFC 8037,
 * RFC 9864). `none` is not in the table, in no spelling, and so can be accepted nowhere.
 */
import * as z from 'zod'

export const JwsAlgorithm = z.enum([
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
  'HS256',
  'HS384',
  'HS512',
])
export type JwsAlgorithm = z.infer<typeof JwsAlgorithm>

interface KeyDemand {
  readonly kty: 'RSA' | 'EC' | 'OKP' | 'oct'
  readonly crv?: 'P-256' | 'P-384' | 'P-521' | 'Ed25519'
  /** RFC 7518 section 3.2: a shared secret is at least as long as the hash. */
  readonly secretBytes?: number
}

export const KEY_DEMANDS: Readonly<Record<JwsAlgorithm, KeyDemand>> = {
  RS256: { kty: 'RSA' },
  RS384: { kty: 'RSA' },
  RS512: { kty: 'RSA' },
  PS256: { kty: 'RSA' },
  PS384: { kty: 'RSA' },
  PS512: { kty: 'RSA' },
  ES256: { kty: 'EC', crv: 'P-256' },
  ES384: { kty: 'EC', crv: 'P-384' },
  ES512: { kty: 'EC', crv: 'P-521' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
  Ed25519: { kty: 'OKP', crv: 'Ed25519' },
  HS256: { kty: 'oct', secretBytes: 32 },
  HS384: { kty: 'oct', secretBytes: 48 },
  HS512: { kty: 'oct', secretBytes: 64 },
}

/** Whether the algorithm is checked with the very secret that signs. */
export function isSymmetric(algorithm: JwsAlgorithm): boolean {
  return KEY_DEMANDS[algorithm].kty === 'oct'
}
