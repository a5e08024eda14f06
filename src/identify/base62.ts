/**
 * Fixed-width base62 for keys and key ids. The alphabet is in ASCII order, so that texts of one
 * width compare like the numbers they stand for.
 */

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const BASE = 62n

/** Throws a RangeError when `value` is negative or needs more than `width` digits. */
export function encodeBase62(value: bigint, width: number): string {
  if (value < 0n || value >= BASE ** BigInt(width)) throw new RangeError('value does not fit width')
  let digits = ''
  for (let rest = value; digits.length < width; rest /= BASE) {
    digits = ALPHABET.charAt(Number(rest % BASE)) + digits
  }
  return digits
}

/** `width` digits that stand for `byteCount` fresh random bytes. */
export function randomBase62(
  randomBytes: (count: number) => Uint8Array,
  byteCount: number,
  width: number,
): string {
  const bytes = randomBytes(byteCount)
  if (bytes.length !== byteCount) throw new RangeError('the source of randomness fell short')
  return encodeBase62(
    bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n),
    width,
  )
}
