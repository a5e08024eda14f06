/** In whose words a path's errors are said: known from the path alone, so that even a 401 is read by the SDK. */
import type { DialectName } from '../problem/body.ts'
import type { Upstream } from './upstream.ts'

/** On `/v1/models`, which two APIs share, a client of Anthropic's shows itself by its version header. */
const ANTHROPIC_HEADER = 'anthropic-version'

export function dialectOf(
  upstreams: readonly Upstream[],
  path: string,
  headers: Headers,
): DialectName {
  if (path.startsWith('/v1/')) {
    const shared = /^\/v1\/models(?:\/|$)/.test(path)
    const anthropic =
      /^\/v1\/messages(?:\/|$)/.test(path) || (shared && headers.has(ANTHROPIC_HEADER))
    return anthropic ? 'anthropic' : 'openai'
  }
  const name = path.split('/', 2)[1]
  return upstreams.find((upstream) => upstream.name === name)?.adapter.dialect ?? 'plain'
}
