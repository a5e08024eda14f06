/** POST /plans/move: 202 with the job that moves every tenant of one plan to another. */
import { PlanName } from '../../config/plans.ts'
import { closedObject } from '../../input/closed-object.ts'
import { findPlan } from '../tenants/configure.ts'
import type { AdminDeps, AdminHandler } from '../deps.ts'
import { readJson } from '../../input/read-json.ts'
import { changePlans } from './change-plans.ts'
import { findJob, mintJobId, newJob, showJob } from './job.ts'
import { carryOn } from './jobs.ts'
import type { JobAnswer } from './shown.ts'

/** `from` need not be a plan any more: a tenant may be left on one that the configuration has lost. */
export const TenantMove = closedObject({ from: PlanName, to: PlanName })

export function moveTenants(deps: AdminDeps): AdminHandler {
  return async (c) => {
    const { from, to } = await readJson(TenantMove, c.req.raw)
    const id = mintJobId(deps)
    const job = await changePlans(deps, async ({ plans }) => {
      // Begun by an earlier attempt of this very request, whose answer was lost.
      const begun = await findJob(deps, id)
      if (begun !== null) return { result: begun.job }
      findPlan(plans, to, 'to')
      const order = { kind: 'plan.move', from, to, actor: c.var.actor } as const
      const started = await newJob(deps, id, {
        ...order,
        before: { plan: from },
        after: { plan: to },
      })
      return { job: started, result: started }
    })
    carryOn(c, deps, id)
    c.header('location', `/admin/jobs/${id}`)
    return c.json({ job: showJob(job) } satisfies JobAnswer, 202)
  }
}
