// Every fault that a test can plan at the bridge, as Upstash's client and the Redis store see it; and
// whether the command was executed all the same.
import { Redis } from '@upstash/redis/cloudflare'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import { createRedisStore } from '../../../src/store/redis/redis-store.ts'
import { StoreUnavailable } from '../../../src/store/store.ts'
import { TenantId } from '../../../src/tenant/slug.ts'
import { START_MS, admit, create, perMinute } from '../../store/commands.ts'
import { type BridgeFault, redisErrorCodes } from '../../support/bridge-faults.ts'
import { hasRedis, type RedisServer, startRedisServer } from '../../support/redis-server.ts'
import { type BridgeCall, startTestBridge, type TestBridge } from '../../support/test-bridge.ts'

describe.skipIf(!hasRedis)('a planned fault', () => {
  let server: RedisServer
  let bridge: TestBridge

  beforeAll(async () => {
    server = await startRedisServer()
  })
  afterAll(() => server.stop())
  beforeEach(async () => {
    bridge = await startTestBridge(server.url)
    await bridge.redis.send(['FLUSHALL'])
  })
  afterEach(() => bridge.close())

  const client = (deadlineMs = 5_000) =>
    new Redis({
      url: bridge.url,
      token: bridge.token,
      automaticDeserialization: false,
      enableAutoPipelining: false,
      responseEncoding: false,
      retry: { retries: 0 },
      signal: () => AbortSignal.timeout(deadlineMs),
    })

  /** What comes of an INCR under the fault, and the count after it. */
  async function incrUnder(fault: BridgeFault, deadlineMs?: number) {
    bridge.setPlan(({ command }) => (command === 'incr' ? fault : null))
    const outcome: unknown = await client(deadlineMs)
      .incr('k')
      .catch((error: unknown) => error)
    const count = await client().get('k')
    return {
      outcome: outcome instanceof Error ? `${outcome.name}: ${outcome.message}` : outcome,
      count,
    }
  }

  const hang = { kind: 'hang' } as const
  it.each<[string, BridgeFault, unknown, string | null, number?]>([
    ['drop_before', { kind: 'drop_before' }, 'TypeError: fetch failed', null],
    ['drop_after', { kind: 'drop_after' }, 'TypeError: fetch failed', '1'],
    [
      'hang, not executed',
      { ...hang, executed: false },
      expect.stringMatching(/^TimeoutError/),
      null,
      200,
    ],
    [
      'hang, executed',
      { ...hang, executed: true },
      expect.stringMatching(/^TimeoutError/),
      '1',
      200,
    ],
    [
      '500',
      { kind: 'status', status: 500 },
      expect.stringMatching(/^UpstashError: ERR internal/),
      null,
    ],
    [
      '429',
      { kind: 'status', status: 429 },
      expect.stringMatching(/^UpstashError: ERR max req/),
      null,
    ],
    ['truncated', { kind: 'truncated' }, expect.stringMatching(/^UpstashJSONParseError/), '1'],
    ['wrong_type', { kind: 'wrong_type' }, { admitted: true }, '1'],
    ['another_reply', { kind: 'another_reply' }, 'PONG', '1'],
    ...redisErrorCodes.map(
      (code) =>
        [
          code,
          { kind: 'redis_error', code },
          expect.stringMatching(new RegExp(`^UpstashError: ${code} .*command was`)),
          null,
        ] as const satisfies [string, BridgeFault, unknown, null],
    ),
  ])('%s is what the client sees', async (_name, fault, outcome, count, deadlineMs) => {
    expect(await incrUnder(fault, deadlineMs)).toEqual({ outcome, count })
  })

  it('delays a call until the test lets it go', async () => {
    const gate = Promise.withResolvers<void>()
    bridge.setPlan(({ command }) =>
      command === 'incr' ? { kind: 'delay', wait: () => gate.promise } : null,
    )
    const late = client().incr('k')
    while (bridge.received.length === 0) await new Promise(setImmediate)
    expect(await client().get('k')).toBeNull()
    gate.resolve()
    expect(await late).toBe(1)
  })

  it('exchanges a reply for the one before', async () => {
    await client().set('other', 'someone else’s')
    bridge.setPlan(({ nth }) => (nth === 2 ? { kind: 'another_reply' } : null))
    expect(await client().get('other')).toBe('someone else’s')
    expect(await client().get('k')).toBe('someone else’s')
    expect(await client().get('k')).toBeNull()
  })

  it('is chosen by command, script, keys and count', async () => {
    const seen: BridgeCall[] = []
    bridge.setPlan((call) => {
      seen.push(call)
      return null
    })
    await client().set('a', '1')
    await client().set('b', '1')
    await client().pipeline().get('a').get('b').exec()
    await client().eval('return 1', ['x', 'y'], ['z'])
    const sha = 'e0e1f9fabfc9d4800c877a703b823ac0578ff8db'
    expect(seen).toEqual([
      { command: 'set', script: null, keys: ['a'], nth: 1 },
      { command: 'set', script: null, keys: ['b'], nth: 2 },
      { command: 'pipeline', script: null, keys: ['a', 'b'], nth: 1 },
      { command: 'eval', script: sha, keys: ['x', 'y'], nth: 1 },
    ])
    expect([...bridge.calls]).toEqual([['set', 2], ['pipeline', 1], [sha, 1]]) // prettier-ignore
  })

  describe('under the redis store', () => {
    const tenant = TenantId.parse('faulty')
    const command = admit('inc-1.1.nonce-1', 'hold-1', START_MS, { rates: [perMinute(1)] })

    async function storeOf(deadlineMs: number, upstash = false) {
      await bridge.redis.send(['SET', 'tg:{.directory}:epoch', 'test'])
      const { url, token } = bridge
      const testClock = () => START_MS
      return createRedisStore({ url, token, clock: systemClock, deadlineMs, testClock, upstash })
    }

    it.each<[string, BridgeFault]>([
      ['drop_before', { kind: 'drop_before' }],
      ['drop_after', { kind: 'drop_after' }],
      ['hang', { kind: 'hang', executed: true }],
      ['500', { kind: 'status', status: 500 }],
      ['429', { kind: 'status', status: 429 }],
      ['truncated', { kind: 'truncated' }],
      ['wrong_type', { kind: 'wrong_type' }],
      ['another_reply', { kind: 'another_reply' }],
      ...redisErrorCodes.map((code): [string, BridgeFault] => [
        code,
        { kind: 'redis_error', code },
      ]),
    ])(
      '%s is never an admission, and the same hold is admitted once after it',
      async (_name, fault) => {
        const store = await storeOf(1_000)
        await store.run(tenant, create(tenant))
        // Another tenant's account is the last that was answered.
        await store.run(TenantId.parse('stranger'), create(TenantId.parse('stranger')))
        bridge.setPlan(({ script }) => (script === 'admit' ? fault : null))
        await expect(store.run(tenant, command)).rejects.toThrow(StoreUnavailable)
        bridge.setPlan(() => null)
        expect(await store.run(tenant, command)).toMatchObject({ type: 'admitted' })
        const other = await store.run(tenant, { ...command, holdId: 'hold-2' })
        expect(other).toMatchObject({ type: 'refused' })
      },
    )

    it('a NOSCRIPT is answered by the text, with Upstash’s line or without', async () => {
      for (const upstash of [false, true]) {
        await bridge.redis.send(['SCRIPT', 'FLUSH'])
        bridge.received.length = 0
        const store = await storeOf(5_000, upstash)
        await store.ping()
        await store.ping()
        expect(bridge.received).toEqual(['evalsha', 'eval', 'evalsha'])
      }
      expect(bridge.calls.get('ping')).toBe(6)
    })
  })
})
