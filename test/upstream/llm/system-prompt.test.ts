import fc from 'fast-check'
import { countChatCompletionTokens } from 'gpt-tokenizer/model/gpt-4o'
import { describe, expect, it } from 'vitest'
import type { Operation } from '../../../src/upstream/adapter.ts'
import type { JsonObject } from '../../../src/upstream/json.ts'
import { countTokens, messages } from '../../../src/upstream/llm/anthropic/messages.ts'
import { chat } from '../../../src/upstream/llm/openai/chat.ts'
import { completions } from '../../../src/upstream/llm/openai/completions.ts'
import { embeddings } from '../../../src/upstream/llm/openai/embeddings.ts'
import { askOf, received } from '../received.ts'

const PROMPT = 'be brief'
const user = { role: 'user', content: 'hi' }

function written(operation: Operation, body: object, systemPrompt: string | null = PROMPT) {
  return operation.write(received(body), { model: 'm', outputCap: 9, systemPrompt })
}

describe('instructions in a chat', () => {
  it('are the first message, before the instructions of the client', () => {
    const given = [{ role: 'system', content: 'rhyme' }, user]
    expect(written(chat, { messages: given })['messages']).toEqual([
      { role: 'system', content: PROMPT },
      ...given,
    ])
  })

  it('have the role that the client has for instructions', () => {
    const given = [user, { role: 'developer', content: 'rhyme' }]
    expect(written(chat, { messages: given })['messages']).toEqual([
      { role: 'developer', content: PROMPT },
      ...given,
    ])
  })
})

describe('instructions in messages', () => {
  const first = { type: 'text', text: PROMPT }
  const block = { type: 'text', text: 'rhyme', cache_control: { type: 'ephemeral' } }

  it.each([
    ['a text where the client has none', {}, PROMPT],
    ['a text where the client has null', { system: null }, PROMPT],
    ['a text where the client has a blank one', { system: ' \n' }, PROMPT],
    [
      'a block before the text of the client',
      { system: 'x' },
      [first, { type: 'text', text: 'x' }],
    ],
    ['the first block of all', { system: [block] }, [first, block]],
    ['the only block where the client has none', { system: [] }, [first]],
  ])('are %s', (_, members, system) => {
    for (const operation of [messages, countTokens]) {
      expect(written(operation, { messages: [user], ...members })['system']).toEqual(system)
    }
  })
})

describe('a body without instructions of the tenant', () => {
  it('keeps what the client says as it is', () => {
    for (const operation of [chat, messages, countTokens]) {
      const body = received({ messages: [user], system: 'rhyme' })
      const sent = operation.write(body, { model: 'm', outputCap: 9, systemPrompt: null })
      expect(sent['messages']).toBe(body['messages'])
      expect(sent['system']).toBe(body['system'])
    }
  })
})

describe('what is reserved for instructions', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.constantFrom('a', ' ', '\n\n', 'the answer', '天気', "I'm", '12345', '😀', 'x'.repeat(50)),
  )
  const blocks = fc.array(
    text.map((value) => ({ type: 'text', text: value })),
    { maxLength: 3 },
  )
  const system = fc.oneof(text, blocks, fc.constant(null))
  const said = fc.record({ role: fc.constantFrom('user', 'assistant', 'system'), content: text })
  const conversation = fc.array(said, { minLength: 1, maxLength: 3 })
  const model = fc.constantFrom(null, 'gpt-4o', 'llama-3')

  /** The figures of the body that is sent, and those that were reserved for it. */
  function figures(operation: Operation, body: object, prompt: string) {
    const asked = askOf(operation, body)
    const reserved = operation.withSystemPrompt(asked, prompt)
    const sent: JsonObject = operation.write(received(body), {
      model: asked.model ?? 'unknown',
      outputCap: asked.outputCap ?? 1,
      systemPrompt: prompt,
    })
    // What the gateway itself sets is not among what a client may say of a count.
    return { reserved, sent: askOf(operation, sent), asked }
  }

  it('is never less than what the body that is sent would reserve by itself', () => {
    fc.assert(
      fc.property(text, model, system, conversation, (prompt, name, own, given) => {
        for (const [operation, body] of [
          [chat, { model: name, messages: given }],
          [messages, { model: name, messages: given, system: own, max_tokens: 9 }],
          [countTokens, { model: name, messages: given, system: own }],
        ] as const) {
          const { reserved, sent } = figures(operation, body, prompt)
          expect(reserved?.inputUpperTokens).toBeGreaterThanOrEqual(sent.inputUpperTokens)
          expect(reserved?.inputEstimateTokens).toBeGreaterThanOrEqual(sent.inputEstimateTokens)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('is never less than what a real tokenizer and chat template count', () => {
    const sample = fc.sample(fc.tuple(text, conversation), { numRuns: 200, seed: 31 })
    for (const [prompt, given] of sample) {
      const body = { model: 'gpt-4o', messages: given }
      const { reserved } = figures(chat, body, prompt.toWellFormed())
      const all = [{ role: 'system', content: prompt.toWellFormed() }, ...given]
      const truth = countChatCompletionTokens!({ messages: all })
      expect(reserved?.inputUpperTokens).toBeGreaterThanOrEqual(truth)
    }
  })

  it('is nothing where no model follows them, and impossible where they have no place', () => {
    const ask = askOf(embeddings, { input: 'x' })
    expect(embeddings.withSystemPrompt(ask, PROMPT)).toBe(ask)
    expect(completions.withSystemPrompt(askOf(completions, { prompt: 'x' }), PROMPT)).toBeNull()
  })
})
