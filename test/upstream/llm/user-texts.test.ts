import { describe, expect, it } from 'vitest'
import type { Operation } from '../../../src/upstream/adapter.ts'
import type { JsonObject } from '../../../src/upstream/json.ts'
import { ADAPTERS } from '../../../src/upstream/registry.ts'
import { countTokens, messages } from '../../../src/upstream/llm/anthropic/messages.ts'
import { chat } from '../../../src/upstream/llm/openai/chat.ts'
import { completions } from '../../../src/upstream/llm/openai/completions.ts'
import { received, verdict } from '../received.ts'

/** Every text that is handed to `edit`, and the body with each of them marked. */
function edited(operation: Operation, body: object) {
  const seen: string[] = []
  const marked = operation.editUserTexts(received(body), (text) => {
    seen.push(text)
    return `${text}!`
  })
  return { seen, marked }
}

const conversation = {
  messages: [
    { role: 'system', content: 'no' },
    { role: 'developer', content: [{ type: 'text', text: 'no' }] },
    { role: 'user', content: 'one', name: 'two' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'three' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
      ],
    },
    {
      role: 'assistant',
      content: 'no',
      tool_calls: [{ id: 'no', type: 'function', function: { name: 'no', arguments: 'no' } }],
    },
    { role: 'tool', tool_call_id: 'no', content: [{ type: 'text', text: 'four' }] },
    { role: 'function', name: 'no', content: 'five' },
    { role: 'function', name: 'no', content: null },
  ],
  tools: [{ type: 'function', function: { name: 'no', description: 'no' } }],
  user: 'no',
}

const text = (value: string) => ({ type: 'text', text: value })
const claude = {
  system: 'no',
  messages: [
    { role: 'user', content: 'one' },
    {
      role: 'user',
      content: [
        { ...text('two'), citations: [{ cited_text: 'no' }], cache_control: { type: 'ephemeral' } },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'no' } },
        {
          type: 'document',
          source: { type: 'text', media_type: 'text/plain', data: 'three' },
          title: 'four',
          context: 'five',
        },
        { type: 'document', source: { type: 'content', content: 'six' } },
        { type: 'document', source: { type: 'content', content: [text('seven')] } },
        { type: 'search_result', source: 'eight', title: 'nine', content: [text('ten')] },
        { type: 'tool_result', tool_use_id: 'no', content: 'eleven' },
        { type: 'tool_result', tool_use_id: 'no', content: [text('twelve')] },
        { type: 'tool_result', tool_use_id: 'no' },
      ],
    },
    {
      role: 'assistant',
      content: [text('no'), { type: 'tool_use', id: 'no', name: 'no', input: {} }],
    },
    { role: 'system', content: 'no' },
  ],
  tools: [{ name: 'no', description: 'no', input_schema: {} }],
}

describe('the texts that users send', () => {
  it('in a chat are those of users and of tools, and no others', () => {
    expect(verdict(chat, conversation)).toBe('accepted')
    const { seen, marked } = edited(chat, conversation)
    expect(new Set(seen)).toEqual(new Set(['one', 'two', 'three', 'four', 'five']))
    expect(JSON.stringify(marked).match(/!/g)).toHaveLength(5)
    expect(unmarked(marked)).toEqual(conversation)
  })

  it('in messages stand in every kind of block', () => {
    expect(verdict(countTokens, claude)).toBe('accepted')
    for (const operation of [messages, countTokens]) {
      const { seen, marked } = edited(operation, claude)
      const words = 'one two three four five six seven eight nine ten eleven twelve'.split(' ')
      expect(new Set(seen)).toEqual(new Set(words))
      expect(JSON.stringify(marked).match(/!/g)).toHaveLength(12)
      expect(unmarked(marked)).toEqual(claude)
    }
  })

  it('in a completion are its prompts and its suffix', () => {
    expect(edited(completions, { prompt: 'a' }).marked).toEqual({ prompt: 'a!' })
    expect(edited(completions, { prompt: ['a', 'b'], suffix: 'c', n: 2 }).marked).toEqual({
      prompt: ['a!', 'b!'],
      suffix: 'c!',
      n: 2,
    })
    expect(edited(completions, { prompt: 'a', suffix: null }).marked).toEqual({
      prompt: 'a!',
      suffix: null,
    })
  })

  it('are not there to be read where a prompt is token ids', () => {
    for (const prompt of [[1], [[1, 2], [3]]]) {
      expect(edited(completions, { prompt })).toEqual({ seen: [], marked: null })
    }
  })

  it('never make an operation throw, whatever the body holds', () => {
    const strange = [
      null,
      0,
      '',
      [],
      {},
      [null],
      [{}],
      [{ role: 'user' }],
      [{ role: 'user', content: [[null]] }],
    ]
    for (const operation of Object.values(ADAPTERS).flatMap(({ operations }) => operations)) {
      for (const value of strange) {
        const body: JsonObject = { messages: value, prompt: value, input: value }
        expect(() => operation.editUserTexts(body, (each) => each)).not.toThrow()
      }
    }
  })
})

function unmarked(body: JsonObject | null): unknown {
  return JSON.parse(JSON.stringify(body).replaceAll('!"', '"'))
}
