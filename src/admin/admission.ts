/**
 * Wires who may use the control plane to this gateway: its token, its issuers, and the throttle for
 * guessing. From an address that has guessed too often only a credential is looked at that has
 * opened the control plane here before: no further guess is even compared.
 */
import type { Gateway } from '../gateway.ts'
import { encodeBase64Url } from '../identify/base64url.ts'
import { clientIp } from '../identify/client-ip.ts'
import { verifyPlatformToken } from '../identify/jwt/jwt.ts'
import { Problem } from '../problem/problem.ts'
import { type Authorize, createAuthorize } from './authorize.ts'

const MAX_KNOWN = 1_000

export function adminAuthorize(
  gateway: Pick<Gateway, 'adminToken' | 'issuers' | 'throttle' | 'clock' | 'config'>,
): Authorize {
  const { adminToken, issuers, throttle, clock, config } = gateway
  const authorize = createAuthorize({
    adminToken,
    verifyToken: (token, waitUntil) =>
      verifyPlatformToken(token, issuers, { nowMs: clock.now(), waitUntil }),
    mayGrantAdmin: (issuer) => issuers.get(issuer)?.config.tenants === undefined,
  })
  /** Digests, in the order in which they came. */
  const known = new Set<string>()

  return async (request, waitUntil) => {
    const address = clientIp(request.headers, config.client_ip_header)
    const digest = await digestOf(request.headers.get('authorization') ?? '')
    const blockedMs = throttle.blockedForMs(address)
    if (blockedMs !== null && !known.has(digest)) {
      throw new Problem('TooManyFailures', 'Too many failed authentications from this address.', {
        retryAfterMs: blockedMs,
      })
    }
    try {
      const admin = await authorize(request, waitUntil)
      if (known.size >= MAX_KNOWN) known.clear()
      known.add(digest)
      return admin
    } catch (error) {
      const isGuess = error instanceof Problem && error.code === 'Unauthenticated'
      if (isGuess && request.headers.has('authorization')) await throttle.strike(address)
      throw error
    }
  }
}

async function digestOf(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text)
  return encodeBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
}
