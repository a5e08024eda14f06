/**
 * POST /tenant/quotas/{name}/release { "acquisition" } or { "amount" }: gives back. A suspended tenant may.
 * Repeated, the acquisition of an id is given back once, an amount once under one Idempotency-Key.
 */
import * as z from 'zod'
import { acquisitionHolder, mintedAmount, releaseHolder } from '../account/acquisition-id.ts'
import type { ReleaseCommand } from '../account/quota-commands.ts'
import { readJson } from '../input/read-json.ts'
import type { Inbound } from '../inbound.ts'
import { closedObject } from '../input/closed-object.ts'
import { Problem } from '../problem/problem.ts'
import { quotaLimit, showQuota } from '../tenant/quotas.ts'
import { Amount, keyReused, tooMany } from './acquire-quota.ts'
import { asCaller, ask } from './caller.ts'
import type { SelfDeps } from './deps.ts'
import { readIdempotencyKey } from './idempotency-key.ts'
import { demandOwn } from './managed-quota.ts'
import { noQuota } from './no-quota.ts'
import type { QuotaReleased } from './shown.ts'

export const Release = closedObject({
  acquisition: z.string().min(1).max(200).optional(),
  amount: Amount.optional(),
}).refine(({ acquisition, amount }) => (acquisition === undefined) !== (amount === undefined), {
  error: 'must name either an acquisition or an amount',
})
type Release = z.infer<typeof Release>

export function releaseQuota(deps: SelfDeps, inbound: Inbound, name: string): Promise<Response> {
  let body: Promise<Release> | undefined
  return asCaller(deps, inbound, { access: 'read', scope: 'quotas' }, async (caller) => {
    demandOwn(deps, name)
    const asked = await (body ??= readJson(Release, inbound.request))
    const what = whatToRelease(name, asked, readIdempotencyKey(inbound.request.headers))
    const { config, version } = caller.known
    const { keyHashes, keyExpiresAtMs } = caller
    const on = { version, keyHashes, keyExpiresAtMs, quota: name }
    const reply = await ask(deps, caller, { type: 'release', ...on, ...what, leavesMark: true })
    // A quota that the plan no longer names can still be given back.
    const limit = quotaLimit(config, name)
    switch (reply.type) {
      case 'released': {
        const answer: QuotaReleased = { quota: showQuota(name, limit ?? null, reply.level) }
        return Response.json(answer, { headers: { 'cache-control': 'no-store' } })
      }
      case 'not_acquired':
        if (limit === undefined) throw noQuota(config, name)
        throw new Problem('NotFound', `No acquisition of this id is held of ${name}.`, {
          remedy: 'It may have been released, or its lease may have run out, some time ago.',
        })
      case 'not_used': {
        if (limit === undefined) throw noQuota(config, name)
        const { used } = reply.level
        const detail = `Tenant '${config.tenant}' uses ${used} of ${name}; no more can be released.`
        throw new Problem('Conflict', detail, { limit: name, used })
      }
      case 'mismatch':
        throw keyReused()
      case 'crowded':
        throw tooMany(config.tenant)
    }
  })
}

function whatToRelease(
  quota: string,
  { acquisition, amount }: Release,
  key: string | null,
): Pick<ReleaseCommand, 'holder' | 'amount'> {
  if (acquisition === undefined) {
    return {
      holder: key === null ? null : releaseHolder(quota, key),
      amount: amount ?? null,
    }
  }
  const minted = mintedAmount(acquisition)
  return minted === null
    ? { holder: acquisitionHolder(quota, acquisition), amount: null }
    : { holder: releaseHolder(quota, acquisition), amount: minted }
}
