import { describe, expect, it } from 'vitest'
import { createThrottle, MAX_FAILURES } from '../../src/identify/throttle.ts'
import { createMemoryStore } from '../../src/store/memory.ts'
import { FakeClock } from '../support/fakes/clock.ts'

const IP = '192.0.2.1'

function open(fails = false) {
  const clock = new FakeClock()
  const { strikes } = createMemoryStore(clock)
  let calls = 0
  const counted = {
    strike(subject: string, windowMs: number) {
      calls += 1
      return fails ? Promise.reject(new Error('down')) : strikes.strike(subject, windowMs)
    },
  }
  const throttle = createThrottle(counted, clock)
  const strike = async (ip: string | null, times = 1) => {
    for (let time = 0; time < times; time += 1) await throttle.strike(ip)
  }
  return { clock, throttle, strike, calls: () => calls, strikes: counted }
}

describe('the throttle of failed authentication', () => {
  it('blocks an address with its twentieth failure within a minute', async () => {
    const { throttle, strike } = open()
    await strike(IP, MAX_FAILURES - 1)
    expect(throttle.blockedForMs(IP)).toBeNull()
    await strike(IP)
    expect(MAX_FAILURES).toBe(20)
    expect(throttle.blockedForMs(IP)).toBe(61_000)
  })

  it('lets it in again once the window is clear, and counts anew', async () => {
    const { clock, throttle, strike } = open()
    await strike(IP, MAX_FAILURES)
    await clock.advance(60_999)
    expect(throttle.blockedForMs(IP)).toBe(1)
    await clock.advance(1)
    expect(throttle.blockedForMs(IP)).toBeNull()
    await strike(IP, MAX_FAILURES - 1)
    expect(throttle.blockedForMs(IP)).toBeNull()
  })

  it('does not block failures that are far enough apart', async () => {
    const { clock, throttle, strike } = open()
    for (let failure = 0; failure < 100; failure += 1) {
      await strike(IP)
      await clock.advance(4_000)
    }
    expect(throttle.blockedForMs(IP)).toBeNull()
  })

  it('holds one address apart from another, but not within a /64 of IPv6', async () => {
    const { throttle, strike } = open()
    await strike(IP, MAX_FAILURES)
    expect(throttle.blockedForMs('192.0.2.2')).toBeNull()
    for (let host = 1; host <= MAX_FAILURES; host += 1) {
      await strike(`2001:db8:1:2::${host.toString(16)}`)
    }
    expect(throttle.blockedForMs('2001:db8:1:2:ffff::')).not.toBeNull()
    expect(throttle.blockedForMs('2001:db8:1:3::1')).toBeNull()
  })

  it('counts all whose address is not known as one', async () => {
    const { throttle, strike } = open()
    await strike(null, MAX_FAILURES)
    expect(throttle.blockedForMs(null)).not.toBeNull()
    expect(throttle.blockedForMs(IP)).toBeNull()
  })

  it('asks no store to tell whether an address is blocked, and none to count one that is', async () => {
    const { throttle, strike, calls } = open()
    await strike(IP, MAX_FAILURES)
    const before = calls()
    for (let ask = 0; ask < 1_000; ask += 1) throttle.blockedForMs(IP)
    expect(calls()).toBe(before)
  })

  it('blocks in a second isolate with the first failure there', async () => {
    const { clock, strike, strikes } = open()
    await strike(IP, MAX_FAILURES)
    const other = createThrottle(strikes, clock)
    expect(other.blockedForMs(IP)).toBeNull()
    await other.strike(IP)
    expect(other.blockedForMs(IP)).not.toBeNull()
  })

  it('fails open when the store does not answer', async () => {
    const { throttle, strike } = open(true)
    await expect(strike(IP, MAX_FAILURES * 2)).resolves.toBeUndefined()
    expect(throttle.blockedForMs(IP)).toBeNull()
  })

  it('leaves no timer', async () => {
    const { clock, strike } = open()
    await strike(IP, MAX_FAILURES)
    expect(clock.pending).toBe(0)
  })
})
