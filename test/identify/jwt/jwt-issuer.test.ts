import { beforeAll, describe, expect, test } from 'vitest'
import { verifyToken } from '../../../src/identify/jwt/jwt.ts'
import { JwtIssuer, JwtIssuers } from '../../../src/identify/jwt/jwt-issuer.ts'
import { trustIssuers } from '../../../src/identify/jwt/trusted-issuers.ts'
import {
  AUDIENCE,
  goodClaims,
  ISSUER,
  makeSigner,
  NOW_MS,
  offlineIssuers,
  outcome,
  signHmac,
  type Signer,
} from '../minting.ts'

const DECLARED = {
  issuer: ISSUER,
  audience: AUDIENCE,
  algorithms: ['ES256'],
  jwks_url: 'https://id.example/jwks',
}
const BY_SECRET = { jwks_url: undefined, secret_name: 'JWT_SECRET' }
const context = { nowMs: NOW_MS, waitUntil: () => undefined }

let ec: Signer
let rsa: Signer
beforeAll(async () => {
  ec = await makeSigner('ES256', 'k1')
  rsa = await makeSigner('PS256', 'k2')
})

describe('declaring an issuer', () => {
  test('fills in the claim names and 30 s of tolerance', () => {
    expect(JwtIssuer.parse(DECLARED)).toEqual({
      ...DECLARED,
      claims: { tenant: 'tenant_id', user: 'sub', scope: 'scope', roles: 'roles' },
      clock_tolerance_s: 30,
    })
  })

  test.each([
    ['https', { jwks_url: 'https://id.example:8443/a?b=c' }],
    ['http on localhost', { jwks_url: 'http://localhost:9000/jwks' }],
    ['http on 127.0.0.1', { jwks_url: 'http://127.0.0.1:9000/jwks' }],
    ['http on ::1', { jwks_url: 'http://[::1]:9000/jwks' }],
    ['several audiences', { audience: ['one', 'two'] }],
    ['all HS algorithms with a secret', { ...BY_SECRET, algorithms: ['HS256', 'HS384', 'HS512'] }],
    ['one other claim name', { claims: { tenant: 'https://example.com/tenant' } }],
    ['bound tenants', { tenants: ['acme', 'beta'] }],
  ])('accepts %s', (_, changes) => {
    expect(JwtIssuer.safeParse({ ...DECLARED, ...changes }).success).toBe(true)
  })

  test.each([
    ['no issuer', { issuer: undefined }],
    ['an empty issuer', { issuer: '' }],
    ['no audience', { audience: undefined }],
    ['an empty audience', { audience: '' }],
    ['no audiences', { audience: [] }],
    ['no algorithms', { algorithms: [] }],
    ['algorithms left out', { algorithms: undefined }],
    ['alg none', { algorithms: ['none'] }],
    ['alg none beside another', { algorithms: ['ES256', 'None'] }],
    ['an unknown algorithm', { algorithms: ['ES256K'] }],
    ['an algorithm twice', { algorithms: ['ES256', 'ES256'] }],
    ['both families', { algorithms: ['ES256', 'HS256'] }],
    ['both families with a secret', { ...BY_SECRET, algorithms: ['ES256', 'HS256'] }],
    ['HS with a key set', { algorithms: ['HS256'] }],
    ['ES with a secret', BY_SECRET],
    ['no source of keys', { jwks_url: undefined }],
    ['two sources of keys', { secret_name: 'JWT_SECRET' }],
    ['http beyond loopback', { jwks_url: 'http://id.example/jwks' }],
    ['http on a look-alike of loopback', { jwks_url: 'http://127.0.0.1.evil.example/jwks' }],
    ['file', { jwks_url: 'file:///etc/keys' }],
    ['user and password', { jwks_url: 'https://a:b@id.example/jwks' }],
    ['a fragment', { jwks_url: 'https://id.example/jwks#k1' }],
    ['no URL', { jwks_url: 'id.example/jwks' }],
    [
      'a secret in place of its name',
      { ...BY_SECRET, algorithms: ['HS256'], secret_name: 'hunter2' },
    ],
    ['tolerance above 60 s', { clock_tolerance_s: 61 }],
    ['negative tolerance', { clock_tolerance_s: -1 }],
    ['fractional tolerance', { clock_tolerance_s: 0.5 }],
    ['age 0', { max_token_age_s: 0 }],
    ['no tenants', { tenants: [] }],
    ['a malformed tenant', { tenants: ['Acme'] }],
    ['a tenant twice', { tenants: ['acme', 'acme'] }],
    ['an empty claim name', { claims: { tenant: '' } }],
    ['an unknown claim', { claims: { email: 'email' } }],
    ['an unknown member', { algorithm: 'ES256' }],
    ['an empty key set', { jwks_url: undefined, jwks: { keys: [] } }],
  ])('refuses %s', (_, changes) => {
    expect(JwtIssuer.safeParse({ ...DECLARED, ...changes }).success).toBe(false)
  })

  test('refuses local keys that are private, unfit, or of no pinned algorithm', () => {
    const accepts = (key: unknown) =>
      JwtIssuer.safeParse({ ...DECLARED, jwks_url: undefined, jwks: { keys: [key] } }).success
    expect(accepts(ec.publicJwk)).toBe(true)
    expect(accepts({ ...ec.publicJwk, d: ec.publicJwk.x })).toBe(false)
    expect(accepts({ ...ec.publicJwk, use: 'enc' })).toBe(false)
    expect(accepts({ kty: 'oct', k: 'A'.repeat(43) })).toBe(false)
    expect(accepts(rsa.publicJwk)).toBe(false)
    expect(accepts('key')).toBe(false)
  })

  test('shows no secret in its error', () => {
    const d = 'x'.repeat(43)
    const keys = [{ ...ec.publicJwk, d }]
    const parsed = JwtIssuer.safeParse({ ...DECLARED, jwks_url: undefined, jwks: { keys } })
    expect(JSON.stringify(parsed.error)).not.toContain(d)
  })

  test('refuses one issuer twice', () => {
    expect(JwtIssuers.safeParse([DECLARED, { ...DECLARED, issuer: 'b' }]).success).toBe(true)
    expect(JwtIssuers.safeParse([DECLARED, { ...DECLARED, audience: 'b' }]).success).toBe(false)
  })
})

describe('several issuers', () => {
  test('are each held to their own keys and algorithms', async () => {
    const other = 'https://other.example'
    const issuers = offlineIssuers([
      JwtIssuer.parse({ ...DECLARED, jwks_url: undefined, jwks: { keys: [ec.publicJwk] } }),
      JwtIssuer.parse({
        ...DECLARED,
        issuer: other,
        algorithms: ['PS256'],
        jwks_url: undefined,
        jwks: { keys: [rsa.publicJwk] },
      }),
    ])
    const judge = async (signer: Signer, alg: string, iss: string) => {
      const token = await signer.sign({ alg, kid: signer.kid }, goodClaims({ iss }))
      return outcome(await verifyToken(token, issuers, context))
    }
    expect(await judge(ec, 'ES256', ISSUER)).toBe('accepted')
    expect(await judge(rsa, 'PS256', other)).toBe('accepted')
    expect(await judge(ec, 'ES256', other)).toBe('algorithm_not_allowed')
    expect(await judge(rsa, 'PS256', ISSUER)).toBe('algorithm_not_allowed')
  })
})

describe('an algorithm that a key is not for', () => {
  test('is refused though the issuer pins it and the signature is right', async () => {
    const judge = async (alg: string) => {
      const issuer = JwtIssuer.parse({
        ...DECLARED,
        algorithms: ['RS256', 'PS256'],
        jwks_url: undefined,
        jwks: { keys: [{ ...rsa.publicJwk, alg }] },
      })
      const token = await rsa.sign({ alg: 'PS256', kid: rsa.kid }, goodClaims())
      return outcome(await verifyToken(token, offlineIssuers([issuer]), context))
    }
    expect(await judge('PS256')).toBe('accepted')
    expect(await judge('RS256')).toBe('unknown_key')
  })
})

describe('a shared secret', () => {
  const declared = (algorithm: string) =>
    JwtIssuer.parse({ ...DECLARED, ...BY_SECRET, algorithms: [algorithm] })
  const access = (secret: string | undefined) => ({
    fetch: () => Promise.reject(new Error('no network')),
    timeout: () => new AbortController().signal,
    now: () => NOW_MS,
    sleep: () => Promise.resolve(),
    secret: () => secret,
  })

  test.each([
    ['HS256', 'SHA-256', 32],
    ['HS384', 'SHA-384', 48],
    ['HS512', 'SHA-512', 64],
  ])('of %s is as long as %s or start-up fails', async (algorithm, hash, bytes) => {
    expect(trustIssuers([declared(algorithm)], access('s'.repeat(bytes - 1))).ok).toBe(false)
    const secret = 's'.repeat(bytes)
    const issuers = offlineIssuers([declared(algorithm)], { JWT_SECRET: secret })
    const key = new TextEncoder().encode(secret)
    const token = await signHmac(key, { alg: algorithm, kid: 'whatever' }, goodClaims(), hash)
    expect(outcome(await verifyToken(token, issuers, context))).toBe('accepted')
    const wrong = new TextEncoder().encode(`${secret}x`)
    const forged = await signHmac(wrong, { alg: algorithm }, goodClaims(), hash)
    expect(outcome(await verifyToken(forged, issuers, context))).toBe('bad_signature')
  })

  test('that is not set is named at start', () => {
    expect(trustIssuers([declared('HS256')], access(undefined))).toEqual({
      ok: false,
      errors: [`issuer ${ISSUER}: the secret JWT_SECRET is not set`],
    })
  })
})
