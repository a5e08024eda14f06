/**
 * From the text of a token to who called. The unverified `iss` only chooses which declaration to
 * hold the token against; the declaration alone says which algorithms and keys may have signed it.
 */
import { hasValidSignature } from './check-signature.ts'
import {
  type CheckClaims,
  checkClaims,
  checkPlatformClaims,
  type ClaimRefusal,
  type PlatformClaims,
  type TokenClaims,
} from './jwt-claims.ts'
import type { JwtIssuer } from './jwt-issuer.ts'
import type { JwsAlgorithm } from './jws-algorithm.ts'
import type { KeyLookup, WaitUntil } from '../api-key/key-source.ts'
import { readCompact, type CompactFault } from './strict-compact.ts'
import { member, parseJsonObject } from '../strict-json.ts'
import type { TrustedIssuer, TrustedIssuers } from './trusted-issuers.ts'

const DEFAULT_TYPES = ['jwt', 'at+jwt']

export type TokenRefusal =
  | {
      readonly ok: false
      readonly reason: 'malformed'
      readonly fault: CompactFault | 'payload_not_json_object'
    }
  | { readonly ok: false; readonly reason: 'unknown_issuer' }
  | { readonly ok: false; readonly reason: 'algorithm_not_allowed' }
  | { readonly ok: false; readonly reason: 'type_not_allowed' }
  | { readonly ok: false; readonly reason: 'unknown_key' }
  /** Not the caller's fault, and not known to be a wrong token: 503. */
  | { readonly ok: false; readonly reason: 'keys_unavailable' }
  | { readonly ok: false; readonly reason: 'bad_signature' }
  | ClaimRefusal

export type TokenVerdict<Claims = TokenClaims> =
  | {
      readonly ok: true
      readonly claims: Claims
      /** Until then, and no longer, the verdict may be remembered: claims and keys both hold. */
      readonly validUntilMs: number
    }
  | TokenRefusal

export interface TokenContext {
  readonly nowMs: number
  readonly waitUntil: WaitUntil
}

/** Never throws, and asks no network but the issuer's own configured key set. */
export function verifyToken(
  token: string,
  issuers: TrustedIssuers,
  context: TokenContext,
): Promise<TokenVerdict> {
  return verify(token, issuers, context, checkClaims)
}

/** As `verifyToken`, for whoever acts for the platform and so need be of no tenant. */
export function verifyPlatformToken(
  token: string,
  issuers: TrustedIssuers,
  context: TokenContext,
): Promise<TokenVerdict<PlatformClaims>> {
  return verify(token, issuers, context, checkPlatformClaims)
}

async function verify<Claims>(
  token: string,
  issuers: TrustedIssuers,
  context: TokenContext,
  check: CheckClaims<Claims>,
): Promise<TokenVerdict<Claims>> {
  const compact = readCompact(token)
  if (!compact.ok) return { ok: false, reason: 'malformed', fault: compact.fault }
  const payload = parseJsonObject(compact.token.payload)
  if (payload === null) return { ok: false, reason: 'malformed', fault: 'payload_not_json_object' }

  const issuerName = member(payload, 'iss')
  const issuer = typeof issuerName === 'string' ? issuers.get(issuerName) : undefined
  if (issuer === undefined) return { ok: false, reason: 'unknown_issuer' }
  const algorithm = issuer.config.algorithms.find((name) => name === compact.token.algorithm)
  if (algorithm === undefined) return { ok: false, reason: 'algorithm_not_allowed' }
  if (!isTypeAllowed(compact.token.type, issuer.config)) {
    return { ok: false, reason: 'type_not_allowed' }
  }

  const signed = await checkSigned(token, issuer, { algorithm, kid: compact.token.kid }, context)
  if (!signed.ok) return signed
  const checked = check(payload, issuer.config, context.nowMs)
  if (!checked.ok) return checked
  return { ...checked, validUntilMs: Math.min(checked.validUntilMs, signed.trustedUntilMs) }
}

/** RFC 7515 section 4.1.9: media types compare without case, and `application/` may be left out. */
function isTypeAllowed(type: string | undefined, issuer: JwtIssuer): boolean {
  const short = type === undefined ? undefined : shortType(type)
  if (issuer.typ !== undefined) return short === shortType(issuer.typ)
  return short === undefined || DEFAULT_TYPES.includes(short)
}

function shortType(type: string): string {
  return type.toLowerCase().replace(/^application\//, '')
}

type SignedVerdict = { readonly ok: true; readonly trustedUntilMs: number } | TokenRefusal

async function checkSigned(
  token: string,
  { keys }: TrustedIssuer,
  wanted: { readonly algorithm: JwsAlgorithm; readonly kid: string | undefined },
  { waitUntil }: TokenContext,
): Promise<SignedVerdict> {
  const first = await checkAgainst(await keys.find(wanted, waitUntil), token, wanted.algorithm)
  if (first.ok || first.reason !== 'bad_signature' || wanted.kid !== undefined) return first
  // Without a `kid` a new key shows itself only by signatures that the known keys do not explain.
  const second = await checkAgainst(
    await keys.findNewer(wanted, waitUntil),
    token,
    wanted.algorithm,
  )
  return !second.ok && second.reason === 'unknown_key' ? first : second
}

async function checkAgainst(
  found: KeyLookup,
  token: string,
  algorithm: JwsAlgorithm,
): Promise<SignedVerdict> {
  if (!found.ok) return found
  for (const key of found.keys) {
    if (await hasValidSignature(token, key, algorithm)) return found
  }
  return { ok: false, reason: 'bad_signature' }
}
