// The adapter with a service that answers what a test says and keeps what it was sent.
import { VectorUpstreamConfig } from '../../../../src/config/gateway.ts'
import { secureRandom } from '../../../../src/random.ts'
import { TenantId } from '../../../../src/tenant/slug.ts'
import type { Json } from '../../../../src/upstream/json.ts'
import type {
  Service,
  ServiceReply,
  ServiceRequest,
  VectorPlan,
} from '../../../../src/upstream/vector/adapter.ts'
import { chroma } from '../../../../src/upstream/vector/chroma/chroma.ts'
import { readVectorRequest } from '../../../../src/upstream/vector/read-request.ts'
import { Sealer } from '../../../../src/upstream/vector/seal.ts'
import { TenantSpace } from '../../../../src/upstream/vector/tenant-space.ts'

const MASTER = new Uint8Array(32).fill(5)
export const settings = VectorUpstreamConfig.parse({ kind: 'chroma' })
export const OWN = '/api/v2/tenants/default_tenant/databases/default_database'
export const UUID = '1b0a4c6e-1b6e-4f0e-9d3f-2f6d3d9b1a11'

export function spaceOf(tenant: string): TenantSpace {
  const sealer = new Sealer(MASTER, `${tenant}|chroma`, secureRandom)
  return new TenantSpace(TenantId.parse(tenant), 'tenant_', sealer)
}

export const handle = async (uuid = UUID) => (await spaceOf('acme').sealUuid(uuid)) ?? ''

/** The plan of acme's request, or the Problem that refuses it. */
export async function planOf(method: string, target: string, body?: unknown): Promise<VectorPlan> {
  const url = new URL(target, 'http://gateway')
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
  const { plan } = await readVectorRequest(
    chroma,
    {
      method,
      path: url.pathname,
      search: url.search,
      contentType: 'application/json',
      body: async () => new TextEncoder().encode(text),
    },
    { space: spaceOf('acme'), mountUrl: 'http://gateway', settings },
  )
  return plan
}

export interface FakeService extends Service {
  readonly sent: ServiceRequest[]
  /** Security events, in order. */
  readonly alarms: object[]
}

export type Answer = { readonly status?: number; readonly body?: Json }

/** One answer for each exchange, the last one for all that follow. */
export function fakeService(...answers: readonly [Answer, ...Answer[]]): FakeService {
  const sent: ServiceRequest[] = []
  const alarms: object[] = []
  return {
    sent,
    alarms,
    alarm: (event, about) => void alarms.push({ event, ...about }),
    places: async () => [],
    send: async (request): Promise<ServiceReply> => {
      const { status = 200, body } = answers[Math.min(sent.length, answers.length - 1)] ?? {}
      sent.push(request)
      return { status, ok: status < 300, body, bytes: 0, headers: new Headers() }
    },
  }
}

/** A collection as the service tells of it. */
export const told = (changed: Readonly<Record<string, Json>> = {}) => ({
  id: UUID,
  name: 'docs',
  configuration_json: { hnsw: { space: 'l2' }, spann: null, embedding_function: null },
  metadata: null,
  dimension: null,
  tenant: 'default_tenant',
  database: 'tenant_acme',
  log_position: 0,
  version: 0,
  ...changed,
})
