import { describe, expect, it } from 'vitest'
import { mintKey } from '../../src/identify/api-key/api-key.ts'
import type { KeyRecord } from '../../src/identify/api-key/key-record.ts'
import { KeyHasher } from '../../src/identify/api-key/pepper.ts'
import { type Identified, identify } from '../../src/identify/stage.ts'
import { createThrottle } from '../../src/identify/throttle.ts'
import { TokenCache } from '../../src/identify/jwt/token-cache.ts'
import { openInbound } from '../../src/inbound.ts'
import type { Problem } from '../../src/problem/problem.ts'
import { StaleSnapshot } from '../../src/stage.ts'
import { createMemoryStore } from '../../src/store/memory.ts'
import type { Store } from '../../src/store/store.ts'
import { TenantId } from '../../src/tenant/slug.ts'
import { SnapshotCache } from '../../src/tenant/snapshot.ts'
import { change, create, keyRecord, START_MS as STORE_START_MS } from '../store/commands.ts'
import { FakeClock } from '../support/fakes/clock.ts'
import { seededBytes } from './seeded-bytes.ts'

const TENANT = TenantId.parse('acme')
const IP = '192.0.2.1'
const VERSION = 'inc-1.1.nonce-1'

async function open(recordChanges: Partial<KeyRecord> = {}) {
  const clock = new FakeClock(STORE_START_MS)
  const memory = createMemoryStore(clock)
  const hasher = new KeyHasher([{ version: 'v1', secret: new Uint8Array(32).fill(7) }])
  const key = mintKey(TENANT, seededBytes(1))
  const [hash = ''] = await hasher.hash(key)
  const record = { ...keyRecord('key_1111111111111111111111'), scopes: ['llm'], ...recordChanges }
  await memory.run(TENANT, create(TENANT, { keys: [{ hash, record }] }))
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
  const stage = identify({
    store,
    snapshots: new SnapshotCache(),
    hasher,
    issuers: new Map(),
    tokens: new TokenCache(),
    throttle: createThrottle(store.strikes, clock),
    clock,
  })
  const who = (headers: Readonly<Record<string, string>>, ip: string | null = IP) => {
    const inbound = openInbound(new Request('http://gateway.test/v1/x', { headers }), {
      requestId: 'req_1',
      startedAtMs: clock.now(),
      clientIp: ip,
      dialect: 'plain',
      maxBodyBytes: 1,
      waitUntil: () => undefined,
    })
    return stage.run(inbound)
  }
  const withKey = (text: string, ip?: string | null) => who({ authorization: `Bearer ${text}` }, ip)
  const refusal = async (running: Promise<Identified>) =>
    running.then(
      () => null,
      (error: unknown) => error as Problem,
    )
  return { clock, memory, key, hash, record, asked, who, withKey, refusal }
}

const wrongKey = (seed: number, tenant = TENANT) => mintKey(tenant, seededBytes(seed))

describe('a caller with an API key', () => {
  it("is who the key's record says", async () => {
    const { key, withKey, record } = await open({ user: 'alice' })
    const { principal, known, keyExpiresAtMs } = await withKey(key)
    expect(principal).toEqual({
      tenant: 'acme',
      user: 'alice',
      credential: { kind: 'api-key', keyId: record.id },
      scopes: new Set(['llm']),
      roles: [],
    })
    expect([known.version, keyExpiresAtMs]).toEqual([VERSION, null])
  })

  it('costs one store call at first and none from then on', async () => {
    const { key, withKey, asked } = await open()
    await withKey(key)
    expect(asked).toEqual(['load'])
    await withKey(key)
    await withKey(key)
    expect(asked).toEqual(['load'])
  })

  it('is found wherever an SDK puts the key', async () => {
    const { key, who } = await open()
    for (const name of ['x-api-key', 'api-key', 'x-goog-api-key', 'x-chroma-token']) {
      expect((await who({ [name]: key })).principal.tenant).toBe('acme')
    }
  })
})

describe('a caller without a good credential', () => {
  it('costs no store call when the form of it is wrong', async () => {
    const { key, who, withKey, refusal, asked } = await open()
    const flipped = key.slice(0, -1) + (key.endsWith('a') ? 'b' : 'a')
    for (const running of [
      who({}),
      withKey('garbage'),
      withKey(flipped),
      withKey(key.slice(0, -1)),
      who({ authorization: `Basic ${key}` }),
      who({ authorization: `Bearer ${key}`, 'x-api-key': wrongKey(9) }),
    ]) {
      expect((await refusal(running))?.code).toBe('Unauthenticated')
    }
    expect(asked).toEqual([])
  })

  it('is told the same of a wrong key, an unknown tenant and a revoked key', async () => {
    const { key, withKey, refusal } = await open({ revoked_at_ms: 1 })
    const problems = [
      await refusal(withKey(wrongKey(2))),
      await refusal(withKey(wrongKey(3, TenantId.parse('nobody')))),
      await refusal(withKey(key)),
    ]
    expect(new Set(problems.map((problem) => problem?.message)).size).toBe(1)
    expect(problems[0]).toMatchObject({ code: 'Unauthenticated', members: {} })
  })

  it('is throttled by address after 20 wrong keys, with no further store call', async () => {
    const { withKey, refusal, asked } = await open()
    for (let seed = 100; seed < 120; seed += 1) {
      expect((await refusal(withKey(wrongKey(seed))))?.code).toBe('Unauthenticated')
    }
    expect(asked).toHaveLength(40)
    const blocked = await refusal(withKey(wrongKey(120)))
    expect(blocked).toMatchObject({ code: 'TooManyFailures', members: { retryAfterMs: 61_000 } })
    expect(asked).toHaveLength(40)
    expect((await refusal(withKey(wrongKey(121), '192.0.2.9')))?.code).toBe('Unauthenticated')
  })

  it('throttles nobody at the same address whose key is known here', async () => {
    const { key, withKey, refusal } = await open()
    await withKey(key)
    for (let seed = 100; seed < 130; seed += 1) await refusal(withKey(wrongKey(seed)))
    expect((await withKey(key)).principal.tenant).toBe('acme')
  })
})

describe('a refusal that rests on memory', () => {
  it('is confirmed by the store, and counted there', async () => {
    const { key, withKey, refusal, asked } = await open({ revoked_at_ms: 1 })
    await refusal(withKey(key))
    await refusal(withKey(key))
    expect(asked).toEqual(['load', 'refuse', 'refuse'])
  })

  it.each([
    [{ revoked_at_ms: 1 }, 'Unauthenticated', 'The API key is not valid.'],
    [{ expires_at_ms: STORE_START_MS }, 'Unauthenticated', 'The API key has expired.'],
    [{ ip_allow: ['10.0.0.0/8'] }, 'Forbidden', 'This API key may not be used from this address.'],
  ])('for %j says %s', async (changes, code, detail) => {
    const { key, withKey, refusal } = await open(changes)
    expect(await refusal(withKey(key))).toMatchObject({ code, detail })
  })

  it('does not outlive its cause: it has all decided again on what is in force', async () => {
    const { memory, key, hash, record, withKey, refusal } = await open({
      ip_allow: ['10.0.0.0/8'],
    })
    await refusal(withKey(key))
    await memory.run(
      TENANT,
      change(VERSION, { keys: [{ hash, record: { ...record, ip_allow: [] } }] }),
    )
    expect(await refusal(withKey(key))).toBeInstanceOf(StaleSnapshot)
    expect((await withKey(key)).principal.tenant).toBe('acme')
  })

  it('of a tenant that is gone has all decided again, and then knows nobody', async () => {
    const { memory, key, withKey, refusal } = await open({ revoked_at_ms: 1 })
    await refusal(withKey(key))
    await memory.run(TENANT, { type: 'erase', incarnation: 'inc-1' })
    expect(await refusal(withKey(key))).toBeInstanceOf(StaleSnapshot)
    expect((await refusal(withKey(key)))?.code).toBe('Unauthenticated')
  })
})
