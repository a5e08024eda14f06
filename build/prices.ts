// Writes src/price/prices.generated.ts from the price collection of @pydantic/genai-prices. Run with
// `node build/prices.ts` after that package was updated, and read the difference before committing
// it. What the table's shape cannot express is left out and named on the output: left out is refused.
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import {
  calcPrice,
  findProvider,
  type MatchLogic,
  type ModelInfo,
  type ModelPrice,
} from '@pydantic/genai-prices'
import { format, resolveConfig } from 'prettier'
import { parseUsd } from '../src/price/nano-usd.ts'
import type { NamePatterns } from '../src/price/price-names.ts'
import { MAX_USD_PER_MILLION_TOKENS } from '../src/price/price-table.ts'

/** Prices that changed over time are taken as of this day. */
export const PRICES_AS_OF = new Date('2026-11-21T00:00:00Z')
export const PRICED_PROVIDERS = ['openai', 'anthropic'] as const

type RateName = 'i' | 'o' | 'r' | 'w' | 'h' | 'ai' | 'ao'
const RATE_OF_KEY: Readonly<Record<string, RateName>> = {
  input_mtok: 'i',
  output_mtok: 'o',
  cache_read_mtok: 'r',
  cache_write_mtok: 'w',
  cache_write_5m_mtok: 'w',
  cache_write_1h_mtok: 'h',
  input_audio_mtok: 'ai',
  output_audio_mtok: 'ao',
}
/** Charged by the search, not by the token: no request that may search by itself is let through. */
const KEYS_APART = new Set(['web_searches_kcount', 'storage_searches_kcount'])
/** Models that search whatever the request says (`-search-preview`, `-deep-research`): never priced. */
const SEARCHES_UNASKED = /search/

type Rates = Partial<Record<RateName, number>>
type Row = { p: Rates; n: string } & Partial<Record<'t' | 's' | 'd' | 'f', unknown>>
type Names = { whole: string[] } & { [K in keyof NamePatterns]-?: string[] }

/** Why a model cannot be priced; thrown by the readers below, caught per model. */
class LeftOut extends Error {}

function rowOf(provider: string, model: ModelInfo): Row {
  const names = namesOf(model.match)
  const probe = names.whole[0] ?? names.snapshotsOf[0] ?? names.tunedFrom[0] ?? ''
  const priced = calcPrice({}, probe, { providerId: provider, timestamp: PRICES_AS_OF })
  if (priced === null || priced.model.id !== model.id) throw new LeftOut('another model goes first')
  const { base, tiers } = ratesOf(priced.model_price)
  const isEmbedding = model.id.includes('embedding')
  if (base.i === undefined) throw new LeftOut('no input price')
  if (base.o === undefined && !isEmbedding) throw new LeftOut('no output price')
  if (/audio|realtime/.test(model.id) && base.ai === undefined) throw new LeftOut('no audio price')
  return {
    n: names.whole.join(' '),
    p: base,
    ...(tiers.length > 0 && { t: tiers }),
    ...(names.snapshotsOf.length > 0 && { s: names.snapshotsOf.join(' ') }),
    ...(names.dated.length > 0 && { d: names.dated.join(' ') }),
    ...(names.tunedFrom.length > 0 && { f: names.tunedFrom.join(' ') }),
  }
}

/** One set of rates, and one for each threshold at which any rate changes. */
function ratesOf(price: ModelPrice): { base: Rates; tiers: (Rates & { above: number })[] } {
  const entries = Object.entries(price).filter(([key]) => !KEYS_APART.has(key))
  const thresholds = new Set<number>()
  for (const [, value] of entries) {
    if (typeof value === 'object') for (const tier of value.tiers) thresholds.add(tier.start)
  }
  const at = (inputTokens: number): Rates => {
    const rates: Rates = {}
    for (const [key, value] of entries) {
      if (value === undefined) continue
      const usd =
        typeof value === 'number'
          ? value
          : (value.tiers.findLast((tier) => inputTokens > tier.start)?.price ?? value.base)
      const name = RATE_OF_KEY[key]
      if (name !== undefined) rates[name] = rateOf(usd)
      // Cached audio has no rate of its own here; it does no harm where it costs what cached text does.
      else if (key !== 'cache_audio_read_mtok') throw new LeftOut(`a price for ${key}`)
      else if (usd !== price['cache_read_mtok'])
        throw new LeftOut('a price of its own for cached audio')
    }
    return rates
  }
  const tiers = [...thresholds]
    .toSorted((a, b) => a - b)
    .map((above) => ({ above, ...at(above + 1) }))
  return { base: at(0), tiers }
}

/** Nano-USD per million tokens, by way of the decimal that the collection's float was written as. */
function rateOf(usd: number): number {
  const reading = parseUsd(usd)
  if (!reading.ok) throw new Error(`${usd} USD: ${reading.fault}`)
  if (reading.nanoUsd > MAX_USD_PER_MILLION_TOKENS * 1e9) throw new Error(`${usd} USD is absurd`)
  return reading.nanoUsd
}

const DATED_NAME = /^\^(?<name>[\w\\.-]+-)\\d(?:\{8\}|(?<dashes>\{4\}-\\d\{2\}-\\d\{2\}))\$$/

function namesOf(match: MatchLogic): Names {
  const names: Names = { whole: [], snapshotsOf: [], dated: [], tunedFrom: [] }
  for (const clause of 'or' in match ? match.or : [match]) {
    if (Object.values(clause).some((text) => SEARCHES_UNASKED.test(String(text)))) continue
    if ('equals' in clause) names.whole.push(clause.equals)
    else if ('starts_with' in clause) {
      const isTuned = /^ft:|\.ft-$/.test(clause.starts_with)
      names[isTuned ? 'tunedFrom' : 'snapshotsOf'].push(clause.starts_with)
    } else if ('regex' in clause) {
      const { name, dashes } = DATED_NAME.exec(clause.regex)?.groups ?? {}
      if (name === undefined) throw new LeftOut(`a match by ${clause.regex}`)
      names.dated.push(
        name.replaceAll('\\', '') + (dashes === undefined ? 'YYYYMMDD' : 'YYYY-MM-DD'),
      )
    } else if (!('contains' in clause)) throw new LeftOut(`a match by ${Object.keys(clause)[0]}`)
    // A name that merely contains something is too loose to be charged by: that clause is dropped.
  }
  if (Object.values(names).every((list) => list.length === 0)) throw new LeftOut('no usable name')
  return names
}

async function packageVersion(): Promise<string> {
  const entry = fileURLToPath(import.meta.resolve('@pydantic/genai-prices'))
  const manifest: unknown = JSON.parse(
    await readFile(new URL('../package.json', `file://${entry}`), 'utf8'),
  )
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) {
    if (typeof manifest.version === 'string') return manifest.version
  }
  throw new Error('@pydantic/genai-prices has no version')
}

/** The text of the generated module, and what was left out of it and why. */
export async function generatePrices(): Promise<{ text: string; leftOut: string[] }> {
  const leftOut: string[] = []
  const providers: Record<string, Row[]> = {}
  for (const id of PRICED_PROVIDERS) {
    const rows: Row[] = []
    for (const model of findProvider({ providerId: id })?.models ?? []) {
      try {
        rows.push(rowOf(id, model))
      } catch (error) {
        if (!(error instanceof LeftOut)) throw error
        leftOut.push(`${id} ${model.id}: ${error.message}`)
      }
    }
    if (rows.length === 0) throw new Error(`no prices for ${id}`)
    providers[id] = rows
  }
  const content = JSON.stringify(providers)
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12)
  const source = `// Generated by build/prices.ts from @pydantic/genai-prices (MIT). Do not edit.
    import type { CompactPrices } from './compact-prices.ts'

    export const compactPrices: CompactPrices = {
      version: 'genai-prices-${await packageVersion()}-${hash}',
      providers: ${content},
    }`
  const path = fileURLToPath(new URL('../src/price/prices.generated.ts', import.meta.url))
  const text = await format(source, { ...(await resolveConfig(path)), parser: 'typescript' })
  return { text, leftOut }
}

if (import.meta.main) {
  const { text, leftOut } = await generatePrices()
  await writeFile(new URL('../src/price/prices.generated.ts', import.meta.url), text)
  for (const line of leftOut) console.log(`left out  ${line}`)
  console.log(
    `src/price/prices.generated.ts: ${text.length} bytes, ${gzipSync(text).length} gzipped`,
  )
}
