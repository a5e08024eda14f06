// The published attacks on token checkers (jwt_tool's exploits, PortSwigger's classes), each minted
// with claims that would be accepted: only the forgery stands between the token and a tenant.
import { createPublicKey } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { encodeBase64Url } from '../../../src/identify/base64url.ts'
import { verifyToken } from '../../../src/identify/jwt/jwt.ts'
import { trustIssuers, type TrustedIssuers } from '../../../src/identify/jwt/trusted-issuers.ts'
import {
  declare,
  encodeText,
  goodClaims,
  ISSUER,
  makeSigner,
  NOW_MS,
  outcome,
  signHmac,
  signingInput,
  type Signer,
} from '../minting.ts'

const JWKS_URL = 'https://id.example/jwks'
const EVIL_URL = 'https://evil.example/jwks'
const SPELLINGS_OF_NONE = ['none', 'None', 'NONE', 'nOnE']
const HS_ISSUER = 'https://hs.example'
const HS_SECRET = 'correct horse battery staple, and then some'
const utf8 = (text: string) => new TextEncoder().encode(text)
const EMPTY_SIGNATURE = ''
const ZERO_SIGNATURE = encodeBase64Url(new Uint8Array(64))

let rsa: Signer
let ec: Signer
let attacker: Signer
let issuers: TrustedIssuers
let requested: string[]

beforeAll(async () => {
  rsa = await makeSigner('RS256', 'rsa-1')
  ec = await makeSigner('ES256', 'ec-1')
  attacker = await makeSigner('RS256', 'rsa-1')
})

/** Two issuers: one with RSA and EC keys at a URL, one with a shared secret. */
function freshIssuers(): TrustedIssuers {
  requested = []
  const configs = [
    declare({ algorithms: ['RS256', 'ES256'], jwks_url: JWKS_URL }),
    declare({ issuer: HS_ISSUER, algorithms: ['HS256'], secret_name: 'HS_SECRET' }),
  ]
  const verdict = trustIssuers(configs, {
    fetch: (url) => {
      requested.push(url)
      return Promise.resolve(Response.json({ keys: [rsa.publicJwk, ec.publicJwk] }))
    },
    timeout: () => new AbortController().signal,
    now: () => NOW_MS,
    sleep: () => Promise.resolve(),
    secret: () => HS_SECRET,
  })
  if (!verdict.ok) throw new Error(verdict.errors.join())
  return verdict.issuers
}

async function judge(token: string): Promise<string> {
  issuers = freshIssuers()
  const verdict = await verifyToken(token, issuers, { nowMs: NOW_MS, waitUntil: () => undefined })
  return outcome(verdict)
}

/** Refused, and nothing was asked but the issuer's own key set. */
async function expectRefused(token: string): Promise<void> {
  expect(await judge(token)).not.toBe('accepted')
  expect(requested.filter((url) => url !== JWKS_URL)).toEqual([])
}

const hsClaims = () => goodClaims({ iss: HS_ISSUER })
const evilHeaders = (): Record<string, object> => ({
  'an ordinary header': { kid: 'rsa-1' },
  'a header without kid': {},
  'jku of the attacker': { kid: 'rsa-1', jku: EVIL_URL },
  'x5u of the attacker': { kid: 'rsa-1', x5u: EVIL_URL },
  'an inline jwk': { kid: 'rsa-1', jwk: attacker.publicJwk },
  'a kid that is a path': { kid: '../../../../dev/null' },
})

describe('the honest tokens that the forgeries imitate', () => {
  test('are accepted', async () => {
    expect(await judge(await rsa.sign({ alg: 'RS256', kid: 'rsa-1' }, goodClaims()))).toBe(
      'accepted',
    )
    expect(await judge(await ec.sign({ alg: 'ES256', kid: 'ec-1' }, goodClaims()))).toBe('accepted')
    expect(await judge(await signHmac(utf8(HS_SECRET), { alg: 'HS256' }, hsClaims()))).toBe(
      'accepted',
    )
    expect(requested).toEqual([])
  })

  test('are accepted with a jku in their header too, which is not followed', async () => {
    const token = await rsa.sign({ alg: 'RS256', kid: 'rsa-1', jku: EVIL_URL }, goodClaims())
    expect(await judge(token)).toBe('accepted')
    expect(requested).toEqual([JWKS_URL])
  })
})

describe('jwt_tool', () => {
  describe.each(SPELLINGS_OF_NONE)('alg "%s"', (none) => {
    test.each([0, 1, 2, 3, 4, 5])(
      'is refused under header %i, for each issuer and signature',
      async (at) => {
        const header = { alg: none, ...Object.values(evilHeaders())[at] }
        for (const claims of [goodClaims(), hsClaims()]) {
          const input = signingInput(header, claims)
          const signed = await attacker.sign(header, claims)
          const signatures = [EMPTY_SIGNATURE, ZERO_SIGNATURE, 'AA', signed.split('.')[2]]
          for (const signature of signatures) await expectRefused(`${input}.${signature}`)
          await expectRefused(input)
        }
      },
    )
  })

  test('null signature is refused for every algorithm', async () => {
    for (const alg of ['RS256', 'ES256', 'HS256']) {
      for (const header of Object.values(evilHeaders())) {
        await expectRefused(`${signingInput({ alg, ...header }, goodClaims())}.`)
        await expectRefused(`${signingInput({ alg, ...header }, hsClaims())}.`)
      }
    }
  })

  test('blank password is refused', async () => {
    // WebCrypto imports no empty HMAC key; a block of zeros gives the very same MAC (RFC 2104).
    const blank = new Uint8Array(64)
    await expectRefused(await signHmac(blank, { alg: 'HS256' }, hsClaims()))
    await expectRefused(await signHmac(blank, { alg: 'HS256', kid: 'rsa-1' }, goodClaims()))
  })

  test('psychic signatures are refused (CVE-2022-21449)', async () => {
    const input = signingInput({ alg: 'ES256', kid: 'ec-1' }, goodClaims())
    for (const signature of [ZERO_SIGNATURE, 'MAYCAQACAQA'])
      await expectRefused(`${input}.${signature}`)
  })

  test('spoofed JWKS is refused without a request to it', async () => {
    for (const name of ['jku', 'x5u']) {
      const header = { alg: 'RS256', kid: 'evil', [name]: EVIL_URL }
      await expectRefused(await attacker.sign(header, goodClaims()))
    }
  })

  test('an inline key is refused', async () => {
    for (const kid of ['rsa-1', 'evil']) {
      const jwk = { ...attacker.publicJwk, kid }
      await expectRefused(await attacker.sign({ alg: 'RS256', kid, jwk }, goodClaims()))
    }
    const x5c = ['MIIB']
    await expectRefused(await attacker.sign({ alg: 'RS256', kid: 'rsa-1', x5c }, goodClaims()))
  })

  test('key confusion is refused: a public key is no HMAC secret, in any of its texts', async () => {
    const key = createPublicKey({ key: { ...rsa.publicJwk }, format: 'jwk' })
    const pems = (['spki', 'pkcs1'] as const).map((type) =>
      key.export({ type, format: 'pem' }).toString(),
    )
    const texts = [
      ...pems,
      ...pems.map((pem) => pem.trimEnd()),
      JSON.stringify(rsa.publicJwk),
      rsa.publicJwk.n ?? '',
    ]
    for (const text of texts) {
      for (const claims of [goodClaims(), hsClaims()]) {
        await expectRefused(await signHmac(utf8(text), { alg: 'HS256', kid: 'rsa-1' }, claims))
      }
    }
  })
})

describe('PortSwigger', () => {
  test('1: a payload changed after signing is refused', async () => {
    const token = await rsa.sign({ alg: 'RS256', kid: 'rsa-1' }, goodClaims())
    const [header, , signature] = token.split('.')
    const changed = encodeText(JSON.stringify(goodClaims({ tenant_id: 'victim' })))
    await expectRefused(`${header}.${changed}.${signature}`)
  })

  test('2: a token without signature is refused, with its dot and without', async () => {
    const input = signingInput({ alg: 'none' }, goodClaims())
    for (const token of [input, `${input}.`, `${input}..`]) await expectRefused(token)
  })

  test('3: weak secrets are refused, as signatures and as configuration', async () => {
    for (const weak of [
      'secret1',
      'secret',
      'password',
      '123456',
      'your-256-bit-secret',
      'changeme',
    ]) {
      await expectRefused(await signHmac(utf8(weak), { alg: 'HS256' }, hsClaims()))
      const configured = trustIssuers([declare({ algorithms: ['HS256'], secret_name: 'WEAK' })], {
        fetch: () => Promise.reject(new Error('no network')),
        timeout: () => new AbortController().signal,
        now: () => NOW_MS,
        sleep: () => Promise.resolve(),
        secret: () => weak,
      })
      expect(configured).toEqual({
        ok: false,
        errors: [`issuer ${ISSUER}: the secret WEAK is shorter than its algorithms need`],
      })
    }
  })

  test('4: a key injected by the jwk header is refused', async () => {
    const header = { alg: 'RS256', kid: attacker.kid, jwk: attacker.publicJwk }
    await expectRefused(await attacker.sign(header, goodClaims()))
  })

  test('5: a key set injected by the jku header is refused, also at look-alike URLs', async () => {
    const urls = [
      EVIL_URL,
      `${JWKS_URL}@evil.example`,
      `${JWKS_URL}/../evil`,
      'http://127.0.0.1/jwks',
      'file:///etc/passwd',
    ]
    for (const jku of urls) {
      await expectRefused(await attacker.sign({ alg: 'RS256', kid: 'other', jku }, goodClaims()))
    }
  })

  test('6: a kid that is a path, a query or a command selects no key', async () => {
    const kids = [
      '../../../../../../../dev/null',
      '/dev/null',
      "x' UNION SELECT 'k",
      '|id',
      '__proto__',
      '',
    ]
    for (const kid of kids) {
      for (const secret of [new Uint8Array(64), utf8('k'), utf8('AA==')]) {
        await expectRefused(await signHmac(secret, { alg: 'HS256', kid }, hsClaims()))
        await expectRefused(await signHmac(secret, { alg: 'HS256', kid }, goodClaims()))
      }
    }
  })

  test('7: an exposed public key used as HMAC secret is refused', async () => {
    const jwk = JSON.stringify({ keys: [rsa.publicJwk] })
    await expectRefused(await signHmac(utf8(jwk), { alg: 'HS256', kid: 'rsa-1' }, goodClaims()))
  })

  test('8: a public key derived from two tokens and used as HMAC secret is refused', async () => {
    const key = createPublicKey({ key: { ...rsa.publicJwk }, format: 'jwk' })
    for (const type of ['spki', 'pkcs1'] as const) {
      const der = new Uint8Array(key.export({ type, format: 'der' }))
      for (const hash of ['256', '384', '512']) {
        const header = { alg: `HS${hash}`, kid: 'rsa-1' }
        await expectRefused(await signHmac(der, header, goodClaims(), `SHA-${hash}`))
      }
    }
  })
})
