// Unfolds the rows of the generated price file, which are kept short because every isolate loads
// them, into the price table that ships with the gateway.
import {
  completeRates,
  makePriceTable,
  type PricedNames,
  type PriceTable,
  type Rates,
} from './price-table.ts'
import { compactPrices } from './prices.generated.ts'

export interface CompactPrices {
  readonly version: string
  readonly providers: Readonly<Record<string, readonly CompactRow[]>>
}

/** Lists of names are joined by blanks, which no name contains. */
export interface CompactRow {
  /** Whole names; name starts of snapshots, of dated and of tuned models: as in PricedNames. */
  readonly n: string
  readonly s?: string
  readonly d?: string
  readonly f?: string
  readonly p: CompactRates
  readonly t?: readonly (CompactRates & { readonly above: number })[]
}

/** Nano-USD per million tokens: input, output, cache reads, five-minute and one-hour writes, audio. */
export interface CompactRates {
  readonly i: number
  readonly o?: number
  readonly r?: number
  readonly w?: number
  readonly h?: number
  readonly ai?: number
  readonly ao?: number
}

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
