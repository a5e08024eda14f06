// One request to an adapter without any socket: read strictly, its plan run against an upstream that
// only notes the bytes that reach it and answers what a test says.
import { systemClock } from '../../../src/clock.ts'
import { VectorUpstreamConfig } from '../../../src/config/gateway.ts'
import { Problem } from '../../../src/problem/problem.ts'
import { secureRandom } from '../../../src/random.ts'
import { TenantId } from '../../../src/tenant/slug.ts'
import type {
  Place,
  Service,
  VectorAdapter,
  VectorAnswer,
  VectorOperation,
  VectorPlan,
} from '../../../src/upstream/vector/adapter.ts'
import { openService } from '../../../src/upstream/vector/open-service.ts'
import { readVectorRequest } from '../../../src/upstream/vector/read-request.ts'
import { Sealer } from '../../../src/upstream/vector/seal.ts'
import { TenantSpace } from '../../../src/upstream/vector/tenant-space.ts'

export interface SentRequest {
  readonly method: string
  /** Path and query, as they stand on the request line. */
  readonly target: string
  readonly body: string
}

export interface FakeUpstream {
  readonly service: Service
  readonly sent: SentRequest[]
}

export type AnswerOf = (request: SentRequest) => {
  readonly status?: number
  readonly body?: unknown
}

const MASTER = new Uint8Array(32).fill(9)

export function fakeUpstream(
  answerOf: AnswerOf = () => ({}),
  places: readonly Place[] = [],
): FakeUpstream {
  const sent: SentRequest[] = []
  const { service } = openService({
    fetch: async (url, { method = 'GET', body }) => {
      const { pathname, search } = new URL(url)
      const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : ''
      const request = { method, target: pathname + search, body: text }
      sent.push(request)
      const { status = 200, body: answer = {} } = answerOf(request)
      const isText = typeof answer === 'string'
      return new Response(isText ? answer : JSON.stringify(answer), {
        status,
        headers: { 'content-type': 'application/json' },
      })
    },
    clock: systemClock,
    lost: new AbortController().signal,
    baseUrl: 'http://upstream.test',
    headers: {},
    timeouts: { headers_ms: 1_000, first_byte_ms: 1_000, idle_ms: 1_000 },
    places: async () => places,
    alarm: () => {},
  })
  return { service, sent }
}

export function spaceOf(adapter: VectorAdapter, tenant: string): TenantSpace {
  const sealer = new Sealer(MASTER, `${tenant}|${adapter.kind}`, secureRandom)
  return new TenantSpace(TenantId.parse(tenant), 'tenant_', sealer)
}

export function settingsOf(adapter: VectorAdapter): VectorUpstreamConfig {
  return VectorUpstreamConfig.parse({ kind: adapter.kind })
}

export interface Ask {
  readonly method: string
  /** With its query. */
  readonly target: string
  /** A string is sent as it stands. */
  readonly body?: unknown
  readonly tenant?: string
  readonly mountUrl?: string
  /** The kind's defaults unless told. */
  readonly settings?: VectorUpstreamConfig
}

export interface Read {
  readonly operation: VectorOperation
  readonly plan: VectorPlan
}

/** Throws Problem. */
export function read(adapter: VectorAdapter, ask: Ask): Promise<Read> {
  const { method, target, body, tenant = 'acme', mountUrl = 'https://gateway.test/it' } = ask
  const { settings = settingsOf(adapter) } = ask
  const url = new URL(`http://gateway.test${target}`)
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
  return readVectorRequest(
    adapter,
    {
      method,
      path: url.pathname,
      search: url.search,
      contentType: 'application/json',
      body: async () => new TextEncoder().encode(text),
    },
    { space: spaceOf(adapter, tenant), mountUrl, settings },
  )
}

export interface Done extends Read {
  readonly sent: readonly SentRequest[]
  readonly answer: VectorAnswer
}

/** Throws Problem. */
export async function perform(
  adapter: VectorAdapter,
  ask: Ask,
  upstream: FakeUpstream = fakeUpstream(),
): Promise<Done> {
  const { operation, plan } = await read(adapter, ask)
  const answer = await plan.run(upstream.service)
  return { operation, plan, sent: upstream.sent, answer }
}

/** What a caller would be told; throws when it was not refused. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    if (error instanceof Problem) return `${error.code}: ${error.detail}`
    throw error
  }
  throw new Error('was not refused')
}
