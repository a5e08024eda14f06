import { describe, expect, it } from 'vitest'
import { addSystemPrompt } from '../../src/policy/system-prompt.ts'
import { testCall } from '../support/fakes/call.ts'

describe("the tenant's own instructions", () => {
  it('change nothing where there are none', () => {
    const call = testCall({ operation: 'completions', body: { prompt: 'x' } })
    expect(addSystemPrompt(null, call)).toEqual({ ok: true, call })
  })

  it('add to the figures of a chat, and to nothing else of the call', () => {
    const call = testCall()
    const instructed = addSystemPrompt('be brief', call)
    // A message of its own: 8 tokens and 4 for the text at most, 4 and 2 as a rule.
    const ask = { ...call.ask, inputUpperTokens: 40 + 8 + 4, inputEstimateTokens: 20 + 4 + 2 }
    expect(instructed).toEqual({ ok: true, call: { ...call, ask } })
  })

  it('refuse an operation that has no place for them, and say which has', () => {
    const call = testCall({ operation: 'completions', body: { prompt: 'x' } })
    expect(addSystemPrompt('be brief', call)).toMatchObject({
      ok: false,
      objection: {
        reason: 'system_prompt_impossible',
        problem: { code: 'Forbidden', members: { remedy: /chat\/completions/ } },
      },
    })
  })

  it.each(['embeddings', 'models.list'])('leave %s as it is', (operation) => {
    const call = testCall({ operation, body: { input: 'x' } })
    expect(addSystemPrompt('be brief', call)).toEqual({ ok: true, call })
  })
})
