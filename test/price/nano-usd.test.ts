import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatUsd, MAX_USD, nanoUsd, parseUsd, UsdAmount } from '../../src/price/nano-usd.ts'

const read = (value: string | number): number | string => {
  const reading = parseUsd(value)
  return reading.ok ? reading.nanoUsd : reading.fault
}

describe('reading decimal USD', () => {
  it.each([
    ['10.00', 10_000_000_000],
    ['0', 0],
    ['0.000000001', 1],
    ['0.000123', 123_000],
    ['9000000', 9_000_000_000_000_000],
    ['8999999.999999999', 8_999_999_999_999_999],
    [10, 10_000_000_000],
    [0.1, 100_000_000],
    [0.0000001, 100],
    [0.000000001, 1],
    [1234.56, 1_234_560_000_000],
    [9_000_000, 9_000_000_000_000_000],
    [-0, 0],
  ])('reads %j as %d nano-USD', (value, amount) => {
    expect(read(value)).toBe(amount)
  })

  it.each(['', ' 1', '1 ', '+1', '-1', '1.', '.5', '007', '1e3', '1E3', '0x10', '1,5', '1_0'])(
    'refuses %j, which is no plain decimal',
    (value) => {
      expect(read(value)).toBe('not_a_decimal')
    },
  )

  it.each(['0.0000000001', '1.1234567890', 'NaN', 'Infinity', '٣'])('refuses %j', (value) => {
    expect(read(value)).toBe('not_a_decimal')
  })

  it.each([-1, -0.5, Infinity, 1e21])('refuses the number %d', (value) => {
    expect(parseUsd(value).ok).toBe(false)
  })

  it.each([0.1 + 0.2, Number.NaN, 1e-10, 8999999.123456789])(
    'refuses %d, a number that stands for no one decimal of 9 places',
    (value) => {
      expect(read(value)).not.toBeTypeOf('number')
    },
  )

  it('refuses more than 9,000,000 USD', () => {
    expect(read(`${MAX_USD}.000000001`)).toBe('too_large')
    expect(read(MAX_USD + 1)).toBe('too_large')
  })

  it('reads back every amount that it writes', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, BigInt(MAX_USD) * 1_000_000_000n), (amount) => {
        const made = nanoUsd(amount)
        expect(made === null ? 'no amount' : read(formatUsd(made))).toBe(Number(amount))
      }),
      { numRuns: 2000 },
    )
  })

  it('reads a number as its shortest decimal says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999_999 }), (microUsd) => {
        expect(read(microUsd / 1e6)).toBe(microUsd * 1000)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('writing decimal USD', () => {
  it.each([
    [0n, '0.00'],
    [1n, '0.000000001'],
    [123_000n, '0.000123'],
    [500_000_000n, '0.50'],
    [10_000_000_000n, '10.00'],
    [9_007_199_254_740_991n, '9007199.254740991'],
    [12_345_678_901_234_567_890n, '12345678901.23456789'],
  ])('writes %d nano-USD as %s', (amount, text) => {
    expect(formatUsd(amount)).toBe(text)
  })

  it('writes a negative correction with its sign', () => {
    expect(formatUsd(-123_000)).toBe('-0.000123')
  })
})

describe('an amount at a boundary', () => {
  it('is nano-USD once parsed', () => {
    expect(UsdAmount.parse('0.05')).toBe(50_000_000)
  })

  it('says what is wrong with it', () => {
    const parsed = UsdAmount.safeParse('1e3')
    expect(parsed.error?.issues[0]?.message).toContain('plain decimal')
  })
})

it('makes no amount out of what does not fit', () => {
  expect(nanoUsd(-1n)).toBeNull()
  expect(nanoUsd(2n ** 53n)).toBeNull()
  expect(nanoUsd(2n ** 53n - 1n)).toBe(Number.MAX_SAFE_INTEGER)
})
