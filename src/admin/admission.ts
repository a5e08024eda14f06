/** Wires who may use the control plane to this gateway: its token, its issuers, and the throttle for guessing. */
import type { Gateway } from '../gateway.ts'
import { clientIp } from '../identify/client-ip.ts'
import { verifyToken } from '../identify/jwt.ts'
import { Problem } from '../problem/problem.ts'
import { type Authorize, createAuthorize } from './authorize.ts'

export function adminAuthorize(
  gateway: Pick<Gateway, 'adminToken' | 'issuers' | 'throttle' | 'clock' | 'config'>,
): Authorize {
  const { adminToken, issuers, throttle, clock, config } = gateway
  const authorize = createAuthorize({
    adminToken,
    verifyToken: (token, waitUntil) =>
      verifyToken(token, issuers, { nowMs: clock.now(), waitUntil }),
    mayGrantAdmin: (issuer) => issuers.get(issuer)?.config.tenants === undefined,
  })
  return async (request, waitUntil) => {
    const address = clientIp(request.headers, config.client_ip_header)
    const blockedMs = throttle.blockedForMs(address)
    try {
      return await authorize(request, waitUntil)
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'Unauthenticated') throw error
      if (blockedMs !== null) {
        throw new Problem('TooManyFailures', 'Too many failed authentications from this address.', {
          retryAfterMs: blockedMs,
        })
      }
      if (request.headers.has('authorization')) await throttle.strike(address)
      throw error
    }
  }
}
