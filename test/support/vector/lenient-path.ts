// A request-target as the most lenient server would read it: slashes run together, dot segments are
// resolved even when encoded, a trailing slash means nothing, and what is encoded is decoded last.
// Whatever a real front end does of this, a gateway that passes all of it on cannot be safe.

export interface LenientTarget {
  /** Decoded; an encoded slash stands within its segment. */
  readonly segments: readonly string[]
  readonly query: URLSearchParams
}

export function readTarget(target: string): LenientTarget {
  const [path = '', ...rest] = target.split('?')
  const segments: string[] = []
  for (const raw of path.replaceAll('\\', '/').split('/')) {
    const segment = decode(raw)
    if (segment === '..') segments.pop()
    else if (segment !== '' && segment !== '.') segments.push(segment)
  }
  return { segments, query: new URLSearchParams(rest.join('?')) }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
