/** The prices in force: the generated table with the operator's own laid over it. */
import type { PriceConfig } from './price-config.ts'
import { overlayPrices } from './price-config.ts'
import { lookupPrice, type Price } from './price-table.ts'
import { builtInPrices } from './price-rows.ts'

export interface PriceBook {
  /** Stands on each ledger entry. */
  readonly version: string
  /** null for a model without a price: it is refused, never free. */
  priceOf(provider: string, model: string): Price | null
  /** Models of a provider that have a price of their own, by whole name. */
  pricedModels(provider: string): readonly string[]
}

export function priceBook(own: PriceConfig | undefined): PriceBook {
  const table = own === undefined ? builtInPrices : overlayPrices(builtInPrices, own)
  return {
    version: table.version,
    priceOf: (provider, model) => lookupPrice(table, provider, model),
    pricedModels: (provider) => [...(table.models.get(provider)?.byName.keys() ?? [])],
  }
}
