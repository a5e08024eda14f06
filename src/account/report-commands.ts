/** Commands that serve reports: usage by day, or by model, user or key; and a budget begun anew. */
import type { Figures } from './figures/figures.ts'
import type { DayRecord, PeriodKind, PeriodTable } from './records.ts'
import type { Dimension } from './figures/usage-lines.ts'

/** Days that begin in [fromMs, toMs); with a dimension, their lines instead. Changes nothing. */
export interface UsageCommand {
  readonly type: 'usage'
  readonly by: 'day' | Dimension
  readonly fromMs: number
  readonly toMs: number
  /** `next` of the answer before this one; null begins. */
  readonly after: string | null
}
export type UsageReply =
  | {
      readonly type: 'usage'
      readonly days: readonly DayRecord[]
      /** At most `LINES_PER_READ`. */
      readonly lines: readonly { readonly id: string; readonly figures: Figures }[]
      /** null: that was all. */
      readonly next: string | null
    }
  | { readonly type: 'gone' }

/** Begins a budget anew within its running period: nothing committed, holds as they are. */
export interface ResetCommand {
  readonly type: 'reset'
  readonly incarnation: string
  /** Makes repetitions harmless. */
  readonly resetId: string
  readonly budget: string
  readonly period: PeriodKind
  readonly actor: string
  readonly reason: string | null
  /** Given when the account has said `periods_stale`. */
  readonly periods?: PeriodTable
}
export type ResetReply =
  | {
      readonly type: 'reset'
      /** Start of the period. */
      readonly start: number
      /** What had been committed. */
      readonly before: number
    }
  | { readonly type: 'periods_stale'; readonly nowMs: number }
  | { readonly type: 'gone' }
