/**
 * PATCH and PUT /tenants/{id}?dry_run=: changes the members that are named, and only those; or tells
 * what that would come to, and warns of it, and changes nothing.
 */
import * as z from 'zod'
import { closedObject } from '../../input/closed-object.ts'
import { Problem } from '../../problem/problem.ts'
import { readQuery } from '../../input/read-query.ts'
import type { TenantConfig } from '../../tenant/tenant.ts'
import { changeAccount, type Changed, type Decision, type Target } from '../account.ts'
import { changedConfig } from './configure.ts'
import type { AdminDeps, AdminHandler, ControlDeps } from '../deps.ts'
import { differenceOf } from './difference.ts'
import { updateDirectory } from '../directory.ts'
import { carry } from '../plans/carry.ts'
import { readPlanBook, readPlans } from '../plans/plan-book.ts'
import { readJson } from '../../input/read-json.ts'
import { TenantChange } from './tenant-input.ts'
import { tenantOf, tenantResponse } from './tenant-response.ts'
import { downgradeWarnings } from './warnings.ts'

export const UpdateQuery = closedObject({
  dry_run: z.enum(['true', 'false'], { error: 'must be true or false' }).default('false'),
})

export function updateTenant(deps: AdminDeps): AdminHandler {
  return async (c) => {
    const tenant = tenantOf(c)
    const { dry_run } = readQuery(UpdateQuery, new URL(c.req.url).searchParams)
    const asked = await readJson(TenantChange, c.req.raw)
    if (asked.id !== undefined && asked.id !== tenant) {
      throw new Problem('InvalidMember', 'id: never changes', { param: 'id' })
    }
    const target = { tenant, actor: c.var.actor, ifMatch: c.req.header('if-match') }
    if (dry_run === 'true') {
      const { result, version } = await changeAccount(deps, target, async ({ snapshot }) => {
        const after = changedConfig(snapshot.config, asked, await readPlans(deps))
        return { change: null, result: { before: snapshot.config, after } }
      })
      const warnings = await downgradeWarnings(deps, result.before, result.after)
      return tenantResponse(c, { config: result.after, version }, { warnings })
    }
    // The plans are read after the account: a job that changes its plan would change its version.
    const changed = await changeAccount(deps, target, async ({ snapshot: { config } }) =>
      decide(config, changedConfig(config, asked, await readPlans(deps))),
    )
    const settled = asked.plan === undefined ? changed : await followPlan(deps, target, changed)
    if (asked.plan !== undefined || asked.retention_days !== undefined) {
      await updateDirectory(deps.store, settled.config, settled.version)
    }
    const warnings = await downgradeWarnings(deps, changed.result, settled.config)
    return tenantResponse(c, settled, { warnings })
  }
}

/** The result is the configuration as it was. */
function decide(before: TenantConfig, after: TenantConfig): Decision<TenantConfig> {
  const difference = differenceOf(before, after)
  if (difference === null) return { change: null, result: before }
  const note = { action: 'tenant.update', ...difference }
  return { change: { config: after, note }, result: before }
}

/**
 * A tenant that has just come to a plan may have got it as it was before a job went by that did not
 * find the tenant on it. Looking again closes that gap.
 */
async function followPlan(
  deps: ControlDeps,
  { tenant, actor }: Target,
  changed: Changed<TenantConfig>,
): Promise<Pick<Changed<TenantConfig>, 'config' | 'version'>> {
  const { config } = changed
  const follow = { from: config.plan, to: null }
  if (carry(config, follow, await readPlanBook(deps)) === null) return changed
  return changeAccount(deps, { tenant, actor }, async ({ snapshot }) => {
    const carried = carry(snapshot.config, follow, await readPlanBook(deps))
    if (carried === null) return { change: null, result: null }
    const note = { action: 'plan.apply', ...carried.difference }
    return { change: { config: carried.config, note }, result: null }
  })
}
