/** POST /tenants/{id}/suspend and /reactivate: in force for the next request. Repeating either changes nothing. */
import { Problem } from '../problem/problem.ts'
import type { TenantStatus } from '../tenant/tenant.ts'
import { changeAccount } from './account.ts'
import type { AdminDeps, AdminHandler } from './deps.ts'
import { updateDirectory } from './directory.ts'
import { tenantOf, tenantResponse } from './tenant-response.ts'

interface Move {
  readonly from: TenantStatus
  readonly to: TenantStatus
  readonly action: string
}

const SUSPEND: Move = { from: 'ACTIVE', to: 'SUSPENDED', action: 'tenant.suspend' }
const REACTIVATE: Move = { from: 'SUSPENDED', to: 'ACTIVE', action: 'tenant.reactivate' }

export const suspendTenant = (deps: AdminDeps): AdminHandler => setStatus(deps, SUSPEND)
export const reactivateTenant = (deps: AdminDeps): AdminHandler => setStatus(deps, REACTIVATE)

function setStatus(deps: AdminDeps, { from, to, action }: Move): AdminHandler {
  return async (c) => {
    const tenant = tenantOf(c)
    const target = { tenant, actor: c.var.actor, ifMatch: c.req.header('if-match') }
    const changed = await changeAccount(deps, target, ({ snapshot: { config } }) => {
      const { status } = config
      if (status === to) return { change: null, result: null }
      if (status !== from) {
        throw new Problem('Conflict', `Tenant '${tenant}' is ${status} and cannot become ${to}.`)
      }
      const note = { action, before: { status }, after: { status: to } }
      return { change: { config: { ...config, status: to }, note }, result: null }
    })
    await updateDirectory(deps.store, changed.config, changed.version)
    return tenantResponse(c, changed)
  }
}
