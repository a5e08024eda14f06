/**
 * Keeps the directory's row like the account. The account is the truth; the row serves listings, and
 * lags behind for a moment after a change.
 */
import type { Version } from '../account/records.ts'
import type { DirectoryRow, Store } from '../store/store.ts'
import { purgeAtMs } from '../tenant/lifecycle.ts'
import type { TenantConfig } from '../tenant/tenant.ts'

const MAX_ROUNDS = 8

export function rowOf(config: TenantConfig): DirectoryRow {
  const { tenant, plan, status, created_at_ms } = config
  const purge_at_ms = purgeAtMs(config)
  const row = { tenant, plan, status, created_at_ms }
  return purge_at_ms === null ? row : { ...row, purge_at_ms }
}

/** Whether the directory tells the two apart. */
export function isSameRow(one: DirectoryRow, other: DirectoryRow): boolean {
  const { plan, status, purge_at_ms } = one
  return (
    plan === other.plan &&
    status === other.status &&
    (purge_at_ms ?? 0) === (other.purge_at_ms ?? 0)
  )
}

/**
 * Writes the row, then asks whether the account is still at that version: of two changes at once the
 * later writer of the row sees the newer account, so that an older row never stays. False: there is
 * no row, for the tenant is being erased.
 */
export async function updateDirectory(
  store: Store,
  config: TenantConfig,
  version: Version,
): Promise<boolean> {
  let newest = { config, version }
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    if ((await store.directory.update(rowOf(newest.config))) === 'unknown') return false
    const { version: known } = newest
    const reply = await store.run(config.tenant, { type: 'load', version: known, keyHashes: [] })
    if (reply.type !== 'stale') return true
    newest = reply.snapshot
  }
  return true
}

/** Brings the row up to date if a crash has left it behind. */
export async function repairDirectory(
  store: Store,
  config: TenantConfig,
  version: Version,
): Promise<void> {
  const row = await store.directory.get(config.tenant)
  if (row === null || isSameRow(row, rowOf(config))) return
  await updateDirectory(store, config, version)
}
