// Stands in for the LLM providers while nobody has an account: speaks OpenAI's and Anthropic's API
// on one loopback port, says the same to the same question, and bills exactly the tokens (o200k)
// that it read and wrote. Started by local start-up only.
import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { countTokens, decodeGenerator, encode } from 'gpt-tokenizer/encoding/o200k_base'
import * as z from 'zod'
import type { Answer, Frame } from './answers/answer.ts'
import * as anthropic from './answers/anthropic.ts'
import * as openai from './answers/openai.ts'

export interface DemoUpstream {
  readonly url: string
  stop(): Promise<void>
}

const PACE_MS = 15
const EMBEDDING_DIMENSIONS = 1536
const MAX_QUOTED_CHARACTERS = 200

const Content = z.union([
  z.string(),
  z.array(z.looseObject({ text: z.string().optional() })),
  z.null(),
])
const Conversation = z.looseObject({
  model: z.string(),
  messages: z.array(z.looseObject({ role: z.string(), content: Content.optional() })).min(1),
  system: Content.optional(),
  tools: z.array(z.unknown()).optional(),
  max_tokens: z.int().min(0).nullish(),
  max_completion_tokens: z.int().min(0).nullish(),
  n: z.int().min(1).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
})
type Conversation = z.infer<typeof Conversation>
const Completion = z.looseObject({
  model: z.string(),
  prompt: z.union([z.string(), z.array(z.string())]),
  max_tokens: z.int().min(0).nullish(),
  n: z.int().min(1).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
})
const Embedding = z.looseObject({
  model: z.string(),
  input: z.union([z.string(), z.array(z.string())]),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  dimensions: z.int().min(1).max(4096).nullish(),
})

export async function startDemoUpstream(): Promise<DemoUpstream> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) {
        response.destroy()
        return
      }
      const message =
        error instanceof z.ZodError ? z.prettifyError(error) : 'the demo upstream failed'
      sendJson(response, 400, openai.errorBody(message, 'invalid_request_error', null))
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readJson(request)
  switch (request.url ?? '') {
    case '/v1/chat/completions': {
      const asked = Conversation.parse(body)
      const cap = asked.max_completion_tokens ?? asked.max_tokens ?? null
      const said = compose(asked.model, lastWords(asked), cap, asked.n ?? 1)
      const told = { ...said, usage: openai.usage(inputTokens(asked), said.tokens) }
      if (!asked.stream) return sendJson(response, 200, openai.chatReply(told))
      const frames = openai.chatFrames(told, asked.stream_options?.include_usage ?? false)
      return sendFrames(response, [...frames, openai.DONE])
    }
    case '/v1/completions': {
      const asked = Completion.parse(body)
      const prompts = [asked.prompt].flat()
      const said = compose(asked.model, prompts.join(' '), asked.max_tokens ?? 16, asked.n ?? 1)
      const input = prompts.reduce((sum, prompt) => sum + countTokens(prompt), 0)
      const told = { ...said, usage: openai.usage(input, said.tokens) }
      if (!asked.stream) return sendJson(response, 200, openai.textReply(told))
      const frames = openai.textFrames(told, asked.stream_options?.include_usage ?? false)
      return sendFrames(response, [...frames, openai.DONE])
    }
    case '/v1/embeddings': {
      const asked = Embedding.parse(body)
      const inputs = [asked.input].flat()
      const vectors = inputs.map((text) => embed(text, asked.dimensions ?? EMBEDDING_DIMENSIONS))
      const input = inputs.reduce((sum, text) => sum + countTokens(text), 0)
      const encoding = asked.encoding_format ?? 'float'
      return sendJson(response, 200, openai.embeddingReply(asked.model, vectors, encoding, input))
    }
    case '/v1/messages': {
      const asked = Conversation.parse(body)
      const input = inputTokens(asked)
      const said = compose(asked.model, lastWords(asked), asked.max_tokens ?? null, 1)
      const told = { ...said, usage: anthropic.usage(input, said.tokens) }
      if (!asked.stream) return sendJson(response, 200, anthropic.messageReply(told))
      return sendFrames(response, anthropic.messageFrames(told, anthropic.usage(input, 1)))
    }
    case '/v1/messages/count_tokens':
      return sendJson(response, 200, { input_tokens: inputTokens(Conversation.parse(body)) })
    default:
      sendJson(response, 404, openai.errorBody('no such route', 'invalid_request_error', null))
  }
}

interface Said extends Answer {
  /** Of all choices. A character may be more than one token, so these are not the pieces. */
  readonly tokens: number
}

function compose(model: string, question: string, cap: number | null, choices: number): Said {
  const text =
    `Hello! You wrote: "${question.slice(0, MAX_QUOTED_CHARACTERS)}". I am the demo upstream that ` +
    'comes with Tollgate: I give the same answer to the same question, and every token of it is ' +
    'counted against your limits. Name a real provider with --upstream when you have one.'
  const tokens = encode(text)
  const said = cap === null ? tokens : tokens.slice(0, cap)
  return {
    id: `demo-${crypto.randomUUID()}`,
    model,
    createdAtS: Math.floor(Date.now() / 1000),
    pieces: [...decodeGenerator(said)],
    tokens: said.length * choices,
    choices,
    ended: said.length < tokens.length ? 'at the cap' : 'said all',
    usage: undefined,
  }
}

function inputTokens(asked: Conversation): number {
  const texts = [asked.system, ...asked.messages.map(({ content }) => content)].map(textOf)
  const tools = asked.tools === undefined ? 0 : countTokens(JSON.stringify(asked.tools))
  const framing = 3 + 3 * asked.messages.length
  return texts.reduce((sum, text) => sum + countTokens(text), framing + tools)
}

function lastWords(asked: Conversation): string {
  return textOf(asked.messages.findLast(({ role }) => role === 'user')?.content)
}

function textOf(content: z.infer<typeof Content> | undefined): string {
  if (typeof content === 'string') return content
  return (content ?? []).map(({ text }) => text ?? '').join(' ')
}

/** A hashed bag of words, of length 1: texts with words in common are near one another. */
function embed(text: string, dimensions: number): number[] {
  const vector = Array.from({ length: dimensions }, () => 0)
  for (const word of text.toLowerCase().split(/\W+/).filter(Boolean)) {
    let hash = 2166136261
    for (const character of word) hash = Math.imul(hash ^ character.charCodeAt(0), 16777619)
    const place = (hash >>> 0) % dimensions
    vector[place] = (vector[place] ?? 0) + 1
  }
  const length = Math.hypot(...vector) || 1
  return vector.map((part) => part / length)
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  return text === '' ? null : JSON.parse(text)
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function sendFrames(response: ServerResponse, frames: readonly Frame[]): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  for (const { event, data } of frames) {
    if (response.destroyed) return
    response.write(`${event === undefined ? '' : `event: ${event}\n`}data: ${data}\n\n`)
    await pause(PACE_MS)
  }
  response.end()
}
