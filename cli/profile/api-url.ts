// Where a gateway is. The token goes to that address and nowhere else, so what is not plainly an
// address is refused, and so is plain http across a network.
import { Failure, usageFailure } from '../failure.ts'

/**
 * The URL in its one normal form: no trailing slash. Throws Failure (usage) for what is no http(s)
 * URL, and for one with a user, a query or a fragment.
 */
export function parseApiUrl(text: string, from: string): string {
  const url = URL.parse(text)
  const isPlain =
    url !== null &&
    (url.protocol === 'https:' || url.protocol === 'http:') &&
    url.username === '' &&
    url.password === '' &&
    !/[?#]/.test(text)
  if (!isPlain) {
    throw usageFailure(
      `${from} is not the address of a gateway.`,
      'Give an http(s) URL without user, query or fragment, such as https://gateway.example.com',
    )
  }
  return url.href.replace(/\/+$/, '')
}

/** Throws Failure (usage): over http a token can be read by all between, unless it never leaves the machine. */
export function refuseCleartext(apiUrl: string, insecure: boolean): void {
  const { protocol, hostname, origin } = new URL(apiUrl)
  if (protocol === 'https:' || insecure || isLoopback(hostname)) return
  throw new Failure('usage', {
    title: `${origin} is plain http: the token could be read on its way.`,
    remedy: 'Use https://, or --insecure where the network itself is trusted.',
  })
}

/** `URL` has already brought every spelling of an IPv4 address to the dotted one. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}
