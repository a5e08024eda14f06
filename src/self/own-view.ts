/** What to ask of the account so that it tells where its limits stand for this caller. */
import type { ViewCommand } from '../account/commands.ts'
import type { Principal } from '../identify/principal.ts'
import { viewCommand } from '../report/report.ts'
import type { TenantConfig } from '../tenant/tenant.ts'

export function ownView({ user, credential }: Principal, config: TenantConfig): ViewCommand {
  const keyId = credential.kind === 'api-key' ? credential.keyId : null
  return viewCommand(config, { user, keyId })
}
