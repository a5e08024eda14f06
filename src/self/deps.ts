/** What the tenant's own view stands on. */
import type { Clock } from '../clock.ts'
import type { Identified } from '../identify/stage.ts'
import type { Inbound } from '../inbound.ts'
import type { RandomBytes } from '../random.ts'
import type { Pipeline } from '../stage.ts'
import type { Store } from '../store/store.ts'
import type { SnapshotCache } from '../tenant/snapshot.ts'

export interface SelfDeps {
  readonly store: Store
  readonly snapshots: SnapshotCache
  readonly clock: Clock
  readonly randomBytes: RandomBytes
  /** Where there are any, the gateway alone moves what they are counted under. */
  readonly vectors: readonly unknown[]
  readonly pipeline: Pipeline<Inbound & Identified>
}
