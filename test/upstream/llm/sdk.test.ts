// The official SDKs against the adapters: what they send is understood, what comes back is theirs.
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import type { Adapter, Operation } from '../../../src/upstream/adapter.ts'
import { anthropic } from '../../../src/upstream/llm/anthropic/anthropic.ts'
import { openai } from '../../../src/upstream/llm/openai/openai.ts'
import { matchOperation } from '../../../src/upstream/path.ts'
import { ANSWERS } from './fixtures.ts'
import { framesOf, received } from '../received.ts'

interface Seen {
  readonly operation: string
  readonly verdict: string
}

/** A gateway reduced to path and body: answers what the adapter's words for it are. */
function gateway(adapter: Adapter, answer: (operation: Operation, body: string) => Response) {
  const seen: Seen[] = []
  const fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init)
    const { pathname, search } = new URL(request.url)
    const match = matchOperation(adapter.operations, request.method, pathname, search)
    if (!match.ok) throw new Error(`${match.reason}: ${request.method} ${pathname}${search}`)
    const { operation } = match
    const body = await request.text()
    if (operation.kind === 'models') {
      const listed = { id: match.params['model'] ?? 'model-1', createdAtMs: 1_700_000_000_000 }
      seen.push({ operation: operation.name, verdict: 'accepted' })
      return Response.json(
        match.params['model'] ? adapter.model(listed) : adapter.modelList([listed]),
      )
    }
    const read = operation.read(received(body))
    seen.push({ operation: operation.name, verdict: read.ok ? 'accepted' : read.bad.detail })
    return answer(operation, body)
  }
  return { seen, fetch }
}

const replyOf = (operation: Operation): unknown =>
  ANSWERS.find((each) => each.operation === operation.name)?.reply ?? { input_tokens: 7, data: [] }

/** What a client gets of a stream: every frame that the reader does not drop. */
function streamed(operation: Operation, body: string): Response {
  const fixture = ANSWERS.find((each) => each.operation === operation.name)
  const reader = operation.openStream(received(body))
  const kept = framesOf(fixture?.stream ?? '').filter((frame) => reader.read(frame) !== 'drop')
  const text = kept.map((frame) => new TextDecoder().decode(frame.bytes)).join('')
  return new Response(text, { headers: { 'content-type': 'text/event-stream' } })
}

const answer = (operation: Operation, body: string) =>
  received(body)['stream'] === true ? streamed(operation, body) : Response.json(replyOf(operation))

const accepted = (...operations: string[]) =>
  operations.map((operation) => ({ operation, verdict: 'accepted' }))

describe('the OpenAI SDK', () => {
  const connect = () => {
    const { seen, fetch } = gateway(openai, answer)
    const options = { apiKey: 'k', baseURL: 'http://gateway.example/v1', maxRetries: 0, fetch }
    return { seen, client: new OpenAI(options) }
  }
  const messages = [{ role: 'user' as const, content: 'hello' }]

  it('reaches every operation', async () => {
    const { seen, client } = connect()
    const reply = await client.chat.completions.create({
      model: 'gpt-4o',
      messages,
      tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }],
      response_format: { type: 'json_object' },
    })
    const first = reply.choices[0]!.message
    await client.chat.completions.create({ model: 'gpt-4o', messages: [...messages, first] })
    await client.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'hello' })
    await client.embeddings.create({ model: 'text-embedding-3-small', input: ['a', 'b'] })
    const listed = await client.models.list()
    const one = await client.models.retrieve('ft:gpt-4o:acme')
    expect(seen).toEqual(
      accepted(
        'chat.completions',
        'chat.completions',
        'completions',
        'embeddings',
        'models.list',
        'models.retrieve',
      ),
    )
    expect(listed.data).toEqual([
      { id: 'model-1', object: 'model', created: 1_700_000_000, owned_by: 'tollgate' },
    ])
    expect(one.id).toBe('ft:gpt-4o:acme')
  })

  it('may send back what its helpers made of a reply', async () => {
    const { seen, client } = connect()
    const body = { model: 'gpt-4o', messages }
    const { choices } = await client.chat.completions.parse(body)
    const parsed = choices[0]!.message
    expect(parsed).toHaveProperty('parsed')
    await client.chat.completions.create({ ...body, messages: [...messages, parsed] })
    const called = { name: 'f', arguments: '{}', parsed_arguments: {} }
    const reasoned = {
      role: 'assistant' as const,
      content: null,
      reasoning_content: 'so',
      tool_calls: [{ id: 'c', type: 'function' as const, function: called }],
    }
    await client.chat.completions.create({ ...body, messages: [...messages, reasoned] })
    expect(seen).toEqual(accepted('chat.completions', 'chat.completions', 'chat.completions'))
  })

  it('sees a chunk without choices only when it asked for the usage', async () => {
    const { client } = connect()
    const count = async (include_usage: boolean) => {
      const stream = await client.chat.completions.create({
        model: 'gpt-4o',
        messages,
        stream: true,
        ...(include_usage ? { stream_options: { include_usage } } : {}),
      })
      let text = ''
      let withoutChoices = 0
      for await (const chunk of stream) {
        text += chunk.choices[0]?.delta.content ?? ''
        if (chunk.choices.length === 0) withoutChoices += 1
      }
      return { text, withoutChoices }
    }
    expect(await count(false)).toEqual({ text: 'Hi there', withoutChoices: 0 })
    expect(await count(true)).toEqual({ text: 'Hi there', withoutChoices: 1 })
  })
})

describe('the Anthropic SDK', () => {
  const connect = () => {
    const { seen, fetch } = gateway(anthropic, answer)
    const options = { apiKey: 'k', baseURL: 'http://gateway.example', maxRetries: 0, fetch }
    return { seen, client: new Anthropic(options) }
  }
  const body = {
    model: 'claude-sonnet-4-5',
    max_tokens: 100,
    messages: [{ role: 'user' as const, content: 'hello' }],
  }

  it('reaches every operation, in its beta form too', async () => {
    const { seen, client } = connect()
    const { max_tokens: _, ...counted } = body
    await client.messages.create(body)
    await client.beta.messages.create(body)
    const count = await client.messages.countTokens(counted)
    await client.beta.messages.countTokens(counted)
    const listed = await client.models.list({ limit: 10 })
    const one = await client.models.retrieve('claude-sonnet-4-5')
    expect(seen).toEqual(
      accepted(
        'messages',
        'messages',
        'messages.count_tokens',
        'messages.count_tokens',
        'models.list',
        'models.retrieve',
      ),
    )
    expect(count.input_tokens).toBe(7)
    expect(listed.data.map(({ id }) => id)).toEqual(['model-1'])
    expect(one).toMatchObject({ type: 'model', created_at: '2023-11-14T22:13:20.000Z' })
  })

  it('reads a stream as the whole message', async () => {
    const { seen, client } = connect()
    const message = await client.messages.stream(body).finalMessage()
    expect(seen).toEqual(accepted('messages'))
    expect(message.content.at(-1)).toMatchObject({ type: 'text', text: 'Hello!' })
    expect(message.usage.output_tokens).toBe(25)
  })

  it('may send its own reply back', async () => {
    const { seen, client } = connect()
    const { content } = await client.messages.create(body)
    const messages = [...body.messages, { role: 'assistant' as const, content }]
    await client.messages.create({ ...body, messages })
    expect(seen).toEqual(accepted('messages', 'messages'))
  })
})
