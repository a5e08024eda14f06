/**
 * A token issuer as the platform team declares it. Whatever would leave open who may sign, for
 * whom, or by which algorithm is refused at start, not met at run time.
 */
import * as z from 'zod'
import { TenantId } from '../../tenant/slug.ts'
import { holdsSecret, readJwk } from './jwk.ts'
import { isSymmetric, JwsAlgorithm } from './jws-algorithm.ts'

const MAX_CLOCK_TOLERANCE_S = 60
const MAX_LOCAL_KEYS = 32
const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]']

const exactText = z.string().min(1).max(512)
const claimName = z.string().min(1).max(200)

function isDistinct(list: readonly string[]): boolean {
  return new Set(list).size === list.length
}

const JwksUrl = z.url({ protocol: /^https?$/ }).refine(isSafeJwksUrl, {
  error: 'must be https (http on loopback only), without user, password or fragment',
})

function isSafeJwksUrl(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || url.username !== '' || url.password !== '' || url.hash !== '') return false
  return url.protocol === 'https:' || LOOPBACK_HOSTS.includes(url.hostname)
}

/** Public keys given in the configuration itself. */
const LocalJwks = z.strictObject({
  keys: z
    .array(
      z
        .unknown()
        .refine((key) => !holdsSecret(key), { error: 'must not hold private or secret members' })
        .refine((key) => readJwk(key).ok, { error: 'must be a public key fit for verification' }),
    )
    .min(1)
    .max(MAX_LOCAL_KEYS),
})

export const JwtIssuer = z
  .strictObject({
    /** The exact `iss` of its tokens. */
    issuer: exactText,
    /** Who we are to the issuer; a token must name one of these in `aud`. */
    audience: z.union([exactText, z.array(exactText).min(1).max(16)]),
    algorithms: z
      .array(JwsAlgorithm)
      .min(1)
      .refine(isDistinct, { error: 'must not repeat an algorithm' }),
    jwks_url: JwksUrl.optional(),
    jwks: LocalJwks.optional(),
    /** Name of the secret binding that holds the shared secret of HS algorithms, as UTF-8 text. */
    secret_name: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'must be the name of a binding, in capitals')
      .optional(),
    /** Which claim says what. Names are taken whole: no dots are followed. */
    claims: z
      .strictObject({
        tenant: claimName.default('tenant_id'),
        user: claimName.default('sub'),
        scope: claimName.default('scope'),
        roles: claimName.default('roles'),
      })
      .prefault({}),
    /** The only tenants that this issuer may speak for; absent: any. */
    tenants: z
      .array(TenantId)
      .min(1)
      .refine(isDistinct, { error: 'must not repeat a tenant' })
      .optional(),
    clock_tolerance_s: z.int().min(0).max(MAX_CLOCK_TOLERANCE_S).default(30),
    /** Refuses tokens issued longer ago than this, and makes `iat` required. */
    max_token_age_s: z.int().min(1).optional(),
    /** Demands this `typ` (RFC 8725 section 3.11); absent: `JWT`, `at+jwt` or none. */
    typ: z
      .string()
      .regex(/^[A-Za-z0-9.+/_-]{1,64}$/, 'must be a media type such as at+jwt')
      .optional(),
  })
  .superRefine((issuer, context) => {
    const fault = faultInKeys(issuer)
    if (fault !== null) context.addIssue({ code: 'custom', ...fault })
  })
export type JwtIssuer = z.infer<typeof JwtIssuer>

interface KeyMembers {
  readonly algorithms: readonly JwsAlgorithm[]
  readonly jwks_url?: string | undefined
  readonly jwks?: { readonly keys: readonly unknown[] } | undefined
  readonly secret_name?: string | undefined
}

/** A public key must never serve as an HMAC secret: the family of the algorithms fixes the source. */
function faultInKeys(issuer: KeyMembers): { path: string[]; message: string } | null {
  const sources = [issuer.jwks_url, issuer.jwks, issuer.secret_name]
  if (sources.filter((source) => source !== undefined).length !== 1) {
    return { path: [], message: 'must have exactly one of jwks_url, jwks and secret_name' }
  }
  const symmetric = issuer.algorithms.filter(isSymmetric).length
  if (symmetric !== 0 && symmetric !== issuer.algorithms.length) {
    return { path: ['algorithms'], message: 'must not mix HS algorithms with others' }
  }
  const isShared = issuer.secret_name !== undefined
  if (symmetric > 0 ? !isShared : isShared) {
    return {
      path: ['algorithms'],
      message: 'HS algorithms go with secret_name, all others with keys',
    }
  }
  const unusable = issuer.jwks?.keys.some((jwk) => {
    const read = readJwk(jwk)
    return !read.ok || !read.key.algorithms.some((name) => issuer.algorithms.includes(name))
  })
  return unusable
    ? { path: ['jwks'], message: 'holds a key that none of the algorithms can use' }
    : null
}

/** The issuers' part of the configuration, and of the `JWT_ISSUERS` setting. */
export const JwtIssuers = z
  .array(JwtIssuer)
  .max(64)
  .refine((issuers) => isDistinct(issuers.map(({ issuer }) => issuer)), {
    error: 'must not declare an issuer twice',
  })
export type JwtIssuers = z.infer<typeof JwtIssuers>
