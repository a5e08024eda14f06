/**
 * POST /tenant/quotas/{name}/acquire { "amount", "lease_seconds" }: takes some of a level, or is refused
 * with 429. Under an Idempotency-Key, which is then the acquisition's id, a repetition counts once.
 */
import * as z from 'zod'
import { acquisitionHolder, mintAcquisitionId, mintLeaseId } from '../account/acquisition-id.ts'
import { MAX_ACQUISITIONS } from '../account/constants.ts'
import { refusalProblem } from '../admit/refusal-problem.ts'
import { readOptionalJson } from '../input/read-json.ts'
import type { Inbound } from '../inbound.ts'
import { closedObject } from '../input/closed-object.ts'
import { Problem } from '../problem/problem.ts'
import { quotaLimit, showQuota } from '../tenant/quotas.ts'
import { asCaller, ask } from './caller.ts'
import type { SelfDeps } from './deps.ts'
import { readIdempotencyKey } from './idempotency-key.ts'
import { demandOwn } from './managed-quota.ts'
import { noQuota } from './no-quota.ts'
import type { QuotaAcquired } from './shown.ts'

const MAX_LEASE_S = 86_400
const MAX_AMOUNT = 1e15

export const Amount = z
  .int()
  .min(1)
  .max(MAX_AMOUNT, { error: `must not be more than ${MAX_AMOUNT}` })

export const Acquisition = closedObject({
  amount: Amount.default(1),
  lease_seconds: z.int().min(1).max(MAX_LEASE_S).optional(),
})

export function acquireQuota(deps: SelfDeps, inbound: Inbound, name: string): Promise<Response> {
  // Read, and called, once, however often the caller is judged.
  let named: Promise<Named> | undefined
  return asCaller(deps, inbound, { access: 'write', scope: 'quotas' }, async (caller) => {
    const { amount, leaseMs, id, holder } = await (named ??= nameIt(deps, inbound, name))
    const { config, version } = caller.known
    demandOwn(deps, name)
    const limit = quotaLimit(config, name)
    if (limit === undefined) return caller.confirm('unknown_quota', noQuota(config, name))
    const { keyHashes, keyExpiresAtMs } = caller
    const on = { version, keyHashes, keyExpiresAtMs, quota: name }
    const reply = await ask(deps, caller, {
      type: 'acquire',
      ...on,
      limit,
      amount,
      holder,
      leaseMs,
    })
    switch (reply.type) {
      case 'acquired': {
        const { state, expiresAtMs } = reply.acquisition
        const expires_at = expiresAtMs === null ? null : new Date(expiresAtMs).toISOString()
        const quota = showQuota(name, limit, reply.level)
        const answer: QuotaAcquired = { acquisition: { id, amount, expires_at, state }, quota }
        return Response.json(answer, { headers: { 'cache-control': 'no-store' } })
      }
      case 'refused':
        throw refusalProblem(reply.refusal, config)
      case 'mismatch':
        throw keyReused()
      case 'crowded':
        throw tooMany(config.tenant)
    }
  })
}

interface Named {
  readonly amount: number
  readonly leaseMs: number | null
  readonly id: string
  readonly holder: string | null
}

async function nameIt(
  { randomBytes }: SelfDeps,
  { request }: Inbound,
  quota: string,
): Promise<Named> {
  const key = readIdempotencyKey(request.headers)
  const { amount, lease_seconds } = await readOptionalJson(Acquisition, request)
  const leaseMs = lease_seconds === undefined ? null : lease_seconds * 1_000
  if (key === null && leaseMs === null) {
    return { amount, leaseMs, id: mintAcquisitionId(amount, randomBytes), holder: null }
  }
  const id = key ?? mintLeaseId(randomBytes)
  return { amount, leaseMs, id, holder: acquisitionHolder(quota, id) }
}

export function keyReused(): Problem {
  return new Problem(
    'InvalidMember',
    'Idempotency-Key: was used for another amount, or with a lease and without.',
    { param: 'idempotency-key', remedy: 'Use a new key for each thing that you ask for.' },
  )
}

const CROWD_RETRY_MS = 60_000

export function tooMany(tenant: string): Problem {
  return new Problem(
    'QuotaExceeded',
    `Tenant '${tenant}' has ${MAX_ACQUISITIONS} acquisitions that are remembered by id.`,
    {
      limit: 'acquisitions',
      scope: 'tenant',
      used: MAX_ACQUISITIONS,
      max: MAX_ACQUISITIONS,
      retryAfterMs: CROWD_RETRY_MS,
      remedy: 'Acquire larger amounts at once, or release by amount and without Idempotency-Key.',
    },
  )
}
