/** `/tenant`: a tenant's own view of itself. The tenant is the credential's, whatever the request says. */
import { Hono } from 'hono'
import type { Identified } from '../identify/stage.ts'
import type { Inbound } from '../inbound.ts'
import type { Viewed } from '../ledger/report.ts'
import { checkScope } from '../policy/scopes.ts'
import { checkStatus } from '../policy/status.ts'
import { Problem } from '../problem/problem.ts'
import { refuseOtherMethods } from '../problem/refuse-other-methods.ts'
import { decideAfresh, type Pipeline, StaleSnapshot } from '../stage.ts'
import type { Store } from '../store/store.ts'
import type { SnapshotCache } from '../tenant/snapshot.ts'
import { ownTenant } from './own-tenant.ts'
import { ownUsage, ownUsageView } from './own-usage.ts'

export interface SelfDeps {
  readonly store: Store
  readonly snapshots: SnapshotCache
  readonly pipeline: Pipeline<Inbound & Identified>
}

interface SelfEnv {
  Variables: { inbound: Inbound }
}

export function selfRoutes(deps: SelfDeps): Hono<SelfEnv> {
  const app = new Hono<SelfEnv>()
  app.get('/', (c) =>
    answer(deps, c.var.inbound, ({ principal }, view) =>
      ownTenant(principal, view.snapshot.config),
    ),
  )
  app.get('/usage', (c) =>
    answer(deps, c.var.inbound, (_, view) => ownUsage(c.var.inbound.url.searchParams, view)),
  )
  refuseOtherMethods(app)
  return app
}

/** Identifies, asks the account once, and answers from what it says; a snapshot that had changed is decided on anew. */
function answer(
  deps: SelfDeps,
  inbound: Inbound,
  respond: (identified: Identified, view: Viewed) => Response,
): Promise<Response> {
  return decideAfresh(async () => {
    const identified = await deps.pipeline.run(inbound)
    const { principal, known, confirm, keyExpiresAtMs } = identified
    const objection =
      checkStatus(known.config.status, 'read') ?? checkScope(principal.scopes, 'usage')
    if (objection !== null) return confirm(objection.reason, objection.problem)
    const view = await deps.store.run(principal.tenant, ownUsageView(principal, known.config))
    if (view.type === 'gone') {
      deps.snapshots.forget(principal.tenant)
      throw new StaleSnapshot()
    }
    if (view.snapshot.version !== known.version) {
      deps.snapshots.learn(view.snapshot)
      throw new StaleSnapshot()
    }
    if (keyExpiresAtMs !== null && view.nowMs >= keyExpiresAtMs) {
      throw new Problem('Unauthenticated', 'The API key has expired.')
    }
    return respond(identified, view)
  })
}
