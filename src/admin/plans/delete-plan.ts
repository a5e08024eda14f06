/** DELETE /plans/{name}?fallback=: 202 with the job that moves its tenants to the fallback. */
import * as z from 'zod'
import { closedObject } from '../../input/closed-object.ts'
import { Problem } from '../../problem/problem.ts'
import { readQuery } from '../../input/read-query.ts'
import { findPlan } from '../tenants/configure.ts'
import type { AdminDeps, AdminHandler } from '../deps.ts'
import { refuseUnfit } from './change-plan.ts'
import { changePlans, planRecord } from './change-plans.ts'
import { mintJobId, newJob, showJob } from './job.ts'
import { carryOn } from './jobs.ts'
import { planOf } from './read-plans.ts'
import { showPlan } from './show-plan.ts'
import type { JobAnswer } from './shown.ts'

export const PlanDeletionQuery = closedObject({ fallback: z.string().optional() })

export function deletePlan(deps: AdminDeps): AdminHandler {
  return async (c) => {
    const asked = readQuery(PlanDeletionQuery, new URL(c.req.url).searchParams)
    const id = mintJobId(deps)
    const { actor } = c.var
    const job = await changePlans(deps, async ({ plans }) => {
      const plan = planOf(c, plans)
      refuseUnfit(c, plan)
      if (plan.name === deps.defaultPlan) {
        throw new Problem('Conflict', `The plan '${plan.name}' is what tenants get by default.`, {
          remedy: 'Configure another default_plan first.',
        })
      }
      const fallback = findPlan(plans, asked.fallback ?? deps.defaultPlan, 'fallback')
      if (fallback.name === plan.name) {
        const detail = 'fallback: must be another plan'
        throw new Problem('InvalidMember', detail, { param: 'fallback' })
      }
      const started = await newJob(deps, id, {
        kind: 'plan.delete',
        from: plan.name,
        to: null,
        actor,
        before: showPlan(plan),
        after: { fallback: fallback.name },
      })
      const record = planRecord(plan, {
        version: plan.version + 1,
        fallback: fallback.name,
        written_by: id,
        actor,
        written_at_ms: deps.clock.now(),
      })
      return { plan: { name: plan.name, record }, job: started, result: started }
    })
    carryOn(c, deps, id)
    c.header('location', `/admin/jobs/${id}`)
    return c.json({ job: showJob(job) } satisfies JobAnswer, 202)
  }
}
