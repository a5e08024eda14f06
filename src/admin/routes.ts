/**
 * The control plane as one table: method and path below `/admin`, and what answers. Nothing is
 * answered, not even a 404, to whom `authorize` does not let in. Problems are thrown; the app that
 * mounts this writes them. What each route takes and gives is told in src/openapi/admin, by the same keys.
 */
import { Hono } from 'hono'
import { mountRoutes } from '../mount-routes.ts'
import { Problem } from '../problem/problem.ts'
import { refuseOtherMethods } from '../problem/refuse-other-methods.ts'
import { createKey } from './keys/create-key.ts'
import { createTenant } from './tenants/create-tenant.ts'
import type { AdminDeps, AdminEnv, AdminHandler } from './deps.ts'
import { eraseTenant } from './tenants/erase-tenant.ts'
import { getTenant } from './tenants/get-tenant.ts'
import { listKeys, revokeKey } from './keys/keys.ts'
import { getLedger } from './ledger.ts'
import { listTenants } from './tenants/list-tenants.ts'
import { changePlan } from './plans/change-plan.ts'
import { createPlan } from './plans/create-plan.ts'
import { deletePlan } from './plans/delete-plan.ts'
import { getJob, listJobs } from './plans/jobs.ts'
import { moveTenants } from './plans/move-tenants.ts'
import { getPlan, listPlans } from './plans/read-plans.ts'
import { repeatable } from './repeat/repeatable.ts'
import { getQuotas } from './quotas.ts'
import { recountQuotas } from './recount-quotas.ts'
import { resetBudget } from './reset-budget.ts'
import { rotateKey } from './keys/rotate-key.ts'
import { archiveTenant, reactivateTenant, suspendTenant } from './tenants/transition.ts'
import { updateTenant } from './tenants/update-tenant.ts'
import { getUsage } from './usage.ts'
import { deleteUser, getUser, listUsers, putUser } from './users.ts'

/** Order matters where two paths fit: the first one answers. */
export const ADMIN_ROUTES = {
  'POST /tenants': repeating(createTenant),
  'GET /tenants': listTenants,
  'GET /tenants/:id': getTenant,
  'PATCH /tenants/:id': updateTenant,
  'PUT /tenants/:id': updateTenant,
  'DELETE /tenants/:id': eraseTenant,
  'POST /tenants/:id/suspend': suspendTenant,
  'POST /tenants/:id/reactivate': reactivateTenant,
  'POST /tenants/:id/archive': archiveTenant,
  'POST /tenants/:id/keys': repeating(createKey),
  'GET /tenants/:id/keys': listKeys,
  'DELETE /tenants/:id/keys/:key_id': revokeKey,
  'POST /tenants/:id/keys/:key_id/rotate': repeating(rotateKey),
  'GET /tenants/:id/usage': getUsage,
  'GET /tenants/:id/quotas': getQuotas,
  'POST /tenants/:id/quotas/recount': recountQuotas,
  'GET /tenants/:id/users': listUsers,
  'GET /tenants/:id/users/:user': getUser,
  'PUT /tenants/:id/users/:user': putUser,
  'DELETE /tenants/:id/users/:user': deleteUser,
  'POST /tenants/:id/budgets/:name/reset': resetBudget,
  'GET /tenants/:id/ledger': getLedger,
  'GET /plans': listPlans,
  'POST /plans': repeating(createPlan),
  'POST /plans/move': repeating(moveTenants),
  'GET /plans/:name': getPlan,
  'PATCH /plans/:name': changePlan,
  'PUT /plans/:name': changePlan,
  'DELETE /plans/:name': deletePlan,
  'GET /jobs': listJobs,
  'GET /jobs/:id': getJob,
} as const satisfies Readonly<Record<string, (deps: AdminDeps) => AdminHandler>>

export function adminRoutes(deps: AdminDeps): Hono<AdminEnv> {
  const app = new Hono<AdminEnv>()
  app.use('*', async (c, next) => {
    c.set(
      'actor',
      (await deps.authorize(c.req.raw, (work) => c.executionCtx.waitUntil(work))).actor,
    )
    await next()
  })
  mountRoutes(app, ADMIN_ROUTES, deps)
  refuseOtherMethods(app)
  app.all('*', () => {
    throw new Problem('NotFound', 'The control plane has no such method and path.')
  })
  return app
}

function repeating(
  handlerOf: (deps: AdminDeps) => AdminHandler,
): (deps: AdminDeps) => AdminHandler {
  return (deps) => repeatable(deps, handlerOf)
}
