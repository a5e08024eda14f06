/**
 * Finds the one credential of a request, wherever the official SDKs put it. A request that shows
 * two different ones is refused: which of them was meant must not be a matter of reading order.
 */
import { API_KEY_PREFIX } from './api-key/api-key.ts'
import { MAX_TOKEN_CHARS } from './jwt/strict-compact.ts'

/** Anthropic; Azure, Qdrant and Pinecone; Gemini; Chroma. They carry the bare credential. */
const KEY_HEADERS = ['x-api-key', 'api-key', 'x-goog-api-key', 'x-chroma-token']
/** RFC 6750 section 2.1; the scheme's case does not matter. */
const BEARER = /^bearer +(\S+)$/i
const VISIBLE_ASCII = /^[\x21-\x7e]+$/
const MAX_API_KEY_CHARS = 128

export type CredentialFault =
  'two_credentials' | 'key_in_query' | 'unsupported_scheme' | 'too_long' | 'unrecognised'

export type Credential =
  | { readonly kind: 'api-key'; readonly key: string }
  | { readonly kind: 'jwt'; readonly token: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'malformed'; readonly reason: CredentialFault }

/** Says where and of which form the credential is; whether it is any good is judged later. */
export function readCredential(headers: Headers, url: URL): Credential {
  const presented = new Set<string>()
  const authorization = headers.get('authorization')
  if (authorization !== null) {
    const bearer = BEARER.exec(authorization)?.[1]
    if (bearer === undefined) return malformed('unsupported_scheme')
    presented.add(bearer)
  }
  for (const name of KEY_HEADERS) {
    const value = headers.get(name)
    if (value !== null) presented.add(value)
  }
  const [text, ...others] = presented
  if (others.length > 0) return malformed('two_credentials')
  if (text !== undefined) return classify(text)
  // URLs end up in logs and histories, so a secret there is refused even where an SDK offers it.
  return url.searchParams.has('key') ? malformed('key_in_query') : { kind: 'none' }
}

/** What the caller may be told. */
export function explainFault(fault: CredentialFault): string {
  switch (fault) {
    case 'two_credentials':
      return 'The request carries two different credentials.'
    case 'key_in_query':
      return 'A key in the URL is not accepted; send it in a header.'
    case 'unsupported_scheme':
      return 'The Authorization header is not of the form "Bearer <credential>".'
    case 'too_long':
      return 'The credential is too long.'
    case 'unrecognised':
      return 'The credential is neither an API key nor a token.'
  }
}

function classify(text: string): Credential {
  if (!VISIBLE_ASCII.test(text)) return malformed('unrecognised')
  if (text.startsWith(API_KEY_PREFIX)) {
    return text.length > MAX_API_KEY_CHARS ? malformed('too_long') : { kind: 'api-key', key: text }
  }
  if (text.split('.').length !== 3) return malformed('unrecognised')
  return text.length > MAX_TOKEN_CHARS ? malformed('too_long') : { kind: 'jwt', token: text }
}

function malformed(reason: CredentialFault): Credential {
  return { kind: 'malformed', reason }
}
