/**
 * What a tenant has used: local days within a range, their sum and groups, and where each limit
 * stands now. Made from one view of the account and its aggregates, for the tenant itself and for
 * the platform alike. Pure.
 */
import type { ViewCommand, ViewReply } from '../account/commands.ts'
import { limitDemands, type Caller } from '../account/limits/demand.ts'
import { addFigures, type Figures, NO_FIGURES } from '../account/figures/figures.ts'
import { quantileMs } from '../account/figures/histogram.ts'
import { readLineId } from '../account/figures/usage-lines.ts'
import { formatUsd } from '../price/nano-usd.ts'
import type { TenantConfig } from '../tenant/tenant.ts'
import type { Usage } from './gather-usage.ts'
import { localDays } from './local-days.ts'
import type { ReportQuery } from './report-query.ts'
import type { UsageFigures, UsageGroup, UsageReport } from './shown.ts'
import { standings } from './standings.ts'

/** A day is named by its noon: had the tenant another zone when it began, its date is still the same there. */
const NOON_MS = 12 * 3_600_000

export type Viewed = Extract<ViewReply, { type: 'viewed' }>

/** Asks for every limit of this caller, without asking anything of it. */
export function viewCommand(
  config: Pick<TenantConfig, 'limits' | 'users'>,
  caller: Caller,
): ViewCommand {
  const { rates, budgets } = limitDemands(config.limits, caller, config.users)
  const nothing = { base: 0, unit: 0 }
  return {
    type: 'view',
    rates: rates.map((rate) => ({ ...rate, ...nothing })),
    budgets: budgets.map((budget) => ({ ...budget, ...nothing })),
  }
}

export function usageReport(view: Viewed, usage: Usage, query: ReportQuery): UsageReport {
  const { tenant, timezone } = view.snapshot.config
  const { from, to, by } = query
  const dateAt = localDays(timezone)
  const dayOf = (startMs: number) => dateAt(startMs + NOON_MS)
  const isMeant = (startMs: number) => {
    const day = dayOf(startMs)
    return from <= day && day <= to
  }
  const days = usage.days
    .filter(({ start }) => isMeant(start))
    .map((record) => ({ day: dayOf(record.start), ...record }))
  return {
    tenant,
    from,
    to,
    by,
    total: showDays(days),
    limits: standings(view),
    groups:
      by === 'day'
        ? days.map((record) => ({ day: record.day, ...showDays([record]) }))
        : by === 'month'
          ? byMonth(days)
          : byName(by, usage.lines, isMeant),
  }
}

type Day = Usage['days'][number] & { readonly day: string }

function byMonth(days: readonly Day[]): UsageGroup[] {
  const months = Map.groupBy(days, ({ day }) => day.slice(0, 'YYYY-MM'.length))
  return Array.from(months, ([month, ofMonth]) => ({ month, ...showDays(ofMonth) }))
}

function byName(
  by: 'model' | 'user' | 'key',
  lines: Usage['lines'],
  isMeant: (startMs: number) => boolean,
): UsageGroup[] {
  const groups = new Map<string, { readonly head: object; readonly parts: Figures[] }>()
  for (const { id, figures } of lines) {
    const { start, name } = readLineId(id)
    if (!isMeant(start)) continue
    const key = name.kind === 'named' ? `=${name.name}` : name.kind
    const before = groups.get(key)
    const head =
      name.kind === 'other'
        ? { [by]: 'other', other: true }
        : { [by]: name.kind === 'named' ? name.name : null }
    if (before === undefined) groups.set(key, { head, parts: [figures] })
    else before.parts.push(figures)
  }
  return [...groups]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, { head, parts }]) => ({ ...head, ...showSum(parts, null) }))
}

function showDays(days: readonly Day[]): UsageFigures {
  return showSum(
    days,
    days.reduce((sum, { refused }) => sum + refused, 0),
  )
}

function showSum(parts: readonly Figures[], refused: number | null): UsageFigures {
  const figures = parts.reduce<Figures>(addFigures, NO_FIGURES)
  // Of many days it may pass 2^53, which is about 9 million USD.
  const nanoUsd = parts.reduce((sum, part) => sum + BigInt(part.nanoUsd), 0n)
  const { latency } = figures
  return {
    requests: figures.requests,
    refused,
    input_tokens: figures.inputTokens,
    output_tokens: figures.outputTokens,
    total_tokens: figures.inputTokens + figures.outputTokens,
    cached_tokens: figures.cachedTokens,
    cost_usd: formatUsd(nanoUsd),
    bytes_in: figures.bytesIn,
    bytes_out: figures.bytesOut,
    latency_ms: {
      p50: quantileMs(latency, 0.5),
      p95: quantileMs(latency, 0.95),
      p99: quantileMs(latency, 0.99),
    },
  }
}
