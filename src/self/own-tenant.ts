/**
 * GET /tenant: what is in force for the caller's own tenant, and whom the gateway takes the caller
 * for. Which tenant that is, only the credential says.
 */
import type { Identified } from '../identify/stage.ts'
import type { Inbound } from '../inbound.ts'
import { showOwnTenant } from '../tenant/show.ts'
import { viewAsCaller } from './caller.ts'
import type { SelfDeps } from './deps.ts'
import type { OwnTenant } from './shown.ts'

export async function ownTenant(
  deps: SelfDeps,
  _inbound: Inbound,
  caller: Identified,
): Promise<Response> {
  const { snapshot } = await viewAsCaller(deps, caller)
  const { credential, user, scopes, roles } = caller.principal
  const shown = {
    credential: credential.kind,
    key_id: credential.kind === 'api-key' ? credential.keyId : null,
    user,
    scopes: [...scopes],
    roles: [...roles],
  }
  const answer: OwnTenant = { tenant: showOwnTenant(snapshot.config), caller: shown }
  return Response.json(answer, { headers: { 'cache-control': 'no-store' } })
}
