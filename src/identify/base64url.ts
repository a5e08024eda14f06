/**
 * Strict base64url (RFC 4648 section 5, no padding): one text for each byte string. Whatever does
 * not come back as it was when encoded again is refused, so that no token or pepper has two spellings.
 */

const ALPHABET = /^[A-Za-z0-9_-]*$/

export function encodeBase64Url(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** The bytes, or null for padding, foreign characters, an impossible length or stray trailing bits. */
export function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 4 === 1 || !ALPHABET.test(text)) return null
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at)
  return encodeBase64Url(bytes) === text ? bytes : null
}
