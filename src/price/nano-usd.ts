// Money as the gateway keeps it: whole nano-USD (10^-9 USD) in a safe integer. The one place where
// decimal USD of the wire and of configuration becomes an integer and back. Amounts that are not
// exactly a number of nano-USD are refused, never rounded.
import * as z from 'zod'

declare const nanoUsdBrand: unique symbol
/** A whole number of nano-USD, 0 to 2^53 - 1. Made only by `nanoUsd` and `parseUsd`. */
export type NanoUsd = number & { readonly [nanoUsdBrand]: true }

/** The largest amount accepted from outside, in whole USD: its nano-USD stay below 2^53. */
export const MAX_USD = 9_000_000

const NANO_USD_PER_USD = 1_000_000_000n
const DECIMAL_PLACES = 9
const DECIMAL = /^(0|[1-9]\d{0,6})(?:\.(\d{1,9}))?$/

export type UsdFault = 'not_a_decimal' | 'inexact_number' | 'too_large'
export type UsdReading =
  | { readonly ok: true; readonly nanoUsd: NanoUsd }
  | { readonly ok: false; readonly fault: UsdFault }

/** Brands an integer result of exact arithmetic; null when it is negative or past 2^53 - 1. */
export function nanoUsd(amount: bigint): NanoUsd | null {
  if (amount < 0n || amount > BigInt(Number.MAX_SAFE_INTEGER)) return null
  return brand(Number(amount))
}

/**
 * Reads decimal USD, exactly. Strings are plain decimals of up to 9 places: no sign, exponent,
 * blank or leading zero. A number must be the double of one such decimal and of no other; from about
 * 8 million USD on, several share a double, and the amount has to be written as a string.
 */
export function parseUsd(value: string | number): UsdReading {
  const match = DECIMAL.exec(typeof value === 'number' ? plainDecimal(value) : value)
  if (match === null) return { ok: false, fault: 'not_a_decimal' }
  const [, whole = '0', fraction = ''] = match
  const amount = BigInt(whole) * NANO_USD_PER_USD + BigInt(fraction.padEnd(DECIMAL_PLACES, '0'))
  if (amount > BigInt(MAX_USD) * NANO_USD_PER_USD) return { ok: false, fault: 'too_large' }
  if (typeof value === 'number' && !standsForOnly(value, amount)) {
    return { ok: false, fault: 'inexact_number' }
  }
  return { ok: true, nanoUsd: brand(Number(amount)) }
}

/**
 * Writes decimal USD with 2 to 9 places, so that `parseUsd` gives the same amount back. Also of a
 * negative correction, and as a bigint of a sum past 2^53.
 */
export function formatUsd(amount: number | bigint): string {
  return decimalOf(BigInt(amount)).replace(/0{1,7}$/, '')
}

/** An amount of USD at a boundary (JSON body, configuration); inside it is nano-USD. */
export const UsdAmount = z
  .union([z.string(), z.number()], { error: () => FAULT_TEXT.not_a_decimal })
  .transform((value, context): NanoUsd => {
    const reading = parseUsd(value)
    if (reading.ok) return reading.nanoUsd
    context.issues.push({ code: 'custom', message: FAULT_TEXT[reading.fault], input: value })
    return z.NEVER
  })
export type UsdAmount = z.infer<typeof UsdAmount>

const FAULT_TEXT: Readonly<Record<UsdFault, string>> = {
  not_a_decimal: 'must be a plain decimal in USD with at most 9 places, such as "10.00"',
  inexact_number: 'is not an exact amount; write it as a string with at most 9 decimal places',
  too_large: `must not be above ${MAX_USD} USD`,
}

/** The shortest decimal that a double stands for. */
function plainDecimal(value: number): string {
  // Below 10^-6 String() turns to exponents.
  return value > 0 && value < 1e-6 ? value.toFixed(DECIMAL_PLACES) : String(value)
}

/** Whether a double is that of this amount, and of neither amount next to it. */
function standsForOnly(value: number, amount: bigint): boolean {
  const doubleOf = (nano: bigint): number => Number(decimalOf(nano))
  const isShared =
    doubleOf(amount + 1n) === value || (amount > 0n && doubleOf(amount - 1n) === value)
  return doubleOf(amount) === value && !isShared
}

function decimalOf(amount: bigint): string {
  const sign = amount < 0n ? '-' : ''
  const digits = (amount < 0n ? -amount : amount).toString().padStart(DECIMAL_PLACES + 1, '0')
  return `${sign}${digits.slice(0, -DECIMAL_PLACES)}.${digits.slice(-DECIMAL_PLACES)}`
}

function brand(amount: number): NanoUsd {
  return amount as NanoUsd
}
