/**
 * The control plane as one table: method and path below `/admin`, and what answers. Nothing is
 * answered, not even a 404, to whom `authorize` does not let in. Problems are thrown; the app that
 * mounts this writes them.
 */
import { Hono } from 'hono'
import { Problem } from '../problem/problem.ts'
import { refuseOtherMethods } from '../problem/refuse-other-methods.ts'
import { createKey } from './create-key.ts'
import { createTenant } from './create-tenant.ts'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { eraseTenant } from './erase-tenant.ts'
import { getTenant } from './get-tenant.ts'
import { listKeys, revokeKey } from './keys.ts'
import { getLedger } from './ledger.ts'
import { listTenants } from './list-tenants.ts'
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
import { rotateKey } from './rotate-key.ts'
import { archiveTenant, reactivateTenant, suspendTenant } from './transition.ts'
import { updateTenant } from './update-tenant.ts'
import { getUsage } from './usage.ts'
import { deleteUser, getUser, listUsers, putUser } from './users.ts'

export function adminRoutes(deps: AdminDeps): Hono<AdminEnv> {
  const app = new Hono<AdminEnv>()
  app.use('*', async (c, next) => {
    c.set(
      'actor',
      (await deps.authorize(c.req.raw, (work) => c.executionCtx.waitUntil(work))).actor,
    )
    await next()
  })
  app.post('/tenants', repeatable(deps, createTenant))
  app.get('/tenants', listTenants(deps))
  app.get('/tenants/:id', getTenant(deps))
  app.patch('/tenants/:id', updateTenant(deps))
  app.put('/tenants/:id', updateTenant(deps))
  app.delete('/tenants/:id', eraseTenant(deps))
  app.post('/tenants/:id/suspend', suspendTenant(deps))
  app.post('/tenants/:id/reactivate', reactivateTenant(deps))
  app.post('/tenants/:id/archive', archiveTenant(deps))
  app.post('/tenants/:id/keys', repeatable(deps, createKey))
  app.get('/tenants/:id/keys', listKeys(deps))
  app.delete('/tenants/:id/keys/:key_id', revokeKey(deps))
  app.post('/tenants/:id/keys/:key_id/rotate', repeatable(deps, rotateKey))
  app.get('/tenants/:id/usage', getUsage(deps))
  app.get('/tenants/:id/quotas', getQuotas(deps))
  app.post('/tenants/:id/quotas/recount', recountQuotas(deps))
  app.get('/tenants/:id/users', listUsers(deps))
  app.get('/tenants/:id/users/:user', getUser(deps))
  app.put('/tenants/:id/users/:user', putUser(deps))
  app.delete('/tenants/:id/users/:user', deleteUser(deps))
  app.post('/tenants/:id/budgets/:name/reset', resetBudget(deps))
  app.get('/tenants/:id/ledger', getLedger(deps))
  app.get('/plans', listPlans(deps))
  app.post('/plans', repeatable(deps, createPlan))
  app.post('/plans/move', repeatable(deps, moveTenants))
  app.get('/plans/:name', getPlan(deps))
  app.patch('/plans/:name', changePlan(deps))
  app.put('/plans/:name', changePlan(deps))
  app.delete('/plans/:name', deletePlan(deps))
  app.get('/jobs', listJobs(deps))
  app.get('/jobs/:id', getJob(deps))
  refuseOtherMethods(app)
  app.all('*', () => {
    throw new Problem('NotFound', 'The control plane has no such method and path.')
  })
  return app
}
