// The HTTP half of every stand-in for a vector service: a server on loopback that records each
// request byte for byte as it came, demands a credential, and fails or waits when a test says so.
import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'

export interface RecordedRequest {
  readonly method: string
  /** The request-target as it stood on the request line, undecoded. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface StandInAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** A string goes as it is, anything else as JSON; without one the body is empty. */
  readonly body?: unknown
}

export type StandInFault =
  /** Answered so instead; nothing is done. */
  | { readonly kind: 'answer'; readonly answer: StandInAnswer }
  /** The connection breaks; nothing is done. */
  | { readonly kind: 'drop_before' }
  /** It is done, then the connection breaks. */
  | { readonly kind: 'drop_after' }

export interface StandIn {
  /** Without a trailing slash. */
  readonly url: string
  /** Every request that came, refused ones too, in order. */
  readonly requests: readonly RecordedRequest[]
  /** The whole state, as plain data that two moments can be compared by. */
  dump(): Promise<unknown>
  /** What befalls the next request that has no fault planned for it yet. */
  failNext(fault: StandInFault): void
  /** Holds the next request back, before anything is done, until what is begun as it comes is over. */
  delayNext(wait: () => Promise<unknown>): void
  close(): Promise<void>
}

export interface StandInService {
  /** The refusal of a request without the service's credential, or null. */
  refuse(headers: IncomingHttpHeaders): StandInAnswer | null
  answer(request: RecordedRequest): StandInAnswer | Promise<StandInAnswer>
  dump(): unknown
}

/** What a service throws to answer with an error from within. */
export class Refusal extends Error {
  readonly answer: StandInAnswer

  constructor(answer: StandInAnswer) {
    super(`refused with ${answer.status}`)
    this.answer = answer
  }
}

/** `open` is told the URL, since some services tell their clients of it. */
export async function startStandIn(
  open: (url: string) => StandInService | Promise<StandInService>,
): Promise<StandIn> {
  const requests: RecordedRequest[] = []
  const faults: StandInFault[] = []
  const delays: (() => Promise<unknown>)[] = []
  const server = createServer()
  // An idle connection must not vanish just as a client takes it up again.
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const service = await open(url)

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await record(incoming)
    requests.push(request)
    const fault = faults.shift()
    await delays.shift()?.()
    if (fault?.kind === 'drop_before') return void response.destroy()
    if (fault?.kind === 'answer') return write(response, fault.answer)
    const answer = service.refuse(request.headers) ?? (await answered(service, request))
    if (fault?.kind === 'drop_after') response.destroy()
    else write(response, answer)
  }
  server.on('request', (incoming: IncomingMessage, response: ServerResponse) => {
    serve(incoming, response).catch((error: unknown) => {
      // A fault of this stand-in must not look like a fault that a test asked for.
      console.error('a stand-in failed', error)
      response.destroy()
    })
  })
  return {
    url,
    requests,
    dump: async () => structuredClone(await service.dump()),
    failNext: (fault) => void faults.push(fault),
    delayNext: (wait) => void delays.push(wait),
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

async function answered(service: StandInService, request: RecordedRequest): Promise<StandInAnswer> {
  try {
    return await service.answer(request)
  } catch (error) {
    if (error instanceof Refusal) return error.answer
    throw error
  }
}

async function record(incoming: IncomingMessage): Promise<RecordedRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return {
    method: incoming.method ?? '',
    target: incoming.url ?? '',
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  }
}

function write(response: ServerResponse, { status, headers, body }: StandInAnswer): void {
  const isText = typeof body === 'string'
  const text = body === undefined ? '' : isText ? body : JSON.stringify(body)
  const type = body === undefined || isText ? {} : { 'content-type': 'application/json' }
  response.writeHead(status, { ...type, ...headers }).end(text)
}
