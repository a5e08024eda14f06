/**
 * Gives a tenant its place on vector services that it was made before, or before they had several
 * clusters: the first request that needs it has it done, and noted as the gateway's own act.
 */
import type { TenantId } from '../../tenant/slug.ts'
import { changeAccount } from '../account.ts'
import type { ControlDeps } from '../deps.ts'

export async function placeTenant(deps: ControlDeps, tenant: TenantId): Promise<void> {
  await changeAccount(deps, { tenant, actor: 'gateway' }, async ({ snapshot: { config } }) => {
    const placements = await deps.keeper.settleIn(config)
    const before = config.placements ?? {}
    const isPlaced = Object.keys(placements).every((name) => Object.hasOwn(before, name))
    const note = { action: 'tenant.place', before, after: placements }
    return { change: isPlaced ? null : { config: { ...config, placements }, note }, result: null }
  })
}
