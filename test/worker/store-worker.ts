// Runs in workerd: the store's own objects behind one POST route, under a clock that each request
// brings along. The Durable Objects live in the isolate of this module, so they see its variable.
import { AccountObject as Account } from '../../src/store/durable-object/account-object.ts'
import { createDurableObjectStore } from '../../src/store/durable-object/durable-object-store.ts'
import { DirectoryObject } from '../../src/store/durable-object/directory-object.ts'
import { ThrottleObject as Throttle } from '../../src/store/durable-object/throttle-object.ts'
import type { AccountCommand } from '../../src/account/commands.ts'
import { systemClock } from '../../src/clock.ts'
import type { TenantId } from '../../src/tenant/slug.ts'
import { demandSettled, nthAdmission, nthSettlement } from '../support/many-requests.ts'
import type { Requests } from '../support/report-cost.ts'

/** null: the time of day. */
let setTimeMs: number | null = null

type Cursor = Pick<SqlStorageCursor<never>, 'rowsRead' | 'rowsWritten'>

export class AccountObject extends Account {
  #queries: Cursor[] | null = null

  protected override now(): number {
    return setTimeMs ?? super.now()
  }

  /** Under a set clock the alarm rings at the wrong time of day: a test rings it itself. */
  override async alarm(): Promise<void> {
    if (setTimeMs === null) await super.alarm()
  }

  async ringAlarm(): Promise<number | null> {
    await this.ctx.storage.deleteAlarm()
    await super.alarm()
    return this.alarmAt()
  }

  alarmAt(): Promise<number | null> {
    return this.ctx.storage.getAlarm()
  }

  /** Forgets all that is not on disk, as an eviction does; the caller's own call fails. */
  evict(): void {
    this.ctx.abort('evicted by a test')
  }

  /** Runs SQL and tells its rows. */
  sql(query: string): unknown[] {
    return this.ctx.storage.sql.exec(query).toArray()
  }

  /**
   * Asks all at once, so that they run in as few groups as may be. Tells the replies in JSON, and the
   * words of an error where there is none.
   */
  async runTogether(tenant: string, commands: readonly AccountCommand[]): Promise<string> {
    const outcomes = await Promise.allSettled(commands.map((command) => this.run(tenant, command)))
    return JSON.stringify(
      outcomes.map((outcome) =>
        outcome.status === 'fulfilled' ? outcome.value : String(outcome.reason),
      ),
    )
  }

  /** Admits and settles that many requests from the `first` on, each half in as few groups as may be. */
  async serve(tenant: string, { first, count, nowMs }: Requests): Promise<void> {
    const runAll = (commands: readonly AccountCommand[]) =>
      Promise.all(commands.map((command) => this.run(tenant, command)))
    const numbers = Array.from({ length: count }, (_, at) => first + at)
    const admitted = await runAll(numbers.map((n) => nthAdmission(n, nowMs)))
    demandSettled(await runAll(admitted.map((reply, at) => nthSettlement(first + at, reply))))
  }

  /** Runs commands one after the other and tells how many rows each has written. */
  async rowsWritten(tenant: string, commands: readonly AccountCommand[]): Promise<number[]> {
    const counts: number[] = []
    for (const command of commands) {
      this.#cursors()
      await this.run(tenant, command)
      counts.push(this.#cursors().reduce((sum, cursor) => sum + cursor.rowsWritten, 0))
    }
    return counts
  }

  /** Rows that SQLite has read since this was first or last asked. */
  rowsRead(): number {
    return this.#cursors().reduce((sum, cursor) => sum + cursor.rowsRead, 0)
  }

  /** Of the queries since the last call; they are kept from the first call on. */
  #cursors(): readonly Cursor[] {
    if (this.#queries === null) {
      const queries: Cursor[] = []
      const { sql } = this.ctx.storage
      const exec = sql.exec.bind(sql)
      sql.exec = (query, ...bindings) => {
        const cursor = exec<never>(query, ...bindings)
        queries.push(cursor)
        return cursor
      }
      this.#queries = queries
    }
    return this.#queries.splice(0)
  }
}

export class ThrottleObject extends Throttle {
  protected override now(): number {
    return setTimeMs ?? super.now()
  }

  tables(): unknown[] {
    return this.ctx.storage.sql.exec('SELECT name FROM sqlite_master').toArray()
  }
}

export { DirectoryObject }

interface Env {
  readonly ACCOUNTS: DurableObjectNamespace<AccountObject>
  readonly DIRECTORY: DurableObjectNamespace<DirectoryObject>
  readonly THROTTLE: DurableObjectNamespace<ThrottleObject>
}

/** One step of a history: a command at a time, or the loss of all that is in memory. */
type Step = { readonly nowMs: number; readonly command: AccountCommand } | 'evict'

/** Names one thing to call, and with what. Foreign only in form: the harness beside it sends it. */
interface Call {
  readonly nowMs: number | null
  readonly name: keyof ReturnType<typeof callables>
  readonly args: readonly never[]
}

function callables(env: Env) {
  const store = createDurableObjectStore({
    accounts: env.ACCOUNTS,
    directory: env.DIRECTORY,
    throttle: env.THROTTLE,
    clock: systemClock,
    // The suite shares its cores with others; what is slow here is not the subject.
    deadlineMs: 120_000,
  })
  const { directory, strikes } = store
  const account = (tenant: string) => env.ACCOUNTS.getByName(tenant)
  const runTogether = async (tenant: string, commands: readonly AccountCommand[]) => {
    const outcomes: unknown[] = JSON.parse(await account(tenant).runTogether(tenant, commands))
    return outcomes
  }
  return {
    run: (tenant: TenantId, command: AccountCommand) => store.run(tenant, command),
    runAll: (tenant: TenantId, commands: readonly AccountCommand[]) =>
      Promise.all(commands.map((command) => store.run(tenant, command))),
    /** Commands that share an instant are asked together. */
    playTogether: async (tenant: TenantId, steps: readonly Step[]) => {
      const replies: unknown[] = []
      let waiting: AccountCommand[] = []
      for (const [at, step] of steps.entries()) {
        if (step === 'evict') {
          await account(tenant)
            .evict()
            .catch(() => undefined)
          continue
        }
        const next = steps[at + 1]
        waiting.push(step.command)
        if (next !== undefined && next !== 'evict' && next.nowMs === step.nowMs) continue
        setTimeMs = step.nowMs
        replies.push(...(await runTogether(tenant, waiting)))
        waiting = []
      }
      return replies
    },
    play: async (tenant: TenantId, steps: readonly Step[]) => {
      const replies: unknown[] = []
      for (const step of steps) {
        if (step === 'evict')
          await account(tenant)
            .evict()
            .catch(() => undefined)
        else {
          setTimeMs = step.nowMs
          replies.push(await store.run(tenant, step.command))
        }
      }
      return replies
    },
    runTogether,
    ledger: (tenant: TenantId, after: number, limit: number) => store.ledger(tenant, after, limit),
    ...directory,
    strike: (subject: string, windowMs: number) => strikes.strike(subject, windowMs),
    ping: () => store.ping(),
    misdirect: (object: string, tenant: string, command: AccountCommand) =>
      account(object).run(tenant, command),
    misdirectLedger: (object: string, tenant: string) => account(object).ledger(tenant, 0, 10),
    evict: (tenant: string) => account(tenant).evict(),
    ringAlarm: (tenant: string) => account(tenant).ringAlarm(),
    alarmAt: (tenant: string) => account(tenant).alarmAt(),
    sql: (tenant: string, query: string) => account(tenant).sql(query),
    rowsWritten: (tenant: string, commands: readonly AccountCommand[]) =>
      account(tenant).rowsWritten(tenant, commands),
    serve: (tenant: string, requests: Requests) => account(tenant).serve(tenant, requests),
    rowsRead: (tenant: string) => account(tenant).rowsRead(),
    throttleTables: (name: string) => env.THROTTLE.getByName(name).tables(),
  }
}

export default {
  async fetch(request, env): Promise<Response> {
    const { nowMs, name, args }: Call = await request.json()
    setTimeMs = nowMs
    const method: (...given: readonly never[]) => unknown = callables(env)[name]
    try {
      return Response.json({ value: (await method(...args)) ?? null })
    } catch (error) {
      const { name: kind, message } = error instanceof Error ? error : new Error(String(error))
      return Response.json({ error: { kind, message } })
    }
  },
} satisfies ExportedHandler<Env>
