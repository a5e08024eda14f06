// Time that stands still until a test moves it.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../../../src/clock.ts'

export const START_MS = Date.UTC(2026, 5, 17, 12)

interface Timer {
  readonly atMs: number
  readonly fn: () => void
}

export class FakeClock implements Clock {
  #nowMs: number
  readonly #timers = new Set<Timer>()

  constructor(nowMs = START_MS) {
    this.#nowMs = nowMs
  }

  /** Timers that have neither fired nor been called off. */
  get pending(): number {
    return this.#timers.size
  }

  now(): number {
    return this.#nowMs
  }

  after(ms: number, fn: () => void): () => void {
    const timer = { atMs: this.#nowMs + ms, fn }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  /** Moves on, firing each timer at its own time; what a timer starts is let run before the next. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms
    for (;;) {
      await turns()
      const next = [...this.#timers]
        .filter(({ atMs }) => atMs <= endMs)
        .toSorted((one, other) => one.atMs - other.atMs)[0]
      if (next === undefined) break
      this.#timers.delete(next)
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.fn()
    }
    this.#nowMs = endMs
    await turns()
  }
}

/** Lets everything run that waits for nothing but its turn. */
export async function turns(count = 8): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    await nextTurn()
  }
}

/** Until something is so, whatever work of the runtime's own (hashing, streams) stands before it. */
export async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 5_000; turn += 1) {
    if (holds()) return
    await turns(1)
  }
  throw new Error('what was waited for never came')
}

export type Fate<T> =
  | { readonly state: 'pending' }
  | { readonly state: 'kept'; readonly value: T }
  | { readonly state: 'broken'; readonly error: unknown }

/** What has become of a promise so far, without waiting for it. */
export function watch<T>(promise: Promise<T>): { readonly fate: Fate<T> } {
  const watched: { fate: Fate<T> } = { fate: { state: 'pending' } }
  promise.then(
    (value) => (watched.fate = { state: 'kept', value }),
    (error: unknown) => (watched.fate = { state: 'broken', error }),
  )
  return watched
}

/** What never comes. */
export function never(): Promise<never> {
  return Promise.withResolvers<never>().promise
}
