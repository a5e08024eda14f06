// An issuer's key endpoint and its clock, in the hands of a test: what it publishes, whether it
// answers, how often it was asked, and what work was left to run behind the request.
import { setImmediate } from 'node:timers/promises'
import type { JWK } from 'jose'
import type { JwksRequest } from '../../src/identify/jwt/jwks-fetch.ts'
import { verifyToken } from '../../src/identify/jwt/jwt.ts'
import { trustIssuers, type TrustedIssuers } from '../../src/identify/jwt/trusted-issuers.ts'
import type { JwsAlgorithm } from '../../src/identify/jwt/jws-algorithm.ts'
import { declare, NOW_MS, outcome } from './minting.ts'

export const JWKS_URL = 'https://id.example/jwks'

export class PublishedKeys {
  nowMs = NOW_MS
  keys: readonly JWK[]
  isDead = false
  /** Epoch ms of each request, and what was asked. */
  readonly asked: number[] = []
  readonly requests: [url: string, request: JwksRequest][] = []
  /** Replaces the answer where a test wants another. */
  answer: () => Response | Promise<Response> = () => Response.json({ keys: this.keys })
  readonly #issuers: TrustedIssuers
  /** Work that was handed to waitUntil and not yet settled by the test. */
  readonly background: Promise<unknown>[] = []

  constructor(keys: readonly JWK[], algorithms: readonly JwsAlgorithm[]) {
    this.keys = keys
    const verdict = trustIssuers([declare({ algorithms, jwks_url: JWKS_URL })], {
      fetch: async (url, request) => {
        this.asked.push(this.nowMs)
        this.requests.push([url, request])
        if (this.isDead) throw new TypeError('connection refused')
        return this.answer()
      },
      timeout: () => new AbortController().signal,
      now: () => this.nowMs,
      sleep: () => setImmediate(),
      secret: () => undefined,
    })
    if (!verdict.ok) throw new Error(verdict.errors.join())
    this.#issuers = verdict.issuers
  }

  verify = (token: string) =>
    verifyToken(token, this.#issuers, {
      nowMs: this.nowMs,
      waitUntil: (work) => void this.background.push(work),
    })

  async judge(token: string): Promise<string> {
    return outcome(await this.verify(token))
  }

  /** One request, and then all that it left behind it. */
  async judgeAndSettle(token: string): Promise<string> {
    const word = await this.judge(token)
    await this.settle()
    return word
  }

  async settle(): Promise<void> {
    await Promise.all(this.background.splice(0))
  }

  /** Most requests that began within any span of so many milliseconds, both ends counted. */
  mostWithin(spanMs: number): number {
    const counts = this.asked.map(
      (start) => this.asked.filter((at) => at >= start && at <= start + spanMs).length,
    )
    return Math.max(0, ...counts)
  }
}
