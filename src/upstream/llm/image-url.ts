/**
 * Where an image may come from: the body itself, or a public web address. The provider fetches it,
 * not the gateway, but a self-hosted upstream would fetch it from inside the operator's network.
 */
import { byType, type Rule } from '../rules.ts'

const DATA_URL = /^data:image\/(?:png|jpeg|webp|gif);base64,/
const PLAIN_URL = /^https:\/\/[\x21-\x5b\x5d-\x7e]{1,8192}$/
/** Names with a dot whose last label cannot be part of an IP address. */
const PUBLIC_HOST = /^(?:[a-z0-9_-]{1,63}\.){1,10}[a-z][a-z0-9-]{1,62}$/
/**
 * Endings that no public address has: reserved ones (RFC 2606, 6761, 6762, 7686, 8375, 9476 and ICANN's
 * `internal`, `corp`, `home`, `mail`), and those that clusters and home networks give to their own.
 */
const PRIVATE_ZONE =
  /\.(?:alt|arpa|corp|domain|example|home|internal|intranet|invalid|lan|local|localdomain|localhost|mail|onion|private|svc|test|workgroup)$/

const refusal = {
  detail: 'must be a data:image URL in base64 or an https URL of a public host',
  path: [],
}

export const webImageUrl: Rule = byType({
  string: (value) => (typeof value === 'string' && isPublicHttps(value) ? null : refusal),
})

export const imageUrl: Rule = byType({
  string: (value) =>
    typeof value === 'string' && (DATA_URL.test(value) || isPublicHttps(value)) ? null : refusal,
})

/** Printable ASCII without a backslash, so that every parser sees the host that is judged here. */
function isPublicHttps(value: string): boolean {
  if (!PLAIN_URL.test(value)) return false
  const url = URL.parse(value)
  return (
    url !== null &&
    url.username === '' &&
    url.password === '' &&
    url.port === '' &&
    PUBLIC_HOST.test(url.hostname) &&
    !PRIVATE_ZONE.test(url.hostname)
  )
}
