// Unfolds the rows of the generated price file into the price table that ships with the gateway.
import type { CompactRates, CompactRow } from './compact-prices.ts'
import {
  completeRates,
  makePriceTable,
  type PricedNames,
  type PriceTable,
  type Rates,
} from './price-table.ts'
import { compactPrices } from './prices.generated.ts'

/** The prices that the gateway ships with. */
export const builtInPrices: PriceTable = makePriceTable(
  compactPrices.version,
  Object.fromEntries(
    Object.entries(compactPrices.providers).map(([id, rows]) => [id, rows.map(unfold)]),
  ),
)

function unfold(row: CompactRow): PricedNames {
  return {
    names: namesIn(row.n),
    ...(row.s !== undefined && { snapshotsOf: namesIn(row.s) }),
    ...(row.d !== undefined && { dated: namesIn(row.d) }),
    ...(row.f !== undefined && { tunedFrom: namesIn(row.f) }),
    price: {
      kind: row.p.o === undefined ? 'embedding' : 'chat',
      ...rates(row.p),
      tiers: (row.t ?? []).map((tier) => ({ aboveInputTokens: tier.above, ...rates(tier) })),
    },
  }
}

/** No output price means no output: only embeddings come without one. */
function rates({ i, o, r, w, h, ai, ao }: CompactRates): Rates {
  return completeRates({
    input: i,
    output: o ?? 0,
    ...(r !== undefined && { cacheRead: r }),
    ...(w !== undefined && { cacheWrite5m: w }),
    ...(h !== undefined && { cacheWrite1h: h }),
    ...(ai !== undefined && { audioIn: ai }),
    ...(ao !== undefined && { audioOut: ao }),
  })
}

function namesIn(list: string): string[] {
  return list === '' ? [] : list.split(' ')
}
