/**
 * One clock for all that is waited for on an upstream: response headers, first byte, each next byte.
 * When it runs out, or the hold is lost, the exchange is cut and `cut` says why. A stream waits for
 * thousands of chunks, so waiting costs no timer of its own: one runs, and when it rings too early
 * it is set again for what is left.
 */
import type { Clock } from '../clock.ts'

export type Cut = 'timeout' | 'hold_lost' | null

export class Deadline {
  readonly #clock: Clock
  readonly #controller = new AbortController()
  readonly #forget: () => void
  /** When the exchange is cut; null while nothing is waited for. */
  #dueAtMs: number | null = null
  /** Rings at `#ringsAtMs`, whatever is waited for by then; Infinity: there is no timer. */
  #ringsAtMs = Infinity
  #cancelTimer: () => void = () => undefined
  #cut: Cut = null
  #rejectRace: (error: Error) => void = () => undefined

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
    if (this.#cut !== null) return
    this.#dueAtMs = this.#clock.now() + ms
    if (this.#dueAtMs < this.#ringsAtMs) this.#setTimer(this.#dueAtMs)
  }

  /** Nothing is waited for until the next `arm`: the reader of the answer is slow, not the upstream. */
  rest(): void {
    this.#dueAtMs = null
  }

  /** The exchange is over; nothing is cut any more. */
  close(): void {
    this.#dueAtMs = null
    this.#ringsAtMs = Infinity
    this.#cancelTimer()
    this.#forget()
  }

  /**
   * `work`, or a rejection as soon as the exchange is cut, whether or not `work` heeds the signal.
   * One at a time.
   */
  race<T>(work: Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    this.#rejectRace = reject
    work.then(resolve, reject)
    if (this.#cut !== null) reject(new Error('cut'))
    return promise
  }

  #setTimer(atMs: number): void {
    this.#cancelTimer()
    this.#ringsAtMs = atMs
    this.#cancelTimer = this.#clock.after(atMs - this.#clock.now(), () => this.#ring())
  }

  #ring(): void {
    this.#ringsAtMs = Infinity
    if (this.#dueAtMs === null) return
    if (this.#dueAtMs <= this.#clock.now()) this.#end('timeout')
    else this.#setTimer(this.#dueAtMs)
  }

  #end(cut: Exclude<Cut, null>): void {
    if (this.#cut !== null) return
    this.#cut = cut
    this.close()
    this.#controller.abort()
    this.#rejectRace(new Error('cut'))
  }
}
