import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { mintKey } from '../../../src/identify/api-key/api-key.ts'
import { decodeBase64Url, encodeBase64Url } from '../../../src/identify/base64url.ts'
import { KeyHasher, parsePeppers, type Pepper } from '../../../src/identify/api-key/pepper.ts'
import { TenantId } from '../../../src/tenant/slug.ts'
import { seededBytes } from '../seeded-bytes.ts'

const bytes = seededBytes(11)
const KEY = mintKey(TenantId.parse('acme'), bytes)
const ONE = encodeBase64Url(bytes(32))
const TWO = encodeBase64Url(bytes(32))
const THREE = encodeBase64Url(bytes(32))
const SHORT = encodeBase64Url(bytes(31))

function peppers(text: string): readonly Pepper[] {
  const verdict = parsePeppers(text)
  if (!verdict.ok) throw new Error(verdict.error)
  return verdict.peppers
}

describe('KEY_PEPPERS', () => {
  test('reads versions in the order given', () => {
    const read = peppers(`v1=${ONE},v2=${TWO}`)
    expect(read.map(({ version }) => version)).toEqual(['v1', 'v2'])
    expect(read.map(({ secret }) => encodeBase64Url(secret))).toEqual([ONE, TWO])
  })

  test.each([
    ['nothing', ''],
    ['a version without a number', `v=${ONE}`],
    ['version zero', `v0=${ONE}`],
    ['a pepper without a version', ONE],
    ['padding', `v1=${ONE}=`],
    ['a space after the comma', `v1=${ONE}, v2=${TWO}`],
    ['an empty entry at the end', `v1=${ONE},`],
    ['a pepper of 31 bytes', `v1=${SHORT}`],
    ['a version given twice', `v1=${ONE},v1=${TWO}`],
    ['nine versions', Array.from({ length: 9 }, (_, at) => `v${at + 1}=${ONE}`).join(',')],
  ])('refuses %s, and shows nothing of what was given', (_, text) => {
    const verdict = parsePeppers(text)
    expect(verdict.ok).toBe(false)
    if (verdict.ok) return
    for (const secret of [ONE, TWO, SHORT]) expect(verdict.error).not.toContain(secret)
  })
})

describe('stored form of a key', () => {
  function expected(version: string, pepper: string): string {
    const mac = createHmac('sha256', decodeBase64Url(pepper) ?? '').update(KEY)
    return `${version}:${mac.digest('base64url')}`
  }

  test('is HMAC-SHA-256 under each pepper: the current first, then older ones, newest first', async () => {
    const hasher = new KeyHasher(peppers(`v1=${ONE},v2=${TWO},v3=${THREE}`))
    const hashes = [expected('v3', THREE), expected('v2', TWO), expected('v1', ONE)]
    expect(await hasher.hash(KEY)).toEqual(hashes)
    expect(await hasher.hash(KEY)).toEqual(hashes)
  })

  test('differs for another key', async () => {
    const hasher = new KeyHasher(peppers(`v1=${ONE}`))
    const other = mintKey(TenantId.parse('acme'), bytes)
    expect(await hasher.hash(other)).not.toEqual(await hasher.hash(KEY))
  })

  test('cannot be made without a pepper', () => {
    expect(() => new KeyHasher([])).toThrow(RangeError)
  })
})
