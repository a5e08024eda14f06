// Strangers cannot make the gateway hammer an issuer: tokens with unknown keys, in any number.
import { setImmediate } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  encodeText,
  goodClaims,
  makeSigner,
  NOW_MS,
  NOW_S,
  signingInput,
  type Signer,
} from '../minting.ts'
import { PublishedKeys } from '../published-keys.ts'

const REQUESTS = 10_000
const SPAN_MS = 60_000

let signer: Signer
let good: string
beforeAll(async () => {
  signer = await makeSigner('ES256', 'k1')
  good = await signer.sign({ alg: 'ES256', kid: 'k1' }, goodClaims({ exp: NOW_S + 3600 }))
})

const SIGNATURE = encodeText('0'.repeat(64))
function unknownKid(number: number): string {
  return `${signingInput({ alg: 'ES256', kid: `unknown-${number}` }, goodClaims())}.${SIGNATURE}`
}

function published(): PublishedKeys {
  return new PublishedKeys([signer.publicJwk], ['ES256'])
}

describe('10,000 tokens with unknown keys in 60 s', () => {
  test('cost at most 3 fetches, and valid tokens among them are all accepted', async () => {
    const endpoint = published()
    const words = new Set<string>()
    const goodWords = new Set<string>()
    for (let number = 0; number < REQUESTS; number++) {
      endpoint.nowMs = NOW_MS + (number * SPAN_MS) / REQUESTS
      words.add(await endpoint.judgeAndSettle(unknownKid(number)))
      if (number % 10 === 0) goodWords.add(await endpoint.judgeAndSettle(good))
    }
    expect(words).toEqual(new Set(['unknown_key']))
    expect(goodWords).toEqual(new Set(['accepted']))
    expect(endpoint.asked).toEqual([NOW_MS, NOW_MS + 30_000])
  })

  test('cost at most 3 fetches in any 60 s, wherever in the life of the keys they begin', async () => {
    for (const startMs of [1, 29_999, 30_000, 239_999, 240_000, 570_000, 599_999, 600_000]) {
      const endpoint = published()
      await endpoint.judgeAndSettle(good)
      for (let number = 0; number <= 240; number++) {
        endpoint.nowMs = NOW_MS + startMs + number * 500
        await endpoint.judgeAndSettle(unknownKid(number))
        await endpoint.judgeAndSettle(good)
      }
      expect(endpoint.mostWithin(SPAN_MS)).toBeLessThanOrEqual(3)
    }
  })

  test('cost at most 3 fetches in any 60 s of an endpoint that fails, and are answered "unavailable"', async () => {
    const endpoint = published()
    endpoint.isDead = true
    for (let number = 0; number < REQUESTS; number++) {
      endpoint.nowMs = NOW_MS + (number * 2 * SPAN_MS) / REQUESTS
      expect(await endpoint.judgeAndSettle(unknownKid(number))).toBe('keys_unavailable')
    }
    expect(endpoint.asked.map((at) => at - NOW_MS)).toEqual([0, 10_008, 40_008, 70_008, 100_008])
    expect(endpoint.mostWithin(SPAN_MS)).toBe(3)
  })

  test('wait the full pause after a failure, as long as older keys still serve', async () => {
    const endpoint = published()
    await endpoint.judgeAndSettle(good)
    endpoint.isDead = true
    for (let number = 1; number <= 100; number++) {
      endpoint.nowMs = NOW_MS + number * 1000
      expect(await endpoint.judgeAndSettle(good)).toBe('accepted')
      await endpoint.judgeAndSettle(unknownKid(number))
    }
    expect(endpoint.asked.map((at) => at - NOW_MS)).toEqual([0, 30_000, 60_000, 90_000])
  })

  test('all at once on a cold isolate cost 1 fetch; those that wait get the answer, the rest come again', async () => {
    const endpoint = published()
    const tokens = Array.from({ length: REQUESTS }, (_, number) => unknownKid(number))
    const words = await Promise.all(tokens.map((token) => endpoint.judge(token)))
    expect(endpoint.asked).toHaveLength(1)
    expect(words.filter((word) => word === 'unknown_key')).toHaveLength(257)
    expect(words.filter((word) => word === 'keys_unavailable')).toHaveLength(REQUESTS - 257)
  })
})

describe('wrong signatures', () => {
  const forged = (header: object) => `${signingInput(header, goodClaims())}.${SIGNATURE}`

  test('under a known kid cost no fetch at all', async () => {
    const endpoint = published()
    await endpoint.judgeAndSettle(good)
    endpoint.nowMs += 100_000
    const token = forged({ alg: 'ES256', kid: 'k1' })
    expect(await endpoint.judgeAndSettle(token)).toBe('bad_signature')
    expect(endpoint.asked).toHaveLength(1)
  })

  test('without kid cost a fetch at most every 30 s, and are "unavailable" when it fails', async () => {
    const endpoint = published()
    const token = forged({ alg: 'ES256' })
    const words: string[] = []
    for (const second of [0, 1, 29, 30, 31]) {
      endpoint.nowMs = NOW_MS + second * 1000
      endpoint.isDead = second >= 30
      words.push(await endpoint.judgeAndSettle(token))
    }
    expect(words.slice(0, 3)).toEqual(['bad_signature', 'bad_signature', 'bad_signature'])
    expect(words.slice(3)).toEqual(['keys_unavailable', 'keys_unavailable'])
    expect(endpoint.asked).toEqual([NOW_MS, NOW_MS + 30_000])
  })
})

describe('requests that arrive together', () => {
  test('on a cold isolate share one fetch and are all accepted', async () => {
    const endpoint = published()
    const words = await Promise.all(Array.from({ length: 200 }, () => endpoint.judge(good)))
    expect(new Set(words)).toEqual(new Set(['accepted']))
    expect(endpoint.asked).toHaveLength(1)
  })

  test('with a key published just now share one fetch and are all accepted', async () => {
    const endpoint = published()
    await endpoint.judgeAndSettle(good)
    const next = await makeSigner('ES256', 'k2')
    endpoint.keys = [signer.publicJwk, next.publicJwk]
    endpoint.nowMs += 30_000
    const token = await next.sign({ alg: 'ES256', kid: 'k2' }, goodClaims())
    const words = await Promise.all(Array.from({ length: 50 }, () => endpoint.judge(token)))
    expect(new Set(words)).toEqual(new Set(['accepted']))
    expect(endpoint.asked).toHaveLength(2)
  })

  test('leave a fetch behind that outlives the client who caused it', async () => {
    const endpoint = published()
    void endpoint.judge(good)
    await setImmediate()
    expect(endpoint.background).toHaveLength(1)
  })

  test('are not held up for ever by a fetch whose request was torn down', async () => {
    const endpoint = published()
    endpoint.answer = () => Promise.withResolvers<Response>().promise
    const lost = endpoint.judge(good)
    const waiting = endpoint.judge(good)
    endpoint.nowMs += 4_000
    expect(await waiting).toBe('keys_unavailable')
    endpoint.answer = () => Response.json({ keys: endpoint.keys })
    endpoint.nowMs += 6_000
    expect(await endpoint.judge(good)).toBe('accepted')
    expect(await Promise.race([lost, Promise.resolve('still pending')])).toBe('still pending')
  })
})
