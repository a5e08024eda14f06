/** GET /plans and GET /plans/{name}: what a tenant can be put on now. */
import type { Context } from 'hono'
import { Problem } from '../../problem/problem.ts'
import type { Plan, Plans } from '../../tenant/plan.ts'
import type { AdminDeps, AdminEnv, AdminHandler } from '../deps.ts'
import { readPlans } from './plan-book.ts'
import { planResponse, showPlan } from './show-plan.ts'
import type { PlanList } from './shown.ts'

export function listPlans(deps: AdminDeps): AdminHandler {
  return async (c) => {
    const plans = await readPlans(deps)
    return c.json({ plans: Array.from(plans.values(), showPlan) } satisfies PlanList)
  }
}

export function getPlan(deps: AdminDeps): AdminHandler {
  return async (c) => planResponse(c, planOf(c, await readPlans(deps)))
}

/** The plan that the path names. Throws Problem (404). */
export function planOf(c: Context<AdminEnv>, plans: Plans): Plan {
  const plan = plans.get(c.req.param('name') ?? '')
  if (plan === undefined) throw new Problem('NotFound', 'There is no plan of this name.')
  return plan
}
