import { describe, expect, it } from 'vitest'
import { chat } from '../../../../src/upstream/llm/openai/chat.ts'
import { openai } from '../../../../src/upstream/llm/openai/openai.ts'
import { readAll, received } from '../../received.ts'

const messages = [{ role: 'user', content: 'x' }]
const open = (members = {}) => chat.openStream(received({ messages, stream: true, ...members }))

const data = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`
const delta = (content: string, finish_reason: string | null = null, index = 0) =>
  data({
    model: 'gpt-4o-2024-08-06',
    choices: [{ index, delta: { content }, finish_reason }],
    usage: null,
  })
const usage = { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 }
const usageChunk = data({ model: 'gpt-4o-2024-08-06', choices: [], usage })
const DONE = 'data: [DONE]\n\n'

describe('the stream of a chat', () => {
  it('loses the usage chunk when the client did not ask for it', () => {
    const stream = delta('a') + delta('b', 'stop') + usageChunk + DONE
    for (const asked of [
      {},
      { stream_options: { include_usage: false } },
      { stream_options: null },
    ]) {
      const reader = open(asked)
      expect(readAll(reader, stream)).toEqual(['forward', 'forward', 'drop', 'done'])
      expect(reader.measured().usage).toMatchObject({ inputTokens: 10, outputTokens: 4 })
    }
  })

  it('loses it also where it comes without a list of choices', () => {
    const bare = data({ model: 'm', usage })
    expect(readAll(open(), delta('a', 'stop') + bare)).toEqual(['forward', 'drop'])
    expect(readAll(open({ stream_options: { include_usage: true } }), bare)).toEqual(['forward'])
  })

  it('keeps it when the client did', () => {
    const reader = open({ stream_options: { include_usage: true } })
    expect(readAll(reader, delta('a', 'stop') + usageChunk + DONE)).toEqual([
      'forward',
      'forward',
      'done',
    ])
  })

  it('forwards a frame without choices that tells no usage', () => {
    const annotations = data({ choices: [], prompt_filter_results: [{}] })
    expect(readAll(open(), annotations + data({ choices: [], usage: null }))).toEqual([
      'forward',
      'forward',
    ])
  })

  it('forwards usage that stands on a chunk with an answer', () => {
    const last = data({
      choices: [{ index: 0, delta: { content: 'x' }, finish_reason: 'stop' }],
      usage,
    })
    const reader = open()
    expect(readAll(reader, last)).toEqual(['forward'])
    expect(reader.measured().usage).toMatchObject({ inputTokens: 10, outputTokens: 4 })
  })

  it('takes the last of running totals and adds nothing up', () => {
    const running = (completion_tokens: number) =>
      data({ choices: [{ index: 0, delta: {} }], usage: { prompt_tokens: 10, completion_tokens } })
    const reader = open()
    readAll(reader, running(1) + running(2) + running(3))
    expect(reader.measured().usage).toMatchObject({ inputTokens: 10, outputTokens: 3 })
  })

  it('reports an error inside the stream, also on a chunk with empty choices', () => {
    const error = { message: 'overloaded', type: 'server_error', param: null, code: null }
    expect(readAll(open(), data({ error }) + data({ choices: [], error, usage: null }))).toEqual([
      'failed',
      'failed',
    ])
    expect(readAll(open(), data({ choices: [], error: null }))).toEqual(['forward'])
  })

  it('forwards what it cannot read, and comments', () => {
    expect(readAll(open(), 'data: {broken\n\n: ping\n\ndata: 5\n\ndata: null\n\n')).toEqual([
      'forward',
      'forward',
      'forward',
      'forward',
    ])
  })

  it('is finished by the end mark, or by the end of each answer', () => {
    const marked = open()
    readAll(marked, delta('a'))
    expect(marked.finished()).toBe(false)
    readAll(marked, DONE)
    expect(marked.finished()).toBe(true)

    const unmarked = open({ n: 2 })
    readAll(unmarked, delta('a', 'stop', 0) + delta('b', null, 1))
    expect(unmarked.finished()).toBe(false)
    readAll(unmarked, delta('', 'length', 1))
    expect(unmarked.finished()).toBe(true)
  })

  it('goes on while a server says "" for a reason that is not there yet', () => {
    const reader = open()
    readAll(reader, delta('a', '') + delta('b', ''))
    expect(reader.finished()).toBe(false)
    readAll(reader, delta('', 'stop'))
    expect(reader.finished()).toBe(true)
  })

  it('counts once what is told under both names of reasoning', () => {
    const reader = open()
    const told = { reasoning: 'so ', reasoning_content: 'so ' }
    readAll(reader, data({ choices: [{ index: 0, delta: told }] }) + delta('yes'))
    expect(reader.outputText()).toBe('so yes')
  })

  it('gathers all that was generated, whatever it is called', () => {
    const reader = open()
    const call = { index: 0, function: { name: 'f', arguments: '{"a":' } }
    readAll(
      reader,
      [
        { reasoning_content: 'r1 ' },
        { reasoning: 'r2 ' },
        { refusal: 'no ' },
        { tool_calls: [call, { index: 1, custom: { input: 'ls ' } }] },
        { function_call: { arguments: '1}' } },
        { audio: { transcript: ' said' } },
      ]
        .map((each) => data({ choices: [{ index: 0, delta: each }] }))
        .join(''),
    )
    expect(reader.outputText()).toBe('r1 r2 no f{"a":ls 1} said')
  })

  it('keeps a bounded part of an endless answer', () => {
    const reader = open()
    const piece = delta('x'.repeat(1024 * 1024))
    readAll(reader, piece.repeat(5))
    expect(reader.outputText()).toHaveLength(2 * 1024 * 1024)
  })
})

describe('usage in the words of OpenAI and its kin', () => {
  const usageOf = (told: unknown) => chat.measure({ model: 'm', usage: told }).usage

  it('reads every part', () => {
    expect(
      usageOf({
        prompt_tokens: 100,
        completion_tokens: 50,
        total_tokens: 150,
        prompt_tokens_details: { cached_tokens: 30, cache_write_tokens: 20, audio_tokens: 10 },
        completion_tokens_details: { reasoning_tokens: 40, audio_tokens: 5 },
      }),
    ).toEqual({
      inputTokens: 100,
      cacheReadTokens: 30,
      cacheWrite5mTokens: 20,
      cacheWrite1hTokens: 0,
      audioInTokens: 10,
      outputTokens: 50,
      reasoningTokens: 40,
      audioOutTokens: 5,
      source: 'provider',
    })
  })

  it('reads cache hits as DeepSeek tells them', () => {
    const told = { prompt_tokens: 9, completion_tokens: 1, prompt_cache_hit_tokens: 4 }
    expect(usageOf(told)).toMatchObject({ inputTokens: 9, cacheReadTokens: 4 })
  })

  it('bills as output what only the total tells', () => {
    const told = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 40 }
    expect(usageOf(told)).toMatchObject({ inputTokens: 10, outputTokens: 30 })
    const untold = { prompt_tokens: 10, total_tokens: 40 }
    expect(usageOf(untold)).toMatchObject({ inputTokens: 10, outputTokens: 30 })
  })

  it.each([
    [undefined],
    [null],
    [{}],
    [[]],
    ['x'],
    [{ total_tokens: 1 }],
    [{ prompt_tokens: '1', completion_tokens: null }],
    [{ prompt_tokens: 1.5, completion_tokens: 1e18 }],
    [{ prompt_tokens: -1, completion_tokens: [1] }],
  ])('takes nothing from %j', (told) => expect(usageOf(told)).toBeNull())

  it('takes one side alone, and says which the other is', () => {
    for (const rest of [{}, { completion_tokens: null }, { completion_tokens: -1 }]) {
      const told = chat.measure({ usage: { prompt_tokens: 12, total_tokens: 12, ...rest } })
      expect(told).toMatchObject({
        usage: { inputTokens: 12, outputTokens: 0, source: 'provider' },
        untold: 'output',
      })
    }
    const reader = open()
    readAll(reader, delta('a') + data({ choices: [], usage: { prompt_tokens: 12 } }))
    expect(reader.measured()).toMatchObject({ usage: { inputTokens: 12 }, untold: 'output' })
    expect(chat.measure({ usage: { completion_tokens: 7 } })).toMatchObject({
      usage: { inputTokens: 0, outputTokens: 7 },
      untold: 'input',
    })
    expect(chat.measure({ usage })).not.toHaveProperty('untold')
  })

  it('takes the text of a whole reply that tells no usage', () => {
    const reply = { choices: [{ message: { content: 'one ' } }, { message: { content: 'two' } }] }
    expect(chat.outputText(reply)).toBe('one two')
    for (const other of [null, 5, [], { choices: {} }, { choices: [null] }]) {
      expect(chat.outputText(other)).toBe('')
    }
  })
})

describe('another try at OpenAI', () => {
  it.each([
    [400, false],
    [401, false],
    [404, false],
    [408, true],
    [409, false],
    [422, false],
    [429, true],
    [500, true],
    [503, true],
    [529, true],
  ])('after %i: %s', (status, retryable) => {
    expect(openai.isRetryable(status, null)).toBe(retryable)
  })

  it('is pointless when the account has no credit', () => {
    expect(openai.isRetryable(429, { error: { code: 'insufficient_quota' } })).toBe(false)
    expect(openai.isRetryable(429, { error: { type: 'insufficient_quota' } })).toBe(false)
    expect(openai.isRetryable(429, { error: { code: 'rate_limit_exceeded' } })).toBe(true)
  })
})
