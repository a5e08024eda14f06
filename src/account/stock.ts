/**
 * What a tenant has on vector services, as quotas: each place (a collection, a namespace) has a record
 * of the collections, vectors and bytes that are counted for it. A write reserves its upper bound
 * with its admission; a recount then puts the truth in its place.
 */

/** The quotas that places are counted under; the gateway alone moves them. */
export const STOCK_QUOTAS = ['max_collections', 'max_vectors', 'max_storage'] as const
export type StockQuota = (typeof STOCK_QUOTAS)[number]

/** What one request may add to one place. */
export interface StockDemand {
  /** `<upstream>/<name>`; adapters give the name alone. */
  readonly place: string
  /** When the place is not known or known already: 'any' goes on, the others refuse. */
  readonly expects: 'known' | 'new' | 'any'
  /** Whole, not negative; 0 where nothing is added. */
  readonly collections: number
  readonly vectors: number
  readonly bytes: number
  /** Kept with a place that this makes. At most 4,096 characters. */
  readonly note: string | null
}

/**
 * What became of a reservation: `kept` it was written, and counts; `released` nothing was written;
 * `unknown` it may have been, and counts until a recount; `dropped` the place is gone, with all in it.
 */
export type StockVerdict = 'kept' | 'released' | 'unknown' | 'dropped'
