/** GET /tenants/{id}/quotas: where the tenant's named quotas stand, with their high-water marks. */
import { showQuotas } from '../tenant/quotas.ts'
import { viewAccount } from './account.ts'
import type { AdminDeps, AdminHandler } from './deps.ts'
import type { QuotaList } from './shown.ts'
import { tenantOf } from './tenants/tenant-response.ts'

export function getQuotas({ store }: AdminDeps): AdminHandler {
  return async (c) => {
    const { snapshot, levels } = await viewAccount(store, tenantOf(c))
    return c.json({ quotas: showQuotas(snapshot.config, levels) } satisfies QuotaList)
  }
}
