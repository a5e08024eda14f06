/**
 * Stored form of API keys: HMAC-SHA-256 under a pepper that lives in a secret binding only, so a
 * copy of the store gives no key away. Peppers have versions: new keys take the last, keys stored
 * under an older one are still found, and a pepper is retired by leaving it out.
 */
import type { ApiKey } from './api-key.ts'
import { decodeBase64Url, encodeBase64Url } from '../base64url.ts'

const MIN_PEPPER_BYTES = 32
/** Each version costs one HMAC for each key that this isolate has not seen. */
const MAX_PEPPERS = 8
const ENTRY = /^(v[1-9][0-9]{0,5})=([A-Za-z0-9_-]+)$/

export interface Pepper {
  readonly version: string
  readonly secret: Uint8Array<ArrayBuffer>
}

export type PeppersVerdict =
  | { readonly ok: true; readonly peppers: readonly Pepper[] }
  /** A sentence for the operator, without any part of a pepper. */
  | { readonly ok: false; readonly error: string }

/** Reads `KEY_PEPPERS`: `v1=<base64url of at least 32 bytes>,v2=...`; the last is the current one. */
export function parsePeppers(text: string): PeppersVerdict {
  const peppers: Pepper[] = []
  for (const [at, entry] of text.split(',').entries()) {
    const [, version, encoded] = ENTRY.exec(entry) ?? []
    const secret = encoded === undefined ? null : decodeBase64Url(encoded)
    if (version === undefined || secret === null) {
      return { ok: false, error: `entry ${at + 1} of KEY_PEPPERS is not v<number>=<base64url>` }
    }
    if (secret.length < MIN_PEPPER_BYTES) {
      return { ok: false, error: `pepper ${version} is shorter than ${MIN_PEPPER_BYTES} bytes` }
    }
    if (peppers.some((pepper) => pepper.version === version)) {
      return { ok: false, error: `pepper ${version} is given twice` }
    }
    peppers.push({ version, secret })
  }
  if (peppers.length <= MAX_PEPPERS) return { ok: true, peppers }
  return { ok: false, error: `KEY_PEPPERS has more than ${MAX_PEPPERS} versions` }
}

export class KeyHasher {
  /** Current first. */
  readonly #peppers: readonly Pepper[]
  readonly #imported = new Map<string, CryptoKey>()

  /** `peppers` in the order of the setting, as `parsePeppers` gives them. */
  constructor(peppers: readonly Pepper[]) {
    if (peppers.length === 0) throw new RangeError('at least one pepper is needed')
    this.#peppers = peppers.toReversed()
  }

  /** `v<n>:<base64url>` under each pepper: the current first, then the older ones, newest first. */
  hash(key: ApiKey): Promise<string[]> {
    return this.#macs(key)
  }

  /**
   * The same of any other text. The purpose goes before it, so that a hash for one serves for no
   * other, nor as a key's: keys begin with `tg_`, which no purpose does.
   */
  keyedHash(purpose: 'tombstone' | 'repetition', text: string): Promise<string[]> {
    return this.#macs(`${purpose} ${text}`)
  }

  #macs(message: string): Promise<string[]> {
    const text = new TextEncoder().encode(message)
    return Promise.all(
      this.#peppers.map(async (pepper) => {
        const mac = await crypto.subtle.sign('HMAC', await this.#cryptoKey(pepper), text)
        return `${pepper.version}:${encodeBase64Url(new Uint8Array(mac))}`
      }),
    )
  }

  /** Remembers the key, not the promise: on Workers one request must not await another's. */
  async #cryptoKey({ version, secret }: Pepper): Promise<CryptoKey> {
    const known = this.#imported.get(version)
    if (known !== undefined) return known
    const hmac = { name: 'HMAC', hash: 'SHA-256' }
    const imported = await crypto.subtle.importKey('raw', secret, hmac, false, ['sign'])
    this.#imported.set(version, imported)
    return imported
  }
}
