// A control plane for the command line to talk to: small, in memory, and answering in exactly the
// documented shapes. It keeps every request it was sent, so that tests see what left the machine.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Answer, problem, type Received } from './stand-in-answer.ts'
import { routes } from './stand-in-routes.ts'
import { seededState, type State } from './stand-in-state.ts'

export const ADMIN_TOKEN = 'stand-in-admin-token'
export const OWN_KEY = 'tg_acme_stand-in-key'

export interface StandIn {
  readonly url: string
  readonly state: State
  readonly requests: Received[]
  /** The requests of this method, apart from probes and reads. */
  sent(method: string): Received[]
  /** Answers the next requests so, whatever they ask. */
  answerNext(...answers: (Answer & { readonly headers?: Record<string, string> })[]): void
  stop(): Promise<void>
}

export async function startStandIn(): Promise<StandIn> {
  const state = seededState()
  const requests: Received[] = []
  const queued: (Answer & { readonly headers?: Record<string, string> })[] = []
  const server = createServer((request, response) => {
    void receive(request).then((received) => {
      requests.push(received)
      const forced = queued.shift()
      write(response, forced ?? answer(state, received), forced?.headers)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    state,
    requests,
    sent: (method) => requests.filter((each) => each.method === method),
    answerNext: (...answers) => void queued.push(...answers),
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function answer(state: State, received: Received): Answer {
  const { method, path, headers } = received
  if (path === '/healthz') return { status: 200, json: { status: 'ok' } }
  if (path === '/readyz') return { status: 200, json: { status: 'ready', store: 'ok' } }
  const wanted = path.startsWith('/tenant') ? OWN_KEY : ADMIN_TOKEN
  if (headers.authorization !== `Bearer ${wanted}`) {
    return problem(401, 'Credentials are missing or wrong', { detail: 'Not accepted here.' })
  }
  for (const [pattern, handle] of routes) {
    const [itsMethod, itsPath = ''] = pattern.split(' ')
    const parts = itsMethod === method ? match(itsPath, path) : null
    if (parts !== null) return handle(state, received, parts)
  }
  return problem(404, 'Not found', { detail: `No ${method} ${path}.` })
}

function match(pattern: string, path: string): string[] | null {
  const wanted = pattern.split('/')
  const given = path.split('/')
  if (wanted.length !== given.length) return null
  const parts: string[] = []
  for (const [at, part] of wanted.entries()) {
    if (part === ':') parts.push(decodeURIComponent(given[at] ?? ''))
    else if (part !== given[at]) return null
  }
  return parts
}

async function receive(request: IncomingMessage): Promise<Received> {
  const url = new URL(request.url ?? '/', 'http://stand-in')
  let text = ''
  for await (const piece of request.setEncoding('utf8')) text += piece
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: request.headers,
    body: text === '' ? null : JSON.parse(text),
  }
}

function write(response: ServerResponse, answered: Answer, headers: object = {}): void {
  const isText = 'text' in answered
  const type = isText ? answered.type : 'application/json'
  response.writeHead(answered.status, { 'content-type': type, ...headers })
  const noBody = answered.status === 204
  response.end(noBody ? undefined : isText ? answered.text : JSON.stringify(answered.json))
}
