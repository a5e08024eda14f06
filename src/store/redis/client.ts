/**
 * Talks to Upstash Redis, or to anything that speaks its REST protocol. One call is one request; no
 * error that leaves here carries a word of what was asked, for the client's own quote whole commands.
 */
import { Redis } from '@upstash/redis/cloudflare'

/**
 * `no_script`: the script is not in the cache, nothing ran. `unsent`: worth asking once more.
 * `strange`: an answer, but not to what was asked.
 */
export type Failure = 'no_script' | 'unsent' | 'refused' | 'late' | 'strange'

export class RedisFailure extends Error {
  override readonly name = 'RedisFailure'
  readonly failure: Failure

  constructor(failure: Failure) {
    super(`Redis: ${failure}`)
    this.failure = failure
  }
}

export interface RedisClient {
  /** Both reject with RedisFailure alone. */
  evalSha(sha: string, keys: readonly string[], args: readonly string[]): Promise<unknown>
  evalText(script: string, keys: readonly string[], args: readonly string[]): Promise<unknown>
}

export interface RedisClientOptions {
  readonly url: string
  readonly token: string
  /** After this the request is cut. */
  readonly deadlineMs: number
}

export function createRedisClient({ url, token, deadlineMs }: RedisClientOptions): RedisClient {
  const redis = new Redis({
    url,
    token,
    automaticDeserialization: false,
    // Scripts answer in plain text. Base64 that does not decode would be taken as it is.
    responseEncoding: false,
    enableAutoPipelining: false,
    enableTelemetry: false,
    readYourWrites: false,
    // `false` would mean one repetition; repeating is for those who know that it is harmless.
    retry: { retries: 0 },
    // A function: with a plain signal an aborted call resolves, as if it had been answered.
    signal: () => AbortSignal.timeout(deadlineMs),
  })
  return {
    evalSha: (sha, keys, args) => redacted(redis.evalsha(sha, [...keys], [...args])),
    evalText: (script, keys, args) => redacted(redis.eval(script, [...keys], [...args])),
  }
}

async function redacted(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call
  } catch (error) {
    throw new RedisFailure(failureOf(error))
  }
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return 'refused'
  const { name, message } = error
  if (name === 'TimeoutError' || name === 'AbortError') return 'late'
  // Only at its beginning is the message Redis' own: the command, with a caller's words, follows.
  if (/^(?:ERR )?NOSCRIPT\b/.test(message)) return 'no_script'
  return name.startsWith('Upstash') ? 'refused' : 'unsent'
}
