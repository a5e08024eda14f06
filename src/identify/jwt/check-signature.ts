/**
 * The one place where a signature is checked: one strictly read token, one key, one algorithm that
 * the caller has pinned beforehand. jose does the cryptography.
 */
import { compactVerify } from 'jose'
import type { VerificationKey } from './jwk.ts'
import type { JwsAlgorithm } from './jws-algorithm.ts'

/** False for a wrong signature and for a key that the platform will not use alike. */
export async function hasValidSignature(
  token: string,
  key: VerificationKey,
  algorithm: JwsAlgorithm,
): Promise<boolean> {
  try {
    await compactVerify(token, await key.cryptoKey(algorithm), { algorithms: [algorithm] })
    return true
  } catch {
    return false
  }
}
