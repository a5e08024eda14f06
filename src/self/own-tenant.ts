/**
 * GET /tenant: what is in force for the caller's own tenant, and whom the gateway takes the caller
 * for. Which tenant that is, only the credential says.
 */
import type { Principal } from '../identify/principal.ts'
import { showOwnTenant } from '../tenant/show.ts'
import type { TenantConfig } from '../tenant/tenant.ts'

export function ownTenant(principal: Principal, config: TenantConfig): Response {
  const { credential, user, scopes, roles } = principal
  const caller = {
    credential: credential.kind,
    key_id: credential.kind === 'api-key' ? credential.keyId : null,
    user,
    scopes: [...scopes],
    roles,
  }
  return Response.json(
    { tenant: showOwnTenant(config), caller },
    { headers: { 'cache-control': 'no-store' } },
  )
}
