// Keys come, go and cannot be had: how soon each is noticed, in the time of a clock that is passed in.
import { setImmediate } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { TokenCache } from '../../../src/identify/jwt/token-cache.ts'
import { goodClaims, makeSigner, NOW_MS, NOW_S, outcome, type Signer } from '../minting.ts'
import { PublishedKeys } from '../published-keys.ts'

const DAY_S = 86_400
let first: Signer
let second: Signer
let firstToken: string
let secondToken: string

beforeAll(async () => {
  first = await makeSigner('ES256', 'k1')
  second = await makeSigner('ES256', 'k2')
  const claims = goodClaims({ exp: NOW_S + DAY_S })
  firstToken = await first.sign({ alg: 'ES256', kid: 'k1' }, claims)
  secondToken = await second.sign({ alg: 'ES256', kid: 'k2' }, claims)
})

function publishing(...signers: Signer[]): PublishedKeys {
  return new PublishedKeys(
    signers.map(({ publicJwk }) => publicJwk),
    ['ES256'],
  )
}

/** Milliseconds from now until the token first gets another answer, tried every `stepMs`. */
async function timeUntil(
  endpoint: PublishedKeys,
  token: string,
  word: string,
  stepMs: number,
): Promise<number> {
  const startMs = endpoint.nowMs
  while (endpoint.nowMs - startMs <= 1_200_000) {
    if ((await endpoint.judgeAndSettle(token)) === word) return endpoint.nowMs - startMs
    endpoint.nowMs += stepMs
  }
  return Infinity
}

describe('a new key', () => {
  test.each([0, 1, 10, 29, 31, 100, 239, 240, 599, 600, 5000])(
    'published %i s after the last fetch is accepted within 30 s',
    async (delayS) => {
      const endpoint = publishing(first)
      await endpoint.judgeAndSettle(firstToken)
      endpoint.nowMs += delayS * 1000
      endpoint.keys = [first.publicJwk, second.publicJwk]
      expect(await timeUntil(endpoint, secondToken, 'accepted', 500)).toBeLessThanOrEqual(30_000)
    },
  )

  test('is accepted within 60 s under a flood of unknown keys', async () => {
    const endpoint = publishing(first)
    const stranger = await makeSigner('ES256', 'stranger')
    const flood = await stranger.sign({ alg: 'ES256', kid: 'stranger' }, goodClaims())
    for (let tick = 0; tick < 90; tick++) {
      endpoint.nowMs += 500
      await endpoint.judgeAndSettle(flood)
    }
    endpoint.keys = [first.publicJwk, second.publicJwk]
    expect(await timeUntil(endpoint, secondToken, 'accepted', 500)).toBeLessThanOrEqual(30_000)
  })

  test('without kid is found by the signatures that the old keys do not explain', async () => {
    const endpoint = publishing(first)
    const { kid: _, ...bare } = second.publicJwk
    const claims = goodClaims({ exp: NOW_S + DAY_S })
    const oldToken = await first.sign({ alg: 'ES256' }, claims)
    const newToken = await second.sign({ alg: 'ES256' }, claims)
    expect(await endpoint.judgeAndSettle(oldToken)).toBe('accepted')
    expect(await endpoint.judgeAndSettle(newToken)).toBe('bad_signature')
    endpoint.keys = [first.publicJwk, bare]
    expect(await timeUntil(endpoint, newToken, 'accepted', 500)).toBe(30_000)
    expect(await endpoint.judgeAndSettle(oldToken)).toBe('accepted')
    expect(endpoint.asked).toHaveLength(2)
  })
})

describe('a removed key', () => {
  test.each([100, 1_000, 60_000, 239_000, 300_000, 599_000, 600_000])(
    'is never accepted 600 s later where it is used every %i ms',
    async (stepMs) => {
      const endpoint = publishing(first, second)
      await endpoint.judgeAndSettle(secondToken)
      endpoint.nowMs += 1
      endpoint.keys = [first.publicJwk]
      const refusedMs = await timeUntil(endpoint, secondToken, 'unknown_key', stepMs)
      const lastAcceptedMs = refusedMs - stepMs
      expect(lastAcceptedMs).toBeLessThan(600_000)
    },
  )

  test('is refused within 600 s also for tokens that are remembered', async () => {
    const endpoint = publishing(first, second)
    const cache = new TokenCache()
    await cache.verify(secondToken, endpoint.nowMs, endpoint.verify)
    endpoint.keys = [first.publicJwk]
    const judge = async () =>
      outcome(await cache.verify(secondToken, endpoint.nowMs, endpoint.verify))
    endpoint.nowMs = NOW_MS + 599_999
    expect(await judge()).toBe('accepted')
    endpoint.nowMs = NOW_MS + 600_000
    expect(await judge()).toBe('unknown_key')
  })

  test('is not brought back by an answer that was overtaken', async () => {
    const endpoint = publishing(first, second)
    const held = Promise.withResolvers<Response>()
    endpoint.answer = () => held.promise
    const slow = endpoint.judge(secondToken)
    await setImmediate()
    const stale = Response.json({ keys: [first.publicJwk, second.publicJwk] })
    endpoint.nowMs += 10_000
    endpoint.answer = () => Response.json({ keys: [first.publicJwk] })
    expect(await endpoint.judge(firstToken)).toBe('accepted')
    held.resolve(stale)
    expect(await slow).toBe('unknown_key')
    expect(await endpoint.judge(secondToken)).toBe('unknown_key')
  })
})

describe('a dead endpoint', () => {
  test('for 5 min costs no valid token, whenever it dies and whenever it comes back', async () => {
    for (let delayS = 0; delayS <= 300; delayS += 7) {
      const endpoint = publishing(first)
      const words = new Set<string>()
      for (let second = 0; second <= delayS + 335; second += 5) {
        endpoint.nowMs = NOW_MS + second * 1000
        endpoint.isDead = second > delayS && second <= delayS + 300
        words.add(await endpoint.judgeAndSettle(firstToken))
      }
      expect([delayS, ...words]).toEqual([delayS, 'accepted'])
      expect(endpoint.mostWithin(60_000)).toBeLessThanOrEqual(3)
    }
  })

  test('past 600 s is "unavailable", never "unknown", and recovers by the next attempt', async () => {
    const endpoint = publishing(first)
    await endpoint.judgeAndSettle(firstToken)
    endpoint.isDead = true
    expect(await timeUntil(endpoint, firstToken, 'keys_unavailable', 1000)).toBe(600_000)
    for (let second = 0; second < 120; second++) {
      endpoint.nowMs += 1000
      expect(await endpoint.judgeAndSettle(firstToken)).toBe('keys_unavailable')
    }
    endpoint.isDead = false
    expect(await timeUntil(endpoint, firstToken, 'accepted', 1000)).toBeLessThanOrEqual(30_000)
  })

  test('makes a token with a new key "unavailable", for nobody can say that it is wrong', async () => {
    const endpoint = publishing(first)
    await endpoint.judgeAndSettle(firstToken)
    endpoint.isDead = true
    endpoint.nowMs += 30_000
    expect(await endpoint.judgeAndSettle(secondToken)).toBe('keys_unavailable')
    expect(await endpoint.judgeAndSettle(firstToken)).toBe('accepted')
  })
})

describe('an ageing key set', () => {
  test('is renewed behind the request that finds it 240 s old, which does not wait', async () => {
    const endpoint = publishing(first)
    await endpoint.judgeAndSettle(firstToken)
    endpoint.nowMs += 239_999
    await endpoint.judgeAndSettle(firstToken)
    expect(endpoint.asked).toHaveLength(1)
    endpoint.nowMs += 1
    const held = Promise.withResolvers<Response>()
    endpoint.answer = () => held.promise
    expect(await endpoint.judge(firstToken)).toBe('accepted')
    expect(endpoint.asked).toHaveLength(2)
    held.resolve(Response.json({ keys: [second.publicJwk] }))
    await endpoint.settle()
    expect(await endpoint.judge(firstToken)).toBe('unknown_key')
    expect(await endpoint.judge(secondToken)).toBe('accepted')
  })
})
