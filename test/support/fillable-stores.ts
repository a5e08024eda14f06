// Both stores, each under a clock of the test's own, with a quick way in: the same commands by the same
// scripts and objects as ever, but many of them on one connection or in one call.
import type { AccountCommand, AccountReply } from '../../src/account/commands.ts'
import type { TenantId } from '../../src/tenant/slug.ts'
import { accountKeys, keysInOrder } from '../../src/store/redis/keys.ts'
import { decodeReply } from '../../src/store/redis/decode.ts'
import { encodeCommand } from '../../src/store/redis/encode.ts'
import { scriptText } from '../../src/store/redis/scripts.ts'
import {
  bundleStoreWorker,
  DurableObjectHarness,
  temporaryFolder,
} from '../store/durable-object-harness.ts'
import { RedisHarness } from '../store/redis/redis-harness.ts'
import { demandSettled, nthAdmission, nthSettlement } from './many-requests.ts'
import type { FillableStore } from './report-cost.ts'
import { sha1Of } from './store-scripts.ts'
import type { StoreName } from './stores.ts'

export function openFillable(name: StoreName): Promise<FillableStore> {
  return name === 'redis' ? openRedis() : openObjects()
}

async function openRedis(): Promise<FillableStore> {
  const redis = await RedisHarness.open()
  const clock = { nowMs: 0 }
  const store = redis.store({ testClock: () => clock.nowMs })
  for (const script of ['admit', 'settle'] as const) {
    await redis.resp.send('SCRIPT', 'LOAD', scriptText(script))
  }
  return {
    store,
    setTime: (nowMs) => (clock.nowMs = nowMs),
    async serve(tenant, { first, count, nowMs }) {
      const runAll = (commands: readonly AccountCommand[]) =>
        Promise.all(commands.map((command) => runScript(redis, clock.nowMs, tenant, command)))
      const numbers = Array.from({ length: count }, (_, at) => first + at)
      const admitted = await runAll(numbers.map((n) => nthAdmission(n, nowMs)))
      demandSettled(await runAll(admitted.map((reply, at) => nthSettlement(first + at, reply))))
    },
    /** Calls of each of Redis' commands, those that scripts make included. */
    async looked() {
      const stats = String(await redis.resp.send('INFO', 'commandstats'))
      await redis.resp.send('CONFIG', 'RESETSTAT')
      const found = [...stats.matchAll(/cmdstat_([^:]+):calls=(\d+)/g)]
      return Object.fromEntries(
        found
          .filter(([, name = '']) => !/^(config|info|evalsha|eval|time)/.test(name))
          .map(([, name = '', calls]) => [name, Number(calls)]),
      )
    },
    close: () => redis.close(),
  }
}

/** As the store runs it, but on Redis' own connection, where a thousand commands need not wait for each other. */
async function runScript(
  redis: RedisHarness,
  nowMs: number,
  tenant: TenantId,
  command: AccountCommand,
): Promise<AccountReply> {
  const keys = keysInOrder(accountKeys(tenant))
  const args = [String(nowMs), ...encodeCommand(command), 'mark']
  const sha = sha1Of(scriptText(command.type))
  const answer = await redis.resp.send('EVALSHA', sha, keys.length, ...keys, ...args)
  if (!Array.isArray(answer)) throw new Error(String(answer))
  return decodeReply(command.type, answer[1], command)
}

async function openObjects(): Promise<FillableStore> {
  const folder = await temporaryFolder()
  const objects = await DurableObjectHarness.open(await bundleStoreWorker(), folder.path)
  return {
    store: objects.store,
    setTime: (nowMs) => (objects.clock.nowMs = nowMs),
    serve: (tenant, requests) => objects.call('serve', tenant, requests),
    /** Rows that the object's SQLite has read. */
    looked: async (tenant) => ({ rows: await objects.call<number>('rowsRead', tenant) }),
    async close() {
      await objects.close()
      await folder.remove()
    },
  }
}
