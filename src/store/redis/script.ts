/**
 * Runs scripts: by hash, and by text where Redis does not have them. Alone sends commands; what they
 * answer is the callers' to read.
 */
import { toHex } from '../../hex.ts'
import type { RandomBytes } from '../../random.ts'
import { type RedisClient, RedisFailure } from './client.ts'
import { type ScriptName, scriptText } from './scripts.ts'

/** Locks a script's keys instead of the whole database. Real Redis refuses to run such a script. */
const UPSTASH_FLAGS = '#!lua flags=allow-key-locking\n'

const ASKER_BYTES = 8

export interface ScriptCall {
  readonly script: ScriptName
  readonly keys: readonly string[]
  readonly args: readonly string[]
  /** Whether the outcome is the same when the call reaches Redis twice. */
  readonly repeatable: boolean
}

export interface ScriptRunner {
  /** Rejects with RedisFailure when the outcome is unknown or was an error. */
  run(call: ScriptCall): Promise<unknown>
}

interface Loaded {
  readonly text: string
  readonly sha: string
}

export function createScriptRunner(
  client: RedisClient,
  upstash: boolean,
  randomBytes: RandomBytes,
): ScriptRunner {
  const loaded = new Map<ScriptName, Promise<Loaded>>()
  const asker = toHex(randomBytes(ASKER_BYTES))
  let asked = 0

  function find(name: ScriptName): Promise<Loaded> {
    const known = loaded.get(name) ?? hash((upstash ? UPSTASH_FLAGS : '') + scriptText(name))
    loaded.set(name, known)
    return known
  }

  async function once({ script, keys, args }: ScriptCall): Promise<unknown> {
    const { text, sha } = await find(script)
    asked += 1
    const mark = `${asker}.${asked}`
    const marked = [...args, mark]
    try {
      return answerTo(mark, await client.evalSha(sha, keys, marked))
    } catch (error) {
      if (!(error instanceof RedisFailure) || error.failure !== 'no_script') throw error
      return answerTo(mark, await client.evalText(text, keys, marked))
    }
  }

  return {
    async run(call) {
      try {
        return await once(call)
      } catch (error) {
        const again = error instanceof RedisFailure && error.failure === 'unsent'
        if (!again || !call.repeatable) throw error
        return once(call)
      }
    },
  }
}

/** Whatever stands between may mix up answers: another's would be believed, were it not marked. */
function answerTo(mark: string, reply: unknown): unknown {
  if (!Array.isArray(reply) || reply.length !== 2 || reply[0] !== mark) {
    throw new RedisFailure('strange')
  }
  return reply[1]
}

/** SHA-1, because Redis names scripts by it. */
async function hash(text: string): Promise<Loaded> {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text))
  return { text, sha: toHex(new Uint8Array(digest)) }
}
