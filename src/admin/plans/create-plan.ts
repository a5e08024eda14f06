/** POST /plans: 201 with a new plan. Members that are absent are those of the narrowest plan. */
import { BASE_PLAN, PlanConfig, PlanName } from '../../config/plans.ts'
import { encodeBase64Url } from '../../identify/base64url.ts'
import { closedObject } from '../../input/closed-object.ts'
import { Problem } from '../../problem/problem.ts'
import type { Plan } from '../../tenant/plan.ts'
import type { AdminDeps, AdminHandler } from '../deps.ts'
import { readJson } from '../../input/read-json.ts'
import { changePlans, demandTerms, planRecord } from './change-plans.ts'
import { planResponse } from './show-plan.ts'

export const PlanCreation = closedObject({ name: PlanName, ...PlanConfig.shape })

const REQUEST_BYTES = 16
/** Deleted ones count: their names lead their tenants on. */
const MAX_PLANS = 200

export function createPlan(deps: AdminDeps): AdminHandler {
  return async (c) => {
    const { name, ...asked } = await readJson(PlanCreation, c.req.raw)
    const written_by = encodeBase64Url(deps.randomBytes(REQUEST_BYTES))
    const plan = await changePlans(deps, ({ plans, records }) => {
      const existing = plans.get(name)
      const known = records.get(name)?.record
      if (existing !== undefined) {
        // Made by an earlier attempt of this very request, whose answer was lost.
        if (known?.written_by === written_by) return { result: existing }
        throw new Problem('Conflict', `There is a plan '${name}' already.`, {
          param: 'name',
          remedy: 'Choose another name, or change the plan with PATCH.',
        })
      }
      if (known === undefined && records.size >= MAX_PLANS) {
        throw new Problem('Conflict', `There are ${MAX_PLANS} plans already.`)
      }
      const terms = demandTerms(BASE_PLAN, asked)
      const version = (known?.version ?? 0) + 1
      const record = planRecord(terms, {
        version,
        fallback: null,
        written_by,
        actor: c.var.actor,
        written_at_ms: deps.clock.now(),
      })
      const made: Plan = { ...terms, name, version, origin: 'custom' }
      return { plan: { name, record }, result: made }
    })
    c.header('location', `/admin/plans/${plan.name}`)
    return planResponse(c, plan, {}, 201)
  }
}
