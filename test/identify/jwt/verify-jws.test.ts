// Which key may verify what: the reasons that the published vectors do not tell apart.
import { beforeAll, describe, expect, test } from 'vitest'
import { encodeBase64Url } from '../../../src/identify/base64url.ts'
import { readJwk } from '../../../src/identify/jwt/jwk.ts'
import { verifyJws } from '../../../src/identify/jwt/verify-jws.ts'
import { goodClaims, makeSigner, signHmac, type Signer } from '../minting.ts'

let ec: Signer
let ed: Signer
let pss: Signer
beforeAll(async () => {
  ec = await makeSigner('ES256', 'k1')
  ed = await makeSigner('EdDSA', 'k2')
  pss = await makeSigner('PS256', 'k3')
})

async function verdict(token: string, jwk: unknown): Promise<string> {
  const judged = await verifyJws(token, jwk)
  return judged.ok ? 'ok' : judged.reason
}

describe('verifyJws', () => {
  test('gives the payload as it was signed', async () => {
    const token = await ec.sign({ alg: 'ES256', kid: 'k1' }, { hello: 'world' })
    const payload = new TextEncoder().encode('{"hello":"world"}')
    expect(await verifyJws(token, ec.publicJwk)).toEqual({ ok: true, payload })
  })

  test('lets the key name the algorithm, or its type and curve where it does not', async () => {
    const { alg: _, ...bare } = pss.publicJwk
    const token = await pss.sign({ alg: 'PS256' }, goodClaims())
    expect(await verdict(token, pss.publicJwk)).toBe('ok')
    expect(await verdict(token, { ...bare, alg: 'RS256' })).toBe('algorithm_not_allowed')
    expect(await verdict(token, bare)).toBe('algorithm_not_allowed')
    const edToken = await ed.sign({ alg: 'EdDSA' }, goodClaims())
    expect(await verdict(edToken, { ...ed.publicJwk, alg: undefined })).toBe('ok')
    expect(await verdict(edToken, { ...ed.publicJwk, alg: 'Ed25519' })).toBe(
      'algorithm_not_allowed',
    )
  })

  test('refuses a token that names another key, and asks for no name', async () => {
    const signed = (header: object) => ec.sign({ alg: 'ES256', ...header }, goodClaims())
    const { kid: _, ...nameless } = ec.publicJwk
    expect(await verdict(await signed({ kid: 'k2' }), ec.publicJwk)).toBe('other_key')
    expect(await verdict(await signed({ kid: 'k2' }), nameless)).toBe('ok')
    expect(await verdict(await signed({}), ec.publicJwk)).toBe('ok')
  })

  test('refuses a point that is not on its curve as a wrong signature', async () => {
    const y = encodeBase64Url(new Uint8Array(32).fill(1))
    const token = await ec.sign({ alg: 'ES256' }, goodClaims())
    expect(await verdict(token, { ...ec.publicJwk, y })).toBe('bad_signature')
  })

  test.each([
    ['HS256', 'SHA-256', 32],
    ['HS384', 'SHA-384', 48],
    ['HS512', 'SHA-512', 64],
  ])('takes %s with %s only under a secret of %i bytes or more', async (alg, hash, bytes) => {
    const judge = async (length: number) => {
      const secret = new Uint8Array(length).fill(7)
      const token = await signHmac(secret, { alg }, goodClaims(), hash)
      return verdict(token, { kty: 'oct', alg, k: encodeBase64Url(secret) })
    }
    expect(await judge(bytes)).toBe('ok')
    expect(['weak_key', 'unsupported_key_algorithm']).toContain(await judge(bytes - 1))
  })
})

describe('a JWK', () => {
  test.each([
    ['no object', 'key', 'malformed_key'],
    ['no kty', { kty: undefined }, 'malformed_key'],
    ['a curve we do not know', { crv: 'secp256k1' }, 'malformed_key'],
    ['a coordinate one byte short', { x: encodeBase64Url(new Uint8Array(31)) }, 'malformed_key'],
    ['a coordinate one byte long', { y: encodeBase64Url(new Uint8Array(33)) }, 'malformed_key'],
    ['encryption as its use', { use: 'enc' }, 'not_for_verification'],
    ['an empty use', { use: '' }, 'not_for_verification'],
    ['no operation', { key_ops: [] }, 'not_for_verification'],
    ['an operation twice', { key_ops: ['verify', 'verify'] }, 'not_for_verification'],
    ['alg none', { alg: 'none' }, 'unsupported_key_algorithm'],
    ['the alg of another curve', { alg: 'ES384' }, 'unsupported_key_algorithm'],
    ['an HMAC alg', { alg: 'HS256' }, 'unsupported_key_algorithm'],
  ])('with %s is refused', (_, changes, reason) => {
    const jwk = typeof changes === 'string' ? changes : { ...ec.publicJwk, ...changes }
    expect(readJwk(jwk)).toEqual({ ok: false, reason })
  })

  test('of RSA has 2048 to 8192 bits and an odd exponent above 1', () => {
    const reason = (firstByte: number, bytes: number, e: string) => {
      const modulus = new Uint8Array(bytes).fill(255)
      modulus[0] = firstByte
      const read = readJwk({ kty: 'RSA', n: encodeBase64Url(modulus), e })
      return read.ok ? 'ok' : read.reason
    }
    expect(reason(0x80, 256, 'AQAB')).toBe('ok')
    expect(reason(0x7f, 256, 'AQAB')).toBe('weak_key')
    expect(reason(0xff, 1024, 'AQAB')).toBe('ok')
    expect(reason(0x01, 1025, 'AQAB')).toBe('weak_key')
    expect(reason(0x00, 257, 'AQAB')).toBe('malformed_key')
    expect(reason(0x80, 256, 'Aw')).toBe('ok')
    expect(reason(0x80, 256, 'AQ')).toBe('weak_key')
    expect(reason(0x80, 256, 'AQAA')).toBe('weak_key')
    expect(reason(0x80, 256, 'AQAAAAE')).toBe('malformed_key')
    expect(reason(0x80, 256, '')).toBe('malformed_key')
  })
})
