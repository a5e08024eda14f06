/**
 * Headers across the gateway, both ways by allow-list: nothing of the client's identity goes up, and
 * nothing of the platform's account at the provider comes down.
 */
import type { Upstream } from './upstream.ts'

/**
 * No `idempotency-key`: all tenants share one account upstream, where one tenant's key could call up
 * the answer to another's request.
 */
const ALWAYS_FORWARDED: ReadonlySet<string> = new Set(['accept', 'user-agent'])

/** What goes upstream: the allowed ones of the client's, our credential, and no content coding asked for. */
export function upstreamHeaders(
  { adapter, key }: Upstream,
  client: Headers,
  hasBody: boolean,
): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of client) {
    const allowed = ALWAYS_FORWARDED.has(name) ? value : adapter.forwardHeader(name, value)
    if (allowed !== null) headers[name] = allowed
  }
  if (hasBody) headers['content-type'] = 'application/json'
  // A coded reply could not be measured as it passes, and workerd would ask for one by itself.
  headers['accept-encoding'] = 'identity'
  return { ...headers, ...adapter.credentialHeaders(key ?? '') }
}

/** What comes down. Everything else, cookies, account ids and the account's own limits, stays. */
export function clientHeaders(upstream: Headers): Record<string, string> {
  const type = upstream.get('content-type')
  return { 'cache-control': 'no-store', ...(type === null ? {} : { 'content-type': type }) }
}
