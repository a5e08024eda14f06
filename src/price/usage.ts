// What one upstream call consumed, in the one shape that every provider's report is brought into.
// Adapters fill it from foreign JSON through `readCount`; pricing and settlement read nothing else.

export interface Usage {
  /** All prompt tokens, cache reads and cache writes included. */
  readonly inputTokens: number
  /** Subsets of the input. */
  readonly cacheReadTokens: number
  readonly cacheWrite5mTokens: number
  readonly cacheWrite1hTokens: number
  readonly audioInTokens: number
  /** All billed output tokens, reasoning included. */
  readonly outputTokens: number
  /** Subsets of the output. */
  readonly reasoningTokens: number
  readonly audioOutTokens: number
  readonly source: UsageSource
}

/** `provider`: reported whole. `partial`: some reported, the rest estimated. `estimated`: none. */
export type UsageSource = 'provider' | 'partial' | 'estimated'

/** No context window is within two orders of it, so a larger count is a fault of the reporter. */
export const MAX_TOKEN_COUNT = 100_000_000

/**
 * A token count out of foreign JSON, or null when there is none: anything but a whole number from 0
 * to MAX_TOKEN_COUNT is treated as absent, so that the caller falls back to its estimate.
 */
export function readCount(value: unknown): number | null {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return null
  // Adding 0 turns the -0 that JSON can carry into 0.
  return value >= 0 && value <= MAX_TOKEN_COUNT ? value + 0 : null
}

export function emptyUsage(source: UsageSource = 'estimated'): Usage {
  return {
    inputTokens: 0,
    cacheReadTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    audioInTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
    audioOutTokens: 0,
    source,
  }
}

/**
 * The usage with its input subsets cut to fit into the input together, and each output subset into
 * the output. What is usually dearest keeps its place, so that a contradictory report never
 * makes a call cheaper: one-hour writes, five-minute writes, audio, then cache reads.
 */
export function sane(usage: Usage): Usage {
  let left = usage.inputTokens
  const take = (wanted: number): number => {
    const taken = Math.min(wanted, left)
    left -= taken
    return taken
  }
  return {
    inputTokens: usage.inputTokens,
    cacheWrite1hTokens: take(usage.cacheWrite1hTokens),
    cacheWrite5mTokens: take(usage.cacheWrite5mTokens),
    audioInTokens: take(usage.audioInTokens),
    cacheReadTokens: take(usage.cacheReadTokens),
    outputTokens: usage.outputTokens,
    reasoningTokens: Math.min(usage.reasoningTokens, usage.outputTokens),
    audioOutTokens: Math.min(usage.audioOutTokens, usage.outputTokens),
    source: usage.source,
  }
}
