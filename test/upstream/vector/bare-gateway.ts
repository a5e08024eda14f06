// An adapter behind a socket with nothing else of the gateway: no identity but a name in the
// credential's place, no limits, no account. For what an adapter does by itself, with official clients.
import { createServer, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { systemClock } from '../../../src/clock.ts'
import { VectorUpstreamConfig } from '../../../src/config/gateway.ts'
import { problemBody } from '../../../src/problem/body.ts'
import { Problem, statusOf } from '../../../src/problem/problem.ts'
import { secureRandom } from '../../../src/random.ts'
import { TenantId } from '../../../src/tenant/slug.ts'
import { writeJson } from '../../../src/upstream/json.ts'
import type { Place, VectorAdapter, VectorPlan } from '../../../src/upstream/vector/adapter.ts'
import { openService } from '../../../src/upstream/vector/open-service.ts'
import { readVectorRequest } from '../../../src/upstream/vector/read-request.ts'
import { Sealer } from '../../../src/upstream/vector/seal.ts'
import { TenantSpace } from '../../../src/upstream/vector/tenant-space.ts'

export interface BareGateway {
  readonly url: string
  /** Plans that were run, newest last: what was reserved, and under which operation. */
  readonly plans: { readonly operation: string; readonly plan: VectorPlan }[]
  /** What `places()` tells; a test may fill it. */
  readonly places: Map<string, Place[]>
  /** Security events, newest last. */
  readonly alarms: object[]
  space(tenant: string): TenantSpace
  close(): Promise<void>
}

const MASTER = new Uint8Array(32).fill(9)
const CREDENTIALS = ['api-key', 'x-chroma-token', 'x-api-key', 'authorization']

/** The credential is the tenant's name: `api-key: acme`, `authorization: Bearer acme`. */
export async function startBareGateway(
  adapter: VectorAdapter,
  upstream: { readonly url: string; readonly key: string; readonly settings?: object },
  mount = '',
): Promise<BareGateway> {
  const settings = VectorUpstreamConfig.parse({ kind: adapter.kind, ...upstream.settings })
  const plans: BareGateway['plans'] = []
  const places = new Map<string, Place[]>()
  const alarms: BareGateway['alarms'] = []
  const space = (tenant: string) =>
    new TenantSpace(
      TenantId.parse(tenant),
      'tenant_',
      new Sealer(MASTER, `${tenant}|${adapter.kind}`, secureRandom),
    )
  const answer = async (request: IncomingMessage, origin: string) => {
    const tenant = CREDENTIALS.map((name) => request.headers[name])
      .find((value) => typeof value === 'string')
      ?.toString()
      .replace(/^Bearer /i, '')
    const target = request.url ?? '/'
    if (!target.startsWith('/')) throw new Problem('MalformedRequest', 'not a path')
    // Joined as text: two slashes at the start would name another host otherwise.
    const url = new URL(origin + target)
    if (!url.pathname.startsWith(mount)) throw new Problem('NotFound', 'not under the mount')
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const own = space(tenant ?? '')
    const { operation, plan } = await readVectorRequest(
      adapter,
      {
        method: request.method ?? 'GET',
        path: url.pathname.slice(mount.length) || '/',
        search: url.search,
        contentType: request.headers['content-type'] ?? null,
        body: async () => new Uint8Array(Buffer.concat(chunks)),
      },
      { space: own, mountUrl: origin + mount, settings },
    )
    plans.push({ operation: operation.name, plan })
    const { service } = openService({
      fetch: (target, init) => fetch(target, init),
      clock: systemClock,
      lost: new AbortController().signal,
      baseUrl: upstream.url,
      headers: adapter.credentialHeaders(upstream.key),
      timeouts: settings.timeouts,
      alarm: (event, about) => void alarms.push({ event, ...about }),
      places: async () => places.get(tenant ?? '') ?? [],
    })
    return plan.run(service)
  }
  const server = createServer((request, response) => {
    const origin = `http://${request.headers.host ?? '127.0.0.1'}`
    answer(request, origin).then(
      ({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' })
        response.end(body === undefined ? '' : writeJson(body))
      },
      (error: unknown) => {
        const problem = error instanceof Problem ? error : new Problem('Internal', String(error))
        const body = {
          ...problemBody(problem, { requestId: 'req', dialect: 'plain' }),
          ...adapter.errorMembers(statusOf(problem), problem.detail),
        }
        response.writeHead(statusOf(problem), { 'content-type': 'application/problem+json' })
        response.end(JSON.stringify(body))
      },
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}${mount}`,
    plans,
    places,
    alarms,
    space,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
