/**
 * First stage: who calls? A credential this isolate knows costs no store call; one it does not know
 * costs one, and a wrong one counts against the address it came from. What is decided here on a
 * snapshot from memory is provisional: `admit` compares the version, and a refusal is confirmed.
 */
import type { Clock } from '../clock.ts'
import type { Inbound } from '../inbound.ts'
import { Problem } from '../problem/problem.ts'
import type { Stage } from '../stage.ts'
import type { Store } from '../store/store.ts'
import { type Confirm, confirmRefusals } from './confirm.ts'
import type { KnownTenant, SnapshotCache } from '../tenant/snapshot.ts'
import type { TenantId } from '../tenant/slug.ts'
import { parseKey } from './api-key/api-key.ts'
import { explainFault, readCredential } from './credential.ts'
import { checkKey } from './api-key/key-record.ts'
import type { KeyHasher } from './api-key/pepper.ts'
import type { Principal } from './principal.ts'
import type { Throttle } from './throttle.ts'
import { verifyToken } from './jwt/jwt.ts'
import type { TokenCache } from './jwt/token-cache.ts'
import type { TrustedIssuers } from './jwt/trusted-issuers.ts'

export interface Identified {
  readonly principal: Principal
  readonly known: KnownTenant
  /** Expiry of the API key, for the store to judge by its own clock; null for tokens and unexpiring keys. */
  readonly keyExpiresAtMs: number | null
  /** Under which the store may know the API key; empty for tokens. */
  readonly keyHashes: readonly string[]
  /** Throws the problem once the store has confirmed that the snapshot it rests on is current. */
  readonly confirm: Confirm
}

export interface IdentifyDeps {
  readonly store: Store
  readonly snapshots: SnapshotCache
  readonly hasher: Pick<KeyHasher, 'hash'>
  readonly issuers: TrustedIssuers
  readonly tokens: TokenCache
  readonly throttle: Throttle
  readonly clock: Clock
}

/** One answer for an unknown, a wrong and a revoked key: none tells which it was. */
const badKey = () => new Problem('Unauthenticated', 'The API key is not valid.')

export function identify(deps: IdentifyDeps): Stage<Inbound, Identified> {
  return {
    name: 'identify',
    async run(inbound) {
      const credential = readCredential(inbound.request.headers, inbound.url)
      switch (credential.kind) {
        case 'none':
          throw new Problem('Unauthenticated', 'No credential was sent.', {
            remedy:
              'Send your API key as "Authorization: Bearer tg_...", "x-api-key" or "api-key".',
          })
        case 'malformed':
          throw new Problem('Unauthenticated', explainFault(credential.reason))
        case 'api-key':
          return identifyKey(deps, inbound, credential.key)
        case 'jwt':
          return identifyToken(deps, inbound, credential.token)
      }
    },
  }
}

async function identifyKey(
  deps: IdentifyDeps,
  inbound: Inbound,
  text: string,
): Promise<Identified> {
  const parsed = parseKey(text)
  if (parsed === null) throw badKey()
  const { tenant } = parsed
  const hashes = await deps.hasher.hash(parsed.key)

  let known = knownWithKey(deps.snapshots.get(tenant), hashes)
  if (known === null) {
    refuseBlocked(deps, inbound)
    known = knownWithKey(await lookUp(deps, tenant, hashes), hashes)
  }
  if (known === null) {
    await deps.throttle.strike(inbound.clientIp)
    throw badKey()
  }
  const { record } = known
  const confirm = confirmRefusals(deps, tenant, known.tenant.version, hashes)
  const verdict = checkKey(record, { nowMs: deps.clock.now(), clientIp: inbound.clientIp })
  if (!verdict.ok) {
    switch (verdict.reason) {
      case 'revoked':
        return confirm('key_revoked', badKey())
      case 'expired':
        return confirm('key_expired', new Problem('Unauthenticated', 'The API key has expired.'))
      case 'ip_not_allowed':
        return confirm(
          'ip_not_allowed',
          new Problem('Forbidden', 'This API key may not be used from this address.'),
        )
    }
  }
  return {
    principal: {
      tenant,
      user: record.user,
      credential: { kind: 'api-key', keyId: record.id },
      scopes: new Set(record.scopes),
      roles: [],
    },
    known: known.tenant,
    keyExpiresAtMs: record.expires_at_ms,
    keyHashes: hashes,
    confirm,
  }
}

async function identifyToken(
  deps: IdentifyDeps,
  inbound: Inbound,
  token: string,
): Promise<Identified> {
  const nowMs = deps.clock.now()
  const { waitUntil } = inbound
  const verdict = await deps.tokens.verify(token, nowMs, (fresh) =>
    verifyToken(fresh, deps.issuers, { nowMs, waitUntil }),
  )
  if (!verdict.ok) {
    if (verdict.reason === 'keys_unavailable') {
      throw new Problem('KeysUnavailable', 'The token cannot be checked at the moment.', {
        retryAfterMs: 5_000,
      })
    }
    refuseBlocked(deps, inbound)
    await deps.throttle.strike(inbound.clientIp)
    throw new Problem(
      'Unauthenticated',
      verdict.reason === 'claim_refused' && verdict.claim === 'exp' && verdict.problem === 'expired'
        ? 'The token has expired.'
        : 'The token is not valid.',
    )
  }
  const { tenant, user, scopes, roles, expiresAtMs, issuer } = verdict.claims
  const known = deps.snapshots.get(tenant) ?? (await lookUp(deps, tenant, []))
  if (known === null) throw new Problem('Unauthenticated', 'The token is not valid.')
  return {
    principal: {
      tenant,
      user,
      credential: { kind: 'jwt', issuer, expiresAtMs },
      scopes,
      roles,
    },
    known,
    keyExpiresAtMs: null,
    keyHashes: [],
    confirm: confirmRefusals(deps, tenant, known.version, []),
  }
}

function knownWithKey(known: KnownTenant | null, hashes: readonly string[]) {
  for (const hash of hashes) {
    const record = known?.keys.get(hash)
    if (known !== null && record !== undefined) return { tenant: known, record }
  }
  return null
}

async function lookUp(
  deps: IdentifyDeps,
  tenant: TenantId,
  hashes: readonly string[],
): Promise<KnownTenant | null> {
  const reply = await deps.store.run(tenant, { type: 'load', version: null, keyHashes: hashes })
  return reply.type === 'stale' ? deps.snapshots.learn(reply.snapshot) : null
}

function refuseBlocked(deps: IdentifyDeps, inbound: Inbound): void {
  const blockedMs = deps.throttle.blockedForMs(inbound.clientIp)
  if (blockedMs === null) return
  throw new Problem('TooManyFailures', 'Too many failed authentications from this address.', {
    retryAfterMs: blockedMs,
  })
}
