import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RateDemand } from '../../../src/account/commands.ts'
import type { RingRecord } from '../../../src/account/records.ts'
import { add, advance, roomAtMs, slotAt, takeBack } from '../../../src/account/limits/rings.ts'
import { transact } from '../../../src/account/transact.ts'
import { admit, perMinute, START_MS } from '../../store/commands.ts'
import { admitted, openAccount, PATIENCE, refused, runs, VERSION } from '../open-account.ts'

const WINDOWS_MS = [1_000, 1_700, 60_000, 61_003, 3_600_000]

interface Admission {
  readonly atMs: number
  readonly weight: number
}

/** Weight admitted in [fromMs, toMs]: the brute-force truth. */
function weightBetween(log: readonly Admission[], fromMs: number, toMs: number): number {
  return log.reduce(
    (sum, { atMs, weight }) => (atMs >= fromMs && atMs <= toMs ? sum + weight : sum),
    0,
  )
}

const arrivals = fc
  .record({
    windowMs: fc.constantFrom(...WINDOWS_MS),
    limit: fc.integer({ min: 1, max: 60 }),
    startMs: fc.integer({ min: START_MS, max: START_MS + 3_600_000 }),
    /** Gaps in thousandths of a window; a negative one is a store clock that was set back. */
    steps: fc.array(
      fc.record({
        gap: fc.oneof(
          { weight: 6, arbitrary: fc.nat(60) },
          { weight: 2, arbitrary: fc.constant(0) },
          { weight: 1, arbitrary: fc.integer({ min: 900, max: 1_100 }) },
          { weight: 1, arbitrary: fc.integer({ min: -40, max: -1 }) },
        ),
        weight: fc.oneof(fc.constant(1), fc.integer({ min: 0, max: 70 })),
      }),
      { minLength: 1, maxLength: 60 },
    ),
  })
  .map(({ windowMs, limit, startMs, steps }) => {
    let atMs = startMs
    const calls = steps.map(({ gap, weight }) => {
      atMs += Math.floor((gap * windowMs) / 1_000)
      return { atMs, weight }
    })
    return { windowMs, limit, calls }
  })

describe('a sliding window', PATIENCE, () => {
  it('holds no more than its limit in any interval, and refuses at most a sixtieth of it too long', () => {
    fc.assert(
      fc.property(arrivals, ({ windowMs, limit, calls }) => {
        const account = openAccount(calls[0]?.atMs)
        const log: Admission[] = []
        let clockMs = 0
        for (const [nth, { atMs, weight }] of calls.entries()) {
          clockMs = Math.max(clockMs, atMs)
          const rate: RateDemand = { ...perMinute(limit), windowMs, base: weight }
          const reply = account.run(admit(VERSION, `h${nth}`, clockMs, { rates: [rate] }), atMs)
          const admits = reply.type === 'admitted'
          const fromMs = clockMs - (admits ? windowMs : windowMs + Math.ceil(windowMs / 60))
          const whole = weight + weightBetween(log, fromMs, clockMs)
          // A refused one would have passed the limit, if not of its window, then of one a slot longer.
          expect({ admits, whole, fits: whole <= limit }).toEqual({ admits, whole, fits: admits })
          if (admits) log.push({ atMs: clockMs, weight })
        }
      }),
      runs(300),
    )
  })

  it('tells a refused caller the exact millisecond from which the same request is admitted', () => {
    fc.assert(
      fc.property(arrivals, ({ windowMs, limit, calls }) => {
        const account = openAccount(calls[0]?.atMs)
        let clockMs = 0
        for (const [nth, { atMs, weight }] of calls.entries()) {
          clockMs = Math.max(clockMs, atMs)
          const rate: RateDemand = { ...perMinute(limit), windowMs, base: weight }
          const at = (nowMs: number) => admit(VERSION, `h${nth}`, nowMs, { rates: [rate] })
          const reply = account.run(at(clockMs), clockMs)
          if (reply.type !== 'refused') continue
          const { retryAfterMs, resetsAtMs } = reply.refusal
          expect(retryAfterMs === null).toBe(weight > limit)
          if (retryAfterMs === null) continue
          const thenMs = clockMs + retryAfterMs
          expect(resetsAtMs).toBe(thenMs)
          // transact is pure: these two are asked, not done.
          expect(transact(account, at(thenMs), thenMs).reply.type).toBe('admitted')
          expect(transact(account, at(thenMs - 1), thenMs - 1).reply.type).toBe('refused')
        }
      }),
      runs(300),
    )
  })

  it('admits again one slot after the oldest admission is a window old, to the millisecond', () => {
    const account = openAccount()
    const rates = [perMinute(2)]
    admitted(account, admit(VERSION, 'a', START_MS, { rates }), START_MS)
    admitted(account, admit(VERSION, 'b', START_MS + 500, { rates }), START_MS + 500)
    const { refusal } = refused(
      account,
      admit(VERSION, 'c', START_MS + 999, { rates }),
      START_MS + 999,
    )
    expect(refusal).toEqual({
      reason: 'rate',
      id: 'requests_per_minute',
      limit: 2,
      used: 2,
      held: 0,
      asked: 1,
      retryAfterMs: 60_001,
      resetsAtMs: START_MS + 61_000,
    })
    const soon = START_MS + 60_999
    refused(account, admit(VERSION, 'd', soon, { rates }), soon)
    admitted(account, admit(VERSION, 'e', soon + 1, { rates }), soon + 1)
  })

  it('has as many slots and about as many bytes at 60,000 a minute as at 600', () => {
    const sizes = [600, 60_000, 6_000_000_000].map((limit) => {
      const account = openAccount()
      for (let second = 0; second <= 60; second += 1) {
        const nowMs = START_MS + second * 1_000
        const rates = [{ ...perMinute(limit), base: Math.floor(limit / 61) }]
        admitted(account, admit(VERSION, `h${second}`, nowMs, { rates }), nowMs)
      }
      const ring = account.get('ring', 'requests_per_minute')
      expect(ring?.counts).toHaveLength(61)
      return JSON.stringify(ring).length
    })
    // 61 counts of 1, 3 and 8 digits each, beside the number of the slot and the sum.
    expect(sizes).toEqual([162, 286, 596])
  })

  it('means nothing any more from the millisecond at which its record expires', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...WINDOWS_MS),
        fc.integer({ min: START_MS, max: START_MS + 7_200_000 }),
        (windowMs, nowMs) => {
          const account = openAccount(nowMs)
          const rates = [{ ...perMinute(5), windowMs }]
          const { changes } = transact(account, admit(VERSION, 'a', nowMs, { rates }), nowMs)
          const change = changes.find(({ kind }) => kind === 'ring')
          if (change?.kind !== 'ring' || change.value === null) throw new Error('no ring was put')
          const expiresAtMs = change.expiresAtMs ?? 0
          const sumAt = (atMs: number) =>
            advance(change.value ?? undefined, slotAt(atMs, windowMs)).sum
          expect(sumAt(expiresAtMs)).toBe(0)
          expect(sumAt(expiresAtMs - 1)).toBe(1)
        },
      ),
      runs(200),
    )
  })

  it('takes weight back only in the slot where it was put, and never below nothing', () => {
    const ring: RingRecord = add(advance(undefined, 100), 7)
    expect(takeBack(ring, 100, 3).sum).toBe(4)
    expect(takeBack(ring, 100, 9).sum).toBe(0)
    expect(takeBack(ring, 99, 3).sum).toBe(7)
    expect(takeBack(advance(ring, 160), 100, 3).sum).toBe(4)
    expect(takeBack(advance(ring, 161), 100, 3)).toEqual(advance(undefined, 161))
    expect(takeBack(ring, 101, 3)).toBe(ring)
    // Slot 161 stands where slot 100 stood.
    expect(takeBack(add(advance(ring, 161), 5), 100, 3).sum).toBe(5)
  })

  it('has 61 empty slots at first, and again when a whole window has passed', () => {
    const empty = (slot: number): RingRecord => ({ slot, sum: 0, counts: Array(61).fill(0) })
    expect(advance(undefined, 100)).toEqual(empty(100))
    const ring = add(advance(undefined, 100), 7)
    for (const slot of [161, 162, 10_000]) expect(advance(ring, slot)).toEqual(empty(slot))
    expect(advance(ring, 160).sum).toBe(7)
  })

  it('never turns back', () => {
    const ring = add(advance(undefined, 100), 7)
    expect(advance(ring, 100)).toBe(ring)
    expect(advance(ring, 99)).toBe(ring)
    expect(advance(ring, 0)).toBe(ring)
  })

  it('never finds room for a weight above the limit', () => {
    expect(roomAtMs(advance(undefined, 100), 60_000, 5, 6)).toBeNull()
  })
})
