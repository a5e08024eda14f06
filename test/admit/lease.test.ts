import { describe, expect, it } from 'vitest'
import type { AccountCommand, Receipt, RenewReply } from '../../src/account/commands.ts'
import { Lease } from '../../src/admit/lease.ts'
import type { Charge } from '../../src/ledger/entry.ts'
import type { Store } from '../../src/store/store.ts'
import { TenantId } from '../../src/tenant/slug.ts'
import { FakeClock, never, START_MS } from '../support/fakes/clock.ts'
import { admit } from '../store/commands.ts'

const LEASE_MS = 60_000
const RENEWED: RenewReply = { type: 'renewed', leaseMs: LEASE_MS }

const receipt: Receipt = {
  holdId: 'hold_1',
  incarnation: 'inc-1',
  admittedAtMs: START_MS,
  periods: { day: 0, month: 0 },
  budgets: [],
  context: admit('v', 'hold_1', START_MS).context,
}

interface Renewal {
  readonly atMs: number
  readonly checkpoint: Charge | null
}

function lease(
  renew: (nth: number) => Promise<RenewReply>,
  checkpoint: () => Charge | null = () => null,
  sentAgoMs = 0,
) {
  const clock = new FakeClock()
  const renewals: Renewal[] = []
  const run = (_: TenantId, command: AccountCommand) => {
    if (command.type !== 'renew') throw new Error(`not a renewal: ${command.type}`)
    expect([command.holdId, command.incarnation]).toEqual(['hold_1', 'inc-1'])
    renewals.push({ atMs: clock.now() - START_MS, checkpoint: command.checkpoint })
    return renew(renewals.length)
  }
  const store = { run } as unknown as Store
  const tenant = TenantId.parse('acme')
  const held = new Lease(
    { store, tenant, receipt, clock, checkpoint },
    START_MS - sentAgoMs,
    LEASE_MS,
  )
  const times = () => renewals.map(({ atMs }) => atMs)
  return { clock, held, renewals, times }
}

describe('a lease', () => {
  it('is renewed at each third of it, as long as the request lasts', async () => {
    const { clock, held, times } = lease(() => Promise.resolve(RENEWED))
    await clock.advance(19_999)
    expect(times()).toEqual([])
    await clock.advance(100_001)
    expect(times()).toEqual([20_000, 40_000, 60_000, 80_000, 100_000, 120_000])
    expect(held.lost.aborted).toBe(false)
  })

  it('carries with each renewal what was used by then', async () => {
    let outputTokens = 0
    const { clock, renewals } = lease(
      () => Promise.resolve(RENEWED),
      () => ({ inputTokens: 9, outputTokens, nanoUsd: outputTokens * 2 }),
    )
    outputTokens = 5
    await clock.advance(20_000)
    outputTokens = 8
    await clock.advance(20_000)
    expect(renewals.map(({ checkpoint }) => checkpoint)).toEqual([
      { inputTokens: 9, outputTokens: 5, nanoUsd: 10 },
      { inputTokens: 9, outputTokens: 8, nanoUsd: 16 },
    ])
  })

  it('is tried again every 2 s when renewals fail, and lost 5 s before the store may sweep it', async () => {
    const { clock, held, times } = lease(() => Promise.reject(new Error('down')))
    await clock.advance(54_999)
    expect(times().slice(0, 3)).toEqual([20_000, 22_000, 24_000])
    expect(held.lost.aborted).toBe(false)
    await clock.advance(1)
    expect(held.lost.aborted).toBe(true)
    const sent = times().length
    await clock.advance(600_000)
    expect(times()).toHaveLength(sent)
    expect(clock.pending).toBe(0)
  })

  it('counts from the sending of what was last acknowledged, not from its answer', async () => {
    // The second renewal is sent at 40 s, and never answered: the first was sent at 20 s.
    const { clock, held } = lease((nth) => (nth === 1 ? Promise.resolve(RENEWED) : never()))
    await clock.advance(74_999)
    expect(held.lost.aborted).toBe(false)
    await clock.advance(1)
    expect(held.lost.aborted).toBe(true)
  })

  it('does not gain by an answer that was long on its way', async () => {
    const first = Promise.withResolvers<RenewReply>()
    const { clock, held } = lease((nth) => (nth === 1 ? first.promise : never()))
    await clock.advance(50_000)
    first.resolve(RENEWED)
    await clock.advance(24_999)
    expect(held.lost.aborted).toBe(false)
    await clock.advance(1)
    expect(held.lost.aborted).toBe(true)
  })

  it('counts from the sending of the admission at first', async () => {
    const { clock, held } = lease(() => never(), undefined, 3_000)
    await clock.advance(51_999)
    expect(held.lost.aborted).toBe(false)
    await clock.advance(1)
    expect(held.lost.aborted).toBe(true)
  })

  it('is lost at once when a renewal finds the hold gone', async () => {
    const { clock, held } = lease(() => Promise.resolve({ type: 'gone' }))
    await clock.advance(20_000)
    expect(held.lost.aborted).toBe(true)
    expect(clock.pending).toBe(0)
  })

  it('ends with the longest life of a hold, when renewals give less and less', async () => {
    const { clock, held } = lease(() => Promise.resolve({ type: 'renewed', leaseMs: 4_000 }))
    await clock.advance(20_000)
    expect(held.lost.aborted).toBe(true)
    expect(clock.pending).toBe(0)
  })

  it('leaves no timer and sends nothing once it is stopped', async () => {
    const { clock, held, times } = lease(() => Promise.resolve(RENEWED))
    held.stop()
    expect(clock.pending).toBe(0)
    await clock.advance(120_000)
    expect(times()).toEqual([])
    expect(held.lost.aborted).toBe(false)
  })

  it('is not taken up again by an answer that comes after the stop', async () => {
    for (const late of [RENEWED, { type: 'gone' } as const, null]) {
      const answer = Promise.withResolvers<RenewReply>()
      const { clock, held } = lease(() => answer.promise)
      await clock.advance(20_000)
      held.stop()
      if (late === null) answer.reject(new Error('down'))
      else answer.resolve(late)
      await clock.advance(1)
      expect([clock.pending, held.lost.aborted]).toEqual([0, false])
    }
  })

  it('survives a reckoning of the checkpoint that throws, until its fence', async () => {
    const { clock, held } = lease(
      () => Promise.resolve(RENEWED),
      () => {
        throw new Error('cannot be told')
      },
    )
    await clock.advance(55_000)
    expect(held.lost.aborted).toBe(true)
  })
})
