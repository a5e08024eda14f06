/**
 * Keeps the directory's row like the account. The account is the truth; the row serves listings, and
 * lags behind for a moment after a change.
 */
import type { Version } from '../account/records.ts'
import type { DirectoryRow, Store } from '../store/store.ts'
import type { TenantConfig } from '../tenant/tenant.ts'

const MAX_ROUNDS = 8

export function rowOf({ tenant, plan, status, created_at_ms }: TenantConfig): DirectoryRow {
  return { tenant, plan, status, created_at_ms }
}

/**
 * Writes the row, then asks whether the account is still at that version: of two changes at once the
 * later writer of the row sees the newer account, so that an older row never stays.
 */
export async function updateDirectory(
  store: Store,
  config: TenantConfig,
  version: Version,
): Promise<void> {
  let newest = { config, version }
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    await store.directory.update(rowOf(newest.config))
    const { version: known } = newest
    const reply = await store.run(config.tenant, { type: 'load', version: known, keyHashes: [] })
    if (reply.type !== 'stale') return
    newest = reply.snapshot
  }
}

/** Brings the row up to date if a crash has left it behind. */
export async function repairDirectory(
  store: Store,
  config: TenantConfig,
  version: Version,
): Promise<void> {
  const row = await store.directory.get(config.tenant)
  if (row === null || (row.plan === config.plan && row.status === config.status)) return
  await updateDirectory(store, config, version)
}
