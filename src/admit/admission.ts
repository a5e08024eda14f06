/**
 * One request's admission, from the one store call that asks for it to the handle through which the
 * request is kept alive, extended and settled. What the store answers that no caller can do anything
 * about is thrown from here.
 */
import type { Clock } from '../clock.ts'
import type { Identified } from '../identify/stage.ts'
import type { Inbound } from '../inbound.ts'
import type { Charge, Outcome } from '../ledger/entry.ts'
import type { Log } from '../log.ts'
import { Problem } from '../problem/problem.ts'
import type { RandomBytes } from '../random.ts'
import { StaleSnapshot } from '../stage.ts'
import { type Store, StoreUnavailable } from '../store/store.ts'
import type { SnapshotCache } from '../tenant/snapshot.ts'
import type { AdmitCommand, AdmitReply, BudgetDemand, RateDemand } from '../account/commands.ts'
import { limitDemands } from '../account/limits/demand.ts'
import { mintHoldId } from './hold-id.ts'
import { Lease } from './lease.ts'
import { periodTable } from '../account/limits/periods.ts'
import { abandonSurely, settleSurely } from './settlement.ts'
import type { StockVerdict } from '../account/stock-commands.ts'

export interface Admission {
  /** Output tokens per choice that may be asked of the upstream. */
  readonly granted: number
  /** What was asked of each limit, `base + unit x granted`: for telling what is left after the charge. */
  readonly demands: readonly (RateDemand | BudgetDemand)[]
  /** Aborted when the hold is lost: nothing may be asked of the upstream from then on. */
  readonly lost: AbortSignal
  /** Tells the renewals what to note as used so far. */
  checkpoint(measure: () => Charge): void
  /** Room for attempt number `attempt` (from 2), when the one before may have been billed. */
  extend(attempt: number): Promise<boolean>
  /**
   * Ends the hold with what was used, and with what became of reserved stock. Asked twice, the first
   * stands. Goes on after the answer; what it returns resolves when no more is tried.
   */
  settle(charge: Charge, outcome: Outcome, stock?: StockVerdict): Promise<void>
}

export interface AdmissionDeps {
  readonly store: Store
  readonly snapshots: SnapshotCache
  readonly clock: Clock
  readonly randomBytes: RandomBytes
  readonly log: Log
  readonly priceVersion: string
}

/** Enough local days and months that an account asks for more about once a week. */
const PERIODS_AHEAD = { days: 8, months: 2 }

type Needs = Inbound & Identified

export type AdmissionVerdict =
  | { readonly type: 'admitted'; readonly admission: Admission }
  | Extract<AdmitReply, { type: 'refused' | 'place_unknown' | 'place_known' | 'place_moved' }>

interface Asked {
  readonly upstream: { readonly name: string }
  readonly operation: { readonly name: string }
  readonly model: string | null
}

/** What every request says to be admitted, beside what it asks of the limits that are its caller's. */
export function beginCommand(
  { randomBytes, clock, priceVersion }: AdmissionDeps,
  { principal, known, keyExpiresAtMs, keyHashes, requestId }: Needs,
  { upstream, operation, model }: Asked,
) {
  const { config, version } = known
  const { user, credential } = principal
  const keyId = credential.kind === 'api-key' ? credential.keyId : null
  const context = {
    requestId,
    upstream: upstream.name,
    operation: operation.name,
    model,
    user,
    keyId,
    priceVersion,
  }
  return {
    limits: limitDemands(config.limits, { user, keyId }, config.users),
    command: {
      type: 'admit',
      version,
      keyHashes,
      holdId: mintHoldId(randomBytes),
      mintedAtMs: clock.now(),
      keyExpiresAtMs,
      maxConcurrency: config.limits.max_concurrency,
      context,
    },
  } as const
}

/** Throws StaleSnapshot when the decision was made on another version, Problem and StoreUnavailable. */
export async function requestAdmission(
  deps: AdmissionDeps,
  have: Needs,
  command: AdmitCommand,
): Promise<AdmissionVerdict> {
  const { told, principal } = have
  const { reply, sentAtMs } = await ask(deps, have, command)
  switch (reply.type) {
    case 'admitted':
      told.meters = reply.meters
      return { type: 'admitted', admission: open(deps, have, command, reply, sentAtMs) }
    case 'refused':
      told.meters = reply.meters
      return reply
    case 'place_unknown':
    case 'place_known':
    case 'place_moved':
      return reply
    case 'stale':
      deps.snapshots.learn(reply.snapshot)
      throw new StaleSnapshot()
    case 'gone':
      // Erased, or erased and made anew: identify finds out which.
      deps.snapshots.forget(principal.tenant)
      throw new StaleSnapshot()
    case 'key_expired':
      throw new Problem('Unauthenticated', 'The API key has expired.')
    case 'hold_spent':
    case 'periods_stale':
      throw new Problem('StoreUnavailable', 'The request could not be admitted in time.', {
        retryAfterMs: 1_000,
      })
  }
}

async function ask(
  deps: AdmissionDeps,
  { principal: { tenant }, known, waitUntil }: Needs,
  command: AdmitCommand,
): Promise<{ reply: AdmitReply; sentAtMs: number }> {
  const sentAtMs = deps.clock.now()
  try {
    const reply = await deps.store.run(tenant, command)
    if (reply.type !== 'periods_stale') return { reply, sentAtMs }
    const periods = periodTable(known.config.timezone, reply.nowMs, PERIODS_AHEAD)
    return { reply: await deps.store.run(tenant, { ...command, periods }), sentAtMs }
  } catch (error) {
    if (!(error instanceof StoreUnavailable && !error.sent)) {
      const hold = { holdId: command.holdId, incarnation: known.incarnation }
      waitUntil(abandonSurely(deps.store, deps.clock, tenant, hold))
    }
    throw error
  }
}

function open(
  deps: AdmissionDeps,
  { principal: { tenant }, waitUntil }: Needs,
  command: AdmitCommand,
  { receipt, granted, leaseMs }: Extract<AdmitReply, { type: 'admitted' }>,
  sentAtMs: number,
): Admission {
  const { store, clock, log } = deps
  let measure: (() => Charge) | null = null
  const checkpoint = () => measure?.() ?? null
  const lease = new Lease({ store, tenant, receipt, clock, checkpoint }, sentAtMs, leaseMs)
  let settled: Promise<void> | null = null
  return {
    granted,
    demands: [...command.rates, ...command.budgets],
    lost: lease.lost,
    checkpoint(next) {
      measure = next
    },
    async extend(attempt) {
      const { rates, budgets } = command
      const { holdId, incarnation } = receipt
      const tokens = rates.filter((rate) => rate.measure === 'tokens')
      const reply = await store.run(tenant, {
        type: 'extend',
        holdId,
        incarnation,
        attempt,
        rates: tokens,
        budgets,
        output: granted,
      })
      return reply.type === 'extended'
    },
    settle(charge, outcome, stock) {
      if (settled !== null) return settled
      lease.stop()
      settled = settleSurely({ store, tenant, receipt, clock, log }, { charge, outcome, stock })
      waitUntil(settled)
      return settled
    },
  }
}
