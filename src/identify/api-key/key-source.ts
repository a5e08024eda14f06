/**
 * Where the keys of an issuer come from. What a source hands out is trusted until a stated moment;
 * a source that cannot tell says so, which is a 503 and never a 401.
 */
import { encodeBase64Url } from '../base64url.ts'
import { readJwk, type VerificationKey } from '../jwt/jwk.ts'
import { KEY_DEMANDS, type JwsAlgorithm } from '../jwt/jws-algorithm.ts'

export interface WantedKey {
  readonly algorithm: JwsAlgorithm
  /** Absent in the header: every key that fits the algorithm is a candidate. */
  readonly kid: string | undefined
}

export type KeyLookup =
  | {
      readonly ok: true
      readonly keys: readonly VerificationKey[]
      /** After this moment nothing verified with these keys may be relied on any more. */
      readonly trustedUntilMs: number
    }
  | { readonly ok: false; readonly reason: 'unknown_key' | 'keys_unavailable' }

/** Lets work outlive the request that began it, as Workers' `ctx.waitUntil` does. */
export type WaitUntil = (work: Promise<unknown>) => void

export interface KeySource {
  find(wanted: WantedKey, waitUntil: WaitUntil): Promise<KeyLookup>
  /** Looks again after none of the keys found fitted a token without `kid`; as sparing as `find`. */
  findNewer(wanted: WantedKey, waitUntil: WaitUntil): Promise<KeyLookup>
}

export function matchingKeys(
  keys: readonly VerificationKey[],
  { algorithm, kid }: WantedKey,
): readonly VerificationKey[] {
  return keys.filter(
    (key) => key.algorithms.includes(algorithm) && (kid === undefined || key.kid === kid),
  )
}

/** Keys that stand in the configuration and change only with it. */
export function fixedKeySource(keys: readonly VerificationKey[]): KeySource {
  const find = (wanted: WantedKey): Promise<KeyLookup> => {
    const found = matchingKeys(keys, wanted)
    return Promise.resolve(
      found.length > 0
        ? { ok: true, keys: found, trustedUntilMs: Infinity }
        : { ok: false, reason: 'unknown_key' },
    )
  }
  return { find, findNewer: () => Promise.resolve({ ok: false, reason: 'unknown_key' }) }
}

/** Null when the secret is shorter than any of the algorithms' hashes (RFC 7518 section 3.2). */
export function sharedSecretSource(
  secret: string,
  algorithms: readonly JwsAlgorithm[],
): KeySource | null {
  const bytes = new TextEncoder().encode(secret)
  const least = Math.max(...algorithms.map((name) => KEY_DEMANDS[name].secretBytes ?? Infinity))
  const read = readJwk({ kty: 'oct', k: encodeBase64Url(bytes) })
  if (bytes.length < least || !read.ok) return null
  const { key } = read
  // The issuer names its secret as it likes: there is only one, so a `kid` selects nothing.
  const source = fixedKeySource([key])
  return {
    ...source,
    find: ({ algorithm }, waitUntil) => source.find({ algorithm, kid: undefined }, waitUntil),
  }
}
