import { describe, expect, it } from 'vitest'
import { writeJson } from '../../../../src/upstream/json.ts'
import { chat } from '../../../../src/upstream/llm/openai/chat.ts'
import { askOf, received, verdict } from '../../received.ts'

const messages = [{ role: 'user', content: 'hello' }]
const body = { model: 'gpt-4o', messages }
const withMember = (name: string, json: string) =>
  `{"model":"gpt-4o","messages":[{"role":"user","content":"hello"}],${JSON.stringify(name)}:${json}}`
const userPart = (part: unknown) => ({ model: 'm', messages: [{ role: 'user', content: [part] }] })

describe('reading a chat', () => {
  it('tells model, stream, cap, choices and tools', () => {
    const ask = askOf(chat, {
      ...body,
      stream: true,
      max_tokens: 100,
      n: 3,
      tools: [
        { type: 'function', function: { name: 'weather', parameters: {} } },
        { type: 'custom', custom: { name: 'shell' } },
      ],
      functions: [{ name: 'older' }],
    })
    expect(ask).toMatchObject({
      model: 'gpt-4o',
      stream: true,
      outputCap: 100,
      choices: 3,
      audio: false,
      tools: ['weather', 'shell', 'older'],
    })
  })

  it('leaves model and cap open when the client does', () => {
    expect(askOf(chat, { messages, model: null, max_tokens: null })).toMatchObject({
      model: null,
      outputCap: null,
      choices: 1,
    })
  })

  it('accepts a whole conversation with calls, answers and a reply sent back as it came', () => {
    const reply = {
      role: 'assistant',
      content: null,
      refusal: null,
      audio: null,
      annotations: [],
      tool_calls: [
        { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{}' } },
        { id: 'call_2', type: 'custom', custom: { name: 'shell', input: 'ls' } },
      ],
    }
    const conversation = [
      { role: 'developer', content: [{ type: 'text', text: 'be brief' }] },
      { role: 'system', content: 'be kind', name: 'boss' },
      { role: 'user', content: [{ type: 'text', text: 'weather?' }] },
      reply,
      { role: 'tool', tool_call_id: 'call_1', content: 'rain' },
      { role: 'function', name: 'older', content: null },
    ]
    expect(verdict(chat, { messages: conversation })).toBe('accepted')
  })

  it('says that audio may be billed when it is asked for', () => {
    const audio = { voice: 'alloy', format: 'wav' }
    expect(askOf(chat, { ...body, modalities: ['text', 'audio'], audio }).audio).toBe(true)
    expect(askOf(chat, { ...body, modalities: ['text'] }).audio).toBe(false)
  })

  const badNumbers = [
    '0',
    '-1',
    '1e309',
    '"10"',
    '9007199254740993',
    '1.5',
    'true',
    '[1]',
    '10000001',
  ]
  it.each(
    ['max_tokens', 'max_completion_tokens', 'n'].flatMap((name) =>
      badNumbers.map((json) => [name, json]),
    ),
  )('refuses %s of %s', (name, json) => {
    const max = name === 'n' ? 128 : 10_000_000
    expect(verdict(chat, withMember(name, json))).toBe(
      `${name} must be an integer from 1 to ${max}.`,
    )
  })

  it('refuses two caps that differ, and takes them when they agree', () => {
    expect(verdict(chat, { ...body, max_tokens: 5, max_completion_tokens: 6 })).toBe(
      'max_tokens contradicts max_completion_tokens.',
    )
    expect(askOf(chat, { ...body, max_tokens: 5, max_completion_tokens: 5 }).outputCap).toBe(5)
  })

  it.each([
    ['store', 'true', 'store must be false: what is stored at the provider is shared'],
    ['service_tier', '"flex"', 'service_tier must be one of "auto", "default": other tiers have'],
    ['service_tier', '"priority"', 'service_tier must be one of'],
    ['prediction', '{"type":"content","content":"x"}', 'prediction is not accepted: rejected'],
    ['web_search_options', '{}', 'web_search_options is not accepted: searches are billed apart'],
    ['moderation', '{"model":"x"}', 'moderation is not accepted'],
    ['previous_response_id', '"resp_1"', 'previous_response_id is not a member known here'],
    ['__tenant', '"x"', '__tenant is not a member known here'],
    ['constructor', '{}', 'constructor is not a member known here'],
    ['audio', '{"voice":{"id":"voice_1"},"format":"wav"}', 'audio.voice must be a string'],
    ['stream', '"true"', 'stream must be true or false'],
    ['stream_options', '{"include_usage":true}', 'stream_options is allowed only together with'],
    ['temperature', '1e400', 'temperature must be a number that a double can hold'],
    ['metadata', '1e400', 'metadata must be an object'],
    [
      'tools',
      '[{"type":"web_search"}]',
      'tools[0].type must be one of "function", "custom": tools',
    ],
    ['tools', '[{"type":"mcp","server_url":"http://x"}]', 'tools[0].type must be one of'],
    ['tools', '[{"type":"function","function":{}}]', 'tools[0].function.name is required'],
    ['tools', '[{"type":"function","function":{"name":"a b"}}]', 'tools[0].function.name is not'],
    ['tool_choice', '{"type":"hosted"}', 'tool_choice.type must be one of'],
    ['model', '"../x?y"', 'model is not well formed'],
    ['response_format', '{"type":"grammar"}', 'response_format.type must be one of'],
  ])('refuses %s: %s', (name, json, detail) => {
    const told =
      name === 'model'
        ? verdict(chat, `{"messages":[{"role":"user","content":""}],"model":${json}}`)
        : verdict(chat, withMember(name, json))
    expect(told.startsWith(detail), told).toBe(true)
  })

  it.each([
    [
      { type: 'file', file: { file_id: 'file-1' } },
      'messages[0].content[0] is not accepted: the size',
    ],
    [{ type: 'image_file' }, 'messages[0].content[0].type must be one of'],
    [{ type: 'text', text: 1 }, 'messages[0].content[0].text must be a string'],
    [{ type: 'text', text: 'x', file_id: 'f' }, 'messages[0].content[0].file_id is not a member'],
  ])('refuses the part %j', (part, detail) => {
    const told = verdict(chat, userPart(part))
    expect(told.startsWith(detail), told).toBe(true)
  })

  it('refuses audio of an earlier answer, which is kept at the provider', () => {
    const told = verdict(chat, { messages: [{ role: 'assistant', audio: { id: 'audio_1' } }] })
    expect(told).toBe(
      'messages[0].audio is not accepted: what is stored at the provider is shared by all tenants.',
    )
  })

  it('names the member, and nothing of its value', () => {
    const read = chat.read(received(withMember('x'.repeat(100), '"secret"')))
    expect(read).toEqual({
      ok: false,
      bad: {
        status: 400,
        param: `${'x'.repeat(64)}…`,
        detail: `${'x'.repeat(64)}… is not a member known here.`,
      },
    })
  })

  it.each([
    ['https://images.example.com/a.png?b=c', true],
    ['data:image/png;base64,AAAA', true],
    ['data:text/html;base64,AAAA', false],
    ['http://images.example.com/a.png', false],
    ['https://127.0.0.1/a.png', false],
    ['https://0x7f.1/a.png', false],
    ['https://2130706433/a.png', false],
    ['https://[::1]/a.png', false],
    ['https://localhost/a.png', false],
    ['https://metadata.google.internal/x', false],
    ['https://minio.storage.svc/x', false],
    ['https://minio.svc/x', false],
    ['https://MINIO.Storage.SVC.cluster.local/x', false],
    ['https://minio/x', false],
    ['https://minio.svc./x', false],
    ['https://nas.lan/x', false],
    ['https://nas.home.arpa/x', false],
    ['https://nas.localdomain/x', false],
    ['https://nas.private/x', false],
    ['https://nas.local/x', false],
    ['https://a.localhost/x', false],
    ['https://10.0.0.1/x', false],
    ['https://169.254.169.254/x', false],
    ['https://[fd00::1]/x', false],
    ['https://[::ffff:10.0.0.1]/x', false],
    ['https://svc.example.com/x', true],
    ['https://images.svcs.dev/x', true],
    ['https://user:pw@images.example.com/', false],
    ['https://images.example.com:8443/', false],
    ['https://images.example.com\\@127.0.0.1/', false],
    ['https://images.example.com /', false],
    ['file:///etc/passwd', false],
    ['https://１２７.0.0.1/', false],
  ])('takes an image from %s: %s', (url, taken) => {
    const told = verdict(chat, userPart({ type: 'image_url', image_url: { url } }))
    expect(told === 'accepted', told).toBe(taken)
  })
})

describe('writing a chat', () => {
  const write = (given: unknown, outputCap: number | null = 50) =>
    chat.write(received(given), { model: 'served', outputCap, systemPrompt: null })

  it('writes model and cap, the cap where the client put it', () => {
    expect(write(body)).toEqual({ ...body, model: 'served', max_completion_tokens: 50 })
    expect(write({ ...body, max_tokens: 99 })).toMatchObject({ max_tokens: 50 })
    expect(write({ ...body, max_tokens: 99 })).not.toHaveProperty('max_completion_tokens')
    expect(write({ ...body, max_tokens: 9, max_completion_tokens: 9 })).toMatchObject({
      max_tokens: 50,
      max_completion_tokens: 50,
    })
  })

  it('never lets an exchange be stored, and adds no such member by itself', () => {
    expect(write({ ...body, store: null })).toMatchObject({ store: false })
    expect(write(body)).not.toHaveProperty('store')
  })

  it('asks for the usage of a stream beside what the client asked for', () => {
    expect(write({ ...body, stream: true })).toMatchObject({
      stream_options: { include_usage: true },
    })
    const stream_options = { include_obfuscation: false, include_usage: false }
    expect(write({ ...body, stream: true, stream_options })).toMatchObject({
      stream_options: { include_obfuscation: false, include_usage: true },
    })
    expect(write({ ...body, stream: false })).not.toHaveProperty('stream_options')
  })

  it('forwards digit for digit what a double cannot hold', () => {
    const text = withMember('seed', '18446744073709551615')
    expect(
      writeJson(chat.write(received(text), { model: 'm', outputCap: 1, systemPrompt: null })),
    ).toContain('"seed":18446744073709551615')
  })

  it('does not copy what it passes on', () => {
    const given = received(body)
    expect(chat.write(given, { model: 'm', outputCap: 1, systemPrompt: null })['messages']).toBe(
      given['messages'],
    )
  })
})
