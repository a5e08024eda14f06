/** POST /tenants: 201 with the tenant and its first key, which is shown nowhere else, ever. */
import { Problem } from '../../problem/problem.ts'
import { findPlan, newConfig } from './configure.ts'
import type { AdminDeps, AdminHandler } from '../deps.ts'
import { readPlanBook, standingFor } from '../plans/plan-book.ts'
import { provision } from './provision.ts'
import { readJson } from '../../input/read-json.ts'
import { TenantCreation } from './tenant-input.ts'
import { tenantResponse } from './tenant-response.ts'

export function createTenant(deps: AdminDeps): AdminHandler {
  return async (c) => {
    const asked = await readJson(TenantCreation, c.req.raw).catch(refuseId)
    const nowMs = deps.clock.now()
    const name = asked.plan ?? deps.defaultPlan
    let isBegun = false
    const made = await provision(deps, c.var.actor, async () => {
      const book = await readPlanBook(deps)
      // Once begun it must not be left half made: of a plan that was deleted since, it gets the fallback.
      const plan = (isBegun ? standingFor(book, name) : undefined) ?? findPlan(book.plans, name)
      isBegun = true
      return newConfig(asked, plan, nowMs)
    })
    c.header('location', `/admin/tenants/${asked.id}`)
    return tenantResponse(c, made, { key: made.key }, 201)
  }
}

/** A malformed id is a 400 wherever it stands, in a body as in a path. */
function refuseId(error: unknown): never {
  if (!(error instanceof Problem) || error.members.param !== 'id') throw error
  throw new Problem('InvalidBody', error.detail, error.members, error)
}
