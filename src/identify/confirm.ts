/**
 * A refusal decided on a snapshot from memory must not outlive its cause: before it is answered, the
 * store confirms by version that the snapshot is the current one, and counts the refusal.
 */
import type { Problem } from '../problem/problem.ts'
import { StaleSnapshot } from '../stage.ts'
import type { Store } from '../store/store.ts'
import type { Version } from '../account/records.ts'
import type { SnapshotCache } from '../tenant/snapshot.ts'
import type { TenantId } from '../tenant/slug.ts'

/** Never resolves: throws the problem when it is confirmed, StaleSnapshot when all must be decided again. */
export type Confirm = (reason: string, problem: Problem, limitId?: string) => Promise<never>

export function confirmRefusals(
  deps: { readonly store: Store; readonly snapshots: SnapshotCache },
  tenant: TenantId,
  version: Version,
  keyHashes: readonly string[],
): Confirm {
  return async (reason, problem, limitId) => {
    const reply = await deps.store.run(tenant, {
      type: 'refuse',
      version,
      keyHashes,
      reason,
      ...(limitId === undefined ? {} : { limitId }),
    })
    switch (reply.type) {
      case 'confirmed':
        throw problem
      case 'stale':
        deps.snapshots.learn(reply.snapshot)
        throw new StaleSnapshot()
      case 'gone':
        deps.snapshots.forget(tenant)
        throw new StaleSnapshot()
    }
  }
}
