// The operator's own prices: how they are written in the configuration, and how they lie over the
// generated table.
import * as z from 'zod'
import { parseUsd } from './nano-usd.ts'
import {
  completeRates,
  MAX_USD_PER_MILLION_TOKENS,
  type Price,
  type PriceTable,
  type Rates,
} from './price-table.ts'

const UsdPerMillion = z.string().transform((text, context): number => {
  const reading = parseUsd(text)
  if (reading.ok && reading.nanoUsd <= MAX_USD_PER_MILLION_TOKENS * 1e9) return reading.nanoUsd
  context.issues.push({
    code: 'custom',
    message: `must be decimal USD per million tokens, at most ${MAX_USD_PER_MILLION_TOKENS}, such as "2.50"`,
    input: text,
  })
  return z.NEVER
})

const OwnRates = z.strictObject({
  input: UsdPerMillion,
  /** Absent for embeddings only. */
  output: UsdPerMillion.exactOptional(),
  cacheRead: UsdPerMillion.exactOptional(),
  cacheWrite5m: UsdPerMillion.exactOptional(),
  cacheWrite1h: UsdPerMillion.exactOptional(),
  audioIn: UsdPerMillion.exactOptional(),
  audioOut: UsdPerMillion.exactOptional(),
})
const OwnTier = OwnRates.extend({ aboveInputTokens: z.int().positive() })
const OwnPrice = OwnRates.extend({
  kind: z.enum(['chat', 'embedding']).default('chat'),
  tiers: z.array(OwnTier).default([]),
})
  .refine((price) => [price, ...price.tiers].every(hasOutput(price.kind)), {
    message: 'output is needed in every part of a chat price, and in none of an embedding price',
    path: ['output'],
  })
  .refine((price) => price.tiers.every((tier, i) => isAbove(tier, price.tiers[i - 1])), {
    message: 'thresholds must rise from tier to tier',
    path: ['tiers'],
  })
  .transform(toPrice)

/** Provider, then a model's whole name, then USD per million tokens as decimal strings. */
export const PriceConfig = z.record(z.string().min(1), z.record(z.string().min(1), OwnPrice))
export type PriceConfig = z.infer<typeof PriceConfig>

/** The table with the operator's prices in front of its own; its version tells of both. */
export function overlayPrices(table: PriceTable, own: PriceConfig): PriceTable {
  const models = new Map(table.models)
  for (const [provider, prices] of Object.entries(own)) {
    const base = models.get(provider)
    const byName = new Map([...(base?.byName ?? []), ...Object.entries(prices)])
    models.set(provider, { byName, patterns: base?.patterns ?? [] })
  }
  return { version: `${table.version}+own.${contentTag(canonical(own))}`, models }
}

interface GivenRates extends Partial<Omit<Rates, 'input'>> {
  readonly input: number
}
interface GivenTier extends GivenRates {
  readonly aboveInputTokens: number
}
interface GivenPrice extends GivenRates {
  readonly kind: Price['kind']
  readonly tiers: readonly GivenTier[]
}

function toPrice({ kind, tiers, ...rates }: GivenPrice): Price {
  return {
    kind,
    ...complete(rates),
    tiers: tiers.map((tier) => ({ aboveInputTokens: tier.aboveInputTokens, ...complete(tier) })),
  }
}

/** An embedding has no output to charge for. */
function complete(rates: GivenRates): Rates {
  return completeRates({ ...rates, output: rates.output ?? 0 })
}

function hasOutput(kind: Price['kind']): (rates: GivenRates) => boolean {
  return (rates) => (rates.output !== undefined) === (kind === 'chat')
}

function isAbove(tier: GivenTier, before: GivenTier | undefined): boolean {
  return before === undefined || tier.aboveInputTokens > before.aboveInputTokens
}

/** JSON with sorted members, so that the order in which prices were written does not matter. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )
}

/** FNV-1a, 64 bits: tells configurations apart, guards against nobody. */
function contentTag(text: string): string {
  let hash = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  }
  return hash.toString(16).padStart(16, '0')
}
