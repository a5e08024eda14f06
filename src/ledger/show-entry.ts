/** A ledger entry as the wire has it: snake_case, money in decimals, times in RFC 3339. */
import { formatUsd } from '../price/nano-usd.ts'
import { isUsdLimit } from '../tenant/limits.ts'
import { showTime } from '../tenant/show.ts'
import type { Charge, LedgerEntry, Outcome, RequestEntry } from './entry.ts'
import type { ShownEntry } from './shown-entry.ts'

export function showEntry(entry: LedgerEntry): ShownEntry {
  const common = { seq: entry.seq, at: showTime(entry.atMs) }
  switch (entry.kind) {
    case 'refused': {
      const { reason, limit, count, minuteMs } = entry
      return { ...common, kind: entry.kind, reason, limit, count, minute: showTime(minuteMs) }
    }
    case 'control': {
      const { actor, action, before, after } = entry
      return { ...common, kind: entry.kind, actor, action, before, after }
    }
    case 'quota': {
      const { quota, minuteMs, acquired, released, expired, used } = entry
      return {
        ...common,
        kind: entry.kind,
        quota,
        minute: showTime(minuteMs),
        acquired,
        released,
        expired,
        used,
      }
    }
    case 'reset': {
      const { actor, budget, start, before, after, reason } = entry
      const show = (amount: number) => (isUsdLimit(budget) ? formatUsd(amount) : amount)
      const amounts = { before: show(before), after: show(after) }
      return {
        ...common,
        kind: entry.kind,
        actor,
        budget,
        period_start: showTime(start),
        ...amounts,
        reason,
      }
    }
    case 'settled':
    case 'expired':
    case 'late':
    case 'hold_lost':
    case 'abandoned':
    case 'unresolved':
      return { ...common, kind: entry.kind, ...showRequest(entry) }
  }
}

function showRequest({ context, charge, outcome, periods, overage, holdId }: RequestEntry) {
  return {
    request_id: context.requestId,
    hold_id: holdId,
    upstream: context.upstream,
    operation: context.operation,
    model: context.model,
    user: context.user,
    key_id: context.keyId,
    price_version: context.priceVersion,
    ...showCharge(charge),
    overage: { tokens: overage.tokens, cost_usd: formatUsd(overage.nanoUsd) },
    day_start: showTime(periods.day),
    month_start: showTime(periods.month),
    outcome: outcome === null ? null : showOutcome(outcome),
  }
}

function showCharge({ inputTokens, outputTokens, nanoUsd }: Charge) {
  return {
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    cost_usd: formatUsd(nanoUsd),
  }
}

function showOutcome(outcome: Outcome) {
  return {
    provenance: outcome.provenance,
    status: outcome.status,
    ended: outcome.ended,
    model_served: outcome.modelServed,
    cache_read_tokens: outcome.cacheReadTokens,
    cache_write_tokens: outcome.cacheWriteTokens,
    reasoning_tokens: outcome.reasoningTokens,
    latency_ms: outcome.latencyMs,
    bytes_in: outcome.bytesIn,
    bytes_out: outcome.bytesOut,
  }
}
