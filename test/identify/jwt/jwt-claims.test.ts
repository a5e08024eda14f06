// Every claim and header member that decides, right and wrong, on tokens with a right signature.
import { beforeAll, describe, expect, test } from 'vitest'
import { checkClaims } from '../../../src/identify/jwt/jwt-claims.ts'
import { verifyToken } from '../../../src/identify/jwt/jwt.ts'
import type { JwtIssuer } from '../../../src/identify/jwt/jwt-issuer.ts'
import {
  AUDIENCE,
  declare,
  encodeText,
  goodClaims,
  ISSUER,
  makeSigner,
  NOW_MS,
  NOW_S,
  offlineIssuers,
  outcome,
  type Signer,
} from '../minting.ts'

let signer: Signer
beforeAll(async () => {
  signer = await makeSigner('ES256', 'k1')
})

/** `undefined` leaves the claim out. */
type Changes = Record<string, unknown>
type Row = readonly [
  name: string,
  claims: Changes,
  outcome: string,
  header?: Changes,
  issuer?: Changes,
]

const OTHER_ALGORITHM = {
  algorithms: ['EdDSA', 'ES384'],
  jwks: undefined,
  jwks_url: 'https://id.example/jwks',
}

/** Values that are no date in whatever claim they stand. */
const NO_DATES: readonly (readonly [string, unknown])[] = [
  ['text', String(NOW_S)],
  ['empty text', ''],
  ['null', null],
  ['true', true],
  ['a list', [NOW_S]],
  ['an object', { s: NOW_S }],
  ['negative', -1],
  ['a negative fraction', -0.5],
  ['milliseconds', NOW_MS],
  ['2^53', 2 ** 53],
  ['1e21', 1e21],
  ['1e308', 1e308],
  ['one second past the year 9999', 253_402_300_800],
]

const DATES: readonly Row[] = [
  ...(['exp', 'nbf', 'iat'] as const).flatMap((claim) =>
    NO_DATES.map(([name, value]): Row => [
      `${claim} is ${name}`,
      { [claim]: value },
      `${claim}:malformed`,
    ]),
  ),
  ['exp is missing', { exp: undefined }, 'exp:missing'],
  ['exp is zero', { exp: 0 }, 'exp:expired'],
  ['exp is long past', { exp: NOW_S - 3600 }, 'exp:expired'],
  ['exp is the last second of tolerance', { exp: NOW_S - 29 }, 'accepted'],
  ['exp is just within tolerance', { exp: NOW_S - 29.999 }, 'accepted'],
  ['exp is at the end of tolerance', { exp: NOW_S - 30 }, 'exp:expired'],
  ['exp is past tolerance', { exp: NOW_S - 31 }, 'exp:expired'],
  ['exp is now', { exp: NOW_S }, 'accepted'],
  ['exp has a fraction', { exp: NOW_S + 1.5 }, 'accepted'],
  ['exp is a century ahead', { exp: NOW_S + 3_155_760_000 }, 'accepted'],
  ['exp is the last second of 9999', { exp: 253_402_300_799 }, 'accepted'],
  ['nbf is missing', { nbf: undefined }, 'accepted'],
  ['nbf is zero', { nbf: 0 }, 'accepted'],
  ['nbf is now', { nbf: NOW_S }, 'accepted'],
  ['nbf has a fraction', { nbf: NOW_S + 0.5 }, 'accepted'],
  ['nbf is at the end of tolerance', { nbf: NOW_S + 30 }, 'accepted'],
  ['nbf is just past tolerance', { nbf: NOW_S + 30.001 }, 'nbf:not_yet_valid'],
  ['nbf is past tolerance', { nbf: NOW_S + 31 }, 'nbf:not_yet_valid'],
  ['iat is missing', { iat: undefined }, 'accepted'],
  ['iat has a fraction', { iat: NOW_S - 0.25 }, 'accepted'],
  ['iat is at the end of tolerance', { iat: NOW_S + 30 }, 'accepted'],
  ['iat is past tolerance', { iat: NOW_S + 31 }, 'iat:not_yet_valid'],
  ['iat is years past', { iat: 1 }, 'accepted'],
  ['tolerance 0: exp is now', { exp: NOW_S }, 'exp:expired', {}, { clock_tolerance_s: 0 }],
  [
    'tolerance 0: exp is the next second',
    { exp: NOW_S + 1 },
    'accepted',
    {},
    { clock_tolerance_s: 0 },
  ],
  [
    'tolerance 0: nbf is the next second',
    { nbf: NOW_S + 1 },
    'nbf:not_yet_valid',
    {},
    { clock_tolerance_s: 0 },
  ],
  ['tolerance 60: exp 59 s ago', { exp: NOW_S - 59 }, 'accepted', {}, { clock_tolerance_s: 60 }],
  ['tolerance 60: exp 60 s ago', { exp: NOW_S - 60 }, 'exp:expired', {}, { clock_tolerance_s: 60 }],
  ['tolerance 60: nbf in 60 s', { nbf: NOW_S + 60 }, 'accepted', {}, { clock_tolerance_s: 60 }],
  [
    'tolerance 60: nbf in 61 s',
    { nbf: NOW_S + 61 },
    'nbf:not_yet_valid',
    {},
    { clock_tolerance_s: 60 },
  ],
  ['age limit: young enough', { iat: NOW_S - 629 }, 'accepted', {}, { max_token_age_s: 600 }],
  [
    'age limit: too old by a second',
    { iat: NOW_S - 630 },
    'iat:too_old',
    {},
    { max_token_age_s: 600 },
  ],
  ['age limit: far too old', { iat: 1 }, 'iat:too_old', {}, { max_token_age_s: 600 }],
  ['age limit: iat is missing', { iat: undefined }, 'iat:missing', {}, { max_token_age_s: 600 }],
]

const NAMES: readonly Row[] = [
  ['iss is missing', { iss: undefined }, 'unknown_issuer'],
  ['iss is a list', { iss: [ISSUER] }, 'unknown_issuer'],
  ['iss is an object', { iss: { [ISSUER]: 1 } }, 'unknown_issuer'],
  ['iss is null', { iss: null }, 'unknown_issuer'],
  ['iss is another', { iss: 'https://other.example' }, 'unknown_issuer'],
  ['iss ends with a slash', { iss: `${ISSUER}/` }, 'unknown_issuer'],
  ['iss differs in case', { iss: ISSUER.toUpperCase() }, 'unknown_issuer'],
  ['iss is a prefix', { iss: ISSUER.slice(0, -1) }, 'unknown_issuer'],
  ['iss is __proto__', { iss: '__proto__' }, 'unknown_issuer'],
  ['aud is missing', { aud: undefined }, 'aud:missing'],
  ['aud is null', { aud: null }, 'aud:malformed'],
  ['aud is a number', { aud: 1 }, 'aud:malformed'],
  ['aud is an object', { aud: { [AUDIENCE]: 1 } }, 'aud:malformed'],
  ['aud is an empty list', { aud: [] }, 'aud:mismatch'],
  ['aud is empty', { aud: '' }, 'aud:mismatch'],
  ['aud is a list with ours', { aud: ['https://other.example', AUDIENCE] }, 'accepted'],
  ['aud is a list without ours', { aud: ['https://other.example'] }, 'aud:mismatch'],
  ['aud is a list with ours and a number', { aud: [AUDIENCE, 1] }, 'aud:malformed'],
  ['aud is a list in a list', { aud: [[AUDIENCE]] }, 'aud:malformed'],
  ['aud is a prefix', { aud: AUDIENCE.slice(0, -1) }, 'aud:mismatch'],
  ['aud has ours as a prefix', { aud: `${AUDIENCE}.evil` }, 'aud:mismatch'],
  ['aud ends with a slash', { aud: `${AUDIENCE}/` }, 'aud:mismatch'],
  ['aud differs in case', { aud: AUDIENCE.toUpperCase() }, 'aud:mismatch'],
  ['aud has ours among words', { aud: `${AUDIENCE} other` }, 'aud:mismatch'],
  ['second of two audiences', { aud: 'two' }, 'accepted', {}, { audience: ['one', 'two'] }],
  ['none of two audiences', { aud: 'three' }, 'aud:mismatch', {}, { audience: ['one', 'two'] }],
  ['typ is absent', {}, 'accepted', { typ: undefined }],
  ['typ is JWT', {}, 'accepted', { typ: 'JWT' }],
  ['typ is jwt', {}, 'accepted', { typ: 'jwt' }],
  ['typ is at+jwt', {}, 'accepted', { typ: 'at+jwt' }],
  ['typ is application/at+jwt', {}, 'accepted', { typ: 'application/at+jwt' }],
  ['typ is a logout token', {}, 'type_not_allowed', { typ: 'logout+jwt' }],
  ['typ is a DPoP proof', {}, 'type_not_allowed', { typ: 'dpop+jwt' }],
  ['typ is JWS', {}, 'type_not_allowed', { typ: 'JWS' }],
  ['typ is empty', {}, 'type_not_allowed', { typ: '' }],
  ['typ is a list', {}, 'header_member_refused', { typ: ['JWT'] }],
  ['typ demanded and right', {}, 'accepted', { typ: 'AT+JWT' }, { typ: 'at+jwt' }],
  ['typ demanded and absent', {}, 'type_not_allowed', { typ: undefined }, { typ: 'at+jwt' }],
  ['typ demanded and another', {}, 'type_not_allowed', { typ: 'JWT' }, { typ: 'at+jwt' }],
  ['crit names an unknown member', {}, 'header_member_refused', { crit: ['x'], x: 1 }],
  ['crit names exp', {}, 'header_member_refused', { crit: ['exp'], exp: NOW_S }],
  ['crit is empty', {}, 'header_member_refused', { crit: [] }],
  ['crit names b64', {}, 'header_member_refused', { crit: ['b64'], b64: true }],
  ['alg is right but not pinned', {}, 'algorithm_not_allowed', {}, OTHER_ALGORITHM],
  ['kid is unknown', {}, 'unknown_key', { kid: 'k2' }],
  ['kid is absent', {}, 'accepted', { kid: undefined }],
]

const IDENTITY: readonly Row[] = [
  ['tenant is missing', { tenant_id: undefined }, 'tenant_id:missing'],
  ['tenant is null', { tenant_id: null }, 'tenant_id:malformed'],
  ['tenant is a list', { tenant_id: ['acme'] }, 'tenant_id:malformed'],
  ['tenant is an object', { tenant_id: { id: 'acme' } }, 'tenant_id:malformed'],
  ['tenant is a number', { tenant_id: 123 }, 'tenant_id:malformed'],
  ['tenant is empty', { tenant_id: '' }, 'tenant_id:malformed'],
  ['tenant has a capital', { tenant_id: 'Acme' }, 'tenant_id:malformed'],
  ['tenant has a space', { tenant_id: 'acme ' }, 'tenant_id:malformed'],
  ['tenant has a line break', { tenant_id: 'acme\n' }, 'tenant_id:malformed'],
  ['tenant has a colon', { tenant_id: 'acme:b' }, 'tenant_id:malformed'],
  ['tenant has a brace', { tenant_id: 'ac{me}' }, 'tenant_id:malformed'],
  ['tenant has a homoglyph', { tenant_id: '\u0430cme' }, 'tenant_id:malformed'],
  ['tenant is too short', { tenant_id: 'ab' }, 'tenant_id:malformed'],
  ['tenant is 63 long', { tenant_id: 'a'.repeat(63) }, 'accepted'],
  ['tenant is 64 long', { tenant_id: 'a'.repeat(64) }, 'tenant_id:malformed'],
  ['tenant is bound', {}, 'accepted', {}, { tenants: ['beta', 'acme'] }],
  ['tenant is not bound', {}, 'tenant_id:not_bound', {}, { tenants: ['beta'] }],
  [
    'another claim names the tenant',
    { 'urn:t': 'acme', tenant_id: 1 },
    'accepted',
    {},
    { claims: { tenant: 'urn:t' } },
  ],
  ['the other tenant claim is missing', {}, 'urn:t:missing', {}, { claims: { tenant: 'urn:t' } }],
  [
    'a dotted name is not a path',
    { a: { t: 'acme' } },
    'a.t:missing',
    {},
    { claims: { tenant: 'a.t' } },
  ],
  [
    'an inherited name is no claim',
    {},
    'constructor:missing',
    {},
    { claims: { tenant: 'constructor' } },
  ],
  ['sub is missing', { sub: undefined }, 'accepted'],
  ['sub is null', { sub: null }, 'sub:malformed'],
  ['sub is a number', { sub: 42 }, 'sub:malformed'],
  ['sub is a list', { sub: ['user-1'] }, 'sub:malformed'],
  ['sub is empty', { sub: '' }, 'sub:malformed'],
  ['sub is 256 long', { sub: 'u'.repeat(256) }, 'accepted'],
  ['sub is 257 long', { sub: 'u'.repeat(257) }, 'sub:malformed'],
  ['sub has a NUL', { sub: 'user\u0000' }, 'sub:malformed'],
  ['sub has a lone surrogate', { sub: 'user\ud83d' }, 'sub:malformed'],
  ['sub is an emoji', { sub: '\u{1f600}' }, 'accepted'],
  ['scope is missing', { scope: undefined }, 'accepted'],
  ['scope is empty', { scope: '' }, 'accepted'],
  ['scope is a list', { scope: ['chat', 'admin'] }, 'accepted'],
  ['scope is null', { scope: null }, 'scope:malformed'],
  ['scope is an object', { scope: { chat: true } }, 'scope:malformed'],
  ['scope is a list with a number', { scope: ['chat', 1] }, 'scope:malformed'],
  ['scope is a list with a space inside', { scope: ['chat admin'] }, 'scope:malformed'],
  ['scope has two spaces', { scope: 'chat  admin' }, 'scope:malformed'],
  ['scope has a quote', { scope: 'ch"at' }, 'scope:malformed'],
  ['scope names 65', { scope: Array.from({ length: 65 }, (_, at) => `s${at}`) }, 'scope:malformed'],
  ['roles is missing', { roles: undefined }, 'accepted'],
  ['roles is one text', { roles: 'admin' }, 'accepted'],
  ['roles is null', { roles: null }, 'roles:malformed'],
  ['roles is an object', { roles: { admin: true } }, 'roles:malformed'],
  ['roles has a number', { roles: ['admin', 1] }, 'roles:malformed'],
  ['roles has an empty text', { roles: [''] }, 'roles:malformed'],
]

const ROWS = [...DATES, ...NAMES, ...IDENTITY]

function issuerWith(changes: Changes): JwtIssuer {
  return declare({ algorithms: ['ES256'], jwks: { keys: [signer.publicJwk] }, ...changes })
}

async function judge(claims: Changes, header: Changes = {}, issuer: Changes = {}) {
  const token = await signer.sign({ alg: 'ES256', kid: 'k1', ...header }, goodClaims(claims))
  const issuers = offlineIssuers([issuerWith(issuer)])
  return verifyToken(token, issuers, { nowMs: NOW_MS, waitUntil: () => undefined })
}

describe('claims matrix', () => {
  test('has 166 cases, none named twice', () => {
    expect(ROWS.length).toBe(166)
    expect(new Set(ROWS.map(([name]) => name)).size).toBe(ROWS.length)
  })

  test.each(ROWS.map(([name, ...rest]) => ({ name, rest })))('$name', async ({ rest }) => {
    const [claims, expected, header, issuer] = rest
    expect(outcome(await judge(claims, header, issuer))).toBe(expected)
  })

  test('exp is 1e999, which JSON reads as infinity', async () => {
    const token = await signer.signText(
      '{"alg":"ES256"}',
      `{"iss":"${ISSUER}","aud":"${AUDIENCE}","exp":1e999}`,
    )
    const context = { nowMs: NOW_MS, waitUntil: () => undefined }
    const verdict = await verifyToken(token, offlineIssuers([issuerWith({})]), context)
    expect(outcome(verdict)).toBe('exp:malformed')
  })
})

describe('an accepted token', () => {
  test('says who called', async () => {
    expect(await judge({})).toEqual({
      ok: true,
      claims: {
        issuer: ISSUER,
        tenant: 'acme',
        user: 'user-1',
        scopes: new Set(['chat', 'vectors:read']),
        roles: ['developer'],
        expiresAtMs: NOW_MS + 300_000,
      },
      validUntilMs: NOW_MS + 330_000,
    })
  })

  test('may be remembered no longer than its age limit allows', async () => {
    const verdict = await judge({ iat: NOW_S - 100 }, {}, { max_token_age_s: 120 })
    expect(verdict.ok && verdict.validUntilMs).toBe(NOW_MS + 50_000)
  })

  test('without subject, scope and roles has none of them', async () => {
    const verdict = await judge({ sub: undefined, scope: undefined, roles: undefined })
    expect(verdict.ok && verdict.claims).toMatchObject({ user: null, scopes: new Set(), roles: [] })
  })
})

describe('claims by themselves', () => {
  test('are refused under the declaration of another issuer', () => {
    const verdict = checkClaims(
      goodClaims({ iss: 'https://other.example' }),
      issuerWith({}),
      NOW_MS,
    )
    expect(verdict).toMatchObject({ ok: false, claim: 'iss', problem: 'mismatch' })
  })
})

describe('a payload', () => {
  test.each(['[]', '"x"', 'null', '{"exp":1,"exp":2}', '', '\ufeff{}'])(
    'that is %s is refused before any key is looked up',
    async (json) => {
      const token = `${encodeText('{"alg":"ES256"}')}.${encodeText(json)}.AAAA`
      const context = { nowMs: NOW_MS, waitUntil: () => undefined }
      const verdict = await verifyToken(token, offlineIssuers([issuerWith({})]), context)
      expect(outcome(verdict)).toBe('payload_not_json_object')
    },
  )
})
