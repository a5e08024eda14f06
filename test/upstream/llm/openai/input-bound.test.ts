import fc from 'fast-check'
import { countTokens as countCl100k } from 'gpt-tokenizer/encoding/cl100k_base'
import { countChatCompletionTokens, countTokens } from 'gpt-tokenizer/model/gpt-4o'
import { describe, expect, it } from 'vitest'
import { chat } from '../../../../src/upstream/llm/openai/chat.ts'
import { completions } from '../../../../src/upstream/llm/openai/completions.ts'
import { embeddings } from '../../../../src/upstream/llm/openai/embeddings.ts'
import { askOf } from '../../received.ts'

// A real tokenizer is the oracle. Texts stay below 1,024 characters: its merging is quadratic.
const MAX_CHARACTERS = 1_000

const from = (alphabet: string, maxLength = MAX_CHARACTERS / 2) =>
  fc.string({ unit: fc.constantFrom(...Array.from(alphabet)), maxLength })

const words = fc
  .array(
    fc.constantFrom(...'the answer is forty two units because tokenizers merge Bytes'.split(' ')),
    { maxLength: 120 },
  )
  .map((each) => each.join(' '))

const text = fc
  .oneof(
    words,
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    from('的一是不了人我在有他这个们中来上大和国'),
    from('ありがとうございますカタカナ漢字'),
    from('가나다라마바사아자차카타파하'),
    from('абвгдежзийклмноп '),
    from('😀🎉👩🏽‍💻🇩🇪✨'),
    from('0123456789.,-'),
    from('abcdefABCDEF0123456789+/='),
    from(' \n\t'),
    from('aaaaab'),
    from('{}[]":,\\/ '),
    from("I'm you're 'S'T don't"),
    fc.uuid(),
    fc.json({ maxDepth: 4 }),
  )
  .map((value) => value.slice(0, MAX_CHARACTERS).toWellFormed())

const property = fc.oneof(
  fc.record({ type: fc.constant('string' as const), description: text }),
  fc.record({
    type: fc.constant('string' as const),
    enum: fc.array(fc.string({ unit: 'grapheme-ascii', maxLength: 20 }), { maxLength: 8 }),
  }),
  fc.record({ type: fc.constantFrom('number' as const, 'boolean' as const) }),
  fc.record({
    type: fc.constant('array' as const),
    items: fc.constant({ type: 'string' as const }),
  }),
)
const identifier = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,24}$/)
const tool = fc.record({
  name: identifier,
  description: text,
  parameters: fc
    .dictionary(identifier, property, { maxKeys: 6 })
    .map((properties) => ({ type: 'object' as const, properties, required: [] })),
})

const role = fc.constantFrom('system' as const, 'user' as const, 'assistant' as const)
const message = fc.oneof(
  fc.record({ role, content: text }),
  fc.record({ role, content: text, name: identifier }),
)
const request = fc.record({
  messages: fc.array(message, { minLength: 1, maxLength: 5 }),
  functions: fc.array(tool, { maxLength: 2 }),
})

describe('the upper bound of the input', () => {
  it('is never below the count of a tokenizer and chat template, over 240 chats', () => {
    const sample = fc.sample(request, { numRuns: 240, seed: 27 })
    const short = sample.filter(({ messages, functions }) => {
      const truth = countChatCompletionTokens!(
        functions.length === 0 ? { messages } : { messages, functions },
      )
      const tools = functions.map((each) => ({ type: 'function', function: each }))
      const body = { model: 'gpt-4o', messages, ...(tools.length === 0 ? {} : { tools }) }
      return askOf(chat, body).inputUpperTokens < truth
    })
    expect(sample).toHaveLength(240)
    expect(short).toEqual([])
  })

  it('holds for texts and for tokens to embed, in both vocabularies', () => {
    const batches = fc.sample(fc.array(text, { minLength: 1, maxLength: 4 }), {
      numRuns: 60,
      seed: 28,
    })
    for (const input of batches) {
      const ask = askOf(embeddings, { model: 'text-embedding-3-small', input })
      for (const count of [countTokens, countCl100k]) {
        const truth = input.reduce((sum, each) => sum + count(each), 0)
        expect(ask.inputUpperTokens).toBeGreaterThanOrEqual(truth)
      }
    }
  })

  it('counts tokens that are given as numbers exactly, but for the start of a prompt', () => {
    const upper = (input: unknown) => askOf(embeddings, { input }).inputUpperTokens
    const estimate = (input: unknown) => askOf(embeddings, { input }).inputEstimateTokens
    expect(upper([1, 2, 3])).toBe(3 + 2)
    expect(upper([[1, 2, 3], [4]])).toBe(4 + 2 * 2)
    expect(estimate([[1, 2, 3], [4]])).toBe(4)
  })

  it('covers prompt and suffix of a completion', () => {
    for (const [prompt, suffix] of fc.sample(fc.tuple(text, text), { numRuns: 40, seed: 29 })) {
      const ask = askOf(completions, { model: 'gpt-3.5-turbo-instruct', prompt, suffix })
      expect(ask.inputUpperTokens).toBeGreaterThanOrEqual(countCl100k(prompt) + countCl100k(suffix))
    }
  })

  it('covers all that a tool says of itself', () => {
    const description = '天気を調べる。'.repeat(120)
    const definition = { name: 'weather', description, parameters: { type: 'object' } }
    const messages = [{ role: 'user', content: 'x' }]
    for (const tools of [
      { tools: [{ type: 'function', function: definition }] },
      { tools: [{ type: 'custom', custom: { name: 'weather', description } }] },
      { functions: [definition] },
    ]) {
      const upper = askOf(chat, { model: 'gpt-4o', messages, ...tools }).inputUpperTokens
      const bare = askOf(chat, { model: 'gpt-4o', messages }).inputUpperTokens
      expect(upper - bare).toBeGreaterThan(512 + countTokens(description))
    }
  })

  it('covers a response schema', () => {
    const schema = {
      type: 'object',
      properties: { 名前: { type: 'string', description: '😀😀😀' } },
    }
    const format = { type: 'json_schema', json_schema: { name: 'person', schema } }
    const messages = [{ role: 'user', content: 'x' }]
    const ask = askOf(chat, { model: 'gpt-4o', messages, response_format: format })
    expect(ask.inputUpperTokens).toBeGreaterThan(countTokens(JSON.stringify(schema)))
  })

  it('is more cautious for a model whose tokenizer its name does not tell', () => {
    const body = (model: string) => ({
      model,
      messages: [{ role: 'user', content: '12345 слова' }],
    })
    const known = askOf(chat, body('gpt-4o')).inputUpperTokens
    expect(askOf(chat, body('meta-llama/Llama-3')).inputUpperTokens).toBeGreaterThan(known)
  })

  it('reserves for an image the most that the model can bill for one', () => {
    const upper = (model: string, images: number) => {
      const image = { type: 'image_url', image_url: { url: 'https://images.example.com/a.png' } }
      const content = Array.from({ length: images }, () => image)
      return askOf(chat, { model, messages: [{ role: 'user', content }] }).inputUpperTokens
    }
    const perImage = (model: string) => upper(model, 3) - upper(model, 2)
    expect(perImage('gpt-4o-mini')).toBe(48_169)
    expect(perImage('gpt-4o')).toBe(4_096)
    expect(perImage('gpt-4o-2024-08-06')).toBe(4_096)
    expect(perImage('gpt-4o-anything')).toBe(48_169)
    expect(perImage('unknown')).toBe(48_169)
  })

  it('reserves for sound by its bytes, and says that audio may be billed', () => {
    const sound = (bytes: number) => {
      const data = 'AAAA'.repeat(bytes / 3)
      const content = [{ type: 'input_audio', input_audio: { data, format: 'mp3' } }]
      return askOf(chat, { model: 'gpt-4o-audio-preview', messages: [{ role: 'user', content }] })
    }
    expect(sound(15_000).audio).toBe(true)
    expect(sound(30_000).inputUpperTokens - sound(15_000).inputUpperTokens).toBeGreaterThanOrEqual(
      900,
    )
  })
})
