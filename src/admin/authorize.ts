/**
 * Who may use the control plane: whoever holds the admin token, or a token with the scope `admin`
 * from an issuer that the platform itself trusts with that. An API key of a tenant never does.
 */
import type { TokenVerdict } from '../identify/jwt/jwt.ts'
import type { PlatformClaims } from '../identify/jwt/jwt-claims.ts'
import type { WaitUntil } from '../identify/api-key/key-source.ts'
import { Problem } from '../problem/problem.ts'

export interface Admin {
  /** For the ledger: how the caller proved itself, and as whom. */
  readonly actor: string
}

/** Throws Problem: 401 without a valid credential, 403 without the right, 503 when it cannot be told. */
export type Authorize = (request: Request, waitUntil: WaitUntil) => Promise<Admin>

export interface AuthorizeDeps {
  /** The `ADMIN_TOKEN` binding; absent or empty: nobody enters by it. */
  readonly adminToken: string | undefined
  readonly verifyToken: (
    token: string,
    waitUntil: WaitUntil,
  ) => Promise<TokenVerdict<PlatformClaims>>
  /**
   * Whether this issuer's tokens may carry the scope `admin` at all. An issuer that is bound to
   * certain tenants must not: it could hand its own tenants the keys of all the others.
   */
  readonly mayGrantAdmin: (issuer: string) => boolean
}

const ADMIN_SCOPE = 'admin'
const BEARER = /^bearer +(\S+)$/i
const MAX_CREDENTIAL_CHARS = 8192

export function createAuthorize(deps: AuthorizeDeps): Authorize {
  return async (request, waitUntil) => {
    const credential = BEARER.exec(request.headers.get('authorization') ?? '')?.[1]
    if (credential === undefined) {
      throw new Problem('Unauthenticated', 'The control plane needs a credential.', {
        remedy:
          'Send the admin token, or a token with the scope admin, as "Authorization: Bearer".',
      })
    }
    if (credential.length > MAX_CREDENTIAL_CHARS) throw notValid()
    if (deps.adminToken && (await isSameSecret(credential, deps.adminToken))) {
      return { actor: 'admin-token' }
    }
    // Whatever else is no compact token cannot be one, and costs no verification.
    if (credential.split('.').length !== 3) throw notValid()
    return authorizeToken(deps, credential, waitUntil)
  }
}

async function authorizeToken(
  deps: AuthorizeDeps,
  token: string,
  waitUntil: WaitUntil,
): Promise<Admin> {
  const verdict = await deps.verifyToken(token, waitUntil)
  if (!verdict.ok) {
    if (verdict.reason !== 'keys_unavailable') throw notValid()
    throw new Problem('KeysUnavailable', 'The token cannot be checked at the moment.', {
      retryAfterMs: 5_000,
    })
  }
  const { issuer, user, scopes } = verdict.claims
  if (!scopes.has(ADMIN_SCOPE) || !deps.mayGrantAdmin(issuer)) {
    throw new Problem('ScopeMissing', 'This token does not open the control plane.', {
      scope: ADMIN_SCOPE,
      remedy: 'Use a token with the scope admin from an issuer that is not bound to tenants.',
    })
  }
  return { actor: `jwt:${issuer}:${user ?? ''}` }
}

function notValid(): Problem {
  return new Problem('Unauthenticated', 'The credential does not open the control plane.')
}

/** Compares digests, so that the time taken tells nothing of the secret, not even its length. */
async function isSameSecret(presented: string, secret: string): Promise<boolean> {
  const [one, other] = await Promise.all([sha256(presented), sha256(secret)])
  let difference = 0
  for (const [at, byte] of one.entries()) difference |= byte ^ (other[at] ?? 0)
  return difference === 0
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}
