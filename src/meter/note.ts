/**
 * What a caller is told of its own usage: in a header on plain replies, as an SSE comment just before
 * the end of a stream, or as a named event where the client asked for one.
 */
import type { MeterReading } from '../account/answers.ts'
import { readLimitId } from '../account/limits/demand.ts'
import type { Priced } from './charge.ts'
import { formatUsd } from '../price/nano-usd.ts'

export const USAGE_HEADER = 'tollgate-usage'

export interface UsageNote {
  readonly input_tokens: number
  readonly output_tokens: number
  readonly total_tokens: number
  readonly cache_read_tokens?: number
  readonly reasoning_tokens?: number
  readonly cost_usd: string
  readonly source: string
  /** What is left of each limit after this request. */
  readonly remaining: Readonly<Record<string, number | string>>
}

export function usageNote({ usage, charge }: Priced, after: readonly MeterReading[]): UsageNote {
  const remaining: Record<string, number | string> = {}
  for (const { id, limit, used, held } of after) {
    if (limit === null) continue
    const { name } = readLimitId(id)
    const left = Math.max(0, limit - used - held)
    remaining[name] = name.startsWith('usd_') ? formatUsd(left) : left
  }
  return {
    input_tokens: charge.inputTokens,
    output_tokens: charge.outputTokens,
    total_tokens: charge.inputTokens + charge.outputTokens,
    ...(usage.cacheReadTokens > 0 ? { cache_read_tokens: usage.cacheReadTokens } : {}),
    ...(usage.reasoningTokens > 0 ? { reasoning_tokens: usage.reasoningTokens } : {}),
    cost_usd: formatUsd(charge.nanoUsd),
    source: usage.source,
    remaining,
  }
}

/** Every SSE parser skips a comment; a named event reaches only a client that asked for it. */
export function usageFrame(note: UsageNote, asEvent: boolean): Uint8Array {
  const json = JSON.stringify(note)
  const frame = asEvent
    ? `event: ${USAGE_HEADER}\ndata: ${json}\n\n`
    : `: ${USAGE_HEADER} ${json}\n\n`
  return new TextEncoder().encode(frame)
}
