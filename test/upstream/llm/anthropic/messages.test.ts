import { describe, expect, it } from 'vitest'
import { anthropic } from '../../../../src/upstream/llm/anthropic/anthropic.ts'
import { allowedBetas } from '../../../../src/upstream/llm/anthropic/betas.ts'
import { countTokens, messages } from '../../../../src/upstream/llm/anthropic/messages.ts'
import { askOf, readAll, received, verdict } from '../../received.ts'

const body = {
  model: 'claude-sonnet-4-5',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'hi' }],
}
const block = (value: unknown) => ({ ...body, messages: [{ role: 'user', content: [value] }] })

describe('reading messages', () => {
  it('tells model, cap, stream and tools', () => {
    const tools = [
      { name: 'weather', input_schema: { type: 'object' } },
      { type: 'custom', name: 'stock', input_schema: {} },
      { type: 'bash_20250124', name: 'bash' },
    ]
    expect(askOf(messages, { ...body, stream: true, tools })).toMatchObject({
      model: 'claude-sonnet-4-5',
      outputCap: 100,
      stream: true,
      choices: 1,
      audio: false,
      tools: ['weather', 'stock', 'bash'],
    })
  })

  it('accepts a conversation with every block that a client may send', () => {
    const image = {
      type: 'image',
      source: { type: 'base64', media_type: 'image/png', data: 'AA==' },
    }
    const search = {
      type: 'search_result',
      source: 's',
      title: 't',
      content: [{ type: 'text', text: 'x' }],
    }
    const plain = { type: 'text', media_type: 'text/plain', data: 'long text' }
    const document = { type: 'document', source: plain, title: 't' }
    const conversation = [
      { role: 'user', content: [image, search, document, { type: 'text', text: 'x' }] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'hm', signature: 'c2ln' },
          { type: 'redacted_thinking', data: 'ZGF0YQ==' },
          { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Bonn' } },
        ],
      },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: [image] }],
      },
      { role: 'system', content: 'be brief' },
    ]
    const cache_control = { type: 'ephemeral', ttl: '1h' }
    const system = [{ type: 'text', text: 'be kind', cache_control }]
    expect(verdict(messages, { ...body, system, messages: conversation })).toBe('accepted')
  })

  it('refuses a body without max_tokens, as the API does', () => {
    expect(verdict(messages, { messages: body.messages, model: 'm' })).toBe(
      'max_tokens is required.',
    )
  })

  it.each(['0', '-1', '1e309', '"10"', '9007199254740993', '1.5', 'null'])(
    'refuses max_tokens of %s',
    (json) => {
      const text = `{"model":"m","messages":[{"role":"user","content":"x"}],"max_tokens":${json}}`
      expect(verdict(messages, text)).toBe('max_tokens must be an integer from 1 to 10000000.')
    },
  )

  it.each([
    [{ container: 'c' }, 'container is not accepted: what the provider runs or keeps'],
    [{ mcp_servers: [] }, 'mcp_servers is not accepted'],
    [{ context_management: {} }, 'context_management is not accepted'],
    [{ diagnostics: { previous_message_id: 'msg_1' } }, 'diagnostics is not accepted'],
    [{ inference_geo: 'us' }, 'inference_geo is not accepted: it has a price of its own'],
    [{ speed: 'fast' }, 'speed must be "standard": it has a price of its own'],
    [{ service_tier: 'priority' }, 'service_tier must be one of "auto", "standard_only"'],
    [{ workspace_id: 'w' }, 'workspace_id is not accepted'],
    [{ user_profile_id: 'u' }, 'user_profile_id is not accepted'],
    [{ n: 2 }, 'n is not a member known here'],
    [
      { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
      'tools[0].type must be one of',
    ],
    [{ tools: [{ type: 'code_execution_20250825', name: 'c' }] }, 'tools[0].type must be one of'],
    [{ tools: [{ type: 'mcp_toolset' }] }, 'tools[0].type must be one of'],
    [{ tools: [{ name: 'x' }] }, 'tools[0].input_schema is required'],
    [
      { tools: [{ name: 'x', input_schema: {}, allowed_callers: ['code_execution_20250825'] }] },
      'tools[0].allowed_callers[0] must be "direct"',
    ],
    [{ cache_control: { type: 'ephemeral', ttl: '24h' } }, 'cache_control.ttl must be one of'],
    [
      { thinking: { type: 'enabled', budget_tokens: 100 } },
      'thinking.budget_tokens must be an integer',
    ],
    [
      { thinking: { type: 'enabled', budget_tokens: 2048 } },
      'thinking.budget_tokens must be less than',
    ],
  ])('refuses %j', (members, detail) => {
    const told = verdict(messages, { ...body, ...members })
    expect(told.startsWith(detail), told).toBe(true)
  })

  it.each([
    [
      { type: 'image', source: { type: 'file', file_id: 'f' } },
      'messages[0].content[0].source.type must',
    ],
    [
      { type: 'image', source: { type: 'url', url: 'http://10.0.0.1/' } },
      'messages[0].content[0].source.url',
    ],
    [
      { type: 'document', source: { type: 'base64', data: '' } },
      'messages[0].content[0].source.type must',
    ],
    [{ type: 'server_tool_use', id: 'x' }, 'messages[0].content[0].type must be one of'],
    [{ type: 'container_upload', file_id: 'x' }, 'messages[0].content[0].type must be one of'],
    [{ type: 'mcp_tool_use' }, 'messages[0].content[0].type must be one of'],
    [
      {
        type: 'tool_result',
        tool_use_id: 'x',
        content: [{ type: 'tool_reference', tool_name: 'x' }],
      },
      'messages[0].content[0].content[0].type must be one of',
    ],
  ])('refuses the block %j', (value, detail) => {
    const told = verdict(messages, block(value))
    expect(told.startsWith(detail), told).toBe(true)
  })
})

describe('the size of messages', () => {
  const upper = (value: unknown) => askOf(messages, block(value)).inputUpperTokens
  const text = '天気'.repeat(200)

  it('counts text wherever it can stand, however deep', () => {
    const empty = upper({ type: 'text', text: '' })
    const plain = { type: 'text', media_type: 'text/plain', data: text }
    const nested = { type: 'content', content: [{ type: 'text', text }] }
    for (const value of [
      { type: 'text', text },
      { type: 'text', text: '', citations: [{ [text]: 1 }] },
      { type: 'document', source: plain },
      { type: 'document', source: nested },
      { type: 'search_result', source: '', title: text, content: [] },
      { type: 'tool_result', tool_use_id: '', content: text },
      { type: 'tool_result', tool_use_id: '', content: [{ type: 'document', source: nested }] },
      { type: 'tool_use', id: '', name: 'x', input: { [text]: 1 } },
      { type: 'tool_use', id: '', name: 'x', input: { type: text, cache_control: '' } },
      { type: 'thinking', thinking: text, signature: '' },
    ]) {
      expect(upper(value) - empty, JSON.stringify(value).slice(0, 60)).toBeGreaterThan(400)
    }
  })

  it('counts system, tools and an output schema', () => {
    const of = (members: object) => askOf(messages, { ...body, ...members }).inputUpperTokens
    const bare = of({})
    expect(of({ system: text }) - bare).toBeGreaterThan(400)
    const tools = [{ name: 'x', description: text, input_schema: {} }]
    expect(of({ tools }) - bare).toBeGreaterThan(1_400)
    const format = { type: 'json_schema', schema: { [text]: {} } }
    expect(of({ output_config: { format } }) - bare).toBeGreaterThan(900)
  })

  it('takes 8,000 tokens for an image and never counts its bytes as text', () => {
    const image = (data: string) => ({
      type: 'image',
      source: { type: 'base64', media_type: 'image/png', data },
    })
    expect(upper(image('A'.repeat(100_000)))).toBe(upper(image('')))
    const content = [image(''), image('')]
    const two = askOf(messages, { ...body, messages: [{ role: 'user', content }] }).inputUpperTokens
    expect(two - upper(image(''))).toBe(8_000 + 16)
  })
})

describe('writing messages', () => {
  const write = (members: object, outputCap = 50) =>
    messages.write(received({ ...body, ...members }), {
      model: 'served',
      outputCap,
      systemPrompt: null,
    })

  it('writes model, cap and the tier that the prices are for', () => {
    expect(write({})).toEqual({
      ...body,
      model: 'served',
      max_tokens: 50,
      service_tier: 'standard_only',
    })
    expect(write({ service_tier: 'auto' })).toMatchObject({ service_tier: 'standard_only' })
  })

  it('lowers the thinking budget below a cap that was lowered', () => {
    const thinking = { type: 'enabled', budget_tokens: 4_000 }
    const given = { max_tokens: 8_000, thinking }
    expect(write(given, 2_000)).toMatchObject({
      max_tokens: 2_000,
      thinking: { type: 'enabled', budget_tokens: 1_999 },
    })
    expect(write(given, 4_001)).toMatchObject({ thinking })
  })

  it('counts tokens by the same rules, free and without what only a message has', () => {
    expect(countTokens.kind).toBe('free')
    const { max_tokens: _, ...counted } = body
    expect(askOf(countTokens, counted).outputCap).toBe(0)
    expect(verdict(countTokens, body)).toBe('max_tokens is not a member known here.')
    expect(
      countTokens.write(received(counted), { model: 'm', outputCap: null, systemPrompt: null }),
    ).toEqual({
      ...counted,
      model: 'm',
    })
  })
})

describe('the stream of a message', () => {
  const event = (type: string, rest: object = {}) =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`
  const start = event('message_start', {
    message: {
      model: 'claude-sonnet-4-5-20250929',
      usage: {
        input_tokens: 10,
        cache_read_input_tokens: 5,
        cache_creation_input_tokens: 0,
        output_tokens: 1,
      },
    },
  })

  it('overwrites what the last event tells and keeps what it leaves null', () => {
    const reader = messages.openStream(received(body))
    readAll(reader, start)
    expect(reader.measured()).toMatchObject({
      modelServed: 'claude-sonnet-4-5-20250929',
      usage: { inputTokens: 15, outputTokens: 1 },
    })
    const usage = { input_tokens: null, cache_read_input_tokens: null, output_tokens: 40 }
    readAll(reader, event('message_delta', { delta: { stop_reason: 'end_turn' }, usage }))
    readAll(
      reader,
      event('message_delta', { delta: {}, usage: { input_tokens: 12, output_tokens: 45 } }),
    )
    expect(reader.measured().usage).toMatchObject({
      inputTokens: 17,
      cacheReadTokens: 5,
      outputTokens: 45,
    })
  })

  it('is finished by the reason to stop, and done by the last event', () => {
    const reader = messages.openStream(received(body))
    readAll(
      reader,
      start + event('ping') + event('message_delta', { delta: { stop_reason: null } }),
    )
    expect(reader.finished()).toBe(false)
    readAll(reader, event('message_delta', { delta: { stop_reason: 'end_turn' } }))
    expect(reader.finished()).toBe(true)
    expect(readAll(reader, event('message_stop'))).toEqual(['done'])
  })

  it('reports an error by the name of the event, or by its type', () => {
    const error = { type: 'overloaded_error', message: 'Overloaded' }
    const reader = messages.openStream(received(body))
    expect(readAll(reader, event('error', { error }))).toEqual(['failed'])
    expect(readAll(reader, 'event: error\ndata: not JSON\n\n')).toEqual(['failed'])
    expect(readAll(reader, `data: ${JSON.stringify({ type: 'error', error })}\n\n`)).toEqual([
      'failed',
    ])
  })

  it('gathers text, thinking and the input of tools', () => {
    const reader = messages.openStream(received(body))
    const delta = (value: object) => event('content_block_delta', { index: 0, delta: value })
    readAll(
      reader,
      delta({ type: 'thinking_delta', thinking: 'hm ' }) +
        delta({ type: 'text_delta', text: 'hello ' }) +
        event('content_block_start', {
          content_block: { type: 'tool_use', name: 'f', input: {} },
        }) +
        delta({ type: 'input_json_delta', partial_json: '{"a":1}' }),
    )
    expect(reader.outputText()).toBe('hm hello f{"a":1}')
  })
})

describe('usage in the words of Anthropic', () => {
  const usageOf = (usage: unknown) => messages.measure({ model: 'm', usage }).usage

  it.each([
    [{ cache_creation_input_tokens: 30 }, [30, 0]],
    [
      { cache_creation_input_tokens: 30, cache_creation: { ephemeral_1h_input_tokens: 20 } },
      [10, 20],
    ],
    [
      {
        cache_creation_input_tokens: 30,
        cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
      },
      [10, 20],
    ],
    [
      { cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 } },
      [10, 20],
    ],
    [{ cache_creation_input_tokens: null, cache_creation: null }, [0, 0]],
  ])('splits writes to the cache by their life: %j', (cache, [fiveMinutes, oneHour]) => {
    expect(usageOf({ input_tokens: 1, output_tokens: 2, ...cache })).toMatchObject({
      cacheWrite5mTokens: fiveMinutes,
      cacheWrite1hTokens: oneHour,
      inputTokens: 1 + (fiveMinutes ?? 0) + (oneHour ?? 0),
    })
  })

  it('takes nothing when neither billed total is told', () => {
    for (const usage of [null, {}, { input_tokens: null }, { cache_read_input_tokens: 5 }]) {
      expect(usageOf(usage)).toBeNull()
    }
  })

  it('takes one side alone, and says which the other is', () => {
    const measured = (usage: object) => messages.measure({ usage })
    expect(measured({ input_tokens: 1, cache_read_input_tokens: 5 })).toMatchObject({
      usage: { inputTokens: 6, outputTokens: 0 },
      untold: 'output',
    })
    expect(measured({ output_tokens: 7, cache_read_input_tokens: 5 })).toMatchObject({
      usage: { inputTokens: 5, outputTokens: 7 },
      untold: 'input',
    })
    expect(measured({ input_tokens: 1, output_tokens: 0 })).not.toHaveProperty('untold')
  })

  it('takes the text of a whole reply that tells no usage', () => {
    const content = [
      { type: 'text', text: 'a ' },
      { type: 'tool_use', name: 'f', input: { b: 1 } },
    ]
    expect(messages.outputText({ content })).toBe('a f{"b":1}')
  })
})

describe('headers to Anthropic', () => {
  it('name the version themselves and take the credential of the platform', () => {
    expect(anthropic.credentialHeaders('secret')).toEqual({
      'x-api-key': 'secret',
      'anthropic-version': '2023-06-01',
    })
  })

  it.each([
    ['interleaved-thinking-2025-05-14', 'interleaved-thinking-2025-05-14'],
    ['files-api-2025-04-14, output-128k-2025-02-19 ,x', 'output-128k-2025-02-19'],
    ['mcp-client-2025-11-20,fast-mode-2026-02-01', null],
    ['', null],
  ])('let these betas pass: %j', (header, allowed) => expect(allowedBetas(header)).toBe(allowed))

  it.each([
    [400, false],
    [402, false],
    [408, true],
    [409, false],
    [413, false],
    [429, true],
    [500, true],
    [529, true],
  ])('lead to another try after %i: %s', (status, retryable) => {
    expect(anthropic.isRetryable(status, null)).toBe(retryable)
  })
})
