// Accounts as they were left some time ago, in a Redis: made through a store whose clock is behind.
import type { PeriodTable } from '../../src/account/records.ts'
import { systemClock } from '../../src/clock.ts'
import { createRedisStore } from '../../src/store/redis/redis-store.ts'
import type { Store } from '../../src/store/store.ts'
import { TenantId } from '../../src/tenant/slug.ts'
import type { TenantConfig } from '../../src/tenant/tenant.ts'
import { create, tenantConfig } from '../store/commands.ts'

const DAY_MS = 86_400_000

/** What speaks Upstash's REST API. */
interface Place {
  readonly url: string
  readonly token: string
}

export interface Earlier {
  readonly tenant: TenantId
  readonly store: Store
  readonly nowMs: number
}

/** A tenant that was made so long ago; the store that is told still stands at that time. */
export async function madeEarlier(
  { url, token }: Place,
  name: string,
  agoMs: number,
  changes: (nowMs: number) => Partial<TenantConfig> = () => ({}),
): Promise<Earlier> {
  const nowMs = Date.now() - agoMs
  const store = createRedisStore({ url, token, clock: systemClock, testClock: () => nowMs })
  const tenant = TenantId.parse(name)
  const config = tenantConfig(name, { created_at_ms: nowMs, ...changes(nowMs) })
  const { plan, status, created_at_ms, archived_at_ms, retention_days } = config
  const purge =
    archived_at_ms === null ? {} : { purge_at_ms: archived_at_ms + retention_days * DAY_MS }
  await store.directory.register({ tenant, plan, status, created_at_ms, ...purge }, [])
  await store.run(tenant, create(name, { config, periods: periodsAround(nowMs) }))
  return { tenant, store, nowMs }
}

/** Archived so long ago, to be kept for a day. */
export function archivedEarlier(place: Place, name: string, agoMs: number): Promise<Earlier> {
  return madeEarlier(place, name, agoMs, (nowMs) => ({
    status: 'ARCHIVED',
    archived_at_ms: nowMs,
    retention_days: 1,
  }))
}

function periodsAround(nowMs: number): PeriodTable {
  const today = nowMs - (nowMs % DAY_MS)
  const day = [-1, 0, 1, 2, 3].map((at) => today + at * DAY_MS)
  const month = [{ start: today - 20 * DAY_MS, end: today + 20 * DAY_MS }]
  return { day: day.map((start) => ({ start, end: start + DAY_MS })), month }
}
