/** Adds up the input of one request, as what it can be at most and as what it is likely to be. */
import type { Ask } from '../adapter.ts'
import { estimateTokens, type TokenizerFamily, upperBoundTokens } from '../../tokens/tokens.ts'
import { type Json, isJsonArray, isJsonObject, writeJson } from '../json.ts'

/** Tokens that a provider bills for something other than text. */
export interface FixedTokens {
  readonly upper: number
  readonly estimate: number
}

export class InputSize {
  readonly #family: TokenizerFamily
  readonly #expected: TokenizerFamily
  #upper = 0
  #estimate = 0

  /** `expected`: where the tokenizer is only feared to be of that family, the likely one. */
  constructor(family: TokenizerFamily, expected: TokenizerFamily = family) {
    this.#family = family
    this.#expected = expected
  }

  get upperTokens(): number {
    return this.#upper
  }

  get estimateTokens(): number {
    return this.#estimate
  }

  add({ upper, estimate }: FixedTokens, times = 1): void {
    this.#upper += upper * times
    this.#estimate += estimate * times
  }

  addText(text: string): void {
    this.#upper += upperBoundTokens(text, this.#family)
    this.#estimate += estimateTokens(text, this.#expected)
  }

  /** Every string below a value, not the names of members: for shapes that the rules fix. */
  addStrings(value: Json | undefined): void {
    if (typeof value === 'string') this.addText(value)
    else if (isJsonArray(value)) for (const item of value) this.addStrings(item)
    else if (isJsonObject(value)) for (const item of Object.values(value)) this.addStrings(item)
  }

  /** The same request with this much more input. */
  addedTo(ask: Ask): Ask {
    return {
      ...ask,
      inputUpperTokens: ask.inputUpperTokens + this.#upper,
      inputEstimateTokens: ask.inputEstimateTokens + this.#estimate,
    }
  }

  /** A value as JSON text, names and punctuation included: for shapes that the client chose. */
  addJson(value: Json | undefined): void {
    if (value !== undefined && value !== null) this.addText(writeJson(value))
  }
}
