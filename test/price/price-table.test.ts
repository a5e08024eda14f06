import { describe, expect, it } from 'vitest'
import { builtInPrices } from '../../src/price/price-rows.ts'
import {
  completeRates,
  lookupPrice,
  makePriceTable,
  type Price,
} from '../../src/price/price-table.ts'
import { cpuMsOf } from '../support/cpu-time.ts'

const priced = (input: number): Price => ({
  kind: 'chat',
  ...completeRates({ input, output: input }),
  tiers: [],
})
const [small, great] = [priced(1), priced(2)]
const table = makePriceTable('test', {
  p: [
    { price: small, names: ['m-5', 'm-5-2026-01-01'], snapshotsOf: ['m-5', 'm-5-mini'] },
    {
      price: great,
      names: ['m-6'],
      dated: ['m-6-YYYY-MM-DD', 'm-6x-YYYYMMDD'],
      tunedFrom: ['ft:m-6:'],
    },
  ],
})
const found = (model: string): Price | null => lookupPrice(table, 'p', model)

describe('finding the price of a model', () => {
  it.each(['m-5', 'm-5-2026-01-01', 'm-5-20260101', 'm-5@20260101', 'm-5-0125', 'm-5-latest'])(
    'knows %s by its family',
    (model) => {
      expect(found(model)).toBe(small)
    },
  )

  it.each(['m-5-preview', 'm-5-preview-2026-01-01', 'm-5-preview-latest', 'm-5-mini-20260101'])(
    'knows the snapshot %s',
    (model) => {
      expect(found(model)).toBe(small)
    },
  )

  it.each(['m-5-5', 'm-5.1', 'm-50', 'm-5-5-20260101', 'm-5-fast', 'm-5-turbo-latest', 'm-5-'])(
    'takes %s for another model, which has no price',
    (model) => {
      expect(found(model)).toBeNull()
    },
  )

  it.each([
    '',
    'M-5',
    ' m-5',
    'm-5 ',
    'm',
    'm-5-2026-1-1',
    'm-5-99999999x',
    '__proto__',
    'toString',
  ])('has no price for %j', (model) => {
    expect(found(model)).toBeNull()
  })

  it('takes a date in the form that the model uses, and nothing else', () => {
    expect(found('m-6-2026-01-01')).toBe(great)
    expect(found('m-6x-20260101')).toBe(great)
    for (const other of [
      'm-6-latest',
      'm-6-20260101',
      'm-6@2026-01-01',
      'm-6x',
      'm-6x-2026-01-01',
    ]) {
      expect(found(other)).toBeNull()
    }
    expect(found('m-6-2026-01-01-2026-01-01')).toBeNull()
  })

  it('prices a tuned model by its base, and no nameless one', () => {
    expect(found('ft:m-6:acme::x1')).toBe(great)
    expect(found('ft:m-6:')).toBeNull()
  })

  it('has no price under another provider, or one it does not know', () => {
    expect(lookupPrice(table, 'q', 'm-5')).toBeNull()
    expect(lookupPrice(builtInPrices, 'anthropic', 'gpt-4o')).toBeNull()
    expect(lookupPrice(builtInPrices, 'constructor', 'gpt-4o')).toBeNull()
  })

  it('has no price for a name that two patterns claim at different prices', () => {
    const torn = makePriceTable('test', {
      p: [
        { price: small, names: [], snapshotsOf: ['m'] },
        { price: great, names: ['m-20260101'], dated: ['m-YYYYMMDD'] },
      ],
    })
    expect(lookupPrice(torn, 'p', 'm-20260102')).toBeNull()
    expect(lookupPrice(torn, 'p', 'm-latest')).toBe(small)
    expect(lookupPrice(torn, 'p', 'm-20260101')).toBe(great)
  })

  it('is not made with two prices for one name', () => {
    const rows = [
      { price: small, names: ['m'] },
      { price: great, names: ['m'] },
    ]
    expect(() => makePriceTable('test', { p: rows })).toThrow('two prices for p m')
  })

  it('takes milliseconds for a megabyte of name', () => {
    const name = `claude-${'-preview-latest'.repeat(70_000)}`
    const tookMs = cpuMsOf(() => {
      expect(lookupPrice(builtInPrices, 'anthropic', name)).toBeNull()
    })
    expect(tookMs).toBeLessThan(50)
  })
})

describe('rates that are left out', () => {
  it('cost what the input or the output does', () => {
    expect(completeRates({ input: 3, output: 7 })).toEqual({
      input: 3,
      cacheRead: 3,
      cacheWrite5m: 3,
      cacheWrite1h: 3,
      audioIn: 3,
      output: 7,
      audioOut: 7,
    })
  })

  it('for one-hour writes are those of five-minute writes', () => {
    expect(completeRates({ input: 3, output: 7, cacheWrite5m: 4 }).cacheWrite1h).toBe(4)
  })
})
