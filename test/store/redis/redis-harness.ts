// The store over a Redis of the test's own, one server or a cluster of three, with the bridge before it.
import { systemClock } from '../../../src/clock.ts'
import { type RedisStoreOptions, createRedisStore } from '../../../src/store/redis/redis-store.ts'
import type { Store } from '../../../src/store/store.ts'
import { RedisCommands } from '../../support/redis-commands.ts'
import { startRedisCluster, startRedisServer } from '../../support/redis-server.ts'
import { startTestBridge, type TestBridge } from '../../support/test-bridge.ts'

export { hasRedis } from '../../support/redis-server.ts'

export class RedisHarness {
  readonly resp: RedisCommands
  readonly bridge: TestBridge
  readonly #stopRedis: () => Promise<void>

  private constructor(bridge: TestBridge, stopRedis: () => Promise<void>) {
    this.bridge = bridge
    this.resp = new RedisCommands(bridge.redis)
    this.#stopRedis = stopRedis
  }

  static async open(...settings: readonly string[]): Promise<RedisHarness> {
    const server = await startRedisServer({ settings })
    return new RedisHarness(await startTestBridge(server.url), () => server.stop())
  }

  static async openCluster(): Promise<RedisHarness> {
    const cluster = await startRedisCluster()
    return new RedisHarness(await startTestBridge(cluster.url), () => cluster.stop())
  }

  /** Every command that came over REST, for a test to count. */
  get received(): string[] {
    return this.bridge.received
  }

  /** What Redis answered with an error, NOSCRIPT left out: the store tells nothing of it. */
  get errors(): readonly string[] {
    return this.bridge.errors
  }

  store(changes: Partial<RedisStoreOptions> = {}): Store {
    const { url, token } = this.bridge
    // A busy machine must not look like a store that is down; tests of the deadline set their own.
    const patient = { url, token, clock: systemClock, deadlineMs: 30_000 }
    return createRedisStore({ ...patient, ...changes })
  }

  /** Marks the database, as its first tenant would, without adding one to the directory. */
  async provision(): Promise<void> {
    await this.resp.send('SET', 'tg:{.directory}:epoch', 'test')
  }

  async close(): Promise<void> {
    await this.bridge.close()
    await this.#stopRedis()
  }
}
