// What can go wrong between a client and a Redis behind the REST API, as a test plans it call by call.
import type { ServerResponse } from 'node:http'
import { type Rest, type RestAnswer, type RestCall, refusal } from '../../dev/bridge/rest.ts'
import { writeAnswer } from '../../dev/bridge/rest-server.ts'

/** As Redis itself says it. */
const ERRORS = {
  NOSCRIPT: 'NOSCRIPT No matching script. Please use EVAL.',
  READONLY: "READONLY You can't write against a read only replica.",
  OOM: "OOM command not allowed when used memory > 'maxmemory'.",
  BUSY: 'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
  MOVED: 'MOVED 866 127.0.0.1:7001',
  LOADING: 'LOADING Redis is loading the dataset in memory',
  CROSSSLOT: "CROSSSLOT Keys in request don't hash to the same slot",
} as const

export type RedisErrorCode = keyof typeof ERRORS

export const redisErrorCodes = Object.keys(ERRORS) as readonly RedisErrorCode[]

export type BridgeFault =
  /** The connection ends; Redis never hears of the call. */
  | { readonly kind: 'drop_before' }
  /** It is executed, then the connection ends. */
  | { readonly kind: 'drop_after' }
  /** It is executed and answered after `wait`. */
  | { readonly kind: 'delay'; readonly wait: () => Promise<void> }
  /** It is never answered. */
  | { readonly kind: 'hang'; readonly executed: boolean }
  /** Not executed: the service in front of Redis refuses. */
  | { readonly kind: 'status'; readonly status: 429 | 500 }
  /** Executed; the answer breaks off in the middle of its JSON. */
  | { readonly kind: 'truncated' }
  /** Executed; the answer is JSON of another shape. */
  | { readonly kind: 'wrong_type' }
  /** Executed; the answer is what the call before was answered. */
  | { readonly kind: 'another_reply' }
  /** Not executed: Redis answers with an error. */
  | { readonly kind: 'redis_error'; readonly code: RedisErrorCode }

export type Execute = () => Promise<RestAnswer>

/** Answers, or not, as the fault says. */
export async function answerWith(
  fault: BridgeFault | null,
  execute: Execute,
  before: () => Promise<RestAnswer>,
  response: ServerResponse,
): Promise<void> {
  switch (fault?.kind) {
    case undefined:
      return writeAnswer(response, await execute())
    case 'drop_before':
      response.destroy()
      return
    case 'drop_after':
      await execute()
      response.destroy()
      return
    case 'delay':
      await fault.wait()
      return writeAnswer(response, await execute())
    case 'hang':
      if (fault.executed) await execute()
      return
    case 'status':
      return writeAnswer(response, refusal(fault.status, SERVICE_ERRORS[fault.status]))
    case 'truncated': {
      const { status, json } = await execute()
      return writeAnswer(response, { status, json: json.slice(0, json.length >> 1) })
    }
    case 'wrong_type': {
      const { status } = await execute()
      return writeAnswer(response, { status, json: '{"result":{"admitted":true}}' })
    }
    case 'another_reply': {
      const other = await before()
      await execute()
      return writeAnswer(response, other)
    }
    case 'redis_error':
      return writeAnswer(response, refusal(400, ERRORS[fault.code]))
  }
}

const SERVICE_ERRORS = {
  429: 'ERR max requests limit exceeded',
  500: 'ERR internal error',
} as const

/** For an exchange of replies when there was no call before. */
export function ping(rest: Rest): Promise<RestAnswer> {
  const call: RestCall = { path: '/', encoding: undefined, body: Buffer.from('["PING"]') }
  return rest(call)
}
