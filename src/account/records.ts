/**
 * The account's state: small records, each with a name of its own. A command reads and writes only
 * the records it needs; a store keeps each where it likes (a row, a hash field), never part of one.
 */
import type { Charge, PeriodStarts, RequestContext } from '../ledger/entry.ts'
import type { KeyRecord } from '../identify/api-key/key-record.ts'
import type { TenantConfig } from '../tenant/tenant.ts'
import type { Figures } from './figures/figures.ts'

/** `incarnation.counter.nonce`; compared for equality only. */
export type Version = string

export type PeriodKind = 'day' | 'month'

/** [start, end) in epoch milliseconds. The start is the period's identity. */
export interface Period {
  readonly start: number
  readonly end: number
}
export type PeriodTable = Readonly<Record<PeriodKind, readonly Period[]>>

export interface ConfigRecord {
  readonly version: Version
  readonly incarnation: string
  readonly counter: number
  readonly nonce: string
  readonly config: TenantConfig
  readonly periods: PeriodTable
}

/** One budget in one period: committed + held <= limit at every admission. */
export interface BudgetCell {
  readonly start: number
  readonly committed: number
  readonly held: number
}

export interface Totals {
  readonly requests: number
  readonly refused: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly nanoUsd: number
}

export interface CountersRecord {
  /** The account's own clock: never runs backwards, whatever the store's does. */
  readonly clockMs: number
  /** Live holds, which is the concurrency in use, and its high-water mark. */
  readonly live: number
  readonly liveHighWater: number
  /** Sequence number of the newest ledger entry. */
  readonly seq: number
  readonly totals: Totals
  readonly budgets: Readonly<Record<string, readonly BudgetCell[]>>
}

/** A sliding window: 61 slots of a sixtieth of it, the newest at `slot`. */
export interface RingRecord {
  readonly slot: number
  readonly sum: number
  /** `counts[s % 61]` is the weight admitted in slot `s`, for `slot - 60 <= s <= slot`. */
  readonly counts: readonly number[]
}

export interface HeldRate {
  readonly id: string
  readonly windowMs: number
  readonly measure: 'requests' | 'tokens'
  /** Put by the admission into its own slot, where a correction may take it back. */
  readonly amount: number
  /** Added by later attempts, in slots of their own. */
  readonly extended: number
}

export interface HeldBudget {
  readonly id: string
  readonly start: number
  readonly measure: 'tokens' | 'nano_usd'
  readonly amount: number
}

export interface Reserved {
  readonly tokens: number
  readonly nanoUsd: number
}

/**
 * The life of one hold id, or of another that has a time to end: `live` while its request runs, then a mark (`settled`, or `swept` when
 * its lease ran out first, or `unresolved` for a claim that came too late to be charged) that makes
 * every repetition harmless, then gone.
 */
export type SlipRecord =
  | {
      readonly state: 'live'
      readonly dueMs: number
      readonly admittedAtMs: number
      readonly granted: number
      /** The highest attempt that room was made for; the admission is the first. */
      readonly attempt: number
      readonly rates: readonly HeldRate[]
      readonly budgets: readonly HeldBudget[]
      readonly periods: PeriodStarts
      readonly context: RequestContext
      /** What was reserved for places on vector services. */
      readonly stock?: readonly HeldStock[]
      /** What is charged when the lease runs out before the first checkpoint. */
      readonly estimate: Charge
      readonly checkpoint: Charge | null
    }
  | {
      readonly state: 'swept'
      readonly dueMs: number
      readonly charged: Charge
      /** So that a late settlement's overage is known. */
      readonly reserved: Reserved
    }
  | { readonly state: 'settled'; readonly dueMs: number; readonly charged: Charge }
  | { readonly state: 'unresolved'; readonly dueMs: number }
  | AcquisitionSlip
  /** The mark of a budget's reset: what had been committed in the period that begins at `start`. */
  | {
      readonly state: 'reset'
      readonly dueMs: number
      readonly start: number
      readonly before: number
    }

/** An acquisition under a lease, then, as that of any other that had an id, the mark it leaves. */
export type AcquisitionSlip =
  | {
      readonly state: 'leased'
      readonly dueMs: number
      readonly quota: string
      readonly amount: number
    }
  | {
      readonly state: 'ended'
      readonly dueMs: number
      readonly amount: number
      readonly expiresAtMs: number | null
      readonly how: 'released' | 'expired'
    }

export type LiveSlip = Extract<SlipRecord, { state: 'live' }>

export interface RefusalsRecord {
  readonly minuteMs: number
  /** By cause: see refusals.ts. */
  readonly counts: Readonly<Record<string, number>>
}

/** One local day's sums, kept for reports. */
export interface DayRecord extends Figures {
  readonly start: number
  readonly refused: number
  /** How many models, users and keys have a line of their own. */
  readonly names: { readonly model: number; readonly user: number; readonly key: number }
}

/** One named quota: used <= limit at every acquisition. */
export interface Level {
  readonly used: number
  /** What acquisitions that are known by id hold; more than `used` where some was released by amount. */
  readonly byId: number
  readonly highWater: number
}

/** What has become of a quota within a minute. */
export interface Moves {
  readonly acquired: number
  readonly released: number
  readonly expired: number
}

export interface LevelsRecord {
  readonly levels: Readonly<Record<string, Level>>
  /** Acquisitions that are remembered by id, held or ended. */
  readonly remembered: number
  /** Not in the ledger yet; null when all is. */
  readonly moves: {
    readonly minuteMs: number
    readonly quotas: Readonly<Record<string, Moves>>
  } | null
}

/** What one place on a vector service counts for, reservations included. */
export interface StockRecord {
  /** The hold that made the record: a place that is dropped and made anew is another one. */
  readonly epoch: string
  readonly collections: number
  readonly vectors: number
  readonly bytes: number
  /** Grows when a write is admitted and when it ends, so that a recount knows of all between. */
  readonly writes: number
  /** Writes that are under way. */
  readonly open: number
  /** When a write last ended without anybody knowing what became of it; 0: none has. */
  readonly unsureMs: number
  readonly note: string | null
}

export interface HeldStock {
  readonly place: string
  readonly epoch: string
  readonly collections: number
  readonly vectors: number
  readonly bytes: number
}

export interface RecordTypes {
  config: ConfigRecord
  counters: CountersRecord
  refusals: RefusalsRecord
  ring: RingRecord
  slip: SlipRecord
  key: KeyRecord
  key_use: { readonly lastUsedAtMs: number }
  day: DayRecord
  line: Figures
  levels: LevelsRecord
  /** An acquisition that is held, without a lease, until it is released. */
  held: { readonly amount: number }
  stock: StockRecord
}
export type RecordKind = keyof RecordTypes
/** Kinds of which all records are looked at together. */
export type ListedKind = 'key' | 'day' | 'stock'

/** Synchronous view of one account's records, at one instant. */
export interface RecordReader {
  get<K extends RecordKind>(kind: K, id: string): RecordTypes[K] | undefined
  /** Ids of slips with `dueMs <= nowMs`, earliest first, ties by id; at most `max`. */
  dueSlips(nowMs: number, max: number): readonly string[]
  /** Every record of a kind that a view lists (keys, days, stock), ordered by id. */
  list<K extends ListedKind>(kind: K): readonly (readonly [string, RecordTypes[K]])[]
  /** Usage lines with from <= id < below, ordered by id, at most `max`. */
  lines(from: string, below: string, max: number): readonly (readonly [string, Figures])[]
}

export interface ChangeOf<K extends RecordKind> {
  readonly kind: K
  readonly id: string
  /** null deletes. */
  readonly value: RecordTypes[K] | null
  /** From then on the record means the same as its absence, and the store may drop it. */
  readonly expiresAtMs?: number
}
export type RecordChange = { readonly [K in RecordKind]: ChangeOf<K> }[RecordKind]
