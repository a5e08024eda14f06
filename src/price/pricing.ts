// What a call costs, and what must be held before it is made. Integers throughout: products are
// BigInt, in nano-USD times a million tokens, and rounded up once, at the end.
import { nanoUsd, type NanoUsd } from './nano-usd.ts'
import type { Price, Rates } from './price-table.ts'
import { sane, type Usage } from './usage.ts'

/** The amount does not fit into 2^53 - 1 nano-USD (about 9 million USD): refuse the call. */
export type TooLarge = 'too_large'

/** A hold of `base + unit * output tokens` nano-USD covers the call. */
export interface HoldTerms {
  readonly base: NanoUsd
  /** For one more token of output cap; covers all choices that get such a cap. */
  readonly unit: NanoUsd
}

export interface HoldRequest {
  /** At least as many tokens as the provider will count as input. */
  readonly inputUpperBound: number
  /** How many answers of up to `maxOutput` tokens each (`n`). */
  readonly choices: number
  /** The largest output cap that may be granted, in tokens an answer. */
  readonly maxOutput: number
  /** Whether audio can be part of the input or the output. */
  readonly audio: boolean
}

const TOKENS_PER_PRICE = 1_000_000n

/**
 * The exact charge for a usage, rounded up to whole nano-USD. The input decides the tier of the whole
 * request. Subsets that contradict their totals are cut first, as `sane` tells.
 */
export function chargeNanoUsd(price: Price, usage: Usage): NanoUsd | TooLarge {
  const rates = ratesFor(price, usage.inputTokens)
  const parts = sane(usage)
  const plainInput =
    parts.inputTokens -
    parts.cacheReadTokens -
    parts.cacheWrite5mTokens -
    parts.cacheWrite1hTokens -
    parts.audioInTokens
  const total =
    product(plainInput, rates.input) +
    product(parts.cacheReadTokens, rates.cacheRead) +
    product(parts.cacheWrite5mTokens, rates.cacheWrite5m) +
    product(parts.cacheWrite1hTokens, rates.cacheWrite1h) +
    product(parts.audioInTokens, rates.audioIn) +
    product(parts.outputTokens - parts.audioOutTokens, rates.output) +
    product(parts.audioOutTokens, rates.audioOut)
  return nanoUsd(perTokens(total)) ?? 'too_large'
}

/**
 * The terms of a hold that no charge can pass: for every usage with at most `inputUpperBound` input
 * tokens and at most `choices * out` output tokens, `base + unit * out` is at least its charge. The
 * dearest rate counts, over all tiers that the bound can reach and all parts that the call can have.
 */
export function holdTerms(price: Price, request: HoldRequest): HoldTerms | TooLarge {
  const reachable = [price, ...price.tiers].filter(
    (rates) => !('aboveInputTokens' in rates) || rates.aboveInputTokens < request.inputUpperBound,
  )
  const dearestInput = Math.max(...reachable.flatMap((rates) => inputRates(rates, request.audio)))
  const dearestOutput = Math.max(...reachable.flatMap((rates) => outputRates(rates, request.audio)))
  const base = nanoUsd(perTokens(product(request.inputUpperBound, dearestInput)))
  const unit = nanoUsd(perTokens(product(request.choices, dearestOutput)))
  if (base === null || unit === null) return 'too_large'
  const whole = nanoUsd(BigInt(base) + product(unit, request.maxOutput))
  return whole === null ? 'too_large' : { base, unit }
}

function ratesFor(price: Price, inputTokens: number): Rates {
  return price.tiers.findLast((tier) => inputTokens > tier.aboveInputTokens) ?? price
}

function inputRates(rates: Rates, audio: boolean): number[] {
  const text = [rates.input, rates.cacheRead, rates.cacheWrite5m, rates.cacheWrite1h]
  return audio ? [...text, rates.audioIn] : text
}

function outputRates(rates: Rates, audio: boolean): number[] {
  return audio ? [rates.output, rates.audioOut] : [rates.output]
}

/** Throws a RangeError when a factor is not a whole number: such a count never passed `readCount`. */
function product(tokens: number, rate: number): bigint {
  return BigInt(tokens) * BigInt(rate)
}

/** Divides by the million that prices are for, rounding up. */
function perTokens(amount: bigint): bigint {
  return (amount + TOKENS_PER_PRICE - 1n) / TOKENS_PER_PRICE
}
