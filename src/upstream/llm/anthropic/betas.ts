/** The `anthropic-beta` header: which betas a client may ask for. */

/** Each changes the form of a request or an answer, none its price, and none keeps state. */
const ALLOWED: ReadonlySet<string> = new Set([
  'prompt-caching-2024-07-31',
  'token-counting-2024-11-01',
  'output-128k-2025-02-19',
  'token-efficient-tools-2025-02-19',
  'extended-cache-ttl-2025-04-11',
  'fine-grained-tool-streaming-2025-05-14',
  'interleaved-thinking-2025-05-14',
  'structured-outputs-2025-11-13',
])

/**
 * The header to send upstream, null for none. Others are left out rather than refused: clients send
 * whole lists of them, and what they would allow in a body is refused there.
 */
export function allowedBetas(header: string): string | null {
  const asked = header.split(',').map((beta) => beta.trim())
  return asked.filter((beta) => ALLOWED.has(beta)).join(',') || null
}
