/** `/healthz`: the process answers. `/readyz`: it can do its work. */
import { type Store, StoreUnavailable } from './store/store.ts'
import type { VectorUpstream } from './upstream/vector/upstream.ts'

export interface ReadinessDeps {
  readonly store: Store
  readonly vectors: readonly VectorUpstream[]
}

export function health(): Response {
  return Response.json({ status: 'ok' })
}

/** Asks the store alone: an upstream that is down is told by the requests that go there. */
export async function readiness({ store, vectors }: ReadinessDeps): Promise<Response> {
  try {
    await store.ping()
    const warnings = vectors.flatMap(withoutCredential)
    const told = warnings.length === 0 ? {} : { warnings }
    return Response.json({ status: 'ready', store: 'ok', ...told })
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error
    return Response.json({ status: 'unavailable', store: error.message }, { status: 503 })
  }
}

/** Nobody can be provisioned there, and so nowhere: a new tenant is settled in on every service. */
function withoutCredential({ name, clusters }: VectorUpstream): string[] {
  const isComplete = clusters.every(({ key }) => key !== null)
  return isComplete ? [] : [`the upstream '${name}' has an address and no credential`]
}
