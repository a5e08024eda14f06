/**
 * PATCH and PUT /plans/{name}: changes the members that are named, 202 with the job that carries it to
 * every tenant of the plan. Where nothing differs the job applies the plan as it is, which is how a
 * plan reaches its tenants that was changed in the configuration.
 */
import type { Context } from 'hono'
import { PlanConfig, PlanName, PROTECTED_PLAN } from '../../config/plans.ts'
import { closedObject } from '../../input/closed-object.ts'
import { Problem } from '../../problem/problem.ts'
import type { Plan } from '../../tenant/plan.ts'
import { isMatch } from '../account.ts'
import type { AdminDeps, AdminEnv, AdminHandler } from '../deps.ts'
import { readJson } from '../../input/read-json.ts'
import { changePlans, demandTerms, planRecord } from './change-plans.ts'
import { mintJobId, newJob, showJob } from './job.ts'
import { carryOn } from './jobs.ts'
import { planOf } from './read-plans.ts'
import { planResponse, showPlan } from './show-plan.ts'

export const PlanChange = closedObject({ name: PlanName.optional(), ...PlanConfig.shape })

export function changePlan(deps: AdminDeps): AdminHandler {
  return async (c) => {
    const { name, ...asked } = await readJson(PlanChange, c.req.raw)
    if (name !== undefined && name !== c.req.param('name')) {
      throw new Problem('InvalidMember', 'name: never changes', { param: 'name' })
    }
    const id = mintJobId(deps)
    const { actor } = c.var
    const { plan, job } = await changePlans(deps, async ({ plans }) => {
      const before = planOf(c, plans)
      refuseUnfit(c, before)
      const terms = demandTerms(before, asked)
      const version = before.version + 1
      const changed: Plan = { ...terms, name: before.name, version, origin: 'custom' }
      const isSame = JSON.stringify({ ...before, ...terms }) === JSON.stringify(before)
      const after = isSame ? before : changed
      const started = await newJob(deps, id, {
        kind: 'plan.change',
        from: before.name,
        to: null,
        actor,
        before: showPlan(before),
        after: showPlan(after),
      })
      const result = { plan: after, job: started }
      if (isSame) return { job: started, result }
      const record = planRecord(terms, {
        version,
        fallback: null,
        written_by: id,
        actor,
        written_at_ms: deps.clock.now(),
      })
      return { plan: { name: before.name, record }, job: started, result }
    })
    carryOn(c, deps, id)
    c.header('location', `/admin/jobs/${id}`)
    return planResponse(c, plan, { job: showJob(job) }, 202)
  }
}

/** Throws Problem: 409 for the protected plan, 412 when `If-Match` does not. */
export function refuseUnfit(c: Context<AdminEnv>, { name, version }: Plan): void {
  if (name === PROTECTED_PLAN) {
    throw new Problem('Conflict', `The plan '${name}' is the protected fallback of all others.`, {
      remedy: 'Make a plan of your own.',
    })
  }
  if (isMatch(c.req.header('if-match'), String(version))) return
  throw new Problem('PreconditionFailed', 'The plan has changed since the version in If-Match.', {
    remedy: 'Read the plan again and repeat the change on what it is now.',
  })
}
