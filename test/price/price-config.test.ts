import { describe, expect, it } from 'vitest'
import { overlayPrices, PriceConfig } from '../../src/price/price-config.ts'
import { builtInPrices } from '../../src/price/price-rows.ts'
import { lookupPrice } from '../../src/price/price-table.ts'

const own = PriceConfig.parse({
  openai: { 'gpt-4o-mini': { input: '1.00', output: '2.00', cacheRead: '0.5' } },
  ollama: { 'llama3.1': { input: '0', output: '0' } },
})
const table = overlayPrices(builtInPrices, own)

describe("the operator's own prices", () => {
  it('go before the built-in price of that name only', () => {
    expect(lookupPrice(table, 'openai', 'gpt-4o-mini')).toMatchObject({
      input: 1e9,
      output: 2e9,
      cacheRead: 5e8,
      cacheWrite5m: 1e9,
    })
    const dated = 'gpt-4o-mini-2024-07-18'
    expect(lookupPrice(table, 'openai', dated)).toBe(lookupPrice(builtInPrices, 'openai', dated))
    expect(lookupPrice(table, 'anthropic', 'claude-haiku-4-5-20251001')).not.toBeNull()
  })

  it('may add a provider, and may be zero where the operator says so', () => {
    expect(lookupPrice(table, 'ollama', 'llama3.1')).toMatchObject({ input: 0, output: 0 })
    expect(lookupPrice(table, 'ollama', 'llama3.2')).toBeNull()
  })

  it('leave the built-in table as it is', () => {
    expect(lookupPrice(builtInPrices, 'ollama', 'llama3.1')).toBeNull()
    expect(lookupPrice(builtInPrices, 'openai', 'gpt-4o-mini')?.input).toBe(150_000_000)
  })

  it('may have tiers and be for embeddings', () => {
    const config = PriceConfig.parse({
      p: {
        e: { kind: 'embedding', input: '0.02' },
        t: {
          input: '1',
          output: '2',
          tiers: [{ aboveInputTokens: 1000, input: '2', output: '4', cacheRead: '0.1' }],
        },
      },
    })
    expect(config['p']?.['e']).toMatchObject({ kind: 'embedding', input: 2e7, output: 0 })
    expect(config['p']?.['t']?.tiers).toEqual([
      {
        aboveInputTokens: 1000,
        input: 2e9,
        cacheRead: 1e8,
        cacheWrite5m: 2e9,
        cacheWrite1h: 2e9,
        audioIn: 2e9,
        output: 4e9,
        audioOut: 4e9,
      },
    ])
  })

  it('give the table a version of their own, the same for the same prices in any order', () => {
    const again = PriceConfig.parse({
      ollama: { 'llama3.1': { output: '0.0', input: '0' } },
      openai: { 'gpt-4o-mini': { cacheRead: '0.50', output: '2', input: '1' } },
    })
    expect(overlayPrices(builtInPrices, again).version).toBe(table.version)
    expect(table.version).toMatch(new RegExp(`^${builtInPrices.version}\\+own\\.[0-9a-f]{16}$`))
    const other = PriceConfig.parse({ ollama: { 'llama3.1': { input: '0', output: '0.1' } } })
    expect(overlayPrices(builtInPrices, other).version).not.toBe(table.version)
  })
})

describe('prices that are refused', () => {
  it.each([
    ['numbers', { input: 1, output: 2 }, 'expected string'],
    ['exponents', { input: '1e3', output: '2' }, 'must be decimal USD'],
    ['negative prices', { input: '-1', output: '2' }, 'must be decimal USD'],
    ['absurd prices', { input: '10000.01', output: '2' }, 'at most 10000'],
    ['members it does not know', { input: '1', output: '2', cache_read: '1' }, 'Unrecognized key'],
    ['a chat price without output', { input: '1' }, 'output is needed'],
    [
      'an embedding with output',
      { kind: 'embedding', input: '1', output: '1' },
      'output is needed',
    ],
    ['a price without input', { output: '1' }, 'expected string'],
    [
      'a tier without output',
      { input: '1', output: '1', tiers: [{ aboveInputTokens: 1, input: '1' }] },
      'output is needed',
    ],
    [
      'thresholds that do not rise',
      {
        input: '1',
        output: '1',
        tiers: [
          { aboveInputTokens: 5, input: '1', output: '1' },
          { aboveInputTokens: 5, input: '2', output: '2' },
        ],
      },
      'thresholds must rise',
    ],
  ])('are %s', (_, price, message) => {
    const parsed = PriceConfig.safeParse({ p: { m: price } })
    expect(parsed.error?.issues[0]?.message).toContain(message)
    expect(parsed.error?.issues[0]?.path.slice(0, 2)).toEqual(['p', 'm'])
  })
})
