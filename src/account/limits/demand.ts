/**
 * From a tenant's limits to what is asked of its account: which windows and which budgets one
 * caller's request touches. The ids made here name counters in the store, so they are one-to-one.
 */
import type { Limits, TenantConfig, UserLimits } from '../../tenant/tenant.ts'
import { overlay } from '../../tenant/resolve.ts'
import type { BudgetDemand, RateDemand } from '../commands.ts'
import { encodeId } from '../encode-id.ts'

export type RateLimit = Omit<RateDemand, 'base' | 'unit'>
export type BudgetLimit = Omit<BudgetDemand, 'base' | 'unit'>

export interface LimitDemands {
  /** Only what is limited: a window without a limit has nothing to keep. */
  readonly rates: readonly RateLimit[]
  /** Always all four: an unlimited budget is counted too, so that a limit set later finds the truth. */
  readonly budgets: readonly BudgetLimit[]
}

export interface Caller {
  readonly user: string | null
  readonly keyId: string | null
}

/** The tenant as a whole: no window of a single user or key. */
export const WHOLE_TENANT: Caller = { user: null, keyId: null }

const SECOND_MS = 1_000
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

export function limitDemands(
  limits: Limits,
  caller: Caller,
  users: TenantConfig['users'] = [],
): LimitDemands {
  const rates: RateLimit[] = []
  const limit = (
    id: string,
    windowMs: number,
    value: number | null,
    measure: RateLimit['measure'] = 'requests',
  ) => {
    if (value !== null) rates.push({ id, windowMs, limit: value, measure })
  }
  limit('requests_per_second', SECOND_MS, limits.requests_per_second)
  limit('requests_per_minute', MINUTE_MS, limits.requests_per_minute)
  limit('requests_per_hour', HOUR_MS, limits.requests_per_hour)
  limit('tokens_per_minute', MINUTE_MS, limits.tokens_per_minute, 'tokens')
  if (caller.user !== null) {
    const own = userLimits(limits, users, caller.user)
    const subject = `|u:${encodeId(caller.user)}`
    limit(`user_requests_per_second${subject}`, SECOND_MS, own.requests_per_second ?? null)
    limit(`user_requests_per_minute${subject}`, MINUTE_MS, own.requests_per_minute ?? null)
    limit(`user_requests_per_hour${subject}`, HOUR_MS, own.requests_per_hour ?? null)
    limit(`user_tokens_per_minute${subject}`, MINUTE_MS, own.tokens_per_minute ?? null, 'tokens')
  }
  if (caller.keyId !== null) {
    const id = `key_requests_per_minute|k:${encodeId(caller.keyId)}`
    limit(id, MINUTE_MS, limits.key_requests_per_minute)
  }
  return {
    rates,
    budgets: [
      { id: 'tokens_per_day', period: 'day', measure: 'tokens', limit: limits.tokens_per_day },
      {
        id: 'tokens_per_month',
        period: 'month',
        measure: 'tokens',
        limit: limits.tokens_per_month,
      },
      { id: 'usd_per_day', period: 'day', measure: 'nano_usd', limit: limits.usd_per_day },
      { id: 'usd_per_month', period: 'month', measure: 'nano_usd', limit: limits.usd_per_month },
    ],
  }
}

/** What is set for this user, over the default for all. null, and what is absent, is unlimited. */
function userLimits(
  { user_requests_per_minute }: Limits,
  users: NonNullable<TenantConfig['users']>,
  user: string,
): UserLimits {
  const set = users.find(({ id }) => id === user)?.limits ?? {}
  return overlay<UserLimits>({ requests_per_minute: user_requests_per_minute }, set)
}

export interface LimitIdParts {
  /** As the configuration calls it. */
  readonly name: string
  readonly scope: 'tenant' | 'user' | 'key'
}

/** What an id made above stands for, without telling whose it is. */
export function readLimitId(id: string): LimitIdParts {
  const [name = id, subject] = id.split('|')
  if (subject === undefined) return { name, scope: 'tenant' }
  return { name, scope: subject.startsWith('u:') ? 'user' : 'key' }
}
