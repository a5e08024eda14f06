/**
 * One clock for all that is waited for on an upstream: response headers, first byte, each next byte.
 * When it runs out, or the hold is lost, the exchange is cut and `cut` says why.
 */
import type { Clock } from '../clock.ts'

export type Cut = 'timeout' | 'hold_lost' | null

export class Deadline {
  readonly #clock: Clock
  readonly #controller = new AbortController()
  readonly #forget: () => void
  #cancel: () => void = () => undefined
  #cut: Cut = null

  constructor(clock: Clock, lost: AbortSignal) {
    this.#clock = clock
    const onLost = () => this.#end('hold_lost')
    lost.addEventListener('abort', onLost)
    this.#forget = () => lost.removeEventListener('abort', onLost)
    if (lost.aborted) onLost()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get cut(): Cut {
    return this.#cut
  }

  /** Waits for at most `ms` from now; replaces what was waited for before. */
  arm(ms: number): void {
    this.#cancel()
    if (this.#cut !== null) return
    this.#cancel = this.#clock.after(ms, () => this.#end('timeout'))
  }

  /** Nothing is waited for until the next `arm`: the reader of the answer is slow, not the upstream. */
  rest(): void {
    this.#cancel()
  }

  /** The exchange is over; nothing is cut any more. */
  close(): void {
    this.#cancel()
    this.#forget()
  }

  /** `work`, or a rejection as soon as the exchange is cut, whether or not `work` heeds the signal. */
  async race<T>(work: Promise<T>): Promise<T> {
    const { signal } = this
    let onAbort: () => void = () => undefined
    const cut = new Promise<never>((_, reject) => {
      onAbort = () => reject(new Error('cut'))
      if (signal.aborted) onAbort()
      else signal.addEventListener('abort', onAbort)
    })
    try {
      return await Promise.race([work, cut])
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  #end(cut: Exclude<Cut, null>): void {
    if (this.#cut !== null) return
    this.#cut = cut
    this.close()
    this.#controller.abort()
  }
}
