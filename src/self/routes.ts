/** `/tenant`: a tenant's own view of itself. The tenant is the credential's, whatever the request says. */
import { Hono } from 'hono'
import type { Inbound } from '../inbound.ts'
import { refuseOtherMethods } from '../problem/refuse-other-methods.ts'
import { acquireQuota } from './acquire-quota.ts'
import { type Access, asCaller, viewAsCaller } from './caller.ts'
import type { SelfDeps } from './deps.ts'
import { liveUsage } from './live-usage.ts'
import { checkOwnQuota, listOwnQuotas } from './own-quotas.ts'
import { ownTenant } from './own-tenant.ts'
import { ownUsage } from './own-usage.ts'
import { releaseQuota } from './release-quota.ts'

interface SelfEnv {
  Variables: { inbound: Inbound }
}

const READ: Access = { access: 'read', scope: 'usage' }

export function selfRoutes(deps: SelfDeps): Hono<SelfEnv> {
  const app = new Hono<SelfEnv>()
  app.get('/', (c) =>
    asCaller(deps, c.var.inbound, READ, async (caller) => {
      const { snapshot } = await viewAsCaller(deps, caller)
      return ownTenant(caller.principal, snapshot.config)
    }),
  )
  app.get('/usage', ({ var: { inbound } }) =>
    asCaller(deps, inbound, READ, (caller) => ownUsage(deps, inbound, caller)),
  )
  app.get('/usage/live', ({ var: { inbound } }) =>
    asCaller(deps, inbound, READ, (caller) => liveUsage(deps, inbound, caller)),
  )
  app.get('/quotas', ({ var: { inbound } }) =>
    asCaller(deps, inbound, READ, (caller) => listOwnQuotas(deps, inbound, caller)),
  )
  app.get('/quotas/:name', ({ var: { inbound }, req }) =>
    asCaller(deps, inbound, READ, (caller) =>
      checkOwnQuota(deps, inbound, caller, req.param('name')),
    ),
  )
  app.post('/quotas/:name/acquire', (c) => acquireQuota(deps, c.var.inbound, c.req.param('name')))
  app.post('/quotas/:name/release', (c) => releaseQuota(deps, c.var.inbound, c.req.param('name')))
  refuseOtherMethods(app)
  return app
}
