/**
 * What requests have used, in figures that add up: of one ledger entry, of a day, of a user's month.
 */
import type { RequestEntry } from '../../ledger/entry.ts'
import { bucketOf, type Histogram, mergeHistograms } from './histogram.ts'

export interface Figures {
  readonly requests: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** Input tokens that the provider read from its cache; part of `inputTokens`. */
  readonly cachedTokens: number
  readonly nanoUsd: number
  readonly bytesIn: number
  readonly bytesOut: number
  /** Of the requests whose end the gateway has seen. */
  readonly latency: Histogram
}

export const NO_FIGURES: Figures = {
  requests: 0,
  inputTokens: 0,
  outputTokens: 0,
  cachedTokens: 0,
  nanoUsd: 0,
  bytesIn: 0,
  bytesOut: 0,
  latency: {},
}

export function addFigures(one: Figures, other: Figures): Figures {
  return {
    requests: one.requests + other.requests,
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    cachedTokens: one.cachedTokens + other.cachedTokens,
    nanoUsd: one.nanoUsd + other.nanoUsd,
    bytesIn: one.bytesIn + other.bytesIn,
    bytesOut: one.bytesOut + other.bytesOut,
    latency: mergeHistograms(one.latency, other.latency),
  }
}

export type UseEntry = Pick<RequestEntry, 'charge' | 'outcome'> & {
  readonly kind: 'settled' | 'expired' | 'late' | 'hold_lost'
}

/** A request is counted where it is first charged, its latency where its end was seen. */
export function figuresOf({ kind, charge, outcome }: UseEntry): Figures {
  return {
    requests: kind === 'late' ? 0 : 1,
    inputTokens: charge.inputTokens,
    outputTokens: charge.outputTokens,
    cachedTokens: outcome?.cacheReadTokens ?? 0,
    nanoUsd: charge.nanoUsd,
    bytesIn: outcome?.bytesIn ?? 0,
    bytesOut: outcome?.bytesOut ?? 0,
    latency: kind === 'expired' || outcome === null ? {} : { [bucketOf(outcome.latencyMs)]: 1 },
  }
}
