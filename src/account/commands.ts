/**
 * What can be asked of an account, and what it answers. Each command is one atomic step; each is
 * idempotent by the id it carries, so that a caller who lost the answer may simply ask again.
 */
import type { Charge, Outcome, PeriodStarts, RequestContext } from '../ledger/entry.ts'
import type { KeyRecord } from '../identify/api-key/key-record.ts'
import type { TenantConfig } from '../tenant/tenant.ts'
import type { MeterReading, Refusal, Snapshot } from './answers.ts'
import type {
  AcquireCommand,
  AcquireReply,
  ReleaseCommand,
  ReleaseReply,
} from './quota-commands.ts'
import type { CountersRecord, LevelsRecord, PeriodKind, PeriodTable, Version } from './records.ts'
import type { ResetCommand, ResetReply, UsageCommand, UsageReply } from './report-commands.ts'
import type {
  RecountCommand,
  RecountReply,
  StockAsk,
  StockCommand,
  StockReply,
  StockVerdict,
} from './stock-commands.ts'

/** A window's limit with the weight asked of it: `base + unit x output tokens`. */
export interface RateDemand {
  readonly id: string
  readonly windowMs: number
  readonly limit: number
  readonly measure: 'requests' | 'tokens'
  readonly base: number
  readonly unit: number
}

export interface BudgetDemand {
  readonly id: string
  readonly period: PeriodKind
  readonly measure: 'tokens' | 'nano_usd'
  /** null counts without limiting, so that a limit set later finds the true figure. */
  readonly limit: number | null
  readonly base: number
  readonly unit: number
}

/** Proof of an admission; whoever holds it may renew, extend and settle. */
export interface Receipt {
  readonly holdId: string
  readonly incarnation: string
  readonly admittedAtMs: number
  readonly periods: PeriodStarts
  readonly budgets: readonly {
    readonly id: string
    readonly start: number
    readonly measure: 'tokens' | 'nano_usd'
  }[]
  readonly context: RequestContext
}

export interface AdmitCommand {
  readonly type: 'admit'
  readonly version: Version
  /** Of the caller's API key, for the record in a `stale` answer; empty for tokens. */
  readonly keyHashes: readonly string[]
  readonly holdId: string
  /** When the gateway minted the hold id; too old an admission is refused. */
  readonly mintedAtMs: number
  readonly keyExpiresAtMs: number | null
  readonly rates: readonly RateDemand[]
  readonly budgets: readonly BudgetDemand[]
  readonly maxConcurrency: number | null
  readonly output: { readonly wanted: number; readonly least: number }
  readonly estimate: Charge
  readonly context: RequestContext
  /** What it may add on a vector service; absent where it adds nothing. */
  readonly stock?: StockAsk
  /** Given when the account has said `periods_stale`. */
  readonly periods?: PeriodTable
}

type Stale = { readonly type: 'stale'; readonly snapshot: Snapshot }
type Gone = { readonly type: 'gone' }

export type AdmitReply =
  | {
      readonly type: 'admitted'
      readonly receipt: Receipt
      readonly granted: number
      readonly leaseMs: number
      readonly meters: readonly MeterReading[]
    }
  | {
      readonly type: 'refused'
      readonly refusal: Refusal
      readonly meters: readonly MeterReading[]
    }
  | Stale
  | Gone
  | { readonly type: 'key_expired' }
  /** The id was minted too long ago, or was already settled or swept: it may not run again. */
  | { readonly type: 'hold_spent' }
  | { readonly type: 'periods_stale'; readonly nowMs: number }
  /** The place is not there though it was to be, or is though it was not to be. Nothing was held. */
  | { readonly type: 'place_unknown'; readonly place: string }
  | { readonly type: 'place_known'; readonly place: string }
  /** A write has come between since it was `seen`: what is asked may be too little. Nothing was held. */
  | { readonly type: 'place_moved'; readonly place: string }

export interface RenewCommand {
  readonly type: 'renew'
  readonly holdId: string
  readonly incarnation: string
  readonly checkpoint: Charge | null
}
export type RenewReply = { readonly type: 'renewed'; readonly leaseMs: number } | Gone

/** Adds room for one more attempt to a live hold: all of it, or none. */
export interface ExtendCommand {
  readonly type: 'extend'
  readonly holdId: string
  readonly incarnation: string
  /** Counts attempts from 2; a repeated extension of the same attempt is added once. */
  readonly attempt: number
  readonly rates: readonly RateDemand[]
  readonly budgets: readonly BudgetDemand[]
  readonly output: number
}
export type ExtendReply =
  { readonly type: 'extended' } | { readonly type: 'refused'; readonly refusal: Refusal } | Gone

export interface SettleCommand {
  readonly type: 'settle'
  readonly receipt: Receipt
  readonly charge: Charge
  readonly outcome: Outcome
  /** What became of the reservation of stock; absent: nobody knows. */
  readonly stock?: StockVerdict
}
export type SettleReply =
  /** `charged` is the whole charge of this request, the same at every repetition. */
  | {
      readonly type: 'settled'
      readonly charged: Charge
      readonly repeated: boolean
      readonly meters: readonly MeterReading[]
    }
  | { readonly type: 'unresolved' }
  | Gone

/** Gives up on an admission whose outcome is unknown; leaves a mark, so that a late one finds it. */
export interface AbandonCommand {
  readonly type: 'abandon'
  readonly holdId: string
  readonly incarnation: string
}
export type AbandonReply = { readonly type: 'abandoned' } | Gone

/** Charges what ran out, drops old marks, writes out counted refusals. */
export interface SweepCommand {
  readonly type: 'sweep'
}
export type SweepReply = { readonly type: 'swept'; readonly nextDueMs: number | null } | Gone

/** Confirms, by version, that the snapshot a request was decided on is the current one. */
export interface LoadCommand {
  readonly type: 'load'
  readonly version: Version | null
  readonly keyHashes: readonly string[]
}
export type LoadReply = { readonly type: 'current' } | Stale | Gone

/** Confirms a refusal decided on a snapshot and counts it; on another version nothing is counted. */
export interface RefuseCommand {
  readonly type: 'refuse'
  readonly version: Version
  readonly keyHashes: readonly string[]
  readonly reason: string
  /** Of the limit that refuses, if one does. */
  readonly limitId?: string
}
export type RefuseReply = { readonly type: 'confirmed' } | Stale | Gone

export interface ControlNote {
  readonly actor: string
  readonly action: string
  readonly before: unknown
  readonly after: unknown
}
export interface KeyChange {
  readonly hash: string
  readonly record: KeyRecord
}

export interface CreateCommand {
  readonly type: 'create'
  readonly incarnation: string
  readonly nonce: string
  readonly config: TenantConfig
  readonly keys: readonly KeyChange[]
  readonly periods: PeriodTable
  readonly note: ControlNote
}
export type CreateReply =
  | { readonly type: 'created'; readonly version: Version }
  | { readonly type: 'exists'; readonly snapshot: Snapshot }

/** The one control-plane write: compare the version, replace configuration and keys, raise it. */
export interface ChangeCommand {
  readonly type: 'change'
  readonly expected: Version
  readonly nonce: string
  readonly config?: TenantConfig
  /** Needed when the time zone changes. */
  readonly periods?: PeriodTable
  readonly keys: readonly KeyChange[]
  readonly note: ControlNote
}
export type ChangeReply = { readonly type: 'changed'; readonly version: Version } | Stale | Gone

export interface EraseCommand {
  readonly type: 'erase'
  readonly incarnation: string
}
export type EraseReply = { readonly type: 'erased' } | Gone

/** Everything a person may want to see of an account; changes nothing. */
export interface ViewCommand {
  readonly type: 'view'
  readonly rates: readonly RateDemand[]
  readonly budgets: readonly BudgetDemand[]
}
export type ViewReply =
  | {
      readonly type: 'viewed'
      readonly nowMs: number
      readonly snapshot: Snapshot
      readonly meters: readonly MeterReading[]
      readonly counters: CountersRecord
      readonly levels: LevelsRecord['levels']
      readonly keys: readonly {
        readonly hash: string
        readonly record: KeyRecord
        readonly lastUsedAtMs: number | null
      }[]
    }
  | Gone

interface Replies {
  admit: AdmitReply
  renew: RenewReply
  extend: ExtendReply
  settle: SettleReply
  abandon: AbandonReply
  sweep: SweepReply
  load: LoadReply
  refuse: RefuseReply
  create: CreateReply
  change: ChangeReply
  erase: EraseReply
  view: ViewReply
  usage: UsageReply
  acquire: AcquireReply
  release: ReleaseReply
  reset: ResetReply
  stock: StockReply
  recount: RecountReply
}

export type AccountCommand =
  | AdmitCommand
  | RenewCommand
  | ExtendCommand
  | SettleCommand
  | AbandonCommand
  | SweepCommand
  | LoadCommand
  | RefuseCommand
  | CreateCommand
  | ChangeCommand
  | EraseCommand
  | ViewCommand
  | UsageCommand
  | AcquireCommand
  | ReleaseCommand
  | ResetCommand
  | StockCommand
  | RecountCommand

export type ReplyTo<C extends AccountCommand> = Replies[C['type']]
export type AccountReply = Replies[keyof Replies]
