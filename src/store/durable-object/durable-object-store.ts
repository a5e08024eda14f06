/**
 * The Store over Durable Objects: one object a tenant, one for the directory, some for strikes.
 * It answers within its deadline or says that the outcome is unknown, and tells nothing of what
 * was asked.
 */
import type { AccountCommand, ReplyTo } from '../../account/commands.ts'
import { isRepeatable } from '../../account/repeatable.ts'
import type { Clock } from '../../clock.ts'
import type { LedgerEntry } from '../../ledger/entry.ts'
import { type Directory, type Store, StoreUnavailable, type Strikes } from '../store.ts'

const DEFAULT_DEADLINE_MS = 1_000
const DIRECTORY_NAME = 'directory'
const THROTTLE_SHARDS = 16

/** What is used of a Durable Object namespace; its own type hides what a call answers. */
export interface ObjectsByName<Stub> {
  getByName(name: string): Stub
}

export interface AccountStub {
  /** Takes a command and gives its reply as JSON. */
  runJson(tenant: string, command: string): Promise<string>
  ledger(tenant: string, after: number, limit: number): Promise<readonly LedgerEntry[]>
}

export interface DurableObjectStoreOptions {
  readonly accounts: ObjectsByName<AccountStub>
  readonly directory: ObjectsByName<Directory>
  readonly throttle: ObjectsByName<Strikes>
  readonly clock: Clock
  /** How long one call may take, its repetition included. */
  readonly deadlineMs?: number | undefined
}

export function createDurableObjectStore(options: DurableObjectStoreOptions): Store {
  const { accounts, throttle, clock, deadlineMs = DEFAULT_DEADLINE_MS } = options
  const directory = () => options.directory.getByName(DIRECTORY_NAME)

  /** `ask` makes its own stub each time: one that has thrown may stay broken. */
  function call<T>(ask: () => Promise<T>, repeatable: boolean): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    let late = false
    const cancel = clock.after(deadlineMs, () => {
      late = true
      reject(new StoreUnavailable('the store did not answer in time'))
    })
    Promise.try(ask)
      .catch((error: unknown) => {
        if (late || !repeatable || !isTransient(error)) throw error
        return ask()
      })
      .finally(cancel)
      // The name of the error goes on, its words do not: they are the runtime's, and may quote what was asked.
      .then(resolve, (error: unknown) => {
        const name = error instanceof Error ? error.name : typeof error
        reject(new StoreUnavailable(`the store failed to answer (${name})`))
      })
    return promise
  }

  return {
    run<C extends AccountCommand>(tenant: string, command: C) {
      const text = JSON.stringify(command)
      // Both ends are this same deployment: a command is answered by its own kind of reply.
      return call(
        async () =>
          JSON.parse(await accounts.getByName(tenant).runJson(tenant, text)) as ReplyTo<C>,
        isRepeatable(command),
      )
    },
    ledger: (tenant, after, limit) =>
      call(() => accounts.getByName(tenant).ledger(tenant, after, limit), true),
    directory: {
      // Repeated, it would find its own row and say `exists` to the one who made it.
      register: (row, tombstones) => call(() => directory().register(row, tombstones), false),
      update: (row) => call(() => directory().update(row), true),
      get: (tenant) => call(() => directory().get(tenant), true),
      list: (after, limit) => call(() => directory().list(after, limit), true),
      count: () => call(() => directory().count(), true),
      bury: (...args) => call(() => directory().bury(...args), true),
      document: (kind, id) => call(() => directory().document(kind, id), true),
      documents: (kind) => call(() => directory().documents(kind), true),
      // Repeated, it would find its own revision and say `stale` to the one who wrote it.
      write: (changes, nowMs) => call(() => directory().write(changes, nowMs), false),
    },
    strikes: {
      strike: (subject, windowMs) =>
        call(() => throttle.getByName(throttleShard(subject)).strike(subject, windowMs), false),
    },
    async ping() {
      await call(() => directory().list(null, 1), true)
    },
  }
}

/** The runtime's own word for "try again"; asking twice does not help an overloaded object. */
function isTransient(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const retryable = 'retryable' in error && error.retryable === true
  const overloaded = 'overloaded' in error && error.overloaded === true
  return retryable && !overloaded
}

/** The object that counts a subject, always the same one. FNV-1a over UTF-16 units. */
function throttleShard(subject: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < subject.length; at += 1) {
    hash = Math.imul(hash ^ subject.charCodeAt(at), 0x01000193)
  }
  return `throttle-${(hash >>> 0) % THROTTLE_SHARDS}`
}
