/**
 * Failed authentication is throttled by client address. Once an address is blocked, the in-memory
 * block cache answers before any store call for a credential this isolate has not seen; a
 * credential it knows never comes here. Best effort and fail-open: no money rests on it.
 */
import { Ratelimit } from '@upstash/ratelimit'
import type { Clock } from '../clock.ts'
import { clientNetwork } from './client-ip.ts'
import type { Strikes } from '../store/store.ts'

export const MAX_FAILURES = 20
const WINDOW_MS = 60_000
const MAX_BLOCKED = 10_000
const PREFIX = 'auth'

export interface Throttle {
  /** Milliseconds until the address may try again, or null when it may now. No store call. */
  blockedForMs(clientIp: string | null): number | null
  /** Counts one failure against the address. */
  strike(clientIp: string | null): Promise<void>
}

export function createThrottle(strikes: Strikes, clock: Clock): Throttle {
  const blocked = new Map<string, number>()
  const ratelimit = new Ratelimit({
    // The algorithm below keeps its counts behind the Store port, so there is no Redis to pass.
    redis: {} as never,
    prefix: PREFIX,
    ephemeralCache: blocked,
    analytics: false,
    timeout: 0,
    limiter: () => ({
      async limit(context, identifier) {
        const { count, resetsAtMs } = await strikes.strike(identifier, WINDOW_MS)
        const success = count < MAX_FAILURES
        if (!success) context.cache?.blockUntil(identifier, resetsAtMs)
        return {
          success,
          limit: MAX_FAILURES,
          remaining: Math.max(0, MAX_FAILURES - count),
          reset: resetsAtMs,
          pending: Promise.resolve(),
        }
      },
      getRemaining: () =>
        Promise.resolve({ remaining: MAX_FAILURES, reset: 0, limit: MAX_FAILURES }),
      resetTokens: () => Promise.resolve(),
    }),
  })

  return {
    blockedForMs(clientIp) {
      const subject = `${PREFIX}:${subjectOf(clientIp)}`
      const until = blocked.get(subject)
      if (until === undefined) return null
      const ms = until - clock.now()
      if (ms > 0) return ms
      blocked.delete(subject)
      return null
    },
    async strike(clientIp) {
      if (blocked.size >= MAX_BLOCKED) blocked.clear()
      await ratelimit.limit(subjectOf(clientIp)).catch(() => undefined)
    },
  }
}

/** Addresses that are not known share one window. */
function subjectOf(clientIp: string | null): string {
  return (clientIp === null ? null : clientNetwork(clientIp)) ?? 'unknown'
}
