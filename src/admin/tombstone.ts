/**
 * The keyed hash that is left of an erased tenant's slug: the slug is never issued again, and yet a
 * list of former customers cannot be read out of the store.
 */
import type { TenantId } from '../tenant/slug.ts'
import type { ControlDeps } from './deps.ts'

/** Under each pepper: the current first. A pepper that is left out takes its tombstones with it. */
export function tombstonesOf(
  { hasher }: Pick<ControlDeps, 'hasher'>,
  tenant: TenantId,
): Promise<string[]> {
  return hasher.keyedHash('tombstone', tenant)
}
