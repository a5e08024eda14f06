// The gateway itself in this process, behind a real socket, with a clock that stands still: it keeps
// every request that the command line sends, so that tests see what left the machine. What no gateway
// can be made to say (failures, hostile answers) is put in the place of its next answers.
import { once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { VectorUpstreamConfig } from '../../../src/config/gateway.ts'
import { vectorAdapterOf } from '../../../src/upstream/vector/registry.ts'
import { ONLY_CLUSTER } from '../../../src/upstream/vector/upstream.ts'
import {
  ADMIN_TOKEN,
  type GatewayFakes,
  openGateway,
  type OpenGateway,
} from '../../support/fakes/gateway.ts'
import { reply } from '../../support/fakes/openai-wire.ts'
import { json, scriptedFetch } from '../../support/fakes/scripted-fetch.ts'
import type { QdrantStandIn } from '../../support/qdrant/server.ts'

export { ADMIN_TOKEN }

/** Its clock stands here. */
export const AT = '2026-06-17T12:00:00.000Z'

export interface Received {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

export interface ForcedAnswer {
  readonly status: number
  readonly type: string
  readonly text: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface RecordedGateway {
  readonly url: string
  readonly inside: OpenGateway
  /** A key of tenant acme, owned by alice, and its id. */
  readonly ownKey: string
  readonly keyId: string
  /** Since the start, or since it was emptied. */
  readonly requests: Received[]
  /** The requests of this method. */
  sent(method: string): Received[]
  /** Answers the next requests so, whatever they ask; the gateway hears nothing of them. */
  answerNext(...answers: ForcedAnswer[]): void
  stop(): Promise<void>
}

/** With one tenant, acme on plan pro, that has made one request for alice; before Qdrant where one is given. */
export async function startRecordedGateway(qdrant?: QdrantStandIn): Promise<RecordedGateway> {
  const gateway = openGateway(fakesFor(qdrant))
  const { id: keyId, key: ownKey } = await makeAcme(gateway)
  const requests: Received[] = []
  const forced: ForcedAnswer[] = []
  const server = createServer((request, response) => {
    void receive(request).then(async ({ received, text }) => {
      requests.push(received)
      const next = forced.shift()
      if (next === undefined) await passOn(gateway, request, text, response)
      else force(response, next)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    inside: gateway,
    ownKey,
    keyId,
    requests,
    sent: (method) => requests.filter((each) => each.method === method),
    answerNext: (...answers) => void forced.push(...answers),
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A problem as the gateway writes one. */
export function problem(status: number, title: string, members: object = {}): ForcedAnswer {
  const type = `urn:tollgate:problem:${title.toLowerCase().replaceAll(' ', '-')}`
  return answered({ type, title, status, ...members }, status)
}

export function answered(body: unknown, status = 200): ForcedAnswer {
  return { status, type: 'application/json', text: JSON.stringify(body) }
}

function fakesFor(qdrant: QdrantStandIn | undefined): GatewayFakes {
  const upstream = scriptedFetch(json(reply('Hi', 1_200, 34)))
  if (qdrant === undefined) return { upstream }
  const { url, apiKey } = qdrant
  const settings = VectorUpstreamConfig.parse({ kind: 'qdrant', base_url: url })
  const clusters = [{ name: ONLY_CLUSTER, baseUrl: url, key: apiKey, maxPhysical: null }]
  return {
    upstream,
    fetch: (to, init) => (to.startsWith(url) ? fetch(to, init) : upstream.fetch(to, init)),
    vectors: [{ name: 'qdrant', adapter: vectorAdapterOf('qdrant'), clusters, settings }],
  }
}

async function makeAcme(gateway: OpenGateway): Promise<{ id: string; key: string }> {
  await gateway.makeTenant({
    id: 'acme',
    name: 'Acme Inc',
    plan: 'pro',
    limits: { requests_per_minute: 50, usd_per_day: '10.00' },
    quotas: { max_collections: 10, max_products: 100 },
  })
  const owned = { name: 'first', user: 'alice' }
  const made = await gateway.admin('POST', '/tenants/acme/keys', owned)
  const key = (await made.json()) as { id: string; key: string }
  await gateway.chat(key.key)
  await gateway.quiet()
  return key
}

async function receive(request: IncomingMessage) {
  const url = new URL(request.url ?? '/', 'http://gateway.test')
  let text = ''
  for await (const piece of request.setEncoding('utf8')) text += piece
  const received: Received = {
    method: request.method ?? '',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: request.headers,
    body: text === '' ? null : JSON.parse(text),
  }
  return { received, text }
}

async function passOn(
  gateway: OpenGateway,
  { method = 'GET', url = '/', headers }: IncomingMessage,
  text: string,
  response: ServerResponse,
): Promise<void> {
  const answer = await gateway.send(url, {
    method,
    headers: Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as [string, string]] : [],
    ),
    ...(text !== '' && { body: text }),
  })
  response.writeHead(answer.status, Object.fromEntries(answer.headers))
  const reader = answer.body?.getReader()
  response.once('close', () => void reader?.cancel())
  for (let read = await reader?.read(); read?.done === false; read = await reader?.read()) {
    response.write(read.value)
  }
  response.end()
}

function force(response: ServerResponse, { status, type, text, headers }: ForcedAnswer): void {
  response.writeHead(status, { 'content-type': type, ...headers })
  response.end(text)
}
