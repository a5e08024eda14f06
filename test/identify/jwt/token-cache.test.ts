import { describe, expect, test } from 'vitest'
import type { TokenVerdict } from '../../../src/identify/jwt/jwt.ts'
import { TokenCache } from '../../../src/identify/jwt/token-cache.ts'
import { TenantId } from '../../../src/tenant/slug.ts'
import { ISSUER, NOW_MS } from '../minting.ts'

const VALID_UNTIL_MS = NOW_MS + 1_000

/** A verifier that accepts all tokens but "bad", and counts how often it is asked for each. */
class CountingVerifier {
  readonly asked: string[] = []

  verify = (token: string): Promise<TokenVerdict> => {
    this.asked.push(token)
    if (token === 'bad') return Promise.resolve({ ok: false, reason: 'bad_signature' })
    const claims = {
      issuer: ISSUER,
      tenant: TenantId.parse('acme'),
      user: token,
      scopes: new Set<string>(),
      roles: [],
      expiresAtMs: VALID_UNTIL_MS,
    }
    return Promise.resolve({ ok: true, claims, validUntilMs: VALID_UNTIL_MS })
  }
}

describe('remembered tokens', () => {
  test('are verified once and then known, each with its own claims', async () => {
    const cache = new TokenCache()
    const verifier = new CountingVerifier()
    for (const token of ['a', 'b', 'a', 'b']) {
      const verdict = await cache.verify(token, NOW_MS, verifier.verify)
      expect(verdict.ok && verdict.claims.user).toBe(token)
    }
    expect(verifier.asked).toEqual(['a', 'b'])
  })

  test('are verified again from the millisecond their verdict ends', async () => {
    const cache = new TokenCache()
    const verifier = new CountingVerifier()
    for (const nowMs of [NOW_MS, VALID_UNTIL_MS - 1, VALID_UNTIL_MS]) {
      await cache.verify('a', nowMs, verifier.verify)
    }
    expect(verifier.asked).toEqual(['a', 'a'])
  })

  test('are only those that were accepted', async () => {
    const cache = new TokenCache()
    const verifier = new CountingVerifier()
    for (let time = 0; time < 2; time++) {
      expect((await cache.verify('bad', NOW_MS, verifier.verify)).ok).toBe(false)
    }
    expect(verifier.asked).toEqual(['bad', 'bad'])
    expect(cache.size).toBe(0)
  })

  test('are at most so many, and the one used longest ago goes first', async () => {
    const cache = new TokenCache(3)
    const verifier = new CountingVerifier()
    for (const token of ['a', 'b', 'c', 'a', 'd', 'a', 'c', 'b']) {
      await cache.verify(token, NOW_MS, verifier.verify)
      expect(cache.size).toBeLessThanOrEqual(3)
    }
    expect(verifier.asked).toEqual(['a', 'b', 'c', 'd', 'b'])
  })

  test('stay at 5,000 by default after 6,000 tokens', async () => {
    const cache = new TokenCache()
    const verifier = new CountingVerifier()
    for (let number = 0; number < 6_000; number++) {
      await cache.verify(`t${number}`, NOW_MS, verifier.verify)
    }
    expect(cache.size).toBe(5_000)
  })

  test('never are texts longer than a token may be', async () => {
    const cache = new TokenCache()
    const verifier = new CountingVerifier()
    await cache.verify('a'.repeat(8_193), NOW_MS, verifier.verify)
    expect(cache.size).toBe(0)
  })
})
