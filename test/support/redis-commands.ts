// Asks a Redis directly, past any store, and reads its answers as plain values.
import type { Redis } from '../../dev/bridge/redis.ts'
import type { Reply } from '../../dev/bridge/reply.ts'

export type Value = string | number | null | readonly Value[] | Error

export class RedisCommands {
  readonly #redis: Redis

  constructor(redis: Redis) {
    this.#redis = redis
  }

  /** An error that Redis replies is resolved, not thrown. */
  async send(name: string, ...args: readonly (string | number)[]): Promise<Value> {
    return valueOf(await this.#redis.send([name, ...args.map(String)]))
  }
}

export function valueOf(reply: Reply): Value {
  switch (reply.type) {
    case 'status':
      return reply.text
    case 'bulk':
      return reply.bytes.toString('utf8')
    case 'integer':
      return Number(reply.digits)
    case 'null':
      return null
    case 'error':
      return new Error(reply.message)
    case 'array':
      return reply.items.map(valueOf)
  }
}
