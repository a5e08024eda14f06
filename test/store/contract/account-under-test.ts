// An account of a tenant of its own in the store under test, and short ways to ask it things.
// Times are told in milliseconds after START_MS.
import type { Refusal } from '../../../src/account/answers.ts'
import type {
  AccountCommand,
  AdmitCommand,
  AdmitReply,
  BudgetDemand,
  CreateCommand,
  ExtendCommand,
  RateDemand,
  Receipt,
  ReplyTo,
  ViewReply,
} from '../../../src/account/commands.ts'
import type { BudgetCell, CountersRecord, DayRecord } from '../../../src/account/records.ts'
import type { Charge, LedgerEntry } from '../../../src/ledger/entry.ts'
import type { Store } from '../../../src/store/store.ts'
import type { TenantId } from '../../../src/tenant/slug.ts'
import { START_MS, admit, settle } from '../commands.ts'

export const VERSION = 'inc-1.1.nonce-1'
export const INCARNATION = 'inc-1'
/** The periods that START_MS falls in, as `../commands.ts` cuts them. */
export const DAY = Date.UTC(2040, 5, 17)
export const MONTH = Date.UTC(2040, 5, 1)
export const DAY_END = DAY + 86_400_000
export const LEASE_MS = 60_000
export const MARK_MS = 900_000

/** Opens a new account at START_MS. */
export type OpenAccount = (changes?: Partial<CreateCommand>) => Promise<AccountUnderTest>

type Admitted = Extract<AdmitReply, { type: 'admitted' }>
type Refused = Extract<AdmitReply, { type: 'refused' }>
type Viewed = Extract<ViewReply, { type: 'viewed' }>

export class AccountUnderTest {
  readonly store: Store
  readonly tenant: TenantId
  readonly #clock: { nowMs: number }

  constructor(store: Store, tenant: TenantId, clock: { nowMs: number }) {
    this.store = store
    this.tenant = tenant
    this.#clock = clock
  }

  /** Sets the store's clock to so long after START_MS. */
  at(ms: number): this {
    this.#clock.nowMs = START_MS + ms
    return this
  }

  run<C extends AccountCommand>(command: C): Promise<ReplyTo<C>> {
    return this.store.run(this.tenant, command)
  }

  /** An admission on the first version, minted now. */
  ask(holdId: string, changes: Partial<AdmitCommand> = {}): Promise<AdmitReply> {
    return this.run(admit(VERSION, holdId, this.#clock.nowMs, changes))
  }

  async admitted(holdId: string, changes: Partial<AdmitCommand> = {}): Promise<Admitted> {
    const reply = await this.ask(holdId, changes)
    if (reply.type !== 'admitted') throw new Error(`not admitted: ${JSON.stringify(reply)}`)
    return reply
  }

  async receipt(holdId: string, changes: Partial<AdmitCommand> = {}): Promise<Receipt> {
    return (await this.admitted(holdId, changes)).receipt
  }

  async refused(holdId: string, changes: Partial<AdmitCommand> = {}): Promise<Refused> {
    const reply = await this.ask(holdId, changes)
    if (reply.type !== 'refused') throw new Error(`not refused: ${JSON.stringify(reply)}`)
    return reply
  }

  async refusal(holdId: string, changes: Partial<AdmitCommand> = {}): Promise<Refusal> {
    return (await this.refused(holdId, changes)).refusal
  }

  settle(receipt: Receipt, charged: Charge) {
    return this.run(settle(receipt, charged))
  }

  renew(holdId: string, checkpoint: Charge | null = null) {
    return this.run({ type: 'renew', holdId, incarnation: INCARNATION, checkpoint })
  }

  extend(
    holdId: string,
    attempt: number,
    changes: Partial<Pick<ExtendCommand, 'rates' | 'budgets' | 'output'>> = {},
  ) {
    const asked = { rates: [], budgets: [], output: 100, ...changes }
    return this.run({ type: 'extend', holdId, incarnation: INCARNATION, attempt, ...asked })
  }

  abandon(holdId: string) {
    return this.run({ type: 'abandon', holdId, incarnation: INCARNATION })
  }

  sweep() {
    return this.run({ type: 'sweep' })
  }

  refuse(reason: string, limitId?: string) {
    const by = limitId === undefined ? {} : { limitId }
    return this.run({ type: 'refuse', version: VERSION, keyHashes: [], reason, ...by })
  }

  async view(
    rates: readonly RateDemand[] = [],
    budgets: readonly BudgetDemand[] = [],
  ): Promise<Viewed> {
    const reply = await this.run({ type: 'view', rates, budgets })
    if (reply.type !== 'viewed') throw new Error(reply.type)
    return reply
  }

  /** Usage of every day there is. */
  async days(): Promise<readonly DayRecord[]> {
    const range = { fromMs: 0, toMs: START_MS + 400 * 86_400_000 }
    const reply = await this.run({ type: 'usage', by: 'day', ...range, after: null })
    if (reply.type !== 'usage') throw new Error(reply.type)
    return reply.days
  }

  async counters(): Promise<CountersRecord> {
    return (await this.view()).counters
  }

  /** Weight that is counted in a window now. */
  async used(rate: RateDemand): Promise<number> {
    const { meters } = await this.view([rate])
    return meters[0]?.used ?? NaN
  }

  async cells(budgetId: string): Promise<readonly BudgetCell[]> {
    return (await this.counters()).budgets[budgetId] ?? []
  }

  ledger(): Promise<readonly LedgerEntry[]> {
    return this.store.ledger(this.tenant, 0, 10_000)
  }

  async kinds(): Promise<readonly string[]> {
    return (await this.ledger()).map(({ kind }) => kind)
  }

  async lastEntry(): Promise<LedgerEntry | undefined> {
    return (await this.ledger()).at(-1)
  }
}

export function charge(inputTokens: number, outputTokens: number, nanoUsd: number): Charge {
  return { inputTokens, outputTokens, nanoUsd }
}

/** A window of tokens: a weight of `base` and one for each output token. */
export function tokenRate(limit: number, changes: Partial<RateDemand> = {}): RateDemand {
  return {
    id: 'tokens_per_minute',
    windowMs: 60_000,
    limit,
    measure: 'tokens',
    base: 0,
    unit: 1,
    ...changes,
  }
}

export function tokensPerMonth(limit: number | null, base: number, unit: number): BudgetDemand {
  return { id: 'tokens_per_month', period: 'month', measure: 'tokens', limit, base, unit }
}
