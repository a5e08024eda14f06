/**
 * Tokens that this isolate has verified, so that the next request with one costs a hash and no
 * signature check. Only acceptances are remembered, under the SHA-256 of the token, never itself.
 */
import { encodeBase64Url } from '../base64url.ts'
import type { TokenClaims } from './jwt-claims.ts'
import type { TokenVerdict } from './jwt.ts'
import { MAX_TOKEN_CHARS } from './strict-compact.ts'

const DEFAULT_MAX_TOKENS = 5_000

interface Remembered {
  readonly claims: TokenClaims
  readonly validUntilMs: number
}

export class TokenCache {
  readonly #maxTokens: number
  /** A Map iterates in order of insertion: the first entry is the one used longest ago. */
  readonly #byHash = new Map<string, Remembered>()

  constructor(maxTokens = DEFAULT_MAX_TOKENS) {
    this.#maxTokens = maxTokens
  }

  get size(): number {
    return this.#byHash.size
  }

  /**
   * The remembered verdict while it holds, else the outcome of `verifyFresh`, remembered if it
   * accepts. Strictly read tokens have one spelling, so a hash of the text identifies the token.
   */
  async verify(
    token: string,
    nowMs: number,
    verifyFresh: (token: string) => Promise<TokenVerdict>,
  ): Promise<TokenVerdict> {
    if (token.length > MAX_TOKEN_CHARS) return verifyFresh(token)
    const hash = await hashToken(token)
    const known = this.#recall(hash, nowMs)
    if (known !== null) return { ok: true, ...known }
    const verdict = await verifyFresh(token)
    if (verdict.ok) this.#remember(hash, verdict)
    return verdict
  }

  #recall(hash: string, nowMs: number): Remembered | null {
    const known = this.#byHash.get(hash)
    if (known === undefined) return null
    this.#byHash.delete(hash)
    if (nowMs >= known.validUntilMs) return null
    this.#byHash.set(hash, known)
    return known
  }

  #remember(hash: string, { claims, validUntilMs }: Remembered): void {
    this.#byHash.set(hash, { claims, validUntilMs })
    for (const oldest of this.#byHash.keys()) {
      if (this.#byHash.size <= this.#maxTokens) return
      this.#byHash.delete(oldest)
    }
  }
}

async function hashToken(token: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token))
  return encodeBase64Url(new Uint8Array(digest))
}
