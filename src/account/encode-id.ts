/** Names as parts of ids: what a caller may call itself must not look like another, nor like a separator. */

/**
 * UTF-16 code units outside a plain set become `%` and four hex digits. The width is fixed and `%`
 * itself is escaped, so that two texts never share an id, lone surrogates included.
 */
export function encodeId(text: string): string {
  return text.replaceAll(
    /[^A-Za-z0-9._@~-]/g,
    (unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
