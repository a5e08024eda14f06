// The bridge in front of a Redis Cluster: where commands go, and that they follow a slot that moves.
import * as fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { slotOf } from '../../../dev/bridge/slot.ts'
import { TenantId } from '../../../src/tenant/slug.ts'
import { accountKeys } from '../../../src/store/redis/keys.ts'
import { createRedisStore } from '../../../src/store/redis/redis-store.ts'
import { systemClock } from '../../../src/clock.ts'
import { START_MS, admit, create, perMinute } from '../../store/commands.ts'
import { RedisCommands } from '../../support/redis-commands.ts'
import {
  hasRedis,
  nodeOf,
  type RedisCluster,
  startRedisCluster,
} from '../../support/redis-server.ts'
import { prepareMigration, type SlotMigration } from '../../support/slot-migration.ts'
import { startTestBridge, type TestBridge } from '../../support/test-bridge.ts'

it.each([
  ['123456789', 12_739],
  ['foo', 12_182],
  ['{user1000}.following', 3_443],
  ['{user1000}.followers', 3_443],
])('puts %s into slot %i', (key, slot) => {
  expect(slotOf(key)).toBe(slot)
})

describe.skipIf(!hasRedis)('a bridge to a cluster', () => {
  let cluster: RedisCluster
  let bridge: TestBridge
  let commands: RedisCommands
  const migrations: SlotMigration[] = []

  beforeAll(async () => {
    cluster = await startRedisCluster()
    bridge = await startTestBridge(cluster.url)
    commands = new RedisCommands(bridge.redis)
  })
  afterAll(async () => {
    await bridge.close()
    await cluster.stop()
  })
  afterEach(() => {
    for (const migration of migrations.splice(0)) migration.close()
  })

  async function ask(...command: readonly (string | number)[]): Promise<unknown> {
    const answer = await fetch(bridge.url, {
      method: 'POST',
      headers: { authorization: `Bearer ${bridge.token}` },
      body: JSON.stringify(command),
    })
    const { result, error } = (await answer.json()) as { result?: unknown; error?: string }
    return error ?? result
  }

  async function post(path: string, body: unknown): Promise<unknown> {
    const headers = { authorization: `Bearer ${bridge.token}` }
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    return (await fetch(bridge.url + path, init)).json()
  }

  function migrationOf(key: string): SlotMigration {
    const migration = prepareMigration(cluster, slotOf(key))
    migrations.push(migration)
    return migration
  }

  it('agrees with Redis about the slot of any key', async () => {
    const unit = fc.oneof(fc.constantFrom('{', '}'), fc.string({ unit: 'grapheme', maxLength: 2 }))
    await fc.assert(
      fc.asyncProperty(fc.array(unit, { maxLength: 8 }), async (units) => {
        const key = units.join('')
        expect([key, slotOf(key)]).toEqual([key, await commands.send('CLUSTER', 'KEYSLOT', key)])
      }),
      { numRuns: 300 },
    )
  })

  it('sends every command to the node that has its keys, wherever they stand in it', async () => {
    const names = Array.from({ length: 12 }, (_, n) => `key-${n}`)
    for (const name of names) {
      expect(await ask('SET', name, name)).toBe('OK')
      expect(await ask('EVAL', "return redis.call('GET', KEYS[1])", 1, name)).toBe(name)
      expect(await ask('OBJECT', 'ENCODING', name)).toBe('embstr')
      expect(await ask('XADD', `{${name}}:x`, '1-1', 'f', 'v')).toBe('1-1')
      expect(await ask('XREAD', 'COUNT', 1, 'STREAMS', `{${name}}:x`, '0')).toHaveLength(1)
      expect(await ask('ZADD', `{${name}}:z`, 1, 'a')).toBe(1)
      expect(await ask('ZUNION', 1, `{${name}}:z`)).toEqual(['a'])
    }
    const sizes = cluster.nodes.map(async (server) => {
      const node = nodeOf(server)
      const reply = await node.send(['DBSIZE'])
      node.close()
      return reply
    })
    for (const size of await Promise.all(sizes)) {
      expect(size).toMatchObject({ type: 'integer', digits: expect.stringMatching(/^[1-9]/) })
    }
  })

  it('tells the nodes’ own words about keys of two slots and about commands that are none', async () => {
    expect(await ask('MGET', 'a', 'b')).toMatch(/^CROSSSLOT/)
    expect(await ask('EVAL', 'return 1', 2, 'a', 'b')).toMatch(/^CROSSSLOT/)
    expect(await ask('EVAL', "return redis.call('GET', 'b')", 1, 'a')).toMatch(/non local key/)
    expect(await ask('NO SUCH')).toMatch(/^ERR unknown command/)
    expect(await ask('GET')).toMatch(/^ERR wrong number/)
    expect(await ask('EVAL', 'return 1', 'x')).toMatch(/^ERR/)
  })

  it('runs a pipeline over all nodes, and a transaction in one slot only', async () => {
    const inTurn = [
      ['SET', 'a', '1'],
      ['SET', 'b', '2'],
      ['INCR', 'a'],
      ['INCR', 'b'],
    ]
    expect(await post('/pipeline', inTurn)).toEqual([{ result: 'OK' }, { result: 'OK' }, { result: 2 }, { result: 3 }]) // prettier-ignore
    expect(await post('/multi-exec', inTurn)).toEqual({
      error: expect.stringMatching(/^CROSSSLOT/),
    })
    expect(await ask('GET', 'a')).toBe('2')
    const together = [
      ['INCR', '{a}:1'],
      ['INCR', 'a'],
    ]
    expect(await post('/multi-exec', together)).toEqual([{ result: 1 }, { result: 3 }])
  })

  it('loads and forgets scripts on every node, and refuses what is one node’s to say', async () => {
    const sha = String(await ask('SCRIPT', 'LOAD', "return 'here'"))
    for (const key of ['a', 'b', 'c', 'd']) expect(await ask('EVALSHA', sha, 1, key)).toBe('here')
    expect(await ask('SCRIPT', 'EXISTS', sha)).toEqual([1])
    await ask('SCRIPT', 'FLUSH')
    for (const key of ['a', 'b', 'c', 'd'])
      expect(await ask('EVALSHA', sha, 1, key)).toMatch(/^NOSCRIPT/)
    await ask('EVAL', "return 'here'", 1, 'a')
    expect(await ask('SCRIPT', 'EXISTS', sha)).toEqual([0])
    for (const command of [['KEYS', '*'], ['SCAN', 0], ['DBSIZE'], ['RANDOMKEY']]) {
      expect(await ask(...command)).toMatch(/not available on a cluster/)
    }
    expect(await ask('FLUSHALL')).toBe('OK')
    for (const key of ['a', 'b']) expect(await ask('GET', key)).toBeNull()
  })

  it('follows a slot from one node to another, in every state of the move', async () => {
    const [one, two] = ['{moving}:1', '{moving}:2']
    const sum = "return redis.call('INCR', KEYS[1]) + redis.call('INCR', KEYS[2])"
    const migration = migrationOf(one)
    expect(await ask('EVAL', sum, 2, one, two)).toBe(2)
    await migration.begin()
    expect(await ask('EVAL', sum, 2, one, two)).toBe(4)
    await migration.move([one])
    expect(await ask('INCR', one)).toBe(3)
    expect(await migration.countErrors('ASK')).toBeGreaterThan(0)
    expect(await post('/multi-exec', [['INCR', one], ['INCR', one]])).toEqual([{ result: 4 }, { result: 5 }]) // prettier-ignore
    const waiting = ask('EVAL', sum, 2, one, two)
    while ((await migration.countErrors('TRYAGAIN')) === 0) await migration.countErrors('TRYAGAIN')
    await migration.move([two])
    expect(await waiting).toBe(9)
    await migration.finish()
    expect(await migration.countErrors('MOVED')).toBe(0)
    expect(await post('/multi-exec', [['INCR', one], ['INCR', two]])).toEqual([{ result: 7 }, { result: 4 }]) // prettier-ignore
    expect(await migration.countErrors('MOVED')).toBeGreaterThan(0)
    const before = await migration.countErrors('MOVED')
    expect(await ask('EVAL', sum, 2, one, two)).toBe(13)
    expect(await migration.countErrors('MOVED')).toBe(before)
  })

  it('admits exactly as many as before while an account’s slot moves', async () => {
    const tenant = TenantId.parse('moving-account')
    await ask('SET', 'tg:{.directory}:epoch', 'test')
    const { url, token } = bridge
    const testClock = () => START_MS
    const options = { url, token, clock: systemClock, deadlineMs: 30_000, testClock }
    const store = createRedisStore(options)
    await store.run(tenant, create(tenant))
    const migration = migrationOf(accountKeys(tenant).account)
    const types: string[] = []
    const some = async (batch: number) => {
      for (let n = 0; n < 40; n += 1) {
        const command = admit('inc-1.1.nonce-1', `hold-${batch}-${n}`, START_MS, {
          rates: [perMinute(100)],
        })
        types.push((await store.run(tenant, command)).type)
      }
    }
    const move = async () => {
      await migration.begin()
      await migration.moveAll()
      await migration.finish()
    }
    await Promise.all([some(0), some(1), some(2), some(3), move()])
    expect(types.filter((type) => type === 'admitted')).toHaveLength(100)
    expect(types.filter((type) => type === 'refused')).toHaveLength(60)
    expect(await migration.countErrors('MOVED')).toBeGreaterThan(0)
    const view = await store.run(tenant, { type: 'view', rates: [], budgets: [] })
    expect(view).toMatchObject({ counters: { live: 100 } })
  })
})
