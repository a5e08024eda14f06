// The generated price table against the collection that it was made from.
import { readFile } from 'node:fs/promises'
import { calcPrice } from '@pydantic/genai-prices'
import { describe, expect, it } from 'vitest'
import { generatePrices, PRICED_PROVIDERS, PRICES_AS_OF } from '../../build/prices.ts'
import { builtInPrices } from '../../src/price/price-rows.ts'
import { lookupPrice, MAX_USD_PER_MILLION_TOKENS } from '../../src/price/price-table.ts'
import { chargeNanoUsd } from '../../src/price/pricing.ts'
import { emptyUsage, type Usage } from '../../src/price/usage.ts'

const usages: Partial<Usage>[] = [
  { inputTokens: 1, outputTokens: 1 },
  { inputTokens: 1234, outputTokens: 567, reasoningTokens: 500 },
  { inputTokens: 100_000, cacheReadTokens: 60_000, outputTokens: 1000 },
  { inputTokens: 9000, cacheReadTokens: 1000, cacheWrite5mTokens: 2000, cacheWrite1hTokens: 3000 },
  { inputTokens: 500, audioInTokens: 400, outputTokens: 300, audioOutTokens: 200 },
  { inputTokens: 200_000, outputTokens: 10 },
  { inputTokens: 200_001, outputTokens: 10 },
  { inputTokens: 271_999, cacheReadTokens: 100_000, outputTokens: 10 },
  { inputTokens: 272_000, cacheReadTokens: 100_000, outputTokens: 10 },
  { inputTokens: 272_001, cacheWrite5mTokens: 100_000, outputTokens: 10 },
]

/** Total USD by the collection's own arithmetic, which is in floats. */
function collectionUsd(provider: string, model: string, usage: Usage): number | undefined {
  return calcPrice(
    {
      input_tokens: usage.inputTokens,
      cache_read_tokens: usage.cacheReadTokens,
      cache_write_tokens: usage.cacheWrite5mTokens + usage.cacheWrite1hTokens,
      cache_write_5m_tokens: usage.cacheWrite5mTokens,
      cache_write_1h_tokens: usage.cacheWrite1hTokens,
      input_audio_tokens: usage.audioInTokens,
      cache_audio_read_tokens: 0,
      output_tokens: usage.outputTokens,
      output_audio_tokens: usage.audioOutTokens,
    },
    model,
    { providerId: provider, timestamp: PRICES_AS_OF },
  )?.total_price
}

const named = PRICED_PROVIDERS.flatMap((provider) =>
  [...(builtInPrices.models.get(provider)?.byName.keys() ?? [])].map(
    (model) => [provider, model] as const,
  ),
)

describe('the built-in prices', () => {
  it('are what the generator makes', async () => {
    const path = new URL('../../src/price/prices.generated.ts', import.meta.url)
    expect(await readFile(path, 'utf8')).toBe((await generatePrices()).text)
  })

  it('name the package and its content', () => {
    expect(builtInPrices.version).toMatch(/^genai-prices-\d+\.\d+\.\d+-[0-9a-f]{12}$/)
  })

  it.each([
    ['openai', 'gpt-4o-mini', { input: 150_000_000, cacheRead: 75_000_000, output: 600_000_000 }],
    ['openai', 'gpt-4o-mini-2024-07-18', { input: 150_000_000 }],
    ['openai', 'gpt-3.5-turbo-instruct-0914', { input: 1_500_000_000 }],
    ['openai', 'computer-use-preview-2025-03-11', { input: 3_000_000_000 }],
    ['openai', 'ft:gpt-4o-mini-2024-07-18:acme::x', { input: 300_000_000 }],
    ['openai', 'text-embedding-3-small', { kind: 'embedding', input: 20_000_000, output: 0 }],
    ['openai', 'text-embedding-3-large', { kind: 'embedding', input: 130_000_000, output: 0 }],
    ['openai', 'gpt-5.6-luna-2026-08-01', { input: 200_000_000 }],
    ['openai', 'gpt-audio', { input: 2_500_000_000, audioIn: 32e9, audioOut: 64e9 }],
    ['anthropic', 'claude-haiku-4-5-20251001', { input: 1e9, cacheWrite1h: 2e9, output: 5e9 }],
    ['anthropic', 'claude-sonnet-4-6', { input: 3e9, output: 15e9, tiers: [] }],
    ['anthropic', 'claude-opus-4-6', { input: 5e9, output: 25e9, tiers: [] }],
    ['anthropic', 'claude-opus-4-20250514', { input: 15e9 }],
    ['anthropic', 'claude-sonnet-4-20250514', { input: 3e9, output: 15e9 }],
    ['anthropic', 'claude-3-5-sonnet-latest', { input: 3e9 }],
    ['anthropic', 'claude-fable-5-20260901', { input: 10e9 }],
  ])('have %s %s', (provider, model, price) => {
    expect(lookupPrice(builtInPrices, provider, model)).toMatchObject(price)
  })

  it.each([
    ['openai', 'gpt-9'],
    ['openai', 'gpt-4o-mini-2'],
    ['openai', 'gpt-image-1'],
    ['openai', 'omni-moderation-latest'],
    ['openai', 'gpt-4o-audio-preview'],
    // They search the web unasked, which is billed by the search.
    ['openai', 'gpt-4o-search-preview'],
    ['openai', 'gpt-4o-mini-search-preview-2025-03-11'],
    ['openai', 'o4-mini-deep-research'],
    ['anthropic', 'claude-sonnet-5-5'],
    ['anthropic', 'claude-sonnet-5-5-20270101'],
    ['anthropic', 'claude-opus-4-6-fast'],
    ['anthropic', 'my-claude-v2'],
  ])('have no price for %s %s', (provider, model) => {
    expect(lookupPrice(builtInPrices, provider, model)).toBeNull()
  })

  it('are above zero and below the limit, all of them', () => {
    expect(named.length).toBeGreaterThan(150)
    for (const [provider, model] of named) {
      const price = lookupPrice(builtInPrices, provider, model)
      if (price === null) throw new Error(`no price for ${model}`)
      const { kind, tiers, ...rates } = price
      for (const [name, rate] of [rates, ...tiers].flatMap((part) => Object.entries(part))) {
        const mayBeZero = kind === 'embedding' && name.match(/^(output|audioOut)$/) !== null
        expect(Number.isSafeInteger(rate) && (rate > 0 || mayBeZero)).toBe(true)
        expect(rate).toBeLessThanOrEqual(MAX_USD_PER_MILLION_TOKENS * 1e9)
      }
    }
  })

  it("charge what the collection's own arithmetic says, for every model by every name", () => {
    let compared = 0
    for (const [provider, model] of named) {
      const price = lookupPrice(builtInPrices, provider, model)
      for (const counts of usages) {
        const output = price?.kind === 'embedding' ? { outputTokens: 0, audioOutTokens: 0 } : {}
        const usage = { ...emptyUsage('provider'), ...counts, ...output }
        const usd = collectionUsd(provider, model, usage)
        if (price === null || usd === undefined) throw new Error(`no price for ${model}`)
        const charge = chargeNanoUsd(price, usage)
        if (charge === 'too_large') throw new Error('too large')
        // We round up to a whole nano-USD; the collection's floats are off by some 10^-16 parts.
        const over = charge - usd * 1e9
        expect(over).toBeGreaterThan(-1e-3)
        expect(over).toBeLessThan(1 + 1e-3)
        compared += 1
      }
    }
    expect(compared).toBe(named.length * usages.length)
  })

  it('never price a name that the collection does not, and none at another price', () => {
    const ends = ['', '-latest', '-preview', '-20260101', '-2026-01-01', '@20260101', '-5', '-fast']
    const usage = { ...emptyUsage('provider'), inputTokens: 1000, outputTokens: 1000 }
    for (const [provider, known] of named) {
      for (const model of ends.map((end) => known + end)) {
        const price = lookupPrice(builtInPrices, provider, model)
        if (price === null || price.kind === 'embedding') continue
        const usd = collectionUsd(provider, model, usage)
        expect([model, chargeNanoUsd(price, usage)]).toEqual([model, Math.round((usd ?? -1) * 1e9)])
      }
    }
  })
})
