/** Usage in Anthropic's words: what went through the cache stands beside the input and is added to it. */
import { sane, type Usage } from '../../../price/usage.ts'
import type { Measured } from '../../adapter.ts'
import { LastCounts } from '../last-counts.ts'

const PATHS = {
  input: ['input_tokens'],
  cacheRead: ['cache_read_input_tokens'],
  cacheWrite: ['cache_creation_input_tokens'],
  cacheWrite5m: ['cache_creation', 'ephemeral_5m_input_tokens'],
  cacheWrite1h: ['cache_creation', 'ephemeral_1h_input_tokens'],
  output: ['output_tokens'],
  thinking: ['output_tokens_details', 'thinking_tokens'],
} as const

export type AnthropicCounts = LastCounts<typeof PATHS>

export function anthropicCounts(): AnthropicCounts {
  return new LastCounts(PATHS)
}

/** What is known of both sides that are billed. */
export function messageUsage(counts: AnthropicCounts): Pick<Measured, 'usage' | 'untold'> {
  const input = counts.get('input')
  const output = counts.get('output')
  if (input === undefined) {
    return output === undefined
      ? { usage: null }
      : { usage: usage(counts, 0, output), untold: 'input' }
  }
  return {
    usage: usage(counts, input, output ?? 0),
    ...(output === undefined ? { untold: 'output' } : {}),
  }
}

function usage(counts: AnthropicCounts, input: number, output: number): Usage {
  const read = counts.get('cacheRead') ?? 0
  const oneHour = counts.get('cacheWrite1h') ?? 0
  const split = (counts.get('cacheWrite5m') ?? 0) + oneHour
  // The split may be left out, or told before the total has grown: the rest is of the usual kind.
  const written = Math.max(counts.get('cacheWrite') ?? 0, split)
  return sane({
    inputTokens: input + read + written,
    cacheReadTokens: read,
    cacheWrite5mTokens: written - oneHour,
    cacheWrite1hTokens: oneHour,
    audioInTokens: 0,
    outputTokens: output,
    reasoningTokens: counts.get('thinking') ?? 0,
    audioOutTokens: 0,
    source: 'provider',
  })
}
