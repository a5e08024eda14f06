import { describe, expect, it } from 'vitest'
import type { MeterReading } from '../../src/account/answers.ts'
import { usageFrame, usageNote } from '../../src/meter/note.ts'
import { emptyUsage } from '../../src/price/usage.ts'

const priced = {
  usage: { ...emptyUsage('provider'), cacheReadTokens: 4, reasoningTokens: 2 },
  charge: { inputTokens: 10, outputTokens: 5, nanoUsd: 4_500 },
}
function reading(id: string, limit: number | null, used: number, held = 0): MeterReading {
  return { id, kind: 'budget', limit, used, held, resetsAtMs: null }
}

describe('the note on usage', () => {
  it('tells tokens, cost, where the figures come from, and what is left', () => {
    const after = [
      reading('requests_per_minute', 10, 4),
      reading('usd_per_day', 1_000_000_000, 4_500, 500_000),
      reading('tokens_per_day', null, 99),
      reading('user_requests_per_minute|u:alice', 5, 9),
    ]
    expect(usageNote(priced, after)).toEqual({
      input_tokens: 10,
      output_tokens: 5,
      total_tokens: 15,
      cache_read_tokens: 4,
      reasoning_tokens: 2,
      cost_usd: '0.0000045',
      source: 'provider',
      remaining: {
        requests_per_minute: 6,
        usd_per_day: '0.9994955',
        user_requests_per_minute: 0,
      },
    })
  })

  it('leaves out what there was none of', () => {
    const note = usageNote({ ...priced, usage: emptyUsage() }, [])
    expect(note).not.toHaveProperty('cache_read_tokens')
    expect(note).not.toHaveProperty('reasoning_tokens')
    expect(note.remaining).toEqual({})
  })

  it('is a comment to every SSE parser, or an event for who asks for one', () => {
    const note = usageNote(priced, [])
    const text = (asEvent: boolean) => new TextDecoder().decode(usageFrame(note, asEvent))
    expect(text(false)).toBe(`: tollgate-usage ${JSON.stringify(note)}\n\n`)
    expect(text(true)).toBe(`event: tollgate-usage\ndata: ${JSON.stringify(note)}\n\n`)
  })
})
