/**
 * `/tenant`: a tenant's own view of itself, as one table below that path. The tenant is the
 * credential's, whatever the request says. What each route takes and gives is told in
 * src/openapi/tenant.ts, by the same keys.
 */
import { type Context, Hono } from 'hono'
import type { Identified } from '../identify/stage.ts'
import type { Inbound } from '../inbound.ts'
import { mountRoutes } from '../mount-routes.ts'
import { refuseOtherMethods } from '../problem/refuse-other-methods.ts'
import { acquireQuota } from './acquire-quota.ts'
import { type Access, asCaller } from './caller.ts'
import type { SelfDeps } from './deps.ts'
import { liveUsage } from './live-usage.ts'
import { checkOwnQuota, listOwnQuotas } from './own-quotas.ts'
import { ownTenant } from './own-tenant.ts'
import { ownUsage } from './own-usage.ts'
import { releaseQuota } from './release-quota.ts'

interface SelfEnv {
  Variables: { inbound: Inbound }
}

type SelfHandler = (c: Context<SelfEnv>) => Promise<Response>

const READ: Access = { access: 'read', scope: 'usage' }

export const SELF_ROUTES = {
  'GET /': asReader(ownTenant),
  'GET /usage': asReader(ownUsage),
  'GET /usage/live': asReader(liveUsage),
  'GET /quotas': asReader(listOwnQuotas),
  'GET /quotas/:name': asReader(checkOwnQuota),
  'POST /quotas/:name/acquire': (deps: SelfDeps) => (c: Context<SelfEnv>) =>
    acquireQuota(deps, c.var.inbound, nameOf(c)),
  'POST /quotas/:name/release': (deps: SelfDeps) => (c: Context<SelfEnv>) =>
    releaseQuota(deps, c.var.inbound, nameOf(c)),
} as const satisfies Readonly<Record<string, (deps: SelfDeps) => SelfHandler>>

export function selfRoutes(deps: SelfDeps): Hono<SelfEnv> {
  const app = new Hono<SelfEnv>()
  mountRoutes(app, SELF_ROUTES, deps)
  refuseOtherMethods(app)
  return app
}

function asReader(
  show: (
    deps: SelfDeps,
    inbound: Inbound,
    caller: Identified,
    name: string,
  ) => Response | Promise<Response>,
): (deps: SelfDeps) => SelfHandler {
  return (deps) => (c) =>
    asCaller(deps, c.var.inbound, READ, async (caller) =>
      show(deps, c.var.inbound, caller, nameOf(c)),
    )
}

/** Of a quota; no other path of this table has a name. */
function nameOf(c: Context<SelfEnv>): string {
  return c.req.param('name') ?? ''
}
