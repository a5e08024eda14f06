// What a model costs: the shape of a price, and the table in which a model's name finds its own. A name
// that no rule knows has no price, and then the call is refused: nothing is guessed, and nothing
// unknown is free.
import { namesModel, type NamePatterns } from './price-names.ts'

/** Nano-USD per million tokens, each a whole number. Reasoning is output. */
export interface Rates {
  readonly input: number
  readonly cacheRead: number
  readonly cacheWrite5m: number
  readonly cacheWrite1h: number
  readonly audioIn: number
  readonly output: number
  readonly audioOut: number
}

/** Rates of the whole request once its input is above the threshold. */
export interface PriceTier extends Rates {
  readonly aboveInputTokens: number
}

export interface Price extends Rates {
  readonly kind: 'chat' | 'embedding'
  /** By rising threshold. */
  readonly tiers: readonly PriceTier[]
}

/** One price and the names it is for. */
export interface PricedNames extends NamePatterns {
  readonly price: Price
  /** Whole names. */
  readonly names: readonly string[]
}

export interface ProviderPrices {
  readonly byName: ReadonlyMap<string, Price>
  readonly patterns: readonly PricedNames[]
}

export interface PriceTable {
  /** Names this very content; kept with each charge. */
  readonly version: string
  readonly models: ReadonlyMap<string, ProviderPrices>
}

/** Dearer than any price on sale 10 times over; keeps every charge of a real call below 2^53. */
export const MAX_USD_PER_MILLION_TOKENS = 10_000

/** Rates with what is left out: cache and audio at the plain price, one-hour at five-minute writes. */
export function completeRates(given: Pick<Rates, 'input' | 'output'> & Partial<Rates>): Rates {
  const cacheWrite5m = given.cacheWrite5m ?? given.input
  return {
    input: given.input,
    cacheRead: given.cacheRead ?? given.input,
    cacheWrite5m,
    cacheWrite1h: given.cacheWrite1h ?? cacheWrite5m,
    audioIn: given.audioIn ?? given.input,
    output: given.output,
    audioOut: given.audioOut ?? given.output,
  }
}

/** Throws when one name is given two prices: a table says one thing about a name. */
export function makePriceTable(
  version: string,
  models: Readonly<Record<string, readonly PricedNames[]>>,
): PriceTable {
  const providers = new Map<string, ProviderPrices>()
  for (const [provider, rows] of Object.entries(models)) {
    const byName = new Map<string, Price>()
    for (const row of rows) {
      for (const name of row.names) {
        if (byName.has(name)) throw new Error(`two prices for ${provider} ${name}`)
        byName.set(name, row.price)
      }
    }
    providers.set(provider, { byName, patterns: rows.filter(hasPattern) })
  }
  return { version, models: providers }
}

/**
 * The price of a model, or null when it is unknown or two patterns with different prices claim it.
 * Names are compared byte for byte, as providers do. A whole name goes before a pattern.
 */
export function lookupPrice(table: PriceTable, provider: string, model: string): Price | null {
  const prices = table.models.get(provider)
  if (prices === undefined) return null
  const named = prices.byName.get(model)
  if (named !== undefined) return named
  let found: Price | null = null
  for (const row of prices.patterns) {
    if (!namesModel(row, model)) continue
    if (found !== null && found !== row.price) return null
    found = row.price
  }
  return found
}

function hasPattern(row: PricedNames): boolean {
  return [row.snapshotsOf, row.dated, row.tunedFrom].some((starts) => starts !== undefined)
}
