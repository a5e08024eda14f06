/**
 * What is left of an erased tenant: its slug's keyed hash with the receipt. The slug is never issued
 * again, and yet a list of former customers cannot be read out of the store.
 */
import type { TenantId } from '../../tenant/slug.ts'
import type { ControlDeps } from '../deps.ts'
import { Erasure } from './receipt.ts'
import type { ShownReceipt } from '../shown.ts'

/** What this gateway cannot reach. */
const REMAINING = [
  'backups of the store: point-in-time recovery of Durable Objects, snapshots and append-only files of Redis',
  'log lines that name the tenant',
  'what upstream providers have kept of its requests',
]

/** Under each pepper: the current first. A pepper that is left out takes its tombstones with it. */
export function tombstonesOf(
  { hasher }: Pick<ControlDeps, 'hasher'>,
  tenant: TenantId,
): Promise<string[]> {
  return hasher.keyedHash('tombstone', tenant)
}

/** The receipt of a slug that was erased, under whichever pepper; null when it never was. */
export async function readTombstone(
  deps: Pick<ControlDeps, 'store' | 'hasher' | 'keeper'>,
  tenant: TenantId,
): Promise<ShownReceipt | null> {
  for (const hash of await tombstonesOf(deps, tenant)) {
    const found = await deps.store.directory.document('tombstone', hash)
    if (found === null) continue
    const { actor, erased_at_ms, deleted } = Erasure.parse(JSON.parse(found.text))
    const erased_at = new Date(erased_at_ms).toISOString()
    return {
      tenant,
      erased_at,
      erased_by: actor,
      deleted,
      remaining: [...REMAINING, ...deps.keeper.remaining],
    }
  }
  return null
}
