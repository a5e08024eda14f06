/**
 * What a tenant has used: local days within a range, their sum, and where each limit stands now.
 * Made from one view of the account, for the tenant itself and for the platform alike. Pure.
 */
import type { MeterReading, ViewCommand, ViewReply } from '../account/commands.ts'
import { limitDemands, readLimitId, type Caller } from '../account/demand.ts'
import { MAX_CONCURRENCY } from '../account/meters.ts'
import type { Totals } from '../account/records.ts'
import { isUsdLimit, showUsd } from '../tenant/limits.ts'
import type { Limits } from '../tenant/tenant.ts'
import { localDays, type ReportRange } from './report-range.ts'

export type Viewed = Extract<ViewReply, { type: 'viewed' }>

interface Usage {
  readonly requests: number
  readonly refused: number
  readonly input_tokens: number
  readonly output_tokens: number
  readonly total_tokens: number
  readonly cost_usd: string
}

type Amount = number | string

interface LimitStanding {
  readonly name: string
  readonly scope: 'tenant' | 'user' | 'key'
  readonly kind: 'rate' | 'budget' | 'quota'
  /** null: unlimited, counted all the same. */
  readonly limit: Amount | null
  readonly used: Amount
  readonly held: Amount
  readonly remaining: Amount | null
  readonly resets_at: string | null
  /** Kept for levels only; null for what empties by itself. */
  readonly high_water: number | null
}

export interface UsageReport {
  readonly tenant: string
  readonly from: string
  readonly to: string
  readonly total: Usage
  readonly limits: readonly LimitStanding[]
  readonly groups: readonly ({ readonly day: string } & Usage)[]
}

/** Asks for every limit of this caller, without asking anything of it. */
export function viewCommand(limits: Limits, caller: Caller): ViewCommand {
  const { rates, budgets } = limitDemands(limits, caller)
  const nothing = { base: 0, unit: 0 }
  return {
    type: 'view',
    rates: rates.map((rate) => ({ ...rate, ...nothing })),
    budgets: budgets.map((budget) => ({ ...budget, ...nothing })),
  }
}

export function usageReport(view: Viewed, range: ReportRange): UsageReport {
  const { tenant, timezone } = view.snapshot.config
  const dayOf = localDays(timezone)
  const days = view.days
    .map((totals) => ({ day: dayOf(totals.start), totals }))
    .filter(({ day }) => range.from <= day && day <= range.to)
  return {
    tenant,
    from: range.from,
    to: range.to,
    total: showUsage(days.map(({ totals }) => totals).reduce(add, NOTHING)),
    limits: standings(view),
    groups: days.map(({ day, totals }) => ({ day, ...showUsage(totals) })),
  }
}

const NOTHING: Totals = { requests: 0, refused: 0, inputTokens: 0, outputTokens: 0, nanoUsd: 0 }

function add(sum: Totals, next: Totals): Totals {
  return {
    requests: sum.requests + next.requests,
    refused: sum.refused + next.refused,
    inputTokens: sum.inputTokens + next.inputTokens,
    outputTokens: sum.outputTokens + next.outputTokens,
    nanoUsd: sum.nanoUsd + next.nanoUsd,
  }
}

function showUsage(totals: Totals): Usage {
  return {
    requests: totals.requests,
    refused: totals.refused,
    input_tokens: totals.inputTokens,
    output_tokens: totals.outputTokens,
    total_tokens: totals.inputTokens + totals.outputTokens,
    cost_usd: showUsd(totals.nanoUsd),
  }
}

/** Where each limit of a view stands, money in decimals. */
export function standings({ meters, counters, snapshot }: Viewed): LimitStanding[] {
  const concurrency: MeterReading = {
    id: MAX_CONCURRENCY,
    kind: 'quota',
    limit: snapshot.config.limits.max_concurrency,
    used: counters.live,
    held: 0,
    resetsAtMs: null,
  }
  return [
    ...meters.map((meter) => standing(meter, null)),
    standing(concurrency, counters.liveHighWater),
  ]
}

function standing(meter: MeterReading, highWater: number | null): LimitStanding {
  const { name, scope } = readLimitId(meter.id)
  const { kind, limit, used, held, resetsAtMs } = meter
  const show = (amount: number) => (isUsdLimit(name) ? showUsd(amount) : amount)
  return {
    name,
    scope,
    kind,
    limit: limit === null ? null : show(limit),
    used: show(used),
    held: show(held),
    // Never negative: a limit lowered below what is used leaves nothing, not a debt.
    remaining: limit === null ? null : show(Math.max(0, limit - used - held)),
    resets_at: resetsAtMs === null ? null : new Date(resetsAtMs).toISOString(),
    high_water: highWater,
  }
}
