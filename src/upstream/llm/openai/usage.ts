/** Usage in OpenAI's words: cached, audio and reasoning tokens are parts of the totals. */
import { sane, type Usage } from '../../../price/usage.ts'
import type { Measured } from '../../adapter.ts'
import { LastCounts } from '../last-counts.ts'

const PATHS = {
  prompt: ['prompt_tokens'],
  completion: ['completion_tokens'],
  total: ['total_tokens'],
  cached: ['prompt_tokens_details', 'cached_tokens'],
  /** As DeepSeek says it. */
  cacheHit: ['prompt_cache_hit_tokens'],
  cacheWrite: ['prompt_tokens_details', 'cache_write_tokens'],
  audioIn: ['prompt_tokens_details', 'audio_tokens'],
  audioOut: ['completion_tokens_details', 'audio_tokens'],
  reasoning: ['completion_tokens_details', 'reasoning_tokens'],
} as const

export type OpenaiCounts = LastCounts<typeof PATHS>

export function openaiCounts(): OpenaiCounts {
  return new LastCounts(PATHS)
}

/** What is known of both sides that are billed; a total alone says nothing of either. */
export function generationUsage(counts: OpenaiCounts): Pick<Measured, 'usage' | 'untold'> {
  const prompt = counts.get('prompt')
  const completion = counts.get('completion')
  if (prompt === undefined) {
    return completion === undefined
      ? { usage: null }
      : { usage: usage(counts, 0, completion), untold: 'input' }
  }
  // Servers that tell hidden reasoning, or all of the output, in the total alone bill it as output.
  const beyondPrompt = Math.max(0, (counts.get('total') ?? 0) - prompt)
  return {
    usage: usage(counts, prompt, Math.max(completion ?? 0, beyondPrompt)),
    ...(completion === undefined && beyondPrompt === 0 ? { untold: 'output' } : {}),
  }
}

export function embeddingUsage(counts: OpenaiCounts): Usage | null {
  const input = counts.get('prompt') ?? counts.get('total')
  return input === undefined ? null : usage(counts, input, 0)
}

function usage(counts: OpenaiCounts, inputTokens: number, outputTokens: number): Usage {
  return sane({
    inputTokens,
    cacheReadTokens: counts.get('cached') ?? counts.get('cacheHit') ?? 0,
    cacheWrite5mTokens: counts.get('cacheWrite') ?? 0,
    cacheWrite1hTokens: 0,
    audioInTokens: counts.get('audioIn') ?? 0,
    outputTokens,
    reasoningTokens: counts.get('reasoning') ?? 0,
    audioOutTokens: counts.get('audioOut') ?? 0,
    source: 'provider',
  })
}
