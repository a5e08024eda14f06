/**
 * The caller's address, from the one header that the platform sets itself. Whatever clients and
 * proxies write (X-Forwarded-For, Forwarded, X-Real-IP, True-Client-IP) is never read.
 */
import { formatIp, parseIp } from './ip-address.ts'

const DEFAULT_CLIENT_IP_HEADER = 'cf-connecting-ip'

/** One household or host is given a /64 of IPv6 as a rule, and could hop within it for ever. */
const IPV6_SUBSCRIBER_BITS = 64n

/** Canonical text of the address; null when the header is absent, malformed, or stands more than once. */
export function clientIp(
  headers: Headers,
  trustedHeader = DEFAULT_CLIENT_IP_HEADER,
): string | null {
  const text = headers.get(trustedHeader) ?? ''
  const ip = parseIp(text)
  if (ip === null) return null
  // Dotted decimal has one spelling only.
  return text.includes(':') ? formatIp(ip) : text
}

/** What a throttle counts by: the IPv4 address, or the /64 of an IPv6 address, as text. */
export function clientNetwork(ip: string): string | null {
  const address = parseIp(ip)
  if (address === null) return null
  if (address.family === 4) return formatIp(address)
  const value = (address.value >> IPV6_SUBSCRIBER_BITS) << IPV6_SUBSCRIBER_BITS
  return `${formatIp({ family: 6, value })}/64`
}
