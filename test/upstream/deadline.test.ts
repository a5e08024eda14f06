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
    expect(clock.pending).toBe(0)
    await clock.advance(1_000)
    expect(deadline.cut).toBeNull()
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
