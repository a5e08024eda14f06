// The path as actix sees it: slashes collapsed, the trailing one trimmed, dot segments left alone,
// and %-escapes decoded only after the path was cut at its slashes.

/** Decoded segments and the raw query; null when no path can be made of the target. */
export function splitTarget(target: string): { segments: string[]; query: string } | null {
  const [beforeQuery, query = ''] = cut(target, '?')
  const path = beforeQuery.startsWith('/') ? beforeQuery : absolutePath(beforeQuery)
  if (path === null) return null
  const trimmed = path.replace(/\/{2,}/g, '/').replace(/\/$/, '')
  const segments = trimmed === '' ? [] : trimmed.slice(1).split('/').map(decode)
  return { segments, query }
}

function absolutePath(target: string): string | null {
  const match = /^https?:\/\/[^/]*(\/.*)?$/i.exec(target)
  return match === null ? null : (match[1] ?? '/')
}

/** What is no valid escape stands for itself; bytes that are no UTF-8 are replaced. */
function decode(segment: string): string {
  if (!segment.includes('%')) return segment
  const bytes: number[] = []
  const source = Buffer.from(segment, 'latin1')
  for (let at = 0; at < source.length; at += 1) {
    const escape = /^%([0-9a-f]{2})/i.exec(source.toString('latin1', at, at + 3))?.[1]
    bytes.push(escape === undefined ? (source[at] ?? 0) : Number.parseInt(escape, 16))
    if (escape !== undefined) at += 2
  }
  return Buffer.from(bytes).toString('utf8')
}

function cut(text: string, sign: string): [string, string?] {
  const at = text.indexOf(sign)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}
