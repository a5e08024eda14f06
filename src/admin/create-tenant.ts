/** POST /tenants: 201 with the tenant and its first key, which is shown nowhere else, ever. */
import { Problem } from '../problem/problem.ts'
import { newConfig } from './configure.ts'
import type { AdminDeps, AdminHandler } from './deps.ts'
import { provision } from './provision.ts'
import { readJson } from './read-json.ts'
import { TenantCreation } from './tenant-input.ts'
import { tenantResponse } from './tenant-response.ts'

export function createTenant(deps: AdminDeps): AdminHandler {
  return async (c) => {
    const asked = await readJson(TenantCreation, c.req.raw).catch(refuseId)
    const { plans, defaultPlan, clock } = deps
    const config = newConfig(asked, { plans, defaultPlan, nowMs: clock.now() })
    const made = await provision(deps, c.var.actor, config)
    c.header('location', `/admin/tenants/${config.tenant}`)
    return tenantResponse(c, made, made.key)
  }
}

/** A malformed id is a 400 wherever it stands, in a body as in a path. */
function refuseId(error: unknown): never {
  if (!(error instanceof Problem) || error.members.param !== 'id') throw error
  throw new Problem('InvalidBody', error.detail, error.members, error)
}
