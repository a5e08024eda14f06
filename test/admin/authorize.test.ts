import { describe, expect, it } from 'vitest'
import { createAuthorize } from '../../src/admin/authorize.ts'
import { verifyToken } from '../../src/identify/jwt/jwt.ts'
import { Problem } from '../../src/problem/problem.ts'
import { declare, goodClaims, makeSigner, NOW_MS, offlineIssuers } from '../identify/minting.ts'
import { ADMIN_TOKEN } from './harness.ts'

const signer = await makeSigner('ES256', 'k1')
const issuers = offlineIssuers([
  declare({ algorithms: ['ES256'], jwks: { keys: [signer.publicJwk] } }),
])
const mint = (claims: object) => signer.sign({ alg: 'ES256', kid: 'k1' }, goodClaims({ ...claims }))

function authorizeWith(adminToken: string | undefined, mayGrantAdmin = true) {
  const authorize = createAuthorize({
    adminToken,
    verifyToken: (token) =>
      verifyToken(token, issuers, { nowMs: NOW_MS, waitUntil: () => undefined }),
    mayGrantAdmin: () => mayGrantAdmin,
  })
  return async (authorization: string | null, headers: Record<string, string> = {}) => {
    const request = new Request('https://gateway.example/admin/tenants', {
      headers: { ...headers, ...(authorization === null ? {} : { authorization }) },
    })
    try {
      return (await authorize(request, () => undefined)).actor
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return error.code
    }
  }
}

describe('the admin token', () => {
  const authorize = authorizeWith(ADMIN_TOKEN)

  it('opens the control plane as a bearer token, in any case of the scheme', async () => {
    expect(await authorize(`Bearer ${ADMIN_TOKEN}`)).toBe('admin-token')
    expect(await authorize(`bearer ${ADMIN_TOKEN}`)).toBe('admin-token')
  })

  it.each([
    ['nothing', null],
    ['another token', 'Bearer another'],
    ['a prefix of it', `Bearer ${ADMIN_TOKEN.slice(0, -1)}`],
    ['more than it', `Bearer ${ADMIN_TOKEN}x`],
    ['another case', `Bearer ${ADMIN_TOKEN.toUpperCase()}`],
    ['another scheme', `Basic ${ADMIN_TOKEN}`],
    ['the bare token', ADMIN_TOKEN],
    ['two tokens', `Bearer ${ADMIN_TOKEN} ${ADMIN_TOKEN}`],
    ['9000 characters', `Bearer ${'x'.repeat(9000)}`],
    ["a tenant's API key", `Bearer tg_acme_${'0'.repeat(49)}`],
  ])('is asked for: %s is 401', async (_, authorization) => {
    expect(await authorize(authorization)).toBe('Unauthenticated')
  })

  it('is not looked for in the headers that API keys come in', async () => {
    expect(await authorize(null, { 'x-api-key': ADMIN_TOKEN, 'api-key': ADMIN_TOKEN })).toBe(
      'Unauthenticated',
    )
  })

  it.each(['', undefined])('when it is %j opens for nobody', async (adminToken) => {
    const none = authorizeWith(adminToken)
    for (const sent of ['Bearer ', 'Bearer', 'Bearer undefined', 'Bearer ""']) {
      expect(await none(sent)).toBe('Unauthenticated')
    }
  })
})

describe('a token of an issuer', () => {
  const authorize = authorizeWith(ADMIN_TOKEN)

  it('opens the control plane with the scope admin, and is noted by issuer and subject', async () => {
    const token = await mint({ scope: 'llm admin', sub: 'ops-1' })
    expect(await authorize(`Bearer ${token}`)).toBe('jwt:https://id.example:ops-1')
  })

  it.each(['llm', 'admin:read', 'Admin', '*', 'administrator'])(
    'with the scope %j is 403',
    async (scope) => {
      expect(await authorize(`Bearer ${await mint({ scope })}`)).toBe('ScopeMissing')
    },
  )

  it('is 403 with the scope admin too where its issuer may not grant that', async () => {
    const token = await mint({ scope: 'admin' })
    expect(await authorizeWith(ADMIN_TOKEN, false)(`Bearer ${token}`)).toBe('ScopeMissing')
  })

  it('is 401 when it has expired, is forged, or names itself by role', async () => {
    const expired = await mint({ scope: 'admin', exp: NOW_MS / 1000 - 3600 })
    const stranger = await makeSigner('ES256', 'k1')
    const forged = await stranger.sign({ alg: 'ES256', kid: 'k1' }, goodClaims({ scope: 'admin' }))
    expect(await authorize(`Bearer ${expired}`)).toBe('Unauthenticated')
    expect(await authorize(`Bearer ${forged}`)).toBe('Unauthenticated')
    expect(await authorize(`Bearer ${await mint({ roles: ['admin'] })}`)).toBe('ScopeMissing')
  })

  it('is 503, not 401, while the keys of its issuer cannot be had', async () => {
    const cannotTell = createAuthorize({
      adminToken: ADMIN_TOKEN,
      verifyToken: () => Promise.resolve({ ok: false, reason: 'keys_unavailable' }),
      mayGrantAdmin: () => true,
    })
    const request = new Request('https://gateway.example/', {
      headers: { authorization: 'Bearer a.b.c' },
    })
    await expect(cannotTell(request, () => undefined)).rejects.toMatchObject({
      code: 'KeysUnavailable',
    })
  })
})
