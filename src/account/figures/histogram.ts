/**
 * Latencies counted in buckets, so that quantiles of any sum of days need no single request. Below
 * 16 ms each millisecond has its own; above, eight to an octave. A quantile is told as the middle of
 * its bucket: at most 6.25 % from the true one. Integer arithmetic alone, so that every store agrees.
 */

/** Counts by bucket. */
export type Histogram = Readonly<Record<string, number>>

const EXACT_BELOW_MS = 16
const PER_OCTAVE = 8
const PER_OCTAVE_BITS = 3
/** No request lives as long as this (24 days); what claims to is counted as this. */
const MAX_MS = 2 ** 31 - 1

/** The bucket, 0 to 231, that a latency is counted in. */
export function bucketOf(latencyMs: number): number {
  const ms = Math.min(MAX_MS, Math.max(0, Math.floor(latencyMs)))
  if (ms < EXACT_BELOW_MS) return ms
  const octave = 31 - Math.clz32(ms)
  const eighth = (ms >> (octave - PER_OCTAVE_BITS)) - PER_OCTAVE
  return EXACT_BELOW_MS + (octave - 4) * PER_OCTAVE + eighth
}

/** The middle of a bucket, in ms. */
export function bucketMs(bucket: number): number {
  if (bucket < EXACT_BELOW_MS) return bucket
  const above = bucket - EXACT_BELOW_MS
  const width = 2 ** (Math.floor(above / PER_OCTAVE) + 4 - PER_OCTAVE_BITS)
  const lowest = (PER_OCTAVE + (above % PER_OCTAVE)) * width
  return lowest + (width - 1) / 2
}

export function mergeHistograms(one: Histogram, other: Histogram): Histogram {
  const merged: Record<string, number> = { ...one }
  for (const [bucket, count] of Object.entries(other)) {
    merged[bucket] = (merged[bucket] ?? 0) + count
  }
  return merged
}

/** The latency in ms that a share of requests (0 < share <= 1) did not pass; null without any. */
export function quantileMs(histogram: Histogram, share: number): number | null {
  // Numeric names are in the order of their numbers.
  const counts = Object.entries(histogram)
  const rank = Math.ceil(share * counts.reduce((sum, [, count]) => sum + count, 0))
  let seen = 0
  for (const [bucket, count] of counts) {
    seen += count
    if (seen >= rank) return bucketMs(Number(bucket))
  }
  return null
}
