import { describe, expect, it } from 'vitest'
import { completions } from '../../../../src/upstream/llm/openai/completions.ts'
import { embeddings } from '../../../../src/upstream/llm/openai/embeddings.ts'
import { askOf, readAll, received, verdict } from '../../received.ts'

const body = { model: 'gpt-3.5-turbo-instruct', prompt: 'hello' }

describe('reading a completion', () => {
  it('tells the cap of 16 that the API documents beside what the client names', () => {
    for (const members of [{}, { max_tokens: null }]) {
      expect(askOf(completions, { ...body, ...members })).toMatchObject({
        outputCap: null,
        defaultOutput: 16,
      })
    }
    expect(askOf(completions, { ...body, max_tokens: 7 }).outputCap).toBe(7)
  })

  it.each([
    [{}, 1],
    [{ n: 3 }, 3],
    [{ best_of: 5 }, 5],
    [{ n: 2, best_of: 5 }, 5],
    [{ prompt: ['a', 'b', 'c'], n: 2 }, 6],
    [{ prompt: [1, 2, 3], n: 2 }, 2],
    [{ prompt: [[1], [2, 3]], best_of: 4 }, 8],
    [{ n: null, best_of: null }, 1],
  ])('counts every answer that is generated and billed: %j', (members, choices) => {
    expect(askOf(completions, { ...body, ...members }).choices).toBe(choices)
  })

  it.each([
    [{ n: 3, best_of: 2 }, 'best_of must not be less than n.'],
    [{ best_of: 2, stream: true }, 'best_of must be 1 in a stream.'],
    [{ best_of: 129 }, 'best_of must be an integer from 1 to 128.'],
    [{ max_tokens: 0 }, 'max_tokens must be an integer from 1 to 10000000.'],
    [{ max_completion_tokens: 5 }, 'max_completion_tokens is not a member known here.'],
    [{ prompt: [] }, 'prompt must have 1 to 2048 items.'],
    [{ prompt: ['a', 1] }, 'prompt[1] must be a string.'],
    [{ prompt: [1, 'a'] }, 'prompt[1] must be an integer from 0 to 2147483648.'],
    [{ prompt: [[1], []] }, 'prompt[1] must have 1 to 10000000 items.'],
    [{ prompt: null }, 'prompt must be of type string or array.'],
    [{ prompt: { length: 1 } }, 'prompt must be of type string or array.'],
  ])('refuses %j', (members, detail) => {
    expect(verdict(completions, { ...body, ...members })).toBe(detail)
  })

  it('accepts best_of 1 in a stream', () => {
    expect(verdict(completions, { ...body, best_of: 1, stream: true })).toBe('accepted')
  })

  it('writes the cap where this API has it, also when the client named none', () => {
    const written = completions.write(received({ ...body, stream: true }), {
      model: 'm',
      outputCap: 16,
      systemPrompt: null,
    })
    expect(written).toEqual({
      ...body,
      model: 'm',
      stream: true,
      max_tokens: 16,
      stream_options: { include_usage: true },
    })
  })

  it('waits for the end of every answer of every prompt', () => {
    const reader = completions.openStream(received({ ...body, prompt: ['a', 'b'], n: 2 }))
    const end = (index: number) =>
      `data: {"choices":[{"index":${index},"text":"x","finish_reason":"stop"}]}\n\n`
    readAll(reader, end(0) + end(1) + end(3))
    expect(reader.finished()).toBe(false)
    readAll(reader, end(2))
    expect(reader.finished()).toBe(true)
    expect(reader.outputText()).toBe('xxxx')
  })
})

describe('reading an embedding', () => {
  it('has no output and one choice however many texts there are', () => {
    const input = ['a', 'b']
    expect(askOf(embeddings, { model: 'text-embedding-3-small', input })).toMatchObject({
      outputCap: 0,
      choices: 1,
      stream: false,
    })
  })

  it.each([
    [{ stream: true }, 'stream is not a member known here.'],
    [{ encoding_format: 'hex' }, 'encoding_format must be one of "float", "base64".'],
    [{ input: Array.from({ length: 2049 }, () => 'a') }, 'input must have 1 to 2048 items.'],
    [{ input: [-1] }, 'input[0] must be an integer from 0 to 2147483648.'],
    [{ input: [[1.5]] }, 'input[0][0] must be an integer from 0 to 2147483648.'],
  ])('refuses %j', (members, detail) => {
    expect(verdict(embeddings, { model: 'm', input: 'a', ...members })).toBe(detail)
  })

  it('takes the total when nothing else is told, and nothing from nothing', () => {
    const usageOf = (usage: unknown) => embeddings.measure({ model: 'm', usage }).usage
    expect(usageOf({ prompt_tokens: 8, total_tokens: 8 })).toMatchObject({
      inputTokens: 8,
      outputTokens: 0,
    })
    expect(usageOf({ total_tokens: 9 })).toMatchObject({ inputTokens: 9, outputTokens: 0 })
    expect(usageOf({ prompt_tokens: -1 })).toBeNull()
    expect(usageOf(null)).toBeNull()
  })

  it('counts a megabyte of tokens', () => {
    const input = Array.from({ length: 500_000 }, () => 1)
    expect(askOf(embeddings, { input }).inputUpperTokens).toBe(500_000 + 2)
  })
})
