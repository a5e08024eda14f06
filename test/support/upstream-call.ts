// What the tests' upstream remembers of each call that reached it: the ground truth that charges
// are compared with.
import type { IncomingHttpHeaders } from 'node:http'

export interface ServedCall {
  /** The script's id. */
  readonly id: string
  readonly method: string
  /** As it stood on the request line. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly rawBody: string
  readonly body: unknown
  readonly model: string
  readonly startedAtMs: number
  status: number
  /** Tokens that a provider would bill for what it has really done. */
  readonly billed: { input: number; output: number }
  ended: 'open' | 'completed' | 'client left' | 'broken off' | 'failed'
  endedAtMs: number | null
  /** SHA-256 of the body bytes that were sent, in hex, once it has ended. */
  sha256: string
  bytesSent: number
}

export class UpstreamLog {
  readonly calls: ServedCall[] = []

  of(id: string): ServedCall[] {
    return this.calls.filter((call) => call.id === id)
  }

  /** The most calls of an id that were ever served at the same time. */
  peak(id: string): number {
    const calls = this.of(id)
    return Math.max(
      0,
      ...calls.map(
        ({ startedAtMs: atMs }) =>
          calls.filter((call) => call.startedAtMs <= atMs && (call.endedAtMs ?? Infinity) > atMs)
            .length,
      ),
    )
  }

  /** How many are being served at this moment. */
  get open(): number {
    return this.calls.filter(({ ended }) => ended === 'open').length
  }
}
