/**
 * Seals handles for one tenant at one upstream. Texts by AES-GCM; UUIDs by the block cipher itself, a
 * permutation of 128 bits under a key of the tenant's own, because clients demand that a UUID is one.
 */
import { decodeBase64Url, encodeBase64Url } from '../../identify/base64url.ts'
import type { RandomBytes } from '../../random.ts'

const NONCE_BYTES = 12
const BLOCK_BYTES = 16
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const ZERO_BLOCK = new Uint8Array(BLOCK_BYTES)
/** PKCS #7: the block that CBC adds to a message of whole blocks. */
const PADDING = new Uint8Array(BLOCK_BYTES).fill(BLOCK_BYTES)

export class Sealer {
  readonly #texts: Promise<CryptoKey>
  readonly #uuids: Promise<CryptoKey>
  readonly #randomBytes: RandomBytes

  /** `scope` names tenant and upstream; no two scopes open what the other sealed. */
  constructor(master: Uint8Array<ArrayBuffer>, scope: string, randomBytes: RandomBytes) {
    this.#texts = deriveKey(master, `${scope}|text`, 'AES-GCM')
    this.#uuids = deriveKey(master, `${scope}|uuid`, 'AES-CBC')
    this.#randomBytes = randomBytes
  }

  async seal(purpose: string, text: string): Promise<string> {
    const iv = this.#randomBytes(NONCE_BYTES)
    const algorithm = { name: 'AES-GCM', iv, additionalData: encode(purpose) }
    const sealed = await crypto.subtle.encrypt(algorithm, await this.#texts, encode(text))
    const whole = new Uint8Array(NONCE_BYTES + sealed.byteLength)
    whole.set(iv)
    whole.set(new Uint8Array(sealed), NONCE_BYTES)
    return encodeBase64Url(whole)
  }

  async open(purpose: string, sealed: string): Promise<string | null> {
    const whole = decodeBase64Url(sealed)
    if (whole === null || whole.length <= NONCE_BYTES) return null
    const iv = whole.slice(0, NONCE_BYTES)
    const algorithm = { name: 'AES-GCM', iv, additionalData: encode(purpose) }
    try {
      const key = await this.#texts
      const text = await crypto.subtle.decrypt(algorithm, key, whole.slice(NONCE_BYTES))
      return new TextDecoder().decode(text)
    } catch {
      return null
    }
  }

  async sealUuid(uuid: string): Promise<string | null> {
    const block = readUuid(uuid)
    return block === null ? null : writeUuid(await this.#encryptBlock(block))
  }

  async openUuid(sealed: string): Promise<string | null> {
    const block = readUuid(sealed)
    if (block === null) return null
    // CBC decrypts only what ends in padding: the block that it would have added is made first.
    const padding = await this.#encryptBlock(xor(block, PADDING))
    const message = new Uint8Array(2 * BLOCK_BYTES)
    message.set(block)
    message.set(padding, BLOCK_BYTES)
    const algorithm = { name: 'AES-CBC', iv: ZERO_BLOCK }
    const opened = await crypto.subtle.decrypt(algorithm, await this.#uuids, message)
    return writeUuid(new Uint8Array(opened))
  }

  /** One block of AES: CBC from a zero vector, without the padding block after it. */
  async #encryptBlock(block: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    const algorithm = { name: 'AES-CBC', iv: ZERO_BLOCK }
    const sealed = await crypto.subtle.encrypt(algorithm, await this.#uuids, block)
    return new Uint8Array(sealed).slice(0, BLOCK_BYTES)
  }
}

/** HKDF-SHA-256 (RFC 5869); the scope is the info. */
async function deriveKey(
  master: Uint8Array<ArrayBuffer>,
  scope: string,
  name: 'AES-GCM' | 'AES-CBC',
): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey('raw', master, 'HKDF', false, ['deriveKey'])
  const info = encode(`tollgate handles|${scope}`)
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }
  return crypto.subtle.deriveKey(algorithm, base, { name, length: 256 }, false, [
    'encrypt',
    'decrypt',
  ])
}

function readUuid(text: string): Uint8Array<ArrayBuffer> | null {
  if (!UUID.test(text)) return null
  const hex = text.replaceAll('-', '')
  return Uint8Array.from({ length: BLOCK_BYTES }, (_, at) =>
    Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16),
  )
}

function writeUuid(block: Uint8Array): string {
  const hex = Array.from(block, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function xor(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(one, (byte, at) => byte ^ (other[at] ?? 0))
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>
}
