/**
 * Address ranges of an API key's allow list. A range with host bits set is refused when it is
 * configured: it is a typing error, and guessing which half was meant would open or close too much.
 */
import * as z from 'zod'
import { parseIp, type IpAddress } from './ip-address.ts'

const MAX_RANGES = 64
const MAPPED_BITS = 96
const PREFIX_LENGTH = /^(?:0|[1-9][0-9]{0,2})$/

export interface Cidr {
  readonly network: IpAddress
  /** Low bits that are free. */
  readonly hostBits: bigint
}

/** An address or `address/length`; null when either is malformed or host bits are set. */
export function parseCidr(text: string): Cidr | null {
  const [address = '', length, ...more] = text.split('/')
  const network = parseIp(address)
  if (network === null || more.length > 0) return null
  const bits = network.family === 4 ? 32 : 128
  if (length === undefined) return { network, hostBits: 0n }
  if (!PREFIX_LENGTH.test(length)) return null
  // An IPv4-mapped range counts its length from the start of the IPv6 address.
  const mapped = network.family === 4 && address.includes(':')
  const prefix = Number(length) - (mapped ? MAPPED_BITS : 0)
  if (prefix < 0 || prefix > bits) return null
  const hostBits = BigInt(bits - prefix)
  return (network.value >> hostBits) << hostBits === network.value ? { network, hostBits } : null
}

export const IpAllow = z
  .array(
    z.string().refine((text) => parseCidr(text) !== null, {
      error: 'must be an IP address or a CIDR range without host bits',
    }),
  )
  .max(MAX_RANGES)
export type IpAllow = z.infer<typeof IpAllow>

/** An empty list allows every address; any other list refuses a caller whose address is not known. */
export function isIpAllowed(allow: IpAllow, clientIp: string | null): boolean {
  if (allow.length === 0) return true
  const ip = clientIp === null ? null : parseIp(clientIp)
  return ip !== null && allow.some((range) => contains(parseCidr(range), ip))
}

function contains(range: Cidr | null, ip: IpAddress): boolean {
  if (range === null || range.network.family !== ip.family) return false
  return ip.value >> range.hostBits === range.network.value >> range.hostBits
}
