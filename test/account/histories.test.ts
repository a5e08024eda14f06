// Random lives of one account: what a gateway, its retries, a wandering clock and an operator may do
// to it. `WatchedAccount` audits every step; here is what is done, and what else must hold.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AccountCommand, AdmitCommand, Receipt } from '../../src/account/commands.ts'
import { MARK_MS } from '../../src/account/constants.ts'
import { periodAt } from '../../src/account/limits/period-table.ts'
import { isRepeatable } from '../../src/account/repeatable.ts'
import { periodTable } from '../../src/account/limits/periods.ts'
import {
  admit,
  change,
  create,
  perMinute,
  settle,
  START_MS,
  tenantConfig,
  usdPerDay,
} from '../store/commands.ts'
import { charge as chargeOf, counters, INCARNATION, PATIENCE, runs } from './open-account.ts'
import { WatchedAccount } from './watched-account.ts'

const HOUR_MS = 3_600_000
const AHEAD = { days: 3, months: 2 }
/** So that one sweep is enough for all that can be due at once. */
const MAX_HOLDS = 30
const nth = fc.nat(5)
const charge = fc
  .tuple(fc.nat(150), fc.nat(150), fc.nat(900))
  .map(([input, output, nanoUsd]) => chargeOf(input, output, nanoUsd))
const quota = fc.constantFrom('max_products', 'max_seats')
const holder = fc.option(fc.constantFrom('h1', 'h2', 'h3'))
const who = fc.record({
  user: fc.option(fc.constantFrom('ann', 'bob|%é')),
  model: fc.constantFrom('gpt-4o-mini', 'claude-haiku'),
})
const limits = fc.record({
  requests: fc.option(fc.nat(9)),
  tokens: fc.option(fc.nat(4_000)),
  day: fc.option(fc.nat(8_000)),
  month: fc.option(fc.nat(20_000)),
  live: fc.option(fc.nat(5)),
})
type LimitSet = typeof limits extends fc.Arbitrary<infer L> ? L : never

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('pass' as const),
      ms: fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(0, 1, 400, 1_000, 7_000, 30_000, -9_000) },
        {
          weight: 2,
          arbitrary: fc.constantFrom(61_000, MARK_MS, 2 * HOUR_MS, 24 * HOUR_MS, 960 * HOUR_MS),
        },
      ),
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      type: fc.constant('admit' as const),
      limits,
      who,
      estimate: charge,
      wanted: fc.integer({ min: 1, max: 300 }),
      least: fc.nat(50),
      sweepsFirst: fc.boolean(),
      keyExpires: fc.nat(9).map((roll) => roll === 0),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('renew' as const), nth, seen: fc.option(charge) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('extend' as const),
      nth,
      limits,
      attempt: fc.constantFrom(2, 3),
      output: fc.nat(200),
    }),
  },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('settle' as const), nth, charge }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('lost' as const),
      charge,
      ageMs: fc.constantFrom(5_000, MARK_MS),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('abandon' as const), nth }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('acquire' as const),
      quota,
      holder,
      amount: fc.integer({ min: 1, max: 3 }),
      limit: fc.option(fc.nat(6)),
      leaseMs: fc.constantFrom(null, 5_000, 90_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('release' as const),
      quota,
      holder,
      amount: fc.option(fc.integer({ min: 1, max: 3 })),
      leavesMark: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('reset' as const),
      resetId: fc.constantFrom('r1', 'r2', 'r3'),
      budget: fc.constantFrom('usd_per_day' as const, 'tokens_per_month' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constantFrom('sweep' as const, 'refuse' as const, 'view' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('move' as const),
      zone: fc.constantFrom('UTC', 'Asia/Tokyo', 'America/New_York', 'America/Sao_Paulo'),
    }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never
const histories = fc.array(step, { minLength: 20, maxLength: 60 })

function demands({ requests, tokens, day, month }: LimitSet) {
  const tokenRate = { id: 'tpm', windowMs: 60_000, measure: 'tokens', base: 20, unit: 1 } as const
  const monthly = {
    id: 'tokens_per_month',
    period: 'month',
    measure: 'tokens',
    base: 20,
    unit: 1,
  } as const
  return {
    rates: [
      ...(requests === null ? [] : [perMinute(requests)]),
      ...(tokens === null ? [] : [{ ...tokenRate, limit: tokens }]),
    ],
    budgets: [usdPerDay(day, 50, 3), { ...monthly, limit: month }],
  }
}

/** Of different quotas never the same. */
function held({ quota, holder }: { readonly quota: string; readonly holder: string | null }) {
  return { holder: holder === null ? null : `${quota} ${holder}` }
}

class Life {
  readonly watched = new WatchedAccount()
  nowMs = START_MS
  #zone = 'UTC'
  #made = 0

  constructor() {
    this.watched.run(create('acme', { periods: periodTable('UTC', START_MS, AHEAD) }), START_MS)
  }

  get #version(): string {
    return this.watched.account.get('config', '')?.version ?? ''
  }

  /** The nth latest hold: few, so that commands meet the same one again. */
  #hold(back: number): Receipt | undefined {
    return [...this.watched.receipts.values()].at(-1 - back)
  }

  commandFor(step: Step): AccountCommand | null {
    const version = this.#version
    const receipt = 'nth' in step ? this.#hold(step.nth) : undefined
    const hold = { holdId: receipt?.holdId ?? 'never', incarnation: INCARNATION }
    switch (step.type) {
      case 'pass':
        this.nowMs += step.ms
        return null
      case 'admit':
        if (this.#made >= MAX_HOLDS) return null
        this.#made += 1
        if (step.sweepsFirst) this.watched.run({ type: 'sweep' }, this.nowMs)
        return this.#admit(`h${this.#made}`, step.who, {
          ...demands(step.limits),
          maxConcurrency: step.limits.live,
          output: { wanted: step.wanted, least: step.least },
          estimate: step.estimate,
          keyExpiresAtMs: step.keyExpires ? START_MS : null,
        })
      case 'renew':
        return { type: 'renew', ...hold, checkpoint: step.seen }
      case 'extend': {
        const { attempt, output } = step
        return { type: 'extend', ...hold, attempt, output, ...demands(step.limits) }
      }
      case 'settle':
        return receipt === undefined ? null : settle(receipt, step.charge)
      case 'lost':
        return this.#lostReceipt(step.charge, step.ageMs)
      case 'abandon':
        return { type: 'abandon', ...hold }
      case 'acquire': {
        const { type: _, ...asked } = step
        const leaseMs = step.holder === null ? null : step.leaseMs
        return { type: 'acquire', ...this.#onVersion(), ...asked, ...held(asked), leaseMs }
      }
      case 'release': {
        const { type: _, ...asked } = step
        const amount = step.holder === null ? (step.amount ?? 1) : step.amount
        return { type: 'release', ...this.#onVersion(), ...asked, ...held(asked), amount }
      }
      case 'reset': {
        const { resetId, budget } = step
        const period = budget === 'usd_per_day' ? 'day' : 'month'
        const by = { actor: 'admin', reason: null }
        return { type: 'reset', incarnation: INCARNATION, resetId, budget, period, ...by }
      }
      case 'refuse':
        return { type: 'refuse', version, keyHashes: [], reason: 'scope' }
      case 'sweep':
        return { type: 'sweep' }
      case 'view':
        return {
          type: 'view',
          ...demands({ requests: 5, tokens: 5, day: 5, month: null, live: 5 }),
        }
      case 'move': {
        this.#zone = step.zone
        const periods = periodTable(step.zone, Math.max(this.nowMs, this.watched.clockMs), AHEAD)
        const config = tenantConfig('acme', { timezone: step.zone })
        return change(version, { nonce: `n${this.watched.account.ledger.length}`, config, periods })
      }
    }
  }

  #admit(
    holdId: string,
    named: typeof who extends fc.Arbitrary<infer W> ? W : never,
    changes: Partial<AdmitCommand>,
  ) {
    const nowMs = Math.max(this.nowMs, this.watched.clockMs)
    const command = admit(this.#version, holdId, nowMs, changes)
    return { ...command, context: { ...command.context, ...named } }
  }

  #onVersion() {
    return { version: this.#version, keyHashes: [], keyExpiresAtMs: null }
  }

  /** A receipt of a hold that the store has no memory of. */
  #lostReceipt(charged: typeof charge extends fc.Arbitrary<infer C> ? C : never, ageMs: number) {
    const admittedAtMs = Math.max(this.nowMs, this.watched.clockMs) - ageMs
    const periods = this.watched.account.get('config', '')?.periods
    const day = periodAt(periods?.day ?? [], admittedAtMs)
    const month = periodAt(periods?.month ?? [], admittedAtMs)
    if (day === undefined || month === undefined) return null
    this.#made += 1
    const holdId = `lost${this.#made}`
    const receipt: Receipt = {
      holdId,
      incarnation: INCARNATION,
      admittedAtMs,
      periods: { day: day.start, month: month.start },
      budgets: [
        { id: 'usd_per_day', start: day.start, measure: 'nano_usd' },
        { id: 'tokens_per_month', start: month.start, measure: 'tokens' },
      ],
      context: admit('', holdId, 0).context,
    }
    this.watched.receipts.set(holdId, receipt)
    return settle(receipt, charged)
  }

  run(command: AccountCommand) {
    const reply = this.watched.run(command, this.nowMs)
    if (reply.type !== 'periods_stale') return { command, reply }
    if (command.type !== 'admit' && command.type !== 'reset') return { command, reply }
    const supplied = {
      ...command,
      periods: periodTable(this.#zone, reply.nowMs, AHEAD),
    }
    return { command: supplied, reply: this.watched.run(supplied, this.nowMs) }
  }
}

describe('an account through a random history', PATIENCE, () => {
  it('passes no limit at any admission, and equals its ledger after every step', () => {
    const met = new Set<string>()
    fc.assert(
      fc.property(histories, (steps) => {
        const life = new Life()
        for (const one of steps) {
          const command = life.commandFor(one)
          if (command !== null) met.add(`${command.type}: ${life.run(command).reply.type}`)
        }
        for (const { kind } of life.watched.account.ledger) met.add(kind)
      }),
      runs(200),
    )
    // A history that meets too little proves nothing: all of these must have come up.
    expect([...met].toSorted()).toEqual(EVERYTHING_THAT_CAN_HAPPEN)
  })

  it('is changed by a refused request in nothing but the counts of refusals', () => {
    let refusals = 0
    fc.assert(
      fc.property(histories, (steps) => {
        const life = new Life()
        for (const one of steps) {
          const command = life.commandFor(one)
          if (command === null) continue
          // What the sweep does is not the refusal's doing.
          if (command.type === 'admit') life.watched.run({ type: 'sweep' }, life.nowMs)
          const before = life.watched.stateButRefusals
          const { reply } = life.run(command)
          if (command.type !== 'admit' || reply.type === 'admitted') continue
          refusals += 1
          expect(daysWithUse(life.watched.stateButRefusals)).toEqual(daysWithUse(before))
        }
      }),
      runs(100),
    )
    expect(refusals).toBeGreaterThan(100)
  })

  it('is left by any command given twice as by the command given once', () => {
    fc.assert(
      fc.property(histories, (steps) => {
        const life = new Life()
        for (const one of steps) {
          const made = life.commandFor(one)
          if (made === null) continue
          const { command, reply } = life.run(made)
          const counted = ['refused', 'key_expired', 'confirmed'].includes(reply.type)
          if (!isRepeatable(command) || (counted && command.type !== 'extend')) continue
          const state = structuredClone([...life.watched.state])
          const again = life.watched.run(command, life.nowMs)
          expect([...life.watched.state]).toEqual(state)
          // A set's member that was released may be acquired anew, so its release is not remembered.
          if (command.type === 'release' && !command.leavesMark) continue
          expect({ ...again, repeated: null }).toEqual({ ...reply, repeated: null })
        }
      }),
      runs(100),
    )
  })

  it('holds nothing and counts nothing in flight once all has been settled or has run out', () => {
    fc.assert(
      fc.property(histories, fc.infiniteStream(fc.boolean()), (steps, settles) => {
        const life = new Life()
        for (const one of steps) {
          const command = life.commandFor(one)
          if (command !== null) life.run(command)
        }
        for (const [holdId] of life.watched.liveSlips) {
          const receipt = life.watched.receipts.get(holdId)
          if (receipt !== undefined && settles.next().value) {
            life.run(settle(receipt, chargeOf(1, 1, 1)))
          }
        }
        life.nowMs = Math.max(life.nowMs, life.watched.clockMs) + 90_000
        life.run({ type: 'sweep' })
        const { live, budgets } = counters(life.watched.account)
        expect(live).toBe(0)
        const held = Object.values(budgets).flatMap((cells) => cells.map((cell) => cell.held))
        expect(held.filter((amount) => amount !== 0)).toEqual([])
        life.nowMs += MARK_MS
        const last = life.run({ type: 'sweep' }).reply
        expect(last).toEqual({ type: 'swept', nextDueMs: null })
        const slips = [...life.watched.state.keys()].filter((key) => key.startsWith('slip:'))
        expect(slips).toEqual([])
      }),
      runs(100),
    )
  })

  it('keeps no more than two periods of a budget that is in use', () => {
    fc.assert(
      fc.property(histories, (steps) => {
        const life = new Life()
        for (const one of steps) {
          const command = life.commandFor(one)
          if (command === null) continue
          const { reply } = life.run(command)
          if (command.type !== 'admit' || reply.type !== 'admitted') continue
          for (const cells of Object.values(counters(life.watched.account).budgets)) {
            const idle = cells.filter(({ held }) => held === 0)
            expect(idle.length).toBeLessThanOrEqual(2)
          }
        }
      }),
      runs(60),
    )
  })
})

/** A day that has seen refusals alone is as good as none. */
function daysWithUse(state: unknown): unknown {
  if (!Array.isArray(state)) return state
  return state.filter((pair: unknown) => {
    const [key, day] = pair as readonly [string, { readonly requests?: number }]
    return !key.startsWith('day:') || day.requests !== 0
  })
}

/** Replies by command, and kinds of ledger entries. */
const EVERYTHING_THAT_CAN_HAPPEN = [
  'abandon: abandoned',
  'abandoned',
  'acquire: acquired',
  'acquire: mismatch',
  'acquire: refused',
  'admit: admitted',
  'admit: key_expired',
  'admit: refused',
  'change: changed',
  'control',
  'expired',
  'extend: extended',
  'extend: gone',
  'extend: refused',
  'hold_lost',
  'late',
  'quota',
  'refuse: confirmed',
  'refused',
  'release: mismatch',
  'release: not_acquired',
  'release: not_used',
  'release: released',
  'renew: gone',
  'renew: renewed',
  'reset',
  'reset: reset',
  'settle: settled',
  'settle: unresolved',
  'settled',
  'sweep: swept',
  'unresolved',
  'view: viewed',
]
