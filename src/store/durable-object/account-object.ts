/**
 * One tenant's account: a Durable Object that runs the pure account on its own SQLite. Commands that
 * arrive while others are being written are run in order and written in one transaction, and no reply leaves before that is
 * durable. An account nobody created leaves no trace of having been asked for.
 */
import { DurableObject } from 'cloudflare:workers'
import type { AccountCommand, AccountReply } from '../../account/commands.ts'
import { MINUTE_MS } from '../../account/constants.ts'
import { movesDueMs } from '../../account/limits/levels.ts'
import type { RecordChange } from '../../account/records.ts'
import { transact } from '../../account/transact.ts'
import type { LedgerEntry } from '../../ledger/entry.ts'
import { parseTenantId, type TenantId } from '../../tenant/slug.ts'
import { AccountTables } from './account-tables.ts'
import { type Asked, CommandQueue } from './command-queue.ts'
import { PendingChanges } from './pending-changes.ts'

/** A busy account always has something due; its own calls sweep too, so the alarm need not race them. */
const MIN_ALARM_SPACING_MS = 1_000
/** Sweeps in one alarm, each of a bounded number of slips; the next alarm takes what is left. */
const MAX_SWEEPS_PER_ALARM = 100
/** Looking for expired records reads them all. */
const MIN_PRUNE_SPACING_MS = 60_000

export class AccountObject extends DurableObject {
  readonly #tables: AccountTables
  /** Whose account it is, by the name that it is found by; null where that is no tenant's. */
  readonly #tenant: TenantId | null
  /** What the alarm is set to, kept here because each setting of it is a write. */
  #alarmAtMs: number | null = null
  #pruneAtMs = 0
  readonly #queue = new CommandQueue(
    (group) => this.#runTogether(group),
    () => this.ctx.storage.sync(),
  )

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env)
    this.#tables = new AccountTables(ctx.storage)
    this.#tenant = parseTenantId(ctx.id.name)
    void ctx.blockConcurrencyWhile(async () => {
      this.#alarmAtMs = await ctx.storage.getAlarm()
    })
  }

  /** Epoch milliseconds: the store's clock, by which the account is judged. */
  protected now(): number {
    return Date.now()
  }

  async run(tenant: string, command: AccountCommand): Promise<AccountReply> {
    this.#demandOwn(tenant)
    return this.#queue.ask(command)
  }

  /**
   * The same, command and reply each as one JSON text: an object of objects takes the runtime twice
   * as long to carry. The text was written by the store, of this same deployment.
   */
  async runJson(tenant: string, command: string): Promise<string> {
    return JSON.stringify(await this.run(tenant, JSON.parse(command) as AccountCommand))
  }

  ledger(tenant: string, after: number, limit: number): readonly LedgerEntry[] {
    this.#demandOwn(tenant)
    return this.#tables.entries(after, limit)
  }

  /** Sweeps until nothing is due, drops what has expired, and asks to be woken for what comes next. */
  override async alarm(): Promise<void> {
    this.#alarmAtMs = null
    const nowMs = this.now()
    let nextMs = this.#sweepAll(nowMs)
    if (nextMs === null || nowMs >= this.#pruneAtMs) {
      const nextExpiryMs = this.#tables.dropExpired(nowMs)
      this.#pruneAtMs = nowMs + MIN_PRUNE_SPACING_MS
      nextMs ??= nextExpiryMs
    }
    if (nextMs !== null) await this.#wakeBy(Math.max(nextMs, nowMs + MIN_ALARM_SPACING_MS))
  }

  /** Runs commands in order and writes what they change in one step, all of it or nothing. */
  async #runTogether(group: readonly Asked[]): Promise<void> {
    const pending = new PendingChanges(this.#tables)
    const nowMs = this.now()
    const answers: (() => void)[] = []
    let erase = false
    for (const { command, resolve, reject } of group) {
      try {
        const done = transact(pending, command, nowMs)
        pending.add(done.changes, done.appended)
        erase = done.erase
        answers.push(() => resolve(done.reply))
      } catch (error) {
        reject(error)
      }
    }
    const { changes, appended } = pending
    try {
      const creates = group.some(({ command }) => command.type === 'create')
      if (erase) await this.#erase()
      else this.#tables.commit(changes, appended, creates)
    } catch (error) {
      if (group.length === 1) group[0]?.reject(error)
      // Nothing was written. What one of them cannot have written must not fail the others.
      else for (const one of group) await this.#runTogether([one])
      return
    }
    try {
      await this.#wakeBy(earliestDue(changes))
      for (const answer of answers) answer()
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
  }

  async #erase(): Promise<void> {
    this.#alarmAtMs = null
    await this.#tables.erase()
  }

  /** When the next slip is due; null when there is none, or no account. */
  #sweepAll(nowMs: number): number | null {
    for (let sweeps = 1; ; sweeps += 1) {
      const { reply, changes, appended } = transact(
        new PendingChanges(this.#tables),
        { type: 'sweep' },
        nowMs,
      )
      if (reply.type !== 'swept') return null
      this.#tables.commit(changes, appended, false)
      const { nextDueMs } = reply
      const caughtUp = nextDueMs === null || nextDueMs > nowMs
      if (caughtUp || sweeps === MAX_SWEEPS_PER_ALARM) return nextDueMs
    }
  }

  async #wakeBy(atMs: number | null): Promise<void> {
    if (atMs === null || (this.#alarmAtMs !== null && this.#alarmAtMs <= atMs)) return
    this.#alarmAtMs = atMs
    await this.ctx.storage.setAlarm(atMs)
  }

  /** The object is found by the tenant's name; a command that names another has gone astray. */
  #demandOwn(tenant: string): void {
    if (tenant !== this.#tenant) {
      throw new Error('this is not the account that was named')
    }
  }
}

/** When the first of what these changes leave behind is due for a sweep. */
function earliestDue(changes: readonly RecordChange[]): number | null {
  let earliestMs: number | null = null
  for (const change of changes) {
    const dueMs = dueOf(change)
    if (dueMs !== null && (earliestMs === null || dueMs < earliestMs)) earliestMs = dueMs
  }
  return earliestMs
}

/** What a minute has counted is written out by the first sweep after it. */
function dueOf({ kind, value }: RecordChange): number | null {
  if (value === null) return null
  if (kind === 'slip') return value.dueMs
  if (kind === 'refusals') return value.minuteMs + MINUTE_MS
  return kind === 'levels' ? movesDueMs(value) : null
}
