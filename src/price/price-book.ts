/** The prices in force: the generated table with the operator's own laid over it. */
import type { PriceConfig } from './price-config.ts'
import { overlayPrices } from './price-config.ts'
import { lookupPrice, type Price, type ProviderPrices } from './price-table.ts'
import { builtInPrices } from './price-rows.ts'

export interface PriceBook {
  /** Stands on each ledger entry. */
  readonly version: string
  /** null for a model without a price: it is refused, never free. */
  priceOf(provider: string, model: string): Price | null
  /** Names of a provider's models, for listing: many more (dated, tuned) have a price as well. */
  pricedModels(provider: string): readonly string[]
}

export function priceBook(own: PriceConfig | undefined): PriceBook {
  const table = own === undefined ? builtInPrices : overlayPrices(builtInPrices, own)
  return {
    version: table.version,
    priceOf: (provider, model) => lookupPrice(table, provider, model),
    pricedModels: (provider) => namesOf(table.models.get(provider)),
  }
}

/** A start of snapshots is itself a name; what follows it in its row are other spellings of the same. */
function namesOf(prices: ProviderPrices | undefined): readonly string[] {
  if (prices === undefined) return []
  const starts = prices.patterns.flatMap(({ snapshotsOf }) => snapshotsOf?.slice(0, 1) ?? [])
  return [...new Set([...prices.byName.keys(), ...starts])]
}
