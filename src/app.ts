/** Mounts the surfaces. The only place where a thrown problem becomes an answer. */
import { Hono } from 'hono'
import { rateHeaders } from './admit/rate-headers.ts'
import { adminAuthorize } from './admin/admission.ts'
import { adminRoutes } from './admin/routes.ts'
import type { Gateway } from './gateway.ts'
import { health } from './health.ts'
import { clientIp } from './identify/client-ip.ts'
import { identify } from './identify/stage.ts'
import { type Inbound, openInbound } from './inbound.ts'
import type { Log } from './log.ts'
import { mountRoutes } from './mount-routes.ts'
import { placeTenant } from './admin/tenants/place-tenant.ts'
import { wayOfARequest, wayOfAVectorRequest } from './pipeline.ts'
import { Problem } from './problem/problem.ts'
import { problemResponse, toProblem } from './problem/respond.ts'
import { PUBLIC_ROUTES } from './public-routes.ts'
import { mintRequestId } from './request-id.ts'
import { selfRoutes } from './self/routes.ts'
import { decideAfresh, Pipeline } from './stage.ts'
import { dialectOf } from './upstream/dialect-of.ts'
import { type VectorFace, vectorFace } from './upstream/vector/face.ts'
import { openVectors } from './upstream/vector/vectors.ts'

interface AppEnv {
  Variables: { inbound: Inbound; face: VectorFace | null }
}

/** The runtime sets it before the target unread, so that a `/` in it would begin another path. */
const HOST = /^[\w.:[\]-]*$/

export function createApp(gateway: Gateway): Hono<AppEnv> {
  const { clock, log, prices, config } = gateway
  const deps = { ...gateway, priceVersion: prices.version, ...prices }
  const way = wayOfARequest(deps)
  const vectors = openVectors(gateway)
  const control = { ...gateway, defaultPlan: config.default_plan, keeper: vectors.keeper }
  const vectorWay = wayOfAVectorRequest({
    ...deps,
    ...vectors,
    placeTenant: (tenant) => placeTenant(control, tenant),
  })
  const app = new Hono<AppEnv>()

  app.use('*', async (c, next) => {
    // Hono brings the very target `/*` here twice.
    if ('inbound' in c.var) return next()
    const { raw } = c.req
    const requestId = mintRequestId(gateway.randomBytes)
    const url = URL.parse(raw.url)
    if (url === null || !HOST.test(raw.headers.get('host') ?? '')) {
      const problem = new Problem('MalformedRequest', 'The target of the request is not a path.')
      return problemResponse(problem, { requestId, dialect: 'plain' })
    }
    const face = vectorFace(gateway.vectors, url)
    c.set('face', face)
    const inbound = openInbound(raw, {
      requestId,
      startedAtMs: clock.now(),
      clientIp: clientIp(raw.headers, config.client_ip_header),
      dialect: dialectOf(gateway.upstreams, url.pathname, raw.headers),
      maxBodyBytes: config.max_body_bytes,
      waitUntil: (work) => c.executionCtx.waitUntil(work),
      ...(face === null ? {} : { errorMembers: face.upstream.adapter.errorMembers }),
    })
    c.set('inbound', inbound)
    await next()
    tell(c.res.headers, inbound, clock.now())
    return undefined
  })

  // By host name a service has all paths, those of our own surfaces too. After the one above, so that
  // what is thrown here has become an answer when that one tells the limits.
  app.use('*', (c, next) => (c.var.face === null ? next() : answer(c.var.inbound, vectorWay)))

  app.onError((error, c) => {
    const inbound = c.var.inbound
    return problemResponse(toProblem(error, log, inbound.requestId), {
      requestId: inbound.requestId,
      instance: inbound.url.pathname,
      dialect: inbound.dialect,
      ...(inbound.errorMembers === undefined ? {} : { errorMembers: inbound.errorMembers }),
    })
  })

  mountRoutes(app, PUBLIC_ROUTES, gateway)
  app.route('/admin', adminRoutes({ ...control, authorize: adminAuthorize(gateway) }))
  app.route(
    '/tenant',
    selfRoutes({ ...gateway, pipeline: Pipeline.start().use(identify(gateway)) }),
  )
  app.all('*', (c) => answer(c.var.inbound, way))
  return app
}

async function answer(
  inbound: Inbound,
  way: { run(inbound: Inbound): Promise<{ readonly response: Response }> },
): Promise<Response> {
  const answered = decideAfresh(() => way.run(inbound))
  // Goes on to its settlement though the client may leave before there is an answer.
  inbound.waitUntil(answered.catch(() => undefined))
  return (await answered).response
}

/** A gateway that cannot start says so on every request, and on `/readyz` what is wrong with it. */
export function createBrokenApp(errors: readonly string[], log: Log): Hono {
  const app = new Hono()
  app.get('/healthz', () => health())
  app.get('/readyz', () => Response.json({ status: 'misconfigured', errors }, { status: 503 }))
  app.all('*', (c) => {
    const problem = new Problem('Misconfigured', 'The gateway is not configured.', {
      remedy: 'GET /readyz tells what is missing.',
    })
    return problemResponse(toProblem(problem, log, 'none'), {
      requestId: 'none',
      instance: c.req.path,
      dialect: 'plain',
    })
  })
  return app
}

function tell(
  headers: Headers,
  { requestId, dialect, told, startedAtMs }: Inbound,
  nowMs: number,
): void {
  headers.set('x-request-id', requestId)
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
  if (dialect === 'anthropic') headers.set('request-id', requestId)
  for (const [name, value] of Object.entries(rateHeaders(told.meters, nowMs)))
    headers.set(name, value)
  if (told.clampedTo !== null) headers.set('tollgate-clamped-output-tokens', String(told.clampedTo))
  if (told.promptGuard !== null) headers.set('tollgate-prompt-guard', told.promptGuard)
  const ownMs = nowMs - startedAtMs - told.upstreamMs
  headers.set('server-timing', `tollgate;dur=${ownMs}, upstream;dur=${told.upstreamMs}`)
}
