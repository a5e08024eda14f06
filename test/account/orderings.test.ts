// Everything that can become of one request: each of its messages is lost, delivered or delivered
// twice, in every order, with the clock moving past its lease and past T anywhere in between.
import { describe, expect, it } from 'vitest'
import { MARK_MS } from '../../src/account/constants.ts'
import { create, START_MS } from '../store/commands.ts'
import {
  ACTUAL,
  CHECKPOINT,
  COMMANDS,
  ESTIMATE,
  Fork,
  type Message,
  PAST_LEASE_MS,
  PAST_MARKS_MS,
} from './one-request.ts'
import { PATIENCE } from './open-account.ts'

/** What must be, said again in the fewest words: where the request stands, and what it has cost. */
interface Expected {
  readonly slip: 'none' | 'live' | 'swept' | 'settled' | 'unresolved' | 'erased'
  readonly dueMs: number
  readonly nanoUsd: number
  readonly checkpoint: boolean
}
const BEGINNING: Expected = { slip: 'none', dueMs: 0, nanoUsd: 0, checkpoint: false }

function expire(before: Expected, nowMs: number): Expected {
  if (before.slip === 'none' || before.slip === 'erased' || before.dueMs > nowMs) return before
  if (before.slip !== 'live') return { ...before, slip: 'none' }
  const nanoUsd = before.checkpoint ? CHECKPOINT.nanoUsd : ESTIMATE.nanoUsd
  return { ...before, slip: 'swept', dueMs: nowMs + MARK_MS, nanoUsd }
}

function expectNext(before: Expected, message: keyof typeof COMMANDS, nowMs: number): Expected {
  if (before.slip === 'erased') return before
  const marked = { ...before, slip: 'settled', dueMs: nowMs + MARK_MS } as const
  switch (message) {
    case 'erase':
      return { ...BEGINNING, slip: 'erased' }
    case 'settle':
      if (before.slip === 'none' && nowMs - START_MS >= MARK_MS) {
        return { ...marked, slip: 'unresolved' }
      }
      if (before.slip === 'settled' || before.slip === 'unresolved') return before
      return { ...marked, nanoUsd: ACTUAL.nanoUsd }
    case 'abandon':
      return before.slip === 'live' || before.slip === 'none' ? marked : before
    case 'sweep':
      return expire(before, nowMs)
    case 'admit': {
      const swept = expire(before, nowMs)
      const runs = swept.slip === 'none' && nowMs - START_MS <= 10_000
      return runs ? { ...swept, slip: 'live', dueMs: nowMs + 60_000 } : swept
    }
    case 'renew': {
      const swept = expire(before, nowMs)
      if (swept.slip !== 'live') return swept
      return { ...swept, dueMs: nowMs + 60_000, checkpoint: true }
    }
  }
}

interface Case {
  readonly account: Fork
  readonly nowMs: number
  readonly expected: Expected
  /** What settlements have been told so far: never two different charges. */
  readonly told: number | null
}

/** Runs every ordering of at most the given deliveries, each ordering's every beginning included. */
function explore(deliveries: Partial<Record<Message, number>>): number {
  const left = new Map(Object.entries(deliveries) as [Message, number][])
  let orderings = 0
  const visit = (at: Case, path: readonly Message[]): void => {
    orderings += 1
    check(at, path)
    for (const [message, count] of left) {
      if (count === 0) continue
      left.set(message, count - 1)
      visit(deliver(at, message, path), [...path, message])
      left.set(message, count)
    }
  }
  const account = new Fork(new Map(), []).run(create('acme'), START_MS).next
  visit({ account, nowMs: START_MS, expected: BEGINNING, told: null }, [])
  return orderings
}

function deliver(at: Case, message: Message, path: readonly Message[]): Case {
  if (message === 'lease ends') return { ...at, nowMs: at.nowMs + PAST_LEASE_MS }
  if (message === 'marks end') return { ...at, nowMs: at.nowMs + PAST_MARKS_MS }
  const { reply, next } = at.account.run(COMMANDS[message], at.nowMs)
  // An abandonment that comes when the mark is gone leaves a new one, of a request that cost nothing.
  let told = message === 'abandon' && at.expected.slip === 'none' ? null : at.told
  if (reply.type === 'settled') {
    if (told !== null && told !== reply.charged.nanoUsd)
      throw new Error(`told twice: ${path.join()}`)
    told = reply.charged.nanoUsd
  }
  return { ...at, account: next, expected: expectNext(at.expected, message, at.nowMs), told }
}

/** What must hold if nothing more ever comes but the cron. */
function check({ account, nowMs, expected }: Case, path: readonly Message[]): void {
  const state =
    account.get('slip', 'a')?.state ?? (account.counters === undefined ? 'erased' : 'none')
  const end = settleDown(account, nowMs)
  const { counters, ledger } = end
  const final = expire(expected, Number.MAX_SAFE_INTEGER)
  const kinds = ledger.map(({ kind }) => kind).filter((kind) => kind !== 'control')
  const endings = kinds.filter((kind) => kind !== 'late' && kind !== 'unresolved')
  const owed = ledger.reduce(
    (sum, entry) => sum + ('charge' in entry ? entry.charge.nanoUsd : 0),
    0,
  )
  const cell = counters?.budgets['usd_per_day']?.[0]
  const found = {
    state,
    nanoUsd: counters?.totals.nanoUsd ?? 0,
    owed,
    committed: cell?.committed ?? 0,
    held: cell?.held ?? 0,
    live: counters?.live ?? 0,
    slips: end.slipStates.length,
    endedOnce: endings.length <= 1,
    lateOnce: kinds.indexOf('late') === kinds.lastIndexOf('late'),
    lateAfterExpired: !kinds.includes('late') || kinds.includes('expired'),
  }
  const wanted = {
    state: expected.slip,
    nanoUsd: final.nanoUsd,
    owed: final.nanoUsd,
    committed: final.nanoUsd,
    held: 0,
    live: 0,
    slips: 0,
    endedOnce: true,
    lateOnce: true,
    lateAfterExpired: true,
  }
  if (JSON.stringify(found) !== JSON.stringify(wanted)) {
    expect({ path, ...found }).toEqual({ path, ...wanted })
  }
}

/** Two sweeps far in the future: one for the lease, one for the mark. */
function settleDown(account: Fork, nowMs: number): Fork {
  const once = account.run({ type: 'sweep' }, nowMs + PAST_MARKS_MS).next
  return once.run({ type: 'sweep' }, nowMs + 3 * PAST_MARKS_MS).next
}

/** How many orderings there are, by counting alone: `count` alike put among `length` others. */
function countOrderings(deliveries: Partial<Record<Message, number>>): number {
  let byLength = [1]
  for (const most of Object.values(deliveries)) {
    const more: number[] = []
    for (const [length, ways] of byLength.entries()) {
      for (let count = 0; count <= most; count += 1) {
        const longer = length + count
        more[longer] = (more[longer] ?? 0) + ways * choose(longer, count)
      }
    }
    byLength = more
  }
  return byLength.reduce((sum, ways) => sum + ways, 0)
}

function choose(from: number, count: number): number {
  return count === 0 ? 1 : (choose(from - 1, count - 1) * from) / count
}

const once = { 'lease ends': 1, sweep: 1 } as const
const FAMILIES: readonly (readonly [string, Partial<Record<Message, number>>])[] = [
  ['renewed', { admit: 2, renew: 1, settle: 2, ...once }],
  ['given up', { admit: 2, settle: 2, abandon: 2, ...once }],
  ['erased meanwhile', { admit: 2, settle: 2, erase: 1, ...once }],
  ['outliving its marks', { admit: 1, settle: 2, abandon: 1, 'marks end': 1, ...once }],
  [
    'with everything once',
    { admit: 1, renew: 1, settle: 1, abandon: 1, erase: 1, 'marks end': 1, ...once },
  ],
]

describe(
  'one request is charged once or not at all, whatever is lost, repeated or reordered',
  PATIENCE,
  () => {
    it.each(
      FAMILIES.map(([name, deliveries]) => [name, countOrderings(deliveries), deliveries] as const),
    )('%s: %d orderings', (_, orderings, deliveries) => {
      expect(explore(deliveries)).toBe(orderings)
    })

    const all = { admit: 2, renew: 1, settle: 2, abandon: 1, erase: 1, 'marks end': 1, ...once }
    it.runIf(process.env['TOLLGATE_LONG'])(
      `with everything together: ${countOrderings(all)} orderings`,
      () => {
        expect(explore(all)).toBe(countOrderings(all))
      },
    )
  },
)
