/**
 * POST /tenants/{id}/quotas/recount: asks every vector service what the tenant really has there, and
 * puts that where the account has its upper bounds.
 */
import { showQuotas } from '../tenant/quotas.ts'
import { viewAccount } from './account.ts'
import type { AdminDeps, AdminHandler } from './deps.ts'
import type { QuotaRecount } from './shown.ts'
import { tenantOf } from './tenants/tenant-response.ts'

export function recountQuotas({ store, keeper }: AdminDeps): AdminHandler {
  return async (c) => {
    const tenant = tenantOf(c)
    const { snapshot } = await viewAccount(store, tenant)
    const places = await keeper.recountAll(snapshot.config, snapshot.incarnation)
    const { levels } = await viewAccount(store, tenant)
    const answer: QuotaRecount = {
      places: [...places],
      quotas: showQuotas(snapshot.config, levels),
    }
    return c.json(answer)
  }
}
