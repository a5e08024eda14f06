// A whole gateway on a Redis that fails now and then, and whether its books are right afterwards.
import type { Entry } from './admin-client.ts'
import { nanoUsd } from './admin-client.ts'
import type { BridgeFault } from './bridge-faults.ts'
import { redisErrorCodes } from './bridge-faults.ts'
import { chat, messages } from './call-gateway.ts'
import { crowd } from './crowd.ts'
import { invoice } from './oracle.ts'
import type { StageSet } from './stage-set.ts'
import type { BridgeFaultPlan, TestBridge } from './test-bridge.ts'
import { seeded } from './upstream-bytes.ts'

const SCRIPTS = new Set(['admit', 'renew', 'settle', 'abandon'])
/** Longer than the gateway waits, so that it comes to nobody. */
const LATE_MS = 3_500

export const bridgeFaults: readonly BridgeFault[] = [
  { kind: 'drop_before' },
  { kind: 'drop_after' },
  { kind: 'delay', wait: () => lasting(20) },
  { kind: 'delay', wait: () => lasting(LATE_MS) },
  { kind: 'hang', executed: false },
  { kind: 'hang', executed: true },
  { kind: 'status', status: 429 },
  { kind: 'status', status: 500 },
  { kind: 'truncated' },
  { kind: 'wrong_type' },
  { kind: 'another_reply' },
  ...redisErrorCodes.map((code) => ({ kind: 'redis_error', code }) as const),
]

/** A lease is renewed at a third of its minute. */
const PAST_RENEWAL_MS = 25_000

function lasting(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}

/** One fault of all kinds in `percent` of the calls of what a request asks. */
export function randomFaults(seed: number, percent: number): BridgeFaultPlan {
  const random = seeded(seed)
  return ({ script }) => {
    if (!SCRIPTS.has(script ?? '') || random() * 100 >= percent) return null
    return bridgeFaults[Math.floor(random() * bridgeFaults.length)] ?? null
  }
}

export function bridgeOf({ store }: StageSet): TestBridge {
  if (store.redis === null) throw new Error('there is no Redis behind this gateway')
  return store.redis.bridge
}

export interface Books {
  readonly statuses: ReadonlyMap<number, number>
  /** How often each kind of entry stands in the ledger. */
  readonly kinds: ReadonlyMap<string, number>
  /** Upstream calls that no entry stands for, and entries of one hold more than one. */
  readonly unaccounted: readonly string[]
  readonly twice: readonly string[]
  /** Nano-USD: ledger less the provider's invoice, and counters less ledger. */
  readonly ledgerLessInvoice: bigint
  readonly countersLessLedger: bigint
}

export interface Storm {
  readonly requests: number
  readonly width: number
  readonly seed: number
  readonly percent: number
  /** How many of them are so slow that their lease must be renewed. */
  readonly slowOnes?: number
}

/** Sends mixed requests through the storm, lets it end, and reads the books of one new tenant. */
export async function keepBooksInStorm(set: StageSet, storm: Storm): Promise<Books> {
  const { gateway, upstream } = set
  const bridge = bridgeOf(set)
  const { id: tenant, key } = await gateway.admin.createTenant()
  const random = seeded(storm.seed)
  const seenBefore = upstream.log.calls.length
  bridge.setPlan(randomFaults(storm.seed, storm.percent))
  const statuses = await crowd(storm.requests, storm.width, async (index) => {
    const url = gateway.urls[index % gateway.urls.length] ?? ''
    const input = 1 + Math.floor(random() * 12)
    const output = Math.floor(random() * 40)
    const delayMs = index < (storm.slowOnes ?? 0) ? PAST_RENEWAL_MS : 0
    const script = { id: `${tenant}-${index}`, input, output, delayMs }
    const ask = random() < 0.5 ? chat : messages
    const answer = await ask(url, key, { stream: random() < 0.5, script })
    await answer.text()
    return answer.status
  })
  bridge.setPlan(() => null)
  const usage = await gateway.admin.quiet(tenant, 90_000)
  const entries = await gateway.admin.ledger(tenant)
  const calls = upstream.log.calls.slice(seenBefore)
  const charged = entries.reduce((sum, { cost_usd }) => sum + nanoUsd(cost_usd), 0n)
  const settled = entries.filter(({ kind }) => kind === 'settled')
  return {
    statuses: counted(statuses),
    kinds: counted(entries.map(({ kind }) => kind)),
    unaccounted: calls.length === settled.length ? [] : [`${calls.length} ${settled.length}`],
    twice: doubled(entries),
    ledgerLessInvoice: charged - invoice(calls),
    countersLessLedger: nanoUsd(usage.total.cost_usd) - charged,
  }
}

const ENDINGS = new Set(['settled', 'expired', 'abandoned', 'hold_lost'])

/** Holds that were ended more than once. */
function doubled(entries: readonly Entry[]): readonly string[] {
  const ended = entries.filter(({ kind }) => ENDINGS.has(kind)).map(({ hold_id }) => hold_id ?? '')
  return [...counted(ended)].filter(([, times]) => times > 1).map(([hold]) => hold)
}

function counted<T>(values: readonly T[]): ReadonlyMap<T, number> {
  const counts = new Map<T, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}
