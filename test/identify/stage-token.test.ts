import { beforeAll, describe, expect, it } from 'vitest'
import { identify } from '../../src/identify/stage.ts'
import { createThrottle } from '../../src/identify/throttle.ts'
import { TokenCache } from '../../src/identify/jwt/token-cache.ts'
import { openInbound } from '../../src/inbound.ts'
import type { Problem } from '../../src/problem/problem.ts'
import { createMemoryStore } from '../../src/store/memory.ts'
import type { Store } from '../../src/store/store.ts'
import { TenantId } from '../../src/tenant/slug.ts'
import { SnapshotCache } from '../../src/tenant/snapshot.ts'
import { create } from '../store/commands.ts'
import { FakeClock } from '../support/fakes/clock.ts'
import {
  declare,
  goodClaims,
  ISSUER,
  makeSigner,
  NOW_MS,
  offlineIssuers,
  type Signer,
} from './minting.ts'

const TENANT = TenantId.parse('acme')
let signer: Signer
let stranger: Signer
beforeAll(async () => {
  signer = await makeSigner('ES256', 'k1')
  stranger = await makeSigner('ES256', 'k1')
})

async function open(issuer: object = {}) {
  const clock = new FakeClock(NOW_MS)
  const memory = createMemoryStore(clock)
  await memory.run(TENANT, create(TENANT))
  const asked: string[] = []
  const store: Store = {
    ...memory,
    run(tenant, command) {
      asked.push(command.type)
      return memory.run(tenant, command)
    },
    strikes: {
      strike(...args) {
        asked.push('strike')
        return memory.strikes.strike(...args)
      },
    },
  }
  const jwks = { jwks: { keys: [signer.publicJwk] } }
  const issuers = offlineIssuers([declare({ algorithms: ['ES256'], ...jwks, ...issuer })])
  const stage = identify({
    store,
    snapshots: new SnapshotCache(),
    hasher: { hash: () => Promise.resolve([]) },
    issuers,
    tokens: new TokenCache(),
    throttle: createThrottle(store.strikes, clock),
    clock,
  })
  const who = (token: string) => {
    const headers = { authorization: `Bearer ${token}` }
    const inbound = openInbound(new Request('http://gateway.test/v1/x', { headers }), {
      requestId: 'req_1',
      startedAtMs: clock.now(),
      clientIp: '192.0.2.1',
      dialect: 'plain',
      maxBodyBytes: 1,
      waitUntil: (work) => void work.catch(() => undefined),
    })
    return stage.run(inbound)
  }
  const refusal = (token: string) =>
    who(token).then(
      () => null,
      (error: unknown) => error as Problem,
    )
  return { clock, who, refusal, asked }
}
const mint = (changes: Record<string, unknown> = {}, by = signer) =>
  by.sign({ alg: 'ES256', kid: 'k1' }, goodClaims(changes))

describe('a caller with a token', () => {
  it('is who its claims say, for one store call at first and none from then on', async () => {
    const { who, asked } = await open()
    const token = await mint()
    const { principal, keyExpiresAtMs } = await who(token)
    expect(principal).toEqual({
      tenant: 'acme',
      user: 'user-1',
      credential: { kind: 'jwt', issuer: ISSUER, expiresAtMs: NOW_MS + 300_000 },
      scopes: new Set(['chat', 'vectors:read']),
      roles: ['developer'],
    })
    expect(keyExpiresAtMs).toBeNull()
    await who(token)
    expect(asked).toEqual(['load'])
  })

  it('is refused the moment that the token has expired, remembered or not', async () => {
    const { clock, who, refusal } = await open({ clock_tolerance_s: 0 })
    const token = await mint({ exp: NOW_MS / 1000 + 10 })
    await who(token)
    await clock.advance(9_999)
    await who(token)
    await clock.advance(1)
    expect(await refusal(token)).toMatchObject({
      code: 'Unauthenticated',
      detail: 'The token has expired.',
    })
  })

  it('counts as a failure of its address when another key has signed it', async () => {
    const { refusal, asked } = await open()
    expect(await refusal(await mint({}, stranger))).toMatchObject({
      code: 'Unauthenticated',
      detail: 'The token is not valid.',
    })
    expect(asked).toEqual(['strike'])
  })

  it('is nobody when its tenant does not exist', async () => {
    const { refusal } = await open()
    expect((await refusal(await mint({ tenant_id: 'nobody' })))?.code).toBe('Unauthenticated')
  })

  it('is told to come again, and not counted, while the keys of its issuer cannot be had', async () => {
    const remote = { jwks: undefined, jwks_url: 'https://id.example/jwks' }
    const { refusal, asked } = await open(remote)
    expect(await refusal(await mint())).toMatchObject({
      code: 'KeysUnavailable',
      members: { retryAfterMs: 5_000 },
    })
    expect(asked).toEqual([])
  })

  it('is never refused for the failures of others at its address', async () => {
    const { who, refusal } = await open()
    const forged = await mint({}, stranger)
    for (let time = 0; time < 21; time += 1) await refusal(forged)
    expect((await refusal(forged))?.code).toBe('TooManyFailures')
    expect((await who(await mint())).principal.tenant).toBe('acme')
  })
})
