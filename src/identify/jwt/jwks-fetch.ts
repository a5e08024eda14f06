/**
 * One bounded request for an issuer's public keys: fixed URL, no redirect followed, small answer,
 * short time. Only keys fit for verification come out of it; anything else about it is a failure.
 */
import { holdsSecret, readJwk, type VerificationKey } from './jwk.ts'
import { member, parseJsonObject } from '../strict-json.ts'

export const JWKS_TIMEOUT_MS = 3_000
const MAX_JWKS_BYTES = 256 * 1024
const MAX_KEYS = 100

export interface JwksRequest {
  readonly redirect: 'manual'
  readonly headers: { readonly accept: string }
  readonly signal: AbortSignal
}

export interface JwksAccess {
  readonly fetch: (url: string, request: JwksRequest) => Promise<Response>
  /** A signal that aborts after so many milliseconds. */
  readonly timeout: (ms: number) => AbortSignal
}

/** Null when the endpoint fails in any way; never throws. An empty list is an answer: no key is trusted. */
export async function fetchJwks(
  url: string,
  access: JwksAccess,
): Promise<readonly VerificationKey[] | null> {
  try {
    const response = await access.fetch(url, {
      redirect: 'manual',
      headers: { accept: 'application/jwk-set+json, application/json' },
      signal: access.timeout(JWKS_TIMEOUT_MS),
    })
    const body = response.status === 200 ? await readBounded(response) : null
    if (body === null) {
      await response.body?.cancel()
      return null
    }
    return readKeySet(body)
  } catch {
    return null
  }
}

async function readBounded(response: Response): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    if (!(chunk instanceof Uint8Array)) return null
    length += chunk.length
    if (length > MAX_JWKS_BYTES) return null
    chunks.push(chunk)
  }
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}

/** Keys that we cannot use are passed over: an issuer may publish some for encryption or for others. */
function readKeySet(body: Uint8Array): readonly VerificationKey[] | null {
  const set = parseJsonObject(body)
  const keys = set === null ? undefined : member(set, 'keys')
  if (!Array.isArray(keys) || keys.length > MAX_KEYS) return null
  return keys.flatMap((key: unknown) => {
    const read = readJwk(key)
    return read.ok && !holdsSecret(key) ? [read.key] : []
  })
}
