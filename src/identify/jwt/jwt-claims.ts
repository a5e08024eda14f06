/**
 * The claims of a token whose signature is already verified (RFC 7519, RFC 8725). Each is taken
 * as it stands or the token is refused; none is trimmed, lower-cased or guessed.
 */
import * as z from 'zod'
import { parseTenantId, type TenantId } from '../../tenant/slug.ts'
import type { JwtIssuer } from './jwt-issuer.ts'
import { Scope } from '../scope.ts'
import { member, type JsonObject } from '../strict-json.ts'
import { UserId } from '../user-id.ts'

/** End of the year 9999: beyond it a number is no date but a mistake in units, or an attack. */
const MAX_NUMERIC_DATE_S = 253_402_300_799
const MAX_LIST = 64

/** Of whoever speaks for the platform: what is in every token, but for the tenant. */
export interface PlatformClaims {
  readonly issuer: string
  readonly user: string | null
  readonly scopes: ReadonlySet<string>
  readonly roles: readonly string[]
  readonly expiresAtMs: number
}

export interface TokenClaims extends PlatformClaims {
  readonly tenant: TenantId
}

export type ClaimProblem =
  'missing' | 'malformed' | 'mismatch' | 'expired' | 'not_yet_valid' | 'too_old' | 'not_bound'

export interface ClaimRefusal {
  readonly ok: false
  readonly reason: 'claim_refused'
  /** Name of the claim as it is spelled in the token. */
  readonly claim: string
  readonly problem: ClaimProblem
}

export type ClaimsVerdict<Claims = TokenClaims> =
  | {
      readonly ok: true
      readonly claims: Claims
      /** From this moment the same claims would be refused, tolerance included. */
      readonly validUntilMs: number
    }
  | ClaimRefusal

const ScopeClaim = z
  .union([
    z.string().transform((text) => (text === '' ? [] : text.split(' '))),
    z.array(z.string()),
  ])
  .pipe(z.array(Scope).max(MAX_LIST))

/** A role obeys the same rules as a user's name; a lone string is one role. */
const RolesClaim = z
  .union([z.string().transform((role) => [role]), z.array(z.string())])
  .pipe(z.array(UserId).max(MAX_LIST))

export type CheckClaims<Claims> = (
  payload: JsonObject,
  issuer: JwtIssuer,
  nowMs: number,
) => ClaimsVerdict<Claims>

export const checkClaims: CheckClaims<TokenClaims> = (payload, issuer, nowMs) => {
  const checked = checkPlatformClaims(payload, issuer, nowMs)
  if (!checked.ok) return checked
  const { tenant: name } = issuer.claims
  const tenantClaim = member(payload, name)
  if (tenantClaim === undefined) return refuse(name, 'missing')
  const tenant = parseTenantId(tenantClaim)
  if (tenant === null) return refuse(name, 'malformed')
  if (issuer.tenants !== undefined && !issuer.tenants.includes(tenant)) {
    return refuse(name, 'not_bound')
  }
  return { ...checked, claims: { ...checked.claims, tenant } }
}

/** All but the tenant, which a token for the control plane need not name. */
export const checkPlatformClaims: CheckClaims<PlatformClaims> = (payload, issuer, nowMs) => {
  if (member(payload, 'iss') !== issuer.issuer) return refuse('iss', 'mismatch')
  const audience = refuseAudience(payload, issuer)
  if (audience !== null) return audience
  const times = checkTimes(payload, issuer, nowMs)
  if (!times.ok) return times

  const { claims: names } = issuer
  const user = UserId.optional().safeParse(member(payload, names.user))
  if (!user.success) return refuse(names.user, 'malformed')
  const scopes = ScopeClaim.optional().safeParse(member(payload, names.scope))
  if (!scopes.success) return refuse(names.scope, 'malformed')
  const roles = RolesClaim.optional().safeParse(member(payload, names.roles))
  if (!roles.success) return refuse(names.roles, 'malformed')

  return {
    ok: true,
    claims: {
      issuer: issuer.issuer,
      user: user.data ?? null,
      scopes: new Set(scopes.data),
      roles: roles.data ?? [],
      expiresAtMs: times.expiresAtMs,
    },
    validUntilMs: times.validUntilMs,
  }
}

function refuse(claim: string, problem: ClaimProblem): ClaimRefusal {
  return { ok: false, reason: 'claim_refused', claim, problem }
}

/** RFC 7519 section 4.1.3: a string or an array of strings, compared whole and by case. */
function refuseAudience(payload: JsonObject, issuer: JwtIssuer): ClaimRefusal | null {
  const audience = member(payload, 'aud')
  if (audience === undefined) return refuse('aud', 'missing')
  const named: readonly unknown[] = Array.isArray(audience) ? audience : [audience]
  if (!named.every((name) => typeof name === 'string')) return refuse('aud', 'malformed')
  const own = typeof issuer.audience === 'string' ? [issuer.audience] : issuer.audience
  return named.some((name) => own.includes(name)) ? null : refuse('aud', 'mismatch')
}

type TimesVerdict =
  { readonly ok: true; readonly expiresAtMs: number; readonly validUntilMs: number } | ClaimRefusal

function checkTimes(payload: JsonObject, issuer: JwtIssuer, nowMs: number): TimesVerdict {
  const [expiresMs, notBeforeMs, issuedMs] = ['exp', 'nbf', 'iat'].map((name) =>
    readNumericDateMs(member(payload, name)),
  )
  if (expiresMs === null) return refuse('exp', 'malformed')
  if (notBeforeMs === null) return refuse('nbf', 'malformed')
  if (issuedMs === null) return refuse('iat', 'malformed')
  if (expiresMs === undefined) return refuse('exp', 'missing')

  const toleranceMs = issuer.clock_tolerance_s * 1000
  if (nowMs >= expiresMs + toleranceMs) return refuse('exp', 'expired')
  if (notBeforeMs !== undefined && nowMs < notBeforeMs - toleranceMs) {
    return refuse('nbf', 'not_yet_valid')
  }
  if (issuedMs !== undefined && nowMs < issuedMs - toleranceMs)
    return refuse('iat', 'not_yet_valid')
  const latest = {
    ok: true,
    expiresAtMs: expiresMs,
    validUntilMs: expiresMs + toleranceMs,
  } as const
  if (issuer.max_token_age_s === undefined) return latest

  if (issuedMs === undefined) return refuse('iat', 'missing')
  const tooOldMs = issuedMs + issuer.max_token_age_s * 1000 + toleranceMs
  if (nowMs >= tooOldMs) return refuse('iat', 'too_old')
  return { ...latest, validUntilMs: Math.min(latest.validUntilMs, tooOldMs) }
}

/** Whole milliseconds of a NumericDate, which may have a fraction; undefined when absent, null when it is none. */
function readNumericDateMs(value: unknown): number | undefined | null {
  if (value === undefined) return undefined
  if (typeof value !== 'number' || !(value >= 0 && value <= MAX_NUMERIC_DATE_S)) return null
  return Math.floor(value * 1000)
}
