/** GET /tenants/{id}: the tenant with its version; puts its row in the directory right if need be. */
import { viewAccount } from '../account.ts'
import type { AdminDeps, AdminHandler } from '../deps.ts'
import { repairDirectory } from '../directory.ts'
import { tenantOf, tenantResponse } from './tenant-response.ts'

export function getTenant({ store }: AdminDeps): AdminHandler {
  return async (c) => {
    const { snapshot } = await viewAccount(store, tenantOf(c))
    await repairDirectory(store, snapshot.config, snapshot.version)
    return tenantResponse(c, snapshot)
  }
}
