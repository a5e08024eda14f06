// One request read by the Qdrant adapter and run at a service that records what it is sent.
import { isJsonObject, type Json, parseJson, writeJson } from '../../../../src/upstream/json.ts'
import type { Service, VectorPlan } from '../../../../src/upstream/vector/adapter.ts'
import { qdrant } from '../../../../src/upstream/vector/qdrant/qdrant.ts'
import { readVectorRequest } from '../../../../src/upstream/vector/read-request.ts'
import { Sealer } from '../../../../src/upstream/vector/seal.ts'
import type { ServiceReply, ServiceRequest } from '../../../../src/upstream/vector/service.ts'
import { TenantSpace } from '../../../../src/upstream/vector/tenant-space.ts'
import { VectorUpstreamConfig } from '../../../../src/config/gateway.ts'
import { secureRandom } from '../../../../src/random.ts'
import { TenantId } from '../../../../src/tenant/slug.ts'

export function spaceOf(tenant: string): TenantSpace {
  const sealer = new Sealer(new Uint8Array(32).fill(3), `${tenant}|qdrant`, secureRandom)
  return new TenantSpace(TenantId.parse(tenant), 'tenant_', sealer)
}

export interface Alarm {
  readonly event: string
  readonly members: Readonly<Record<string, string | number>>
}

export interface FakeService extends Service {
  readonly sent: ServiceRequest[]
  readonly alarms: Alarm[]
}

/** Answers each request in turn by `results`, the last for all that follow; `{ status, text }` is a refusal. */
export function fakeService(...results: readonly unknown[]): FakeService {
  const sent: ServiceRequest[] = []
  const alarms: Alarm[] = []
  return {
    sent,
    alarms,
    send: async (request) => {
      sent.push(request)
      return replyOf(results[Math.min(sent.length, results.length) - 1] ?? true)
    },
    places: async () => [
      { name: 'docs', vectors: 3, bytes: 9, note: null },
      { name: 'Übung', vectors: 0, bytes: 0, note: null },
    ],
    alarm: (event, members) => alarms.push({ event, members }),
  }
}

export interface Refused {
  readonly status: number
  readonly text: string
}

function isRefused(result: unknown): result is Refused {
  return isJsonObject(result) && Object.keys(result).join() === 'status,text'
}

function replyOf(result: unknown): ServiceReply {
  const headers = new Headers()
  if (isRefused(result)) {
    const body = { status: { error: result.text }, result: null, time: 0 }
    return { status: result.status, ok: false, body, bytes: 0, headers }
  }
  const body = { usage: { hardware: { cpu: 7 } }, result: json(result), status: 'ok', time: 0.5 }
  return { status: 200, ok: true, body, bytes: 0, headers }
}

/** Throws Problem for what is refused. */
export async function planOf(
  request: string,
  body?: unknown,
  tenant = 'acme',
): Promise<VectorPlan> {
  const [method = 'GET', target = '/'] = request.split(' ')
  const [path = '/', search = ''] = target.split('?')
  const text = body === undefined ? '' : typeof body === 'string' ? body : writeJson(body)
  const { plan } = await readVectorRequest(
    qdrant,
    {
      method,
      path: new URL(path, 'http://gateway').pathname,
      search,
      contentType: 'application/json',
      body: async () => new TextEncoder().encode(text),
    },
    {
      space: spaceOf(tenant),
      mountUrl: 'http://gateway',
      settings: VectorUpstreamConfig.parse({ kind: 'qdrant' }),
    },
  )
  return plan
}

/** A problem as `400 what is told`, so that a table can hold it; null when it is let pass. */
export async function refusalOf(request: string, body?: unknown): Promise<string | null> {
  try {
    await planOf(request, body)
    return null
  } catch (error) {
    return toldOf(error)
  }
}

export function toldOf(error: unknown): string {
  const problem = error as { code: string; detail: string }
  return `${problem.code}: ${problem.detail}`
}

/** What the service was sent first, as a line and a body. */
export async function sentBy(
  request: string,
  body?: unknown,
): Promise<{ line: string; body: unknown }> {
  const service = fakeService(true)
  await (await planOf(request, body)).run(service)
  const [sent] = service.sent
  if (sent === undefined) return { line: '', body: undefined }
  return { line: lineOf(sent), body: bodyOf(sent) }
}

export function lineOf({ method, path, query = {} }: ServiceRequest): string {
  const search = new URLSearchParams(
    Object.entries(query).map(([name, value]) => [name, String(value)]),
  ).toString()
  return `${method} /${path.join('/')}${search === '' ? '' : `?${search}`}`
}

export function bodyOf({ body }: ServiceRequest): unknown {
  return body !== undefined && 'json' in body ? body.json : undefined
}

/** Any value as the JSON boundary gives it. */
export function json(value: unknown): Json {
  const parsed = parseJson(new TextEncoder().encode(writeJson(value)), { numbers: 'verbatim' })
  if (!parsed.ok) throw new RangeError(parsed.detail)
  return parsed.value
}
