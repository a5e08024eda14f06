/** GET /tenant/quotas and GET /tenant/quotas/{name}?amount=: where the tenant's levels stand. Changes nothing. */
import * as z from 'zod'
import type { QuotaList } from '../admin/shown.ts'
import type { Identified } from '../identify/stage.ts'
import type { Inbound } from '../inbound.ts'
import { closedObject } from '../input/closed-object.ts'
import { readQuery } from '../input/read-query.ts'
import { showQuotas } from '../tenant/quotas.ts'
import { viewAsCaller } from './caller.ts'
import type { SelfDeps } from './deps.ts'
import { noQuota } from './no-quota.ts'
import type { QuotaCheck } from './shown.ts'

const NO_STORE = { headers: { 'cache-control': 'no-store' } }

export const QuotaQuery = closedObject({
  amount: z
    .string()
    .regex(/^[1-9][0-9]{0,14}$/, 'must be a whole number from 1 on')
    .transform(Number)
    .optional(),
})

export async function listOwnQuotas(
  deps: SelfDeps,
  { url }: Inbound,
  caller: Identified,
): Promise<Response> {
  readQuery(closedObject({}), url.searchParams)
  const { snapshot, levels } = await viewAsCaller(deps, caller)
  const answer: QuotaList = { quotas: showQuotas(snapshot.config, levels) }
  return Response.json(answer, NO_STORE)
}

/** With an `amount`, also whether so much could be acquired at this moment. */
export async function checkOwnQuota(
  deps: SelfDeps,
  { url }: Inbound,
  caller: Identified,
  name: string,
): Promise<Response> {
  const { amount } = readQuery(QuotaQuery, url.searchParams)
  const { snapshot, levels } = await viewAsCaller(deps, caller)
  const quota = showQuotas(snapshot.config, levels).find((standing) => standing.name === name)
  if (quota === undefined) throw noQuota(snapshot.config, name)
  if (amount === undefined) return Response.json({ quotas: [quota] } satisfies QuotaCheck, NO_STORE)
  const allowed =
    snapshot.config.status === 'ACTIVE' && (quota.max === null || quota.used + amount <= quota.max)
  return Response.json({ quotas: [quota], allowed } satisfies QuotaCheck, NO_STORE)
}
