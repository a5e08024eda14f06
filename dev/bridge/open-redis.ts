// Opens the Redis behind an address: finds out whether it is a cluster, and says in a sentence why it
// cannot be used.
import { ClusterRedis } from './cluster-redis.ts'
import { asTransaction, readTransaction, type Redis, RedisUnusable } from './redis.ts'
import { RedisGone } from './redis-connection.ts'
import { RedisNode } from './redis-node.ts'
import type { RedisAddress } from './redis-url.ts'
import { textOf } from './reply.ts'

/** Rejects with RedisUnusable. */
export async function openRedis({ node, login, cluster }: RedisAddress): Promise<Redis> {
  const first = new RedisNode(node, login)
  try {
    const reply = await first.send(['INFO', 'cluster'])
    if (reply.type === 'error') throw new RedisUnusable(`it answered ${reply.message}`)
    const isCluster = /^cluster_enabled:1\r?$/m.test(textOf(reply) ?? '')
    if (cluster && !isCluster) throw new RedisUnusable('it is no cluster: write redis://')
    if (!isCluster) return singleRedis(first)
    if (login.database !== 0) throw new RedisUnusable('it is a cluster: database 0 is all it has')
    return await ClusterRedis.open(first, login)
  } catch (error) {
    first.close()
    if (!(error instanceof RedisGone)) throw error
    const lost = error.outcome === 'lost'
    throw new RedisUnusable(lost ? 'it does not answer as a Redis does' : error.message)
  }
}

function singleRedis(node: RedisNode): Redis {
  return {
    send: (command) => node.send(command),
    transaction: async (commands) => readTransaction(await node.sendAll(asTransaction(commands))),
    close: () => node.close(),
  }
}
