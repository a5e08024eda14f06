// The bridge in front of a Redis as local start-up runs it, but that a test may plan what goes wrong,
// and sees which calls came and which errors Redis gave.
import { scriptKeys } from '../../dev/bridge/command-keys.ts'
import { openRedis } from '../../dev/bridge/open-redis.ts'
import type { Redis } from '../../dev/bridge/redis.ts'
import { parseRedisUrl } from '../../dev/bridge/redis-url.ts'
import type { Command } from '../../dev/bridge/reply.ts'
import { createRest, type RestAnswer, type RestCall } from '../../dev/bridge/rest.ts'
import { readCommand, readCommands } from '../../dev/bridge/rest-body.ts'
import { startRestServer } from '../../dev/bridge/rest-server.ts'
import { sha1Of, storeScripts } from './store-scripts.ts'
import { answerWith, type BridgeFault, ping } from './bridge-faults.ts'

export interface BridgeCall {
  /** In lower case; `pipeline` and `multi-exec` stand for all their commands. */
  readonly command: string
  /** The name of one of the store's scripts, the SHA-1 of any other; null when none is run. */
  readonly script: string | null
  readonly keys: readonly string[]
  /** From 1, among the calls of this script, or of this command where there is none. */
  readonly nth: number
}

export type BridgeFaultPlan = (call: BridgeCall) => BridgeFault | null

export interface TestBridge {
  readonly url: string
  readonly token: string
  /** The Redis behind it, to look at and to prepare. */
  readonly redis: Redis
  /** By script, or by command where there is none. */
  readonly calls: ReadonlyMap<string, number>
  /** The commands that came, in order. */
  readonly received: string[]
  /** What Redis answered with an error, NOSCRIPT left out. */
  readonly errors: string[]
  /** For all further calls. */
  setPlan(plan: BridgeFaultPlan): void
  close(): Promise<void>
}

export const BRIDGE_TOKEN = 'test-bridge-token'

export async function startTestBridge(
  redisUrl: string,
  firstPlan: BridgeFaultPlan = () => null,
): Promise<TestBridge> {
  const address = parseRedisUrl(redisUrl)
  if (typeof address === 'string') throw new Error(address)
  const redis = await openRedis(address)
  const rest = createRest(redis)
  const calls = new Map<string, number>()
  const received: string[] = []
  const errors: string[] = []
  let plan = firstPlan
  let latest: RestAnswer | null = null

  async function execute(call: RestCall): Promise<RestAnswer> {
    const answer = await rest(call)
    const error = answer.status === 200 ? null : String(JSON.parse(answer.json).error)
    if (error !== null && !error.startsWith('NOSCRIPT')) errors.push(error)
    latest = answer
    return answer
  }

  const server = await startRestServer(BRIDGE_TOKEN, async (call, response) => {
    const described = describeCall(call)
    const name = described.script ?? described.command
    const nth = (calls.get(name) ?? 0) + 1
    calls.set(name, nth)
    received.push(described.command)
    const before = latest
    await answerWith(
      plan({ ...described, nth }),
      () => execute(call),
      async () => before ?? ping(rest),
      response,
    )
  })
  return {
    url: server.url,
    token: BRIDGE_TOKEN,
    redis,
    calls,
    received,
    errors,
    setPlan(next) {
      plan = next
    },
    async close() {
      await server.close()
      redis.close()
    },
  }
}

function describeCall({ path, body }: RestCall): Omit<BridgeCall, 'nth'> {
  if (path !== '/') {
    const keys = (readCommands(body) ?? []).flatMap(keysOf)
    return { command: path.slice(1), script: null, keys }
  }
  const command = readCommand(body)
  if (command === null) return { command: 'malformed', script: null, keys: [] }
  const name = command[0].toLowerCase()
  return { command: name, script: scriptOf(name, command[1] ?? ''), keys: keysOf(command) }
}

function scriptOf(name: string, textOrSha: string): string | null {
  const sha = name === 'evalsha' ? textOrSha : name === 'eval' ? sha1Of(textOrSha) : null
  return sha === null ? null : (storeScripts.get(sha) ?? sha)
}

function keysOf(command: Command): readonly string[] {
  return scriptKeys(command) ?? command.slice(1, 2)
}
