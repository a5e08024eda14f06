/** PATCH and PUT /tenants/{id}: changes the members that are named, and only those. */
import { Problem } from '../problem/problem.ts'
import { showTenant } from '../tenant/show.ts'
import type { TenantConfig } from '../tenant/tenant.ts'
import { changeAccount, type Decision } from './account.ts'
import { changedConfig } from './configure.ts'
import type { AdminDeps, AdminHandler } from './deps.ts'
import { updateDirectory } from './directory.ts'
import { readPlans } from './plans/plan-book.ts'
import { readJson } from './read-json.ts'
import { TenantChange } from './tenant-input.ts'
import { tenantOf, tenantResponse } from './tenant-response.ts'

export function updateTenant(deps: AdminDeps): AdminHandler {
  return async (c) => {
    const tenant = tenantOf(c)
    const asked = await readJson(TenantChange, c.req.raw)
    if (asked.id !== undefined && asked.id !== tenant) {
      throw new Problem('InvalidMember', 'id: never changes', { param: 'id' })
    }
    const target = { tenant, actor: c.var.actor, ifMatch: c.req.header('if-match') }
    // The plans are read after the account: a job that changes its plan would change its version.
    const changed = await changeAccount(deps, target, async ({ snapshot: { config } }) =>
      decide(config, changedConfig(config, asked, await readPlans(deps))),
    )
    if (asked.plan !== undefined || asked.retention_days !== undefined) {
      await updateDirectory(deps.store, changed.config, changed.version)
    }
    return tenantResponse(c, changed)
  }
}

function decide(before: TenantConfig, after: TenantConfig): Decision<null> {
  const difference = differenceOf(before, after)
  if (difference === null) return { change: null, result: null }
  return {
    change: { config: after, note: { action: 'tenant.update', ...difference } },
    result: null,
  }
}

/** The members that differ, as they were and as they are; null when none does. */
function differenceOf(before: TenantConfig, after: TenantConfig) {
  const was: Record<string, unknown> = showTenant(before)
  const is: Record<string, unknown> = showTenant(after)
  const differing = Object.keys(is).filter(
    (name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]),
  )
  if (differing.length === 0) return null
  const only = (all: Record<string, unknown>) =>
    Object.fromEntries(differing.map((name) => [name, all[name]]))
  return { before: only(was), after: only(is) }
}
