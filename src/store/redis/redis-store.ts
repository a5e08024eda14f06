/**
 * The Store over Redis: one script a command, everything of a tenant in one slot. It answers within
 * its deadline or says that the outcome is unknown, and tells nothing of what was asked.
 */
import type { AccountCommand, ReplyTo } from '../../account/commands.ts'
import { isRepeatable } from '../../account/repeatable.ts'
import type { Clock } from '../../clock.ts'
import { type RandomBytes, secureRandom } from '../../random.ts'
import type { TenantId } from '../../tenant/slug.ts'
import { type Store, StoreUnavailable } from '../store.ts'
import { createRedisClient } from './client.ts'
import { decodeReply } from './decode.ts'
import { RedisDirectory } from './directory.ts'
import { digits } from './digits.ts'
import { encodeCommand } from './encode.ts'
import { accountKeys, keysInOrder, strikeKey } from './keys.ts'
import { decodeLedgerPage } from './ledger-page.ts'
import { integer, list, textAt, texts } from './reply.ts'
import { createScriptRunner } from './script.ts'

const DEFAULT_DEADLINE_MS = 1_000

export interface RedisStoreOptions {
  readonly url: string
  readonly token: string
  readonly clock: Clock
  /** The scripts' own line for Upstash, which any other Redis refuses. */
  readonly upstash?: boolean
  /** How long one call may take, its repetition included. */
  readonly deadlineMs?: number | undefined
  /** Marks what this process asks, so that it knows the answers. */
  readonly randomBytes?: RandomBytes
  /** Epoch milliseconds that a test judges accounts by, instead of Redis' own time. */
  readonly testClock?: () => number
}

export function createRedisStore(options: RedisStoreOptions): Store {
  const { url, token, clock, upstash = false, deadlineMs = DEFAULT_DEADLINE_MS } = options
  const { testClock, randomBytes = secureRandom } = options
  const runner = createScriptRunner(
    createRedisClient({ url, token, deadlineMs }),
    upstash,
    randomBytes,
  )
  const directory = new RedisDirectory(runner)
  const time = () => (testClock === undefined ? '' : digits(testClock()))

  async function run<C extends AccountCommand>(tenant: TenantId, command: C): Promise<ReplyTo<C>> {
    const args = [time(), ...encodeCommand(command)]
    const keys = keysInOrder(accountKeys(tenant))
    await directory.checkOnce()
    const reply = await runner.run({
      script: command.type,
      keys,
      args,
      repeatable: isRepeatable(command),
    })
    if (isMissing(reply)) await directory.demandAbsent(tenant, command.type)
    // The table of decoders has checked which reply goes with which command; C itself is not known.
    // oxlint-disable-next-line typescript/no-unnecessary-type-assertion -- so many replies are more than the checker compares
    return decodeReply(command.type, reply, command) as ReplyTo<C>
  }

  /** The work's answer in time, or StoreUnavailable: the words of any other error stay here. */
  async function within<T>(work: () => Promise<T>): Promise<T> {
    const { promise, reject } = Promise.withResolvers<never>()
    const cancel = clock.after(deadlineMs, () => {
      reject(new StoreUnavailable('the store did not answer in time'))
    })
    try {
      return await Promise.race([work(), promise])
    } catch (error) {
      if (error instanceof StoreUnavailable || error instanceof RangeError) throw error
      throw new StoreUnavailable('the store failed to answer')
    } finally {
      cancel()
    }
  }

  return {
    run: (tenant, command) => within(() => run(tenant, command)),
    ledger: (tenant, after, limit) =>
      within(async () => {
        const keys = [accountKeys(tenant).ledger]
        const args = [digits(after), digits(limit)]
        return decodeLedgerPage(
          await runner.run({ script: 'ledger', keys, args, repeatable: true }),
        )
      }),
    directory: {
      register: (...args) => within(() => directory.register(...args)),
      update: (row) => within(() => directory.update(row)),
      get: (tenant) => within(() => directory.get(tenant)),
      list: (after, limit) => within(() => directory.list(after, limit)),
      count: () => within(() => directory.count()),
      bury: (...args) => within(() => directory.bury(...args)),
      document: (kind, id) => within(() => directory.document(kind, id)),
      documents: (kind) => within(() => directory.documents(kind)),
      write: (changes, nowMs) => within(() => directory.write(changes, nowMs)),
    },
    needsSweeping: true,
    strikes: {
      strike: (subject, windowMs) =>
        within(async () => {
          const keys = [strikeKey(subject, windowMs)]
          const args = [time(), digits(windowMs)]
          const call = { script: 'strike', keys, args, repeatable: false } as const
          const reply = texts(await runner.run(call))
          return { count: integer(textAt(reply, 0)), resetsAtMs: integer(textAt(reply, 1)) }
        }),
    },
    ping: () => within(() => directory.check()),
  }
}

/** Whether there is no account, rather than another incarnation or another state than was meant. */
function isMissing(reply: unknown): boolean {
  const [type, why] = list(reply)
  return type === 'gone' && why === 'missing'
}
