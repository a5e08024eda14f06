// The shape of the generated price file, kept short because every isolate loads it.

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
