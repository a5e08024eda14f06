/**
 * One JSON Web Key as something to verify with. Only its public members are read; what says it is
 * for another use, or is too weak, is refused before any signature is looked at (RFC 7517, RFC 8725).
 */
import { importJWK } from 'jose'
import * as z from 'zod'
import { decodeBase64Url } from '../base64url.ts'
import { JwsAlgorithm, KEY_DEMANDS } from './jws-algorithm.ts'

/** RFC 7518 section 3.3 asks for 2048; above 8192 one verification costs too much to be offered to strangers. */
const MIN_RSA_BITS = 2048
const MAX_RSA_BITS = 8192
const COORDINATE_BYTES = { 'P-256': 32, 'P-384': 48, 'P-521': 66, Ed25519: 32 } as const
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

const bytes = z.string().transform((text, context) => {
  const decoded = decodeBase64Url(text)
  if (decoded !== null) return { text, decoded }
  context.addIssue({ code: 'custom', message: 'must be strict base64url' })
  return z.NEVER
})

const common = {
  kid: z.string().max(256).optional(),
  alg: z.string().optional(),
  use: z.string().optional(),
  key_ops: z.array(z.string()).optional(),
}

const Jwk = z.discriminatedUnion('kty', [
  z.object({ kty: z.literal('RSA'), n: bytes, e: bytes, ...common }),
  z.object({
    kty: z.literal('EC'),
    crv: z.enum(['P-256', 'P-384', 'P-521']),
    x: bytes,
    y: bytes,
    ...common,
  }),
  z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: bytes, ...common }),
  z.object({ kty: z.literal('oct'), k: bytes, ...common }),
])
type Jwk = z.infer<typeof Jwk>

export type JwkFault =
  'malformed_key' | 'weak_key' | 'not_for_verification' | 'unsupported_key_algorithm'

export type JwkReading =
  | { readonly ok: true; readonly key: VerificationKey }
  | { readonly ok: false; readonly reason: JwkFault }

export class VerificationKey {
  readonly kid: string | undefined
  /** What the key may verify: its own `alg`, or all that its type and curve allow. Never empty. */
  readonly algorithms: readonly JwsAlgorithm[]
  readonly #jwk: Jwk
  readonly #imported = new Map<JwsAlgorithm, CryptoKey>()

  constructor(jwk: Jwk, algorithms: readonly JwsAlgorithm[]) {
    this.kid = jwk.kid
    this.algorithms = algorithms
    this.#jwk = jwk
  }

  /** Throws when the platform refuses the key (a point off its curve, for one). */
  async cryptoKey(algorithm: JwsAlgorithm): Promise<CryptoKey> {
    const known = this.#imported.get(algorithm)
    if (known !== undefined) return known
    // The key is remembered, not the promise: on Workers one request must not await another's.
    const imported = await importForVerification(this.#jwk, algorithm)
    this.#imported.set(algorithm, imported)
    return imported
  }
}

export function readJwk(input: unknown): JwkReading {
  const parsed = Jwk.safeParse(input)
  if (!parsed.success) return { ok: false, reason: 'malformed_key' }
  const jwk = parsed.data
  if (!isForVerification(jwk)) return { ok: false, reason: 'not_for_verification' }
  if (!hasRightSize(jwk)) return { ok: false, reason: 'malformed_key' }
  if (isWeak(jwk)) return { ok: false, reason: 'weak_key' }
  const fitting = JwsAlgorithm.options.filter((algorithm) => fits(jwk, algorithm))
  const algorithms = jwk.alg === undefined ? fitting : fitting.filter((name) => name === jwk.alg)
  if (algorithms.length === 0) return { ok: false, reason: 'unsupported_key_algorithm' }
  return { ok: true, key: new VerificationKey(jwk, algorithms) }
}

/** True for what a published key set must not hold: with such a member anyone could sign. */
export function holdsSecret(input: unknown): boolean {
  if (typeof input !== 'object' || input === null) return false
  return PRIVATE_MEMBERS.some((member) => Object.hasOwn(input, member))
}

function isForVerification({ use, key_ops: operations }: Jwk): boolean {
  if (use !== undefined && use !== 'sig') return false
  if (operations === undefined) return true
  return operations.includes('verify') && new Set(operations).size === operations.length
}

function hasRightSize(jwk: Jwk): boolean {
  switch (jwk.kty) {
    case 'RSA':
      return jwk.e.decoded.length > 0 && jwk.e.decoded.length <= 4 && jwk.n.decoded[0] !== 0
    case 'EC':
      return [jwk.x, jwk.y].every(({ decoded }) => decoded.length === COORDINATE_BYTES[jwk.crv])
    case 'OKP':
      return jwk.x.decoded.length === COORDINATE_BYTES[jwk.crv]
    case 'oct':
      return jwk.k.decoded.length > 0
  }
}

function isWeak(jwk: Jwk): boolean {
  switch (jwk.kty) {
    case 'RSA': {
      const bits = jwk.n.decoded.length * 8 - Math.clz32(jwk.n.decoded[0] ?? 0) + 24
      const exponent = jwk.e.decoded.reduce((value, byte) => value * 256 + byte, 0)
      return bits < MIN_RSA_BITS || bits > MAX_RSA_BITS || exponent < 3 || exponent % 2 === 0
    }
    case 'oct':
      return jwk.k.decoded.length < (KEY_DEMANDS.HS256.secretBytes ?? 0)
    case 'EC':
    case 'OKP':
      return false
  }
}

function fits(jwk: Jwk, algorithm: JwsAlgorithm): boolean {
  const demand = KEY_DEMANDS[algorithm]
  if (demand.kty !== jwk.kty) return false
  switch (jwk.kty) {
    case 'RSA':
      return true
    case 'EC':
    case 'OKP':
      return demand.crv === jwk.crv
    case 'oct':
      return jwk.k.decoded.length >= (demand.secretBytes ?? Infinity)
  }
}

async function importForVerification(jwk: Jwk, algorithm: JwsAlgorithm): Promise<CryptoKey> {
  if (jwk.kty === 'oct') return importSecret(jwk.k.decoded, algorithm)
  const imported = await importJWK(publicMembers(jwk), algorithm)
  if (imported instanceof Uint8Array) throw new TypeError('not a public key')
  return imported
}

function importSecret(
  secret: Uint8Array<ArrayBuffer>,
  algorithm: JwsAlgorithm,
): Promise<CryptoKey> {
  const hmac = { name: 'HMAC', hash: `SHA-${algorithm.slice(2)}` }
  return crypto.subtle.importKey('raw', secret, hmac, false, ['verify'])
}

function publicMembers(jwk: Exclude<Jwk, { kty: 'oct' }>): Parameters<typeof importJWK>[0] {
  switch (jwk.kty) {
    case 'RSA':
      return { kty: 'RSA', n: jwk.n.text, e: jwk.e.text }
    case 'EC':
      return { kty: 'EC', crv: jwk.crv, x: jwk.x.text, y: jwk.y.text }
    case 'OKP':
      return { kty: 'OKP', crv: jwk.crv, x: jwk.x.text }
  }
}
