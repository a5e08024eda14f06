/**
 * IP addresses, read strictly: dotted decimal without leading zeros, RFC 4291 text for IPv6, no
 * zone, no legacy forms. IPv4-mapped IPv6 is IPv4 here, so that one caller has one address.
 */

export interface IpAddress {
  readonly family: 4 | 6
  readonly value: bigint
}

const MAX_TEXT = 45
const MAPPED_PREFIX = 0xffffn
const DECIMAL_OCTET = /^(?:0|[1-9][0-9]{0,2})$/
const HEX_GROUP = /^[0-9A-Fa-f]{1,4}$/
const GROUPS = 8

export function parseIp(text: string): IpAddress | null {
  if (text.length > MAX_TEXT) return null
  if (!text.includes(':')) {
    const value = parseIpv4(text)
    return value === null ? null : { family: 4, value }
  }
  const value = parseIpv6(text)
  if (value === null) return null
  return value >> 32n === MAPPED_PREFIX
    ? { family: 4, value: value & 0xffffffffn }
    : { family: 6, value }
}

/** The one canonical text of an address (RFC 5952 for IPv6). */
export function formatIp(ip: IpAddress): string {
  return ip.family === 4 ? formatIpv4(ip.value) : formatIpv6(ip.value)
}

function parseIpv4(text: string): bigint | null {
  const octets = text.split('.')
  if (octets.length !== 4) return null
  let value = 0
  for (const octet of octets) {
    if (!DECIMAL_OCTET.test(octet) || Number(octet) > 255) return null
    value = value * 256 + Number(octet)
  }
  return BigInt(value)
}

function parseIpv6(text: string): bigint | null {
  const [head = '', tail, ...more] = text.split('::')
  if (more.length > 0) return null
  const front = parseGroups(head, tail === undefined)
  const back = tail === undefined ? [] : parseGroups(tail, true)
  if (front === null || back === null) return null
  const missing = GROUPS - front.length - back.length
  if (tail === undefined ? missing !== 0 : missing < 1) return null
  const groups = [...front, ...Array<bigint>(missing).fill(0n), ...back]
  return groups.reduce((value, group) => (value << 16n) | group, 0n)
}

/** Groups of one side of `::`; only the last group of the address may be dotted decimal. */
function parseGroups(text: string, endsAddress: boolean): bigint[] | null {
  if (text === '') return []
  const groups: bigint[] = []
  const parts = text.split(':')
  for (const [at, part] of parts.entries()) {
    if (HEX_GROUP.test(part)) {
      groups.push(BigInt(`0x${part}`))
      continue
    }
    const dotted = endsAddress && at === parts.length - 1 ? parseIpv4(part) : null
    if (dotted === null) return null
    groups.push(dotted >> 16n, dotted & 0xffffn)
  }
  return groups
}

function formatIpv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.')
}

function formatIpv6(value: bigint): string {
  const groups = Array.from(
    { length: GROUPS },
    (_, at) => (value >> BigInt(112 - 16 * at)) & 0xffffn,
  )
  const zeros = longestZeroRun(groups)
  const hex = (from: number, to?: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':')
  if (zeros.length < 2) return hex(0)
  return `${hex(0, zeros.start)}::${hex(zeros.start + zeros.length)}`
}

/** The first of the longest runs, which is the one that RFC 5952 shortens. */
function longestZeroRun(groups: readonly bigint[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  let length = 0
  for (const [at, group] of groups.entries()) {
    length = group === 0n ? length + 1 : 0
    if (length > best.length) best = { start: at - length + 1, length }
  }
  return best
}
