// Upstash's REST API over a Redis: one command, a pipeline, or a transaction a request. Every failure
// is an answer; none repeats what was asked.
import type { Buffer } from 'node:buffer'
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Redis } from './redis.ts'
import { RedisGone } from './redis-connection.ts'
import type { Command, Reply } from './reply.ts'
import { readCommand, readCommands } from './rest-body.ts'
import { type Encoding, restError, type RestItem, restItem } from './rest-reply.ts'
import { ScriptAliases } from './script-aliases.ts'
import { isUnfit } from './unfit-commands.ts'

export interface RestCall {
  readonly path: string
  /** The header `upstash-encoding`. */
  readonly encoding: string | undefined
  readonly body: Buffer
}

export interface RestAnswer {
  readonly status: number
  readonly json: string
}

/** Never rejects for what a client or Redis does. */
export type Rest = (call: RestCall) => Promise<RestAnswer>

function isRestPath(path: string): boolean {
  return path === '/' || path === '/pipeline' || path === '/multi-exec'
}

export function createRest(redis: Redis): Rest {
  const aliases = new ScriptAliases()

  async function one(command: Command, encoding: Encoding): Promise<RestItem> {
    if (isUnfit(command)) return restError(UNFIT)
    const translation = aliases.translate(command)
    return restItem(translation.told(await redis.send(translation.command)), encoding)
  }

  async function inTurn(commands: readonly Command[], encoding: Encoding): Promise<RestAnswer> {
    const items: RestItem[] = []
    for (const command of commands) items.push(await one(command, encoding))
    return answerAll(items)
  }

  async function together(commands: readonly Command[], encoding: Encoding): Promise<RestAnswer> {
    if (commands.some(isUnfit)) return answer(restError(UNFIT))
    const translations = commands.map((command) => aliases.translate(command))
    const outcome = await redis.transaction(translations.map(({ command }) => command))
    if (!outcome.done) return answer(restError(outcome.error))
    const told = outcome.replies.map((reply, at): Reply => translations[at]?.told(reply) ?? reply)
    return answerAll(told.map((reply) => restItem(reply, encoding)))
  }

  async function ask({ path, encoding: asked, body }: RestCall): Promise<RestAnswer> {
    const encoding: Encoding = asked === 'base64' ? 'base64' : 'plain'
    if (path === '/') {
      const command = readCommand(body)
      return command === null ? malformed() : answer(await one(command, encoding))
    }
    const commands = readCommands(body)
    if (commands === null) return malformed()
    return path === '/pipeline' ? inTurn(commands, encoding) : together(commands, encoding)
  }

  return async (call) => {
    if (!isRestPath(call.path)) return refusal(404, 'ERR there is no such path')
    try {
      return await ask(call)
    } catch (error) {
      if (error instanceof RedisGone) return refusal(503, `ERR ${error.message}`)
      return refusal(500, 'ERR the bridge has failed')
    }
  }
}

/** Whether `authorization` is the bearer token; takes as long for any other. */
export function isAuthorized(authorization: string | undefined, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest()
  return timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${token}`))
}

export function refusal(status: number, message: string): RestAnswer {
  return { status, json: restError(message).json }
}

const UNFIT = 'ERR this command is not available over REST: connections are shared'

function malformed(): RestAnswer {
  return refusal(400, 'ERR the body must be a JSON array of texts, numbers and booleans')
}

function answer({ failed, json }: RestItem): RestAnswer {
  return { status: failed ? 400 : 200, json }
}

function answerAll(items: readonly RestItem[]): RestAnswer {
  return { status: 200, json: `[${items.map(({ json }) => json).join(',')}]` }
}
