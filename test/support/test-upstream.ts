// The upstream of the tests: speaks OpenAI and Anthropic over real HTTP, does what the script in the
// request says, and logs every call that it really served with the tokens it bills for it.
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import * as z from 'zod'
import type { Answer, Frame } from '../../dev/answers/answer.ts'
import * as anthropic from '../../dev/answers/anthropic.ts'
import * as openai from '../../dev/answers/openai.ts'
import { cut, frameBytes, pieceText, seeded } from './upstream-bytes.ts'
import { type ServedCall, UpstreamLog } from './upstream-call.ts'
import { findScript, type Script } from './upstream-script.ts'
import { type Asked, parseAsked } from './upstream-ask.ts'

export interface TestUpstream {
  readonly url: string
  readonly log: UpstreamLog
  stop(): Promise<void>
}

export async function startTestUpstream(): Promise<TestUpstream> {
  const log = new UpstreamLog()
  const attempts = new Map<string, number>()
  const server = createServer((request, response) => {
    serve(request, response, log, attempts).catch((error: unknown) => {
      // A fault of this stand-in must not look like a fault that a test asked for.
      console.error('the upstream of the tests failed', error)
      response.destroy()
    })
  })
  // Node's own time-outs must not end what a test wants to hang.
  server.requestTimeout = 0
  // Nor must an idle connection vanish just as the gateway takes it up again.
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1', 1024)
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  log: UpstreamLog,
  attempts: Map<string, number>,
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const rawBody = Buffer.concat(chunks).toString('utf8')
  const asked = parseAsked(request.url ?? '', rawBody)
  const script = findScript(asked.texts)
  const call: ServedCall = {
    id: script.id,
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    rawBody,
    body: asked.body,
    model: asked.model,
    startedAtMs: Date.now(),
    status: 0,
    billed: { input: 0, output: 0 },
    ended: 'open',
    endedAtMs: null,
    sha256: '',
    bytesSent: 0,
  }
  log.calls.push(call)
  const attempt = (attempts.get(script.id) ?? 0) + 1
  attempts.set(script.id, attempt)
  await new Speaker(response, call, script, asked).speak(attempt)
}

class Speaker {
  readonly #response: ServerResponse
  readonly #call: ServedCall
  readonly #script: Script
  readonly #asked: Asked
  readonly #hash = createHash('sha256')
  readonly #random: () => number

  constructor(response: ServerResponse, call: ServedCall, script: Script, asked: Asked) {
    this.#response = response
    this.#call = call
    this.#script = script
    this.#asked = asked
    this.#random = seeded(script.seed)
    response.once('close', () => this.#end('client left'))
  }

  async speak(attempt: number): Promise<void> {
    const script = this.#script
    if (script.delayMs > 0) await pause(script.delayMs)
    if (script.hang === 'before headers') return
    if (script.status !== undefined && attempt <= (script.failures ?? Infinity)) {
      return this.#fail(script.status)
    }
    if (script.rawBody !== undefined) {
      this.#head('application/json')
      return this.#finish(script.rawBody)
    }
    const { input } = this.#billInput()
    switch (this.#asked.route) {
      case 'embeddings': {
        this.#head('application/json')
        const vectors = this.#asked.texts.map((text) => [text.length, 0.5, -0.25])
        const encoding = this.#asked.base64 ? 'base64' : 'float'
        const reply = openai.embeddingReply(this.#served(), vectors, encoding, input)
        return this.#finish(JSON.stringify({ ...reply, ...this.#falseUsage(reply) }))
      }
      case 'count':
        this.#call.billed.input = 0
        this.#head('application/json')
        return this.#finish(JSON.stringify({ input_tokens: input }))
      case 'unknown':
        return this.#fail(404)
      case 'chat':
      case 'text':
      case 'messages':
        return this.#asked.stream ? this.#stream(input) : this.#whole(input)
    }
  }

  async #whole(input: number): Promise<void> {
    const answer = this.#answer(input)
    this.#head('application/json')
    if (this.#script.hang === 'after headers') return
    this.#call.billed.output = answer.pieces.length * answer.choices
    const { route } = this.#asked
    const reply =
      route === 'messages'
        ? anthropic.messageReply(answer)
        : route === 'chat'
          ? openai.chatReply(answer)
          : openai.textReply(answer)
    this.#finish(JSON.stringify(reply))
  }

  async #stream(input: number): Promise<void> {
    const script = this.#script
    const answer = this.#answer(input)
    this.#head('text/event-stream')
    if (script.hang === 'after headers') return
    const whole: Buffer[] = []
    let said = 0
    for (const [at, frame] of this.#frames(answer, input).entries()) {
      if (this.#call.ended !== 'open') return
      if (script.breakAfter === at) return this.#breakOff()
      if (script.hangAfter === at) return
      if (script.endAfter === at) return this.#finish('')
      if (isPiece(frame)) {
        if (script.paceMs > 0) await pause(script.paceMs)
        if (this.#call.ended !== 'open') return
        if (script.errorAfter === said) return this.#finish(frameBytes(this.#errorFrame(), script))
        this.#call.billed.output = said += 1
      }
      const bytes = frameBytes(frame, script)
      if (script.chunks === 'whole') whole.push(bytes)
      else await this.#write(bytes)
    }
    if (whole.length > 0) await this.#write(Buffer.concat(whole))
    this.#finish(script.afterDone)
  }

  #frames(answer: Answer, input: number): Frame[] {
    const { route, includeUsage } = this.#asked
    const { done } = this.#script
    switch (route) {
      case 'messages': {
        const frames = anthropic.messageFrames(answer, anthropic.usage(input, 1))
        return done ? frames : frames.slice(0, -1)
      }
      case 'chat':
      case 'text': {
        const write = route === 'chat' ? openai.chatFrames : openai.textFrames
        const frames = write(answer, includeUsage)
        return done ? [...frames, openai.DONE] : frames
      }
      case 'embeddings':
      case 'count':
      case 'unknown':
        return []
    }
  }

  #answer(input: number): Answer {
    const script = this.#script
    const { cap, choices, route } = this.#asked
    const wanted = script.output
    const length = cap === null || script.ignoreCap ? wanted : Math.min(wanted, cap)
    const pieces = Array.from({ length }, () => pieceText(script))
    if (script.hugePiece > 0) pieces.push('x'.repeat(script.hugePiece))
    const output = pieces.length * choices
    const usage = (route === 'messages' ? anthropic.usage : openai.usage)(input, output)
    return {
      id: 'answer-1',
      model: this.#served(),
      createdAtS: 1_700_000_000,
      pieces,
      choices,
      ended: length < wanted ? 'at the cap' : 'said all',
      usage: script.usage === null ? undefined : { ...usage, ...script.usage },
    }
  }

  #billInput(): { input: number } {
    const input = this.#script.input ?? this.#asked.words
    this.#call.billed.input = input
    return { input }
  }

  /** An embedding's usage, as the script falsifies it. */
  #falseUsage(reply: object): object {
    const { usage } = this.#script
    if (usage === null) return { usage: undefined }
    return 'usage' in reply ? { usage: { ...(reply.usage as object), ...usage } } : {}
  }

  #served(): string {
    return this.#script.served ?? this.#asked.model
  }

  #errorFrame(): Frame {
    const { errorText } = this.#script
    return this.#asked.route === 'messages'
      ? anthropic.errorFrame(errorText, 'overloaded_error')
      : { data: JSON.stringify(openai.errorBody(errorText, 'server_error', null)) }
  }

  #fail(status: number): void {
    const { errorText } = this.#script
    const body =
      this.#asked.route === 'messages'
        ? anthropic.errorBody(errorText, status === 529 ? 'overloaded_error' : 'api_error')
        : openai.errorBody(errorText, 'server_error', null)
    this.#call.status = status
    this.#response.writeHead(status, {
      'content-type': 'application/json',
      ...this.#script.headers,
    })
    this.#finish(JSON.stringify(body), 'failed')
  }

  #head(contentType: string): void {
    this.#call.status = 200
    this.#response.writeHead(200, { 'content-type': contentType, ...this.#script.headers })
    this.#response.flushHeaders()
  }

  async #write(bytes: Buffer): Promise<void> {
    for (const part of cut(bytes, this.#script, this.#random)) {
      if (this.#call.ended !== 'open') return
      this.#hash.update(part)
      this.#call.bytesSent += part.length
      const flushed = this.#response.write(part)
      // A turn of the event loop between two parts, so that they do leave in separate packets.
      if (this.#script.chunks !== 'frames') await pause(0)
      if (!flushed) await this.#drained()
    }
  }

  /** A client that reads slowly holds the upstream back. */
  async #drained(): Promise<void> {
    const over = new AbortController()
    const { signal } = over
    const either = ['drain', 'close'].map((event) => once(this.#response, event, { signal }))
    await Promise.race(either).finally(() => over.abort())
    await Promise.allSettled(either)
  }

  #finish(last: string | Buffer, ended: 'completed' | 'failed' = 'completed'): void {
    const bytes = Buffer.from(last)
    this.#hash.update(bytes)
    this.#call.bytesSent += bytes.length
    this.#end(ended)
    this.#response.end(bytes)
  }

  #breakOff(): void {
    this.#end('broken off')
    this.#response.destroy()
  }

  #end(ended: ServedCall['ended']): void {
    if (this.#call.ended !== 'open') return
    this.#call.ended = ended
    this.#call.endedAtMs = Date.now()
    this.#call.sha256 = this.#hash.digest('hex')
  }
}

const said = z.string().min(1)
const Piece = z.union([
  z.object({ choices: z.tuple([z.object({ delta: z.object({ content: said }) })]) }),
  z.object({ choices: z.tuple([z.object({ text: said })]) }),
  z.object({ delta: z.object({ text: said }) }),
])

/** Whether a frame carries an output token. */
function isPiece({ data }: Frame): boolean {
  return data !== openai.DONE.data && Piece.safeParse(JSON.parse(data)).success
}
