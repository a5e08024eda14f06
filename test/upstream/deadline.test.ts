import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Deadline } from '../../src/upstream/deadline.ts'
import { FakeClock, never, turns, watch } from '../support/fakes/clock.ts'

function open() {
  const clock = new FakeClock()
  const lost = new AbortController()
  return { clock, lost, deadline: new Deadline(clock, lost.signal) }
}

describe('a deadline', () => {
  it('cuts the exchange when its time has run out, and says why', async () => {
    const { clock, deadline } = open()
    deadline.arm(100)
    await clock.advance(99)
    expect([deadline.cut, deadline.signal.aborted]).toEqual([null, false])
    await clock.advance(1)
    expect([deadline.cut, deadline.signal.aborted]).toEqual(['timeout', true])
  })

  it('waits for the last thing that it was told to wait for', async () => {
    const { clock, deadline } = open()
    deadline.arm(100)
    deadline.arm(500)
    await clock.advance(499)
    expect(deadline.cut).toBeNull()
    await clock.advance(1)
    expect(deadline.cut).toBe('timeout')
  })

  it('waits for nothing while it rests', async () => {
    const { clock, deadline } = open()
    deadline.arm(100)
    deadline.rest()
    await clock.advance(1_000)
    expect([deadline.cut, clock.pending]).toEqual([null, 0])
  })

  it('keeps one timer however often it is armed, and cuts to the millisecond all the same', async () => {
    const { clock, deadline } = open()
    for (let chunk = 0; chunk < 50; chunk += 1) {
      deadline.arm(100)
      expect(clock.pending).toBe(1)
      await clock.advance(30)
      deadline.rest()
      await clock.advance(3)
    }
    deadline.arm(100)
    await clock.advance(99)
    expect([deadline.cut, clock.pending]).toEqual([null, 1])
    await clock.advance(1)
    expect([deadline.cut, clock.pending]).toEqual(['timeout', 0])
  })

  it('cuts in time when it is armed for less than before, and after a rest in which its timer rang', async () => {
    const shortened = open()
    shortened.deadline.arm(500)
    shortened.deadline.arm(20)
    await shortened.clock.advance(19)
    expect([shortened.deadline.cut, shortened.clock.pending]).toEqual([null, 1])
    await shortened.clock.advance(1)
    expect(shortened.deadline.cut).toBe('timeout')

    const rested = open()
    rested.deadline.arm(100)
    rested.deadline.rest()
    await rested.clock.advance(150)
    rested.deadline.arm(100)
    await rested.clock.advance(99)
    expect(rested.deadline.cut).toBeNull()
    await rested.clock.advance(1)
    expect(rested.deadline.cut).toBe('timeout')
  })

  it('cuts at the same time as a timer for each wait would, whatever is armed and rested', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('arm' as const), ms: fc.integer({ min: 1, max: 50 }) }),
      fc.record({ do: fc.constant('rest' as const) }),
      fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 40 }) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const { clock, deadline } = open()
        let dueAtMs = Infinity
        let nowMs = 0
        for (const each of steps) {
          if (dueAtMs <= nowMs) break
          if (each.do === 'arm') {
            deadline.arm(each.ms)
            dueAtMs = nowMs + each.ms
          } else if (each.do === 'rest') {
            deadline.rest()
            dueAtMs = Infinity
          } else {
            await clock.advance(each.ms)
            nowMs += each.ms
          }
          expect([deadline.cut, clock.pending <= 1]).toEqual([
            dueAtMs <= nowMs ? 'timeout' : null,
            true,
          ])
        }
      }),
      { numRuns: 200, seed: 3 },
    )
  })

  it('cuts at once when the hold is lost, armed or not, and keeps to the first reason', async () => {
    const { clock, lost, deadline } = open()
    deadline.arm(100)
    lost.abort()
    expect([deadline.cut, deadline.signal.aborted, clock.pending]).toEqual(['hold_lost', true, 0])
    deadline.arm(1)
    expect(clock.pending).toBe(0)
    await clock.advance(10)
    expect(deadline.cut).toBe('hold_lost')
  })

  it('is cut from the start for a hold that is lost already', () => {
    const deadline = new Deadline(new FakeClock(), AbortSignal.abort())
    expect([deadline.cut, deadline.signal.aborted]).toEqual(['hold_lost', true])
  })

  it('heeds nothing once it is closed, and leaves no timer', async () => {
    const { clock, lost, deadline } = open()
    deadline.arm(100)
    deadline.close()
    lost.abort()
    await clock.advance(200)
    expect([deadline.cut, deadline.signal.aborted, clock.pending]).toEqual([null, false, 0])
  })

  it('rejects what it races as soon as it is cut, whether or not the work heeds the signal', async () => {
    const { clock, deadline } = open()
    deadline.arm(100)
    const racing = watch(deadline.race(never()))
    await clock.advance(99)
    expect(racing.fate.state).toBe('pending')
    await clock.advance(1)
    expect(racing.fate.state).toBe('broken')
    const after = watch(deadline.race(never()))
    await turns()
    expect(after.fate.state).toBe('broken')
  })

  it('gives what it races when that comes first', async () => {
    const { deadline } = open()
    expect(await deadline.race(Promise.resolve(7))).toBe(7)
    await expect(deadline.race(Promise.reject(new Error('own')))).rejects.toThrow('own')
  })
})
