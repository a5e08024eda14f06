/**
 * The outer form of a token: JWS compact serialisation (RFC 7515 section 7.1), read so strictly
 * that one token has one spelling. Nothing is verified here, and no key or URL that stands in a
 * header (`jwk`, `jku`, `x5c`, `x5u`) is ever looked at, here or later.
 */
import { decodeBase64Url } from '../base64url.ts'
import { member, parseJsonObject } from '../strict-json.ts'

export const MAX_TOKEN_CHARS = 8192
const MAX_KID_CHARS = 256

export type CompactFault =
  | 'too_long'
  | 'not_three_parts'
  | 'not_base64url'
  | 'header_not_json_object'
  | 'header_member_refused'

export interface CompactToken {
  readonly algorithm: string
  readonly kid: string | undefined
  readonly type: string | undefined
  readonly payload: Uint8Array<ArrayBuffer>
}

export type CompactReading =
  | { readonly ok: true; readonly token: CompactToken }
  | { readonly ok: false; readonly fault: CompactFault }

export function readCompact(text: string): CompactReading {
  if (text.length > MAX_TOKEN_CHARS) return { ok: false, fault: 'too_long' }
  const [headerPart = '', payloadPart = '', signaturePart = '', ...more] = text.split('.')
  if (headerPart === '' || signaturePart === '' || more.length > 0) {
    return { ok: false, fault: 'not_three_parts' }
  }
  const headerBytes = decodeBase64Url(headerPart)
  const payload = decodeBase64Url(payloadPart)
  if (headerBytes === null || payload === null || decodeBase64Url(signaturePart) === null) {
    return { ok: false, fault: 'not_base64url' }
  }
  const header = parseJsonObject(headerBytes)
  if (header === null) return { ok: false, fault: 'header_not_json_object' }
  const algorithm = member(header, 'alg')
  const kid = member(header, 'kid')
  const type = member(header, 'typ')
  if (
    typeof algorithm !== 'string' ||
    !isOptionalString(kid) ||
    !isOptionalString(type) ||
    (kid?.length ?? 0) > MAX_KID_CHARS ||
    // No extension is understood here, so none may be critical, and the payload is always encoded (RFC 7797).
    member(header, 'crit') !== undefined ||
    (member(header, 'b64') ?? true) !== true
  ) {
    return { ok: false, fault: 'header_member_refused' }
  }
  return { ok: true, token: { algorithm, kid, type, payload } }
}

function isOptionalString(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string'
}
