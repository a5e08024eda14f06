/**
 * Sliding windows against abuse, in a Durable Object's memory alone: no row is written, and a
 * restart forgets. One of several shards, so that an attack does not queue behind one object.
 */
import { DurableObject } from 'cloudflare:workers'
import { StrikeWindows, type StrikeCount } from '../strike-windows.ts'

const MAX_WINDOWS_PER_SHARD = 10_000

export class ThrottleObject extends DurableObject {
  readonly #windows = new StrikeWindows(MAX_WINDOWS_PER_SHARD)

  /** Epoch milliseconds. */
  protected now(): number {
    return Date.now()
  }

  strike(subject: string, windowMs: number): StrikeCount {
    return this.#windows.strike(subject, windowMs, this.now())
  }
}
