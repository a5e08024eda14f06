/** A number as scripts are given it. */
export function digits(number: number): string {
  if (!Number.isSafeInteger(number)) throw new RangeError('the store keeps safe integers alone')
  return String(number)
}
