import { beforeAll, describe, expect, test } from 'vitest'
import { fetchJwks, JWKS_TIMEOUT_MS } from '../../../src/identify/jwt/jwks-fetch.ts'
import { makeSigner, signHmac, goodClaims, type Signer } from '../minting.ts'
import { JWKS_URL, PublishedKeys } from '../published-keys.ts'

let signer: Signer
beforeAll(async () => {
  signer = await makeSigner('ES256', 'k1')
})

async function kidsFrom(answer: () => Response | Promise<Response>): Promise<unknown> {
  const keys = await fetchJwks(JWKS_URL, {
    fetch: async () => answer(),
    timeout: () => new AbortController().signal,
  })
  return keys?.map(({ kid }) => kid) ?? null
}

describe('fetching a key set', () => {
  test('asks the configured URL, follows no redirect and sets a time-out of 3 s', async () => {
    const endpoint = new PublishedKeys([signer.publicJwk], ['ES256'])
    await endpoint.judge(await signer.sign({ alg: 'ES256', kid: 'k1' }, goodClaims()))
    expect(endpoint.requests).toEqual([
      [
        JWKS_URL,
        {
          redirect: 'manual',
          headers: { accept: 'application/jwk-set+json, application/json' },
          signal: expect.any(AbortSignal),
        },
      ],
    ])
    let asked = 0
    const timeout = (ms: number) => {
      asked = ms
      return AbortSignal.abort()
    }
    const fetch = (_: string, { signal }: { signal: AbortSignal }) =>
      signal.aborted
        ? Promise.reject(new DOMException('timed out', 'TimeoutError'))
        : Promise.resolve(new Response())
    expect(await fetchJwks(JWKS_URL, { fetch, timeout })).toBeNull()
    expect(asked).toBe(JWKS_TIMEOUT_MS)
    expect(JWKS_TIMEOUT_MS).toBe(3_000)
  })

  test.each([
    [
      '302 to elsewhere',
      () => new Response(null, { status: 302, headers: { location: 'https://evil.example' } }),
    ],
    ['404 with keys', () => Response.json({ keys: [signer.publicJwk] }, { status: 404 })],
    ['500', () => new Response('oops', { status: 500 })],
    ['204', () => new Response(null, { status: 204 })],
    ['an empty body', () => new Response('')],
    ['HTML', () => new Response('<html>')],
    ['a list', () => Response.json([signer.publicJwk])],
    ['no keys member', () => Response.json({})],
    ['keys that are no list', () => Response.json({ keys: { k1: signer.publicJwk } })],
    ['a repeated member', () => new Response('{"keys":[],"keys":[]}')],
    ['101 keys', () => Response.json({ keys: Array(101).fill(signer.publicJwk) })],
    ['more than 256 KiB', () => new Response(`{"keys":[]}${' '.repeat(256 * 1024)}`)],
  ])('fails on %s', async (_, answer) => {
    expect(await kidsFrom(answer)).toBeNull()
  })

  test('stops reading an endless body soon after 256 KiB', async () => {
    let sent = 0
    let isCancelled = false
    const endless = new ReadableStream({
      pull(controller) {
        sent += 65_536
        controller.enqueue(new Uint8Array(65_536).fill(32))
      },
      cancel() {
        isCancelled = true
      },
    })
    expect(await kidsFrom(() => new Response(endless))).toBeNull()
    expect(isCancelled).toBe(true)
    expect(sent).toBeLessThanOrEqual(256 * 1024 + 2 * 65_536)
  })

  test('takes exactly 256 KiB, and an empty set as an answer', async () => {
    const text = '{"keys":[]}'
    expect(await kidsFrom(() => new Response(text + ' '.repeat(256 * 1024 - text.length)))).toEqual(
      [],
    )
  })

  test('passes over keys that are secret, private, weak, malformed or for another use', async () => {
    const { publicJwk } = signer
    const { alg: _, ...anyAlgorithm } = publicJwk
    const keys = [
      { kty: 'oct', kid: 'secret', k: 'A'.repeat(43) },
      { ...publicJwk, kid: 'private', d: publicJwk.x },
      { ...publicJwk, kid: 'encryption', use: 'enc' },
      { ...publicJwk, kid: 'signing only', key_ops: ['sign'] },
      { ...publicJwk, kid: 'operation twice', key_ops: ['verify', 'verify'] },
      { ...publicJwk, kid: 'other curve', crv: 'P-384' },
      { ...publicJwk, kid: 'other algorithm', alg: 'ES384' },
      { ...publicJwk, kid: 'no algorithm of ours', alg: 'none' },
      { ...publicJwk, kid: 'padded', x: `${publicJwk.x}=` },
      { ...publicJwk, kid: 7 },
      { kty: 'RSA', kid: '1024 bits', n: `_${'A'.repeat(170)}`, e: 'AQAB' },
      { kty: 'RSA', kid: 'exponent 1', n: `_${'A'.repeat(341)}`, e: 'AQ' },
      { kty: 'RSA', kid: 'even exponent', n: `_${'A'.repeat(341)}`, e: 'BA' },
      { kty: 'RSA', kid: '16384 bits', n: `_${'A'.repeat(2730)}`, e: 'AQAB' },
      null,
      'key',
      publicJwk,
      { ...anyAlgorithm, kid: 'k2', use: undefined },
    ]
    expect(await kidsFrom(() => Response.json({ keys }))).toEqual(['k1', 'k2'])
  })

  test('never makes a published secret a key to verify with', async () => {
    const k = 'A'.repeat(43)
    const endpoint = new PublishedKeys([{ kty: 'oct', kid: 'k1', k }], ['ES256'])
    const token = await signHmac(new Uint8Array(32), { alg: 'HS256', kid: 'k1' }, goodClaims())
    expect(await endpoint.judge(token)).toBe('algorithm_not_allowed')
  })
})
