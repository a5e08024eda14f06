/**
 * POST /tenants/{id}/budgets/{name}/reset { "reason" }: begins a budget anew within its running day or
 * month. What it had used stays in the reports, and what was taken away stands in the ledger.
 */
import * as z from 'zod'
import { limitDemands, WHOLE_TENANT } from '../account/limits/demand.ts'
import { NO_LIMITS } from '../config/built-in-plans.ts'
import { standing } from '../report/standings.ts'
import { viewCommand } from '../report/report.ts'
import { closedObject } from '../input/closed-object.ts'
import { Problem } from '../problem/problem.ts'
import type { ResetCommand, ResetReply } from '../account/report-commands.ts'
import type { Store } from '../store/store.ts'
import type { TenantId } from '../tenant/slug.ts'
import { mintNonce, noTenant, periodsFor, viewAccount } from './account.ts'
import type { AdminDeps, AdminHandler } from './deps.ts'
import { readOptionalJson } from '../input/read-json.ts'
import type { BudgetReset } from './shown.ts'
import { tenantOf } from './tenants/tenant-response.ts'

export const BudgetResetInput = closedObject({ reason: z.string().min(1).max(500).optional() })

export const BUDGETS = limitDemands(NO_LIMITS, WHOLE_TENANT).budgets

export function resetBudget(deps: AdminDeps): AdminHandler {
  return async (c) => {
    const tenant = tenantOf(c)
    const name = c.req.param('name')
    const budget = BUDGETS.find(({ id }) => id === name)
    if (budget === undefined) {
      const known = BUDGETS.map(({ id }) => id).join(', ')
      throw new Problem('NotFound', `There is no such budget: budgets are ${known}.`)
    }
    const { reason = null } = await readOptionalJson(BudgetResetInput, c.req.raw)
    const { snapshot } = await viewAccount(deps.store, tenant)
    await resetSurely(deps, tenant, snapshot.config.timezone, {
      type: 'reset',
      incarnation: snapshot.incarnation,
      resetId: mintNonce(deps),
      budget: budget.id,
      period: budget.period,
      actor: c.var.actor,
      reason,
    })
    const answer: BudgetReset = { limit: await standingOf(deps.store, tenant, budget.id) }
    return c.json(answer)
  }
}

async function resetSurely(
  deps: AdminDeps,
  tenant: TenantId,
  timezone: string,
  command: ResetCommand,
): Promise<void> {
  let reply: ResetReply = await deps.store.run(tenant, command)
  if (reply.type === 'periods_stale') {
    reply = await deps.store.run(tenant, { ...command, periods: periodsFor(deps, timezone) })
  }
  if (reply.type === 'gone') throw noTenant(tenant)
  if (reply.type === 'periods_stale') {
    throw new Problem('StoreUnavailable', 'The running period is not known.', {
      retryAfterMs: 1_000,
    })
  }
}

/** As it is after the reset; what others have used in between shows. */
async function standingOf(store: Store, tenant: TenantId, id: string) {
  const { snapshot } = await viewAccount(store, tenant)
  const view = await store.run(tenant, viewCommand(snapshot.config, WHOLE_TENANT))
  const meter = view.type === 'gone' ? undefined : view.meters.find((each) => each.id === id)
  if (meter === undefined) throw noTenant(tenant)
  return standing(meter, null)
}
