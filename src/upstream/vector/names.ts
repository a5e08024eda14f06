/**
 * What a tenant's name for a collection or namespace is called on the service. A slug has no `_`, so
 * that the first one after it ends it: no tenant's names begin as another's do. Whatever a service may
 * fold, normalise or read as a separator is written as `~` and the two hex digits of each UTF-8 byte.
 */

/** Stands for itself; `~` does not, or two names would be one. */
const PLAIN = /^[a-z0-9._-]$/
const ESCAPED_NAME = /^(?:[a-z0-9._-]|~[0-9a-f]{2})*$/

export function physicalName(prefix: string, slug: string, name: string): string {
  return `${prefix}${slug}_${escapeName(name)}`
}

/** null when the physical name is not one that this tenant's names can have. */
export function logicalName(prefix: string, slug: string, physical: string): string | null {
  const start = `${prefix}${slug}_`
  if (!physical.startsWith(start)) return null
  const escaped = physical.slice(start.length)
  if (!ESCAPED_NAME.test(escaped)) return null
  const name = unescapeName(escaped)
  // One name has one escaped form.
  return name !== null && escapeName(name) === escaped ? name : null
}

function escapeName(name: string): string {
  let escaped = ''
  for (const character of name) {
    if (PLAIN.test(character)) escaped += character
    else {
      for (const byte of new TextEncoder().encode(character)) {
        escaped += `~${byte.toString(16).padStart(2, '0')}`
      }
    }
  }
  return escaped
}

function unescapeName(escaped: string): string | null {
  try {
    return decodeURIComponent(escaped.replaceAll('~', '%'))
  } catch {
    return null
  }
}
