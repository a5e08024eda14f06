// The store under a test's gateway: the one that its vitest project names.
import { inject } from 'vitest'
import { RedisHarness } from '../store/redis/redis-harness.ts'

export type StoreName = 'durable-object' | 'redis'

declare module 'vitest' {
  interface ProvidedContext {
    store: StoreName
  }
}

export interface TestStore {
  /** What makes a gateway use it. */
  readonly bindings: Readonly<Record<string, string>>
  /** Null where it is another one. */
  readonly redis: RedisHarness | null
  close(): Promise<void>
}

export function openTestStore(): Promise<TestStore> {
  return inject('store') === 'redis' ? openRedis() : Promise.resolve(embedded)
}

/** The gateway's own objects, in its own process. */
const embedded: TestStore = { bindings: {}, redis: null, close: () => Promise.resolve() }

async function openRedis(): Promise<TestStore> {
  const redis = await RedisHarness.open()
  const { url, token } = redis.bridge
  return {
    bindings: { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token },
    redis,
    close: () => redis.close(),
  }
}
