/**
 * The life of a tenant as one table: what may be done to it in which state, and what it is then.
 * SUSPENDED is read-only, ARCHIVED has no access and never gets it back; only its data waits.
 */
import type { TenantStatus } from './tenant.ts'

export type LifecycleAction = 'activate' | 'suspend' | 'reactivate' | 'archive' | 'erase'

/** What is left after an erasure: a tombstone, so that the slug is never issued again. */
export const GONE = 'GONE'

type Transitions = Readonly<Partial<Record<LifecycleAction, TenantStatus | typeof GONE>>>

export const TRANSITIONS: Readonly<Record<TenantStatus, Transitions>> = {
  PROVISIONING: { activate: 'ACTIVE' },
  ACTIVE: { suspend: 'SUSPENDED', archive: 'ARCHIVED' },
  SUSPENDED: { reactivate: 'ACTIVE', archive: 'ARCHIVED' },
  ARCHIVED: { erase: GONE },
}

/** What the tenant becomes; null when the table has no such transition. */
export function transition(
  from: TenantStatus,
  action: LifecycleAction,
): TenantStatus | typeof GONE | null {
  return TRANSITIONS[from][action] ?? null
}

export function allowedActions(from: TenantStatus): readonly string[] {
  return Object.keys(TRANSITIONS[from])
}

const DAY_MS = 86_400_000

/** When the data of an archived tenant may be purged; null for every other. */
export function purgeAtMs(config: {
  readonly archived_at_ms: number | null
  readonly retention_days: number
}): number | null {
  const { archived_at_ms, retention_days } = config
  return archived_at_ms === null ? null : archived_at_ms + retention_days * DAY_MS
}
