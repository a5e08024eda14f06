import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StrikeWindows } from '../../src/store/strike-windows.ts'

const MINUTE_MS = 60_000
const START_MS = Date.UTC(2026, 5, 17, 12)

describe('strike windows', () => {
  it('count every strike of the last window, and none that is a slot older', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20_000), { minLength: 1, maxLength: 60 }), (gaps) => {
        const windows = new StrikeWindows(10)
        const at: number[] = []
        let nowMs = START_MS
        for (const gapMs of gaps) {
          nowMs += gapMs
          at.push(nowMs)
          const { count } = windows.strike('ip', MINUTE_MS, nowMs)
          const within = (ms: number) => at.filter((time) => time > nowMs - ms).length
          expect(count).toBeGreaterThanOrEqual(within(MINUTE_MS))
          expect(count).toBeLessThanOrEqual(within(MINUTE_MS + MINUTE_MS / 60))
        }
      }),
    )
  })

  it('tell when the strike just counted leaves: at most a slot after its window', () => {
    const windows = new StrikeWindows(10)
    expect(windows.strike('ip', MINUTE_MS, START_MS + 999).resetsAtMs).toBe(START_MS + 61_000)
  })

  it('forget the window struck longest ago when a new one finds no room', () => {
    const windows = new StrikeWindows(2)
    for (const subject of ['a', 'b', 'a', 'c']) windows.strike(subject, MINUTE_MS, START_MS)
    expect(windows.size).toBe(2)
    expect(windows.strike('a', MINUTE_MS, START_MS).count).toBe(3)
    expect(windows.strike('b', MINUTE_MS, START_MS).count).toBe(1)
  })

  it('hold no more than their bound however many subjects come', () => {
    const windows = new StrikeWindows(1_000)
    for (let n = 0; n < 20_000; n += 1) windows.strike(`ip-${n}`, MINUTE_MS, START_MS)
    expect(windows.size).toBe(1_000)
  })
})
