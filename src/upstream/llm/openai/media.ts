/** What images and sounds can be billed as, in tokens, before they are looked at. */
import type { FixedTokens } from '../input-size.ts'

/** Models whose documented maximum for one image is below 4,096 tokens; dated snapshots included. */
const MODERATE =
  /^(?:chatgpt-4o-latest|(?:gpt-4o|gpt-4-turbo|gpt-4\.1|gpt-4\.1-mini|gpt-4\.1-nano|gpt-5|gpt-5-mini|gpt-5-nano|o1|o3|o4-mini)(?:-\d{4}-\d\d-\d\d)?)$/

const MODERATE_IMAGE: FixedTokens = { upper: 4_096, estimate: 1_000 }
/** gpt-4o-mini bills eight tiles of 5,667 tokens and a base of 2,833: the most of any known model. */
const LARGEST_IMAGE: FixedTokens = { upper: 48_169, estimate: 25_501 }
const UNKNOWN_IMAGE: FixedTokens = { upper: 48_169, estimate: 1_600 }

export function imageTokens(model: string | null): FixedTokens {
  if (model === null) return UNKNOWN_IMAGE
  if (MODERATE.test(model)) return MODERATE_IMAGE
  return model.startsWith('gpt-4o-mini') ? LARGEST_IMAGE : UNKNOWN_IMAGE
}

/**
 * Ten tokens a second. The sparsest sound that MP3 allows is 1,000 bytes a second, so a token is at
 * least 100 bytes; the bound takes 16. A usual recording has 16,000 bytes a second.
 */
export function audioTokens(base64: string): FixedTokens {
  const bytes = (base64.length * 3) / 4
  return { upper: Math.ceil(bytes / 16), estimate: Math.ceil(bytes / 1_600) }
}
