/**
 * Sliding windows. A window of W ms is 61 slots of W/60: the newest and the 60 before it, all
 * counted in full. Any interval of W lies within them, so no interval ever holds more than the
 * limit, and weight is counted at most W/60 longer than it must be. Pure; a ring is never mutated.
 */
import { RING_SLOTS, SLOTS_PER_WINDOW } from '../constants.ts'
import type { RingRecord } from '../records.ts'

/** The slot that an instant falls in. */
export function slotAt(nowMs: number, windowMs: number): number {
  return Math.floor((nowMs * SLOTS_PER_WINDOW) / windowMs)
}

/** The first millisecond at which a slot is no longer counted. */
export function slotLeavesAtMs(slot: number, windowMs: number): number {
  const ticks = (slot + RING_SLOTS) * windowMs
  return Math.floor((ticks + SLOTS_PER_WINDOW - 1) / SLOTS_PER_WINDOW)
}

/** The ring as it stands at `slot`: what has left the window is gone. It never turns back. */
export function advance(ring: RingRecord | undefined, slot: number): RingRecord {
  if (ring === undefined || slot - ring.slot >= RING_SLOTS) {
    return { slot, sum: 0, counts: Array.from({ length: RING_SLOTS }, () => 0) }
  }
  if (slot <= ring.slot) return ring
  const counts = [...ring.counts]
  let { sum } = ring
  for (let entered = ring.slot + 1; entered <= slot; entered += 1) {
    sum -= countIn(ring, entered)
    counts[entered % RING_SLOTS] = 0
  }
  return { slot, sum, counts }
}

/** Adds weight to the newest slot. */
export function add(ring: RingRecord, weight: number): RingRecord {
  return withCount(ring, ring.slot, countIn(ring, ring.slot) + weight)
}

/** Takes weight out of the slot it was admitted in; once that has left, nothing. */
export function takeBack(ring: RingRecord, slot: number, weight: number): RingRecord {
  if (slot > ring.slot || slot <= ring.slot - RING_SLOTS) return ring
  return withCount(ring, slot, Math.max(0, countIn(ring, slot) - weight))
}

/**
 * The first millisecond at which `weight` fits under `limit` if nothing else comes, for a ring that
 * was advanced to the present and has no room for it; null when it never will.
 */
export function roomAtMs(
  ring: RingRecord,
  windowMs: number,
  limit: number,
  weight: number,
): number | null {
  if (weight > limit) return null
  let { sum } = ring
  let slot = ring.slot - RING_SLOTS
  while (sum + weight > limit && slot < ring.slot) {
    slot += 1
    sum -= countIn(ring, slot)
  }
  return slotLeavesAtMs(slot, windowMs)
}

/** When the oldest weight leaves an advanced ring; null when it holds none. */
export function oldestLeavesAtMs(ring: RingRecord, windowMs: number): number | null {
  if (ring.sum === 0) return null
  let slot = ring.slot - RING_SLOTS + 1
  while (countIn(ring, slot) === 0 && slot < ring.slot) slot += 1
  return slotLeavesAtMs(slot, windowMs)
}

/** Slots share a place with those 61 before them, so a newcomer's place holds what is leaving. */
function countIn(ring: RingRecord, slot: number): number {
  return ring.counts[slot % RING_SLOTS] ?? 0
}

function withCount(ring: RingRecord, slot: number, count: number): RingRecord {
  const counts = [...ring.counts]
  const sum = ring.sum - countIn(ring, slot) + count
  counts[slot % RING_SLOTS] = count
  return { slot: ring.slot, sum, counts }
}
