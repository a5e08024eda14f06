/** What the stages and the control plane need of the vector services, built once an isolate. */
import type { Clock } from '../../clock.ts'
import type { Log } from '../../log.ts'
import type { RandomBytes } from '../../random.ts'
import type { Store } from '../../store/store.ts'
import type { Fetch } from '../attempt.ts'
import { Keeper } from './keeper.ts'
import { Recounter } from './recount.ts'
import { measurer, services } from './services.ts'
import { spaces } from './spaces.ts'
import type { VectorUpstream } from './upstream.ts'

export interface VectorsDeps {
  readonly store: Store
  readonly clock: Clock
  readonly randomBytes: RandomBytes
  readonly fetch: Fetch
  readonly log: Log
  readonly vectors: readonly VectorUpstream[]
  readonly handleSecret: Uint8Array<ArrayBuffer>
  readonly config: { readonly vector_prefix: string }
}

export function openVectors(deps: VectorsDeps) {
  const openSpace = spaces({ ...deps, prefix: deps.config.vector_prefix })
  const openHome = services(deps)
  const recounting = { ...deps, openHome }
  return {
    openSpace,
    openHome,
    measure: measurer(openHome, deps.store),
    recounter: new Recounter(recounting),
    keeper: new Keeper({ ...recounting, openSpace }),
  }
}
