// A small Upstash-compatible endpoint in front of a Redis or a Redis Cluster, for this machine: what
// talks to Upstash's REST API in a deployment talks to this here.
import { randomBytes } from 'node:crypto'
import { openRedis } from './open-redis.ts'
import type { RedisAddress } from './redis-url.ts'
import { createRest } from './rest.ts'
import { startRestServer, writeAnswer } from './rest-server.ts'

export interface Bridge {
  readonly url: string
  /** Made for this bridge. */
  readonly token: string
  /** Ends it and its connections, within about 300 ms. */
  close(): Promise<void>
}

/** Listens on a free loopback port. Rejects with RedisUnusable when there is nothing to bridge to. */
export async function startBridge(address: RedisAddress): Promise<Bridge> {
  const redis = await openRedis(address)
  const rest = createRest(redis)
  const token = randomBytes(32).toString('base64url')
  const server = await startRestServer(token, async (call, response) => {
    writeAnswer(response, await rest(call))
  })
  return {
    url: server.url,
    token,
    async close() {
      await server.close()
      redis.close()
    },
  }
}
