/** Arithmetic on charges: whole tokens and integer nano-USD, exact as long as sums stay below 2^53. */
import type { Charge } from '../ledger/entry.ts'

export function subtract(whole: Charge, part: Charge): Charge {
  return {
    inputTokens: whole.inputTokens - part.inputTokens,
    outputTokens: whole.outputTokens - part.outputTokens,
    nanoUsd: whole.nanoUsd - part.nanoUsd,
  }
}

/** The higher of each figure: usage that was seen is not unseen by a later, lower report. */
export function highest(one: Charge, other: Charge): Charge {
  return {
    inputTokens: Math.max(one.inputTokens, other.inputTokens),
    outputTokens: Math.max(one.outputTokens, other.outputTokens),
    nanoUsd: Math.max(one.nanoUsd, other.nanoUsd),
  }
}

/** What a charge weighs in a rate or a budget of this measure. */
export function amountOf(charge: Charge, measure: 'tokens' | 'nano_usd'): number {
  return measure === 'tokens' ? charge.inputTokens + charge.outputTokens : charge.nanoUsd
}
