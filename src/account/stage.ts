/**
 * Fourth stage: how much may it take? One store call compares the version, checks every rate, budget
 * and the concurrency, and holds what the request may use: all of it, or nothing. What it provides
 * is the one handle through which the request is kept alive, extended and settled.
 */
import type { Clock } from '../clock.ts'
import type { Identified } from '../identify/stage.ts'
import type { Inbound } from '../inbound.ts'
import type { Charge, Outcome, RequestContext } from '../ledger/entry.ts'
import type { Log } from '../log.ts'
import { chargeForSent } from '../meter/charge.ts'
import type { Permitted } from '../policy/stage.ts'
import { Problem } from '../problem/problem.ts'
import type { RandomBytes } from '../random.ts'
import { type Stage, StaleSnapshot } from '../stage.ts'
import { type Store, StoreUnavailable } from '../store/store.ts'
import type { SnapshotCache } from '../tenant/snapshot.ts'
import type { Routed } from '../upstream/route.ts'
import type { AdmitCommand, AdmitReply, BudgetDemand, RateDemand } from './commands.ts'
import { limitDemands } from './demand.ts'
import { mintHoldId } from './hold-id.ts'
import { Lease } from './lease.ts'
import { periodTable } from './periods.ts'
import { refusalProblem } from './refusal-problem.ts'
import { abandonSurely, settleSurely } from './settlement.ts'

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
  /** Ends the hold with what was used. Asked twice, the first stands. Goes on after the answer. */
  settle(charge: Charge, outcome: Outcome): void
}

export interface Admitted {
  readonly admission: Admission
}

export interface AdmitDeps {
  readonly store: Store
  readonly snapshots: SnapshotCache
  readonly clock: Clock
  readonly randomBytes: RandomBytes
  readonly priceVersion: string
  readonly log: Log
}

/** Enough local days and months that an account asks for more about once a week. */
const PERIODS_AHEAD = { days: 8, months: 2 }

type Needs = Inbound & Identified & Routed & Permitted

export function admit(deps: AdmitDeps): Stage<Needs, Admitted> {
  return {
    name: 'admit',
    async run(have) {
      const { principal, known, told } = have
      const { tenant } = principal
      const command = admitCommand(deps, have)
      const { reply, sentAtMs } = await ask(deps, have, command)
      switch (reply.type) {
        case 'admitted':
          told.meters = reply.meters
          if (reply.granted < have.permit.outputTokens) told.clampedTo = reply.granted
          return { admission: open(deps, have, command, reply, sentAtMs) }
        case 'refused':
          told.meters = reply.meters
          throw refusalProblem(reply.refusal, known.config)
        case 'stale':
          deps.snapshots.learn(reply.snapshot)
          throw new StaleSnapshot()
        case 'gone':
          // Erased, or erased and made anew: identify finds out which.
          deps.snapshots.forget(tenant)
          throw new StaleSnapshot()
        case 'key_expired':
          throw new Problem('Unauthenticated', 'The API key has expired.')
        case 'hold_spent':
        case 'periods_stale':
          throw new Problem('StoreUnavailable', 'The request could not be admitted in time.', {
            retryAfterMs: 1_000,
          })
      }
    },
  }
}

function admitCommand(
  deps: AdmitDeps,
  { principal, known, keyExpiresAtMs, keyHashes, call, permit, requestId }: Needs,
): AdmitCommand {
  const { config, version } = known
  const { ask: asked, operation } = call
  const keyId = principal.credential.kind === 'api-key' ? principal.credential.keyId : null
  const limits = limitDemands(config.limits, { user: principal.user, keyId }, config.users)
  const priced = call.price !== null && operation.kind !== 'free'
  const tokens = { base: asked.inputUpperTokens, unit: asked.choices }
  const context: RequestContext = {
    requestId,
    upstream: call.upstream.name,
    operation: operation.name,
    model: call.model,
    user: principal.user,
    keyId,
    priceVersion: deps.priceVersion,
  }
  return {
    type: 'admit',
    version,
    keyHashes,
    holdId: mintHoldId(deps.randomBytes),
    mintedAtMs: deps.clock.now(),
    keyExpiresAtMs,
    rates: limits.rates
      .filter(({ measure }) => priced || measure === 'requests')
      .map((rate) => ({ ...rate, ...(rate.measure === 'tokens' ? tokens : { base: 1, unit: 0 }) })),
    // What costs nothing is not refused for want of budget.
    budgets: priced
      ? limits.budgets.map((budget) => ({
          ...budget,
          ...(budget.measure === 'tokens' ? tokens : permit.usd),
        }))
      : [],
    maxConcurrency: config.limits.max_concurrency,
    output: {
      wanted: permit.outputTokens,
      least:
        config.policy.low_budget === 'clamp'
          ? Math.min(1, permit.outputTokens)
          : permit.outputTokens,
    },
    estimate: chargeForSent(call).charge,
    context,
  }
}

async function ask(
  deps: AdmitDeps,
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
  deps: AdmitDeps,
  { principal: { tenant }, waitUntil }: Needs,
  command: AdmitCommand,
  { receipt, granted, leaseMs }: Extract<AdmitReply, { type: 'admitted' }>,
  sentAtMs: number,
): Admission {
  const { store, clock, log } = deps
  let measure: (() => Charge) | null = null
  const checkpoint = () => measure?.() ?? null
  const lease = new Lease({ store, tenant, receipt, clock, checkpoint }, sentAtMs, leaseMs)
  let settled = false
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
    settle(charge, outcome) {
      if (settled) return
      settled = true
      lease.stop()
      waitUntil(settleSurely({ store, tenant, receipt, clock, log }, charge, outcome))
    },
  }
}
