/**
 * Sliding windows in memory, for strikes against callers who are nobody yet. Bounded: the window
 * struck longest ago is forgotten first. Time is passed in.
 */
import { add, advance, slotAt, slotLeavesAtMs } from '../account/limits/rings.ts'
import type { RingRecord } from '../account/records.ts'

export interface StrikeCount {
  readonly count: number
  /** When the strike just counted, the newest, leaves the window. Epoch ms. */
  readonly resetsAtMs: number
}

export class StrikeWindows {
  readonly #rings = new Map<string, RingRecord>()
  readonly #maxWindows: number

  constructor(maxWindows: number) {
    this.#maxWindows = maxWindows
  }

  get size(): number {
    return this.#rings.size
  }

  /** Counts one against a subject. A subject's windows of different lengths are kept apart. */
  strike(subject: string, windowMs: number, nowMs: number): StrikeCount {
    const id = `${windowMs} ${subject}`
    const ring = add(advance(this.#rings.get(id), slotAt(nowMs, windowMs)), 1)
    // Put back last: a Map keeps the order of insertion, and its first is the first to go.
    this.#rings.delete(id)
    this.#rings.set(id, ring)
    if (this.#rings.size > this.#maxWindows) this.#forgetFirst()
    return { count: ring.sum, resetsAtMs: slotLeavesAtMs(ring.slot, windowMs) }
  }

  #forgetFirst(): void {
    const first = this.#rings.keys().next().value
    if (first !== undefined) this.#rings.delete(first)
  }
}
