// The tenant's own surface as an app of its own, over the control plane's store: one isolate of many.
import { Hono } from 'hono'
import { identify } from '../../src/identify/stage.ts'
import { createThrottle } from '../../src/identify/throttle.ts'
import { TokenCache } from '../../src/identify/jwt/token-cache.ts'
import { type Inbound, openInbound } from '../../src/inbound.ts'
import { problemResponse, toProblem } from '../../src/problem/respond.ts'
import { selfRoutes } from '../../src/self/routes.ts'
import { Pipeline } from '../../src/stage.ts'
import { SnapshotCache } from '../../src/tenant/snapshot.ts'
import { type openAdmin, readAnswer } from '../admin/harness.ts'
import { seededBytes } from '../identify/seeded-bytes.ts'
import { checkResponse } from '../openapi/against-document.ts'

export type Admin = ReturnType<typeof openAdmin>

export function openIsolate({ store, hasher, clock }: Admin) {
  const snapshots = new SnapshotCache()
  const throttle = createThrottle(store.strikes, clock)
  const deps = {
    store,
    snapshots,
    hasher,
    throttle,
    clock,
    issuers: new Map(),
    tokens: new TokenCache(),
  }
  const pipeline = Pipeline.start().use(identify(deps))
  const app = new Hono<{ Variables: { inbound: Inbound } }>()
  app.use('*', async (c, next) => {
    const options = { requestId: 'req_1', startedAtMs: clock.now(), clientIp: '192.0.2.1' }
    const inbound = {
      ...options,
      dialect: 'plain',
      maxBodyBytes: 1024,
      waitUntil: () => undefined,
    } as const
    c.set('inbound', openInbound(c.req.raw, inbound))
    await next()
  })
  app.route(
    '/tenant',
    selfRoutes({ store, snapshots, clock, randomBytes: seededBytes(5), vectors: [], pipeline }),
  )
  const silent = { warn: () => undefined, error: () => undefined }
  app.onError((error, c) =>
    problemResponse(toProblem(error, silent, 'req_1'), {
      requestId: 'req_1',
      instance: c.req.path,
      dialect: 'plain',
    }),
  )
  const fetch = async (path: string, key: string, init: RequestInit = {}) => {
    const response = await app.request(path, {
      ...init,
      headers: { authorization: `Bearer ${key}`, ...(init.headers as Record<string, string>) },
    })
    await checkResponse(init.method ?? 'GET', path, response)
    return response
  }
  return Object.assign(
    async (path: string, key: string, headers: Record<string, string> = {}) => {
      const response = await fetch(path, key, { headers })
      return { status: response.status, json: readAnswer(await response.text()) }
    },
    { fetch },
  )
}
