// Tokens for these tests, honest and forged: any header, any payload, signed by any key.
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { encodeBase64Url } from '../../src/identify/base64url.ts'
import { JwtIssuer } from '../../src/identify/jwt/jwt-issuer.ts'
import type { JwsAlgorithm } from '../../src/identify/jwt/jws-algorithm.ts'
import type { TokenVerdict } from '../../src/identify/jwt/jwt.ts'
import { trustIssuers, type TrustedIssuers } from '../../src/identify/jwt/trusted-issuers.ts'

export const NOW_MS = 1_800_000_000_000
export const NOW_S = NOW_MS / 1000
export const ISSUER = 'https://id.example'
export const AUDIENCE = 'https://tollgate.example'

export interface Signer {
  readonly kid: string
  readonly publicJwk: JWK
  /** Signs whatever header it is given; the algorithm is the signer's own. */
  sign(header: object, payload: unknown): Promise<string>
  /** The same for texts that JSON.stringify would never write. */
  signText(header: string, payload: string): Promise<string>
}

const PARAMETERS = {
  RS256: { name: 'RSASSA-PKCS1-v1_5' },
  PS256: { name: 'RSA-PSS', saltLength: 32 },
  ES256: { name: 'ECDSA', hash: 'SHA-256' },
  EdDSA: { name: 'Ed25519' },
} as const

export async function makeSigner(algorithm: keyof typeof PARAMETERS, kid: string): Promise<Signer> {
  const pair = await generateKeyPair(algorithm, { extractable: true })
  const publicJwk: JWK = { ...(await exportJWK(pair.publicKey)), kid, alg: algorithm, use: 'sig' }
  const signText = async (header: string, payload: string): Promise<string> => {
    const input = `${encodeText(header)}.${encodeText(payload)}`
    const bytes = new TextEncoder().encode(input)
    const signature = await crypto.subtle.sign(PARAMETERS[algorithm], pair.privateKey, bytes)
    return `${input}.${encodeBase64Url(new Uint8Array(signature))}`
  }
  const sign: Signer['sign'] = (header, payload) =>
    signText(JSON.stringify(header), JSON.stringify(payload))
  return { kid, publicJwk, sign, signText }
}

export async function signHmac(
  secret: Uint8Array<ArrayBuffer>,
  header: object,
  payload: unknown,
  hash = 'SHA-256',
): Promise<string> {
  const input = signingInput(header, payload)
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash }, false, ['sign'])
  const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(input))
  return `${input}.${encodeBase64Url(new Uint8Array(mac))}`
}

export function signingInput(header: unknown, payload: unknown): string {
  return `${encodeText(JSON.stringify(header))}.${encodeText(JSON.stringify(payload))}`
}

export function encodeText(text: string): string {
  return encodeBase64Url(new TextEncoder().encode(text))
}

/** Claims that an issuer declared by `declare` accepts at NOW_MS. */
export function goodClaims(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'user-1',
    tenant_id: 'acme',
    scope: 'chat vectors:read',
    roles: ['developer'],
    iat: NOW_S - 10,
    exp: NOW_S + 300,
    ...changes,
  }
}

type Declaration = Record<string, unknown> & { readonly algorithms: readonly JwsAlgorithm[] }

export function declare(declaration: Declaration): JwtIssuer {
  return JwtIssuer.parse({ issuer: ISSUER, audience: AUDIENCE, ...declaration })
}

/** Issuers without a network: any fetch fails the test that caused it. */
export function offlineIssuers(
  configs: readonly JwtIssuer[],
  secrets: Record<string, string> = {},
): TrustedIssuers {
  const verdict = trustIssuers(configs, {
    fetch: (url) => Promise.reject(new Error(`unexpected request to ${url}`)),
    timeout: () => new AbortController().signal,
    now: () => NOW_MS,
    sleep: () => Promise.resolve(),
    secret: (name) => secrets[name],
  })
  if (!verdict.ok) throw new Error(verdict.errors.join('; '))
  return verdict.issuers
}

/** One word for a verdict: `accepted`, a reason, or `claim:problem`. */
export function outcome(verdict: TokenVerdict): string {
  if (verdict.ok) return 'accepted'
  if (verdict.reason === 'claim_refused') return `${verdict.claim}:${verdict.problem}`
  return verdict.reason === 'malformed' ? verdict.fault : verdict.reason
}
