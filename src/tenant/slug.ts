/**
 * The tenant's id: a slug that never changes and is rejected, never repaired, when malformed.
 * Because one regular grammar admits it, it is safe in key names, host labels and paths as it is.
 */
import * as z from 'zod'

const SLUG = /^[a-z][a-z0-9-]{2,62}$/

export const TenantId = z
  .string()
  .regex(SLUG, 'must be 3 to 63 characters of a-z, 0-9 and hyphen, starting with a letter')
  .brand<'TenantId'>()
export type TenantId = z.infer<typeof TenantId>

/** The slug as a TenantId, or null when it is not one. No trimming, no case folding. */
export function parseTenantId(text: unknown): TenantId | null {
  return isTenantId(text) ? text : null
}

/** What the schema says, without its reasons: this is asked several times a request. */
function isTenantId(text: unknown): text is TenantId {
  return typeof text === 'string' && SLUG.test(text)
}
