/**
 * What a tenant has on vector services, as quotas. Each place (a collection, a namespace, a database)
 * has a record of the collections, vectors and bytes that count for it. A write reserves its upper
 * bound together with its admission; a recount puts the truth in its place.
 */
import type { StockRecord } from './records.ts'

/** The quotas that places count under; the gateway alone moves them. */
export const STOCK_QUOTAS = ['max_collections', 'max_vectors', 'max_storage'] as const
export type StockQuota = (typeof STOCK_QUOTAS)[number]

/** What one request may add to one place. */
export interface StockDemand {
  /** `<upstream>/<name>`; an adapter gives the name alone. */
  readonly place: string
  /** Whether the account must know the place already, must not, or may. */
  readonly expects: 'known' | 'new' | 'any'
  /** Whole, not negative; 0 where nothing is added. */
  readonly collections: number
  /** Counted once, when this makes the place. */
  readonly collectionIfNew?: number
  readonly vectors: number
  readonly bytes: number
  /** Kept with a place that this makes. At most 4,096 characters. */
  readonly note: string | null
  /** The record as it was before the service was asked how much is new: that holds while no write comes between. */
  readonly seen?: Seen
}

export type Seen = Pick<StockRecord, 'epoch' | 'writes'>

/**
 * What became of a reservation: `kept` it was written, and counts; `released` nothing was written;
 * `unknown` it may have been, and counts until a recount; `dropped` the place is gone, with all in it.
 */
export type StockVerdict = 'kept' | 'released' | 'unknown' | 'dropped'

/** Demands of different places, and the limits in the admission's version; null: unlimited. */
export interface StockAsk {
  readonly demands: readonly StockDemand[]
  readonly limits: Readonly<Record<StockQuota, number | null>>
  /** A refusal by these limits is not counted: it is not yet the caller's, who may ask for less. */
  readonly isTentative?: boolean
}

/** Every place that the account knows. Changes nothing. */
export interface StockCommand {
  readonly type: 'stock'
}
export type StockReply =
  | {
      readonly type: 'stock'
      readonly nowMs: number
      /** Ordered by place. */
      readonly places: readonly { readonly place: string; readonly record: StockRecord }[]
    }
  | { readonly type: 'gone' }

/**
 * Puts the true figures of a place where no write has come between: not since `seen`, and none is
 * under way or may be.
 */
export interface RecountCommand {
  readonly type: 'recount'
  readonly incarnation: string
  readonly place: string
  /** The record as it was before the service was asked; null: there was none. */
  readonly seen: Seen | null
  /** null: the service has no such place. */
  readonly found: Pick<StockRecord, 'collections' | 'vectors' | 'bytes'> | null
  /** Epoch of the record, where this makes one. */
  readonly epoch: string
}
export type RecountReply =
  { readonly type: 'recounted' } | { readonly type: 'overlapped' } | { readonly type: 'gone' }
