/**
 * POST /tenants/{id}/suspend, /reactivate and /archive: in force for the next request. Repeating one
 * changes nothing; what the table of transitions lacks is 409.
 */
import * as z from 'zod'
import { closedObject } from '../../input/closed-object.ts'
import { Problem } from '../../problem/problem.ts'
import { allowedActions, purgeAtMs, transition } from '../../tenant/lifecycle.ts'
import { showTenant, showTime } from '../../tenant/show.ts'
import type { TenantConfig, TenantStatus } from '../../tenant/tenant.ts'
import { changeAccount } from '../account.ts'
import type { AdminDeps, AdminHandler } from '../deps.ts'
import { updateDirectory } from '../directory.ts'
import { readOptionalJson } from '../../input/read-json.ts'
import { tenantOf, tenantResponse } from './tenant-response.ts'

const MAX_REASON_CHARS = 500

/** For the ledger alone. */
export const TransitionInput = closedObject({
  reason: z.string().min(1).max(MAX_REASON_CHARS).optional(),
})

const TARGETS = {
  suspend: 'SUSPENDED',
  reactivate: 'ACTIVE',
  archive: 'ARCHIVED',
} as const satisfies Record<string, TenantStatus>
type Action = keyof typeof TARGETS

export const suspendTenant = (deps: AdminDeps): AdminHandler => move(deps, 'suspend')
export const reactivateTenant = (deps: AdminDeps): AdminHandler => move(deps, 'reactivate')
export const archiveTenant = (deps: AdminDeps): AdminHandler => move(deps, 'archive')

function move(deps: AdminDeps, action: Action): AdminHandler {
  return async (c) => {
    const tenant = tenantOf(c)
    const asked = await readOptionalJson(TransitionInput, c.req.raw)
    const target = { tenant, actor: c.var.actor, ifMatch: c.req.header('if-match') }
    const changed = await changeAccount(deps, target, ({ snapshot: { config } }) => {
      const { status } = config
      if (status === TARGETS[action]) return { change: null, result: null }
      if (transition(status, action) === null) throw notAllowed(config, action)
      const moved = moveTo(config, TARGETS[action], deps.clock.now())
      const note = {
        action: `tenant.${action}`,
        before: { status },
        after: { ...statusOf(moved), ...asked },
      }
      return { change: { config: moved, note }, result: null }
    })
    await updateDirectory(deps.store, changed.config, changed.version)
    if (action !== 'archive') return tenantResponse(c, changed)
    return tenantResponse(c, changed, { purge_at: showTime(purgeAtMs(changed.config)) })
  }
}

/** The configuration in another state. */
export function moveTo(config: TenantConfig, to: TenantStatus, nowMs: number): TenantConfig {
  return { ...config, status: to, archived_at_ms: to === 'ARCHIVED' ? nowMs : null }
}

/** What the ledger says of a state. */
export function statusOf(config: TenantConfig) {
  const { status, archived_at, purge_at } = showTenant(config)
  return status === 'ARCHIVED' ? { status, archived_at, purge_at } : { status }
}

function notAllowed({ tenant, status }: TenantConfig, action: Action): Problem {
  const allowed = allowedActions(status).join(', ')
  return new Problem(
    'Conflict',
    `Tenant '${tenant}' is ${status}, and cannot ${action}; allowed: ${allowed}.`,
    { remedy: `In the state ${status} a tenant can only be moved on by: ${allowed}.` },
  )
}
