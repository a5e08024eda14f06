/** `/healthz`: the process answers. `/readyz`: it can do its work. */
import { type Store, StoreUnavailable } from './store/store.ts'

export function health(): Response {
  return Response.json({ status: 'ok' })
}

export async function readiness(store: Store): Promise<Response> {
  try {
    await store.ping()
    return Response.json({ status: 'ready', store: 'ok' })
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error
    return Response.json({ status: 'unavailable', store: error.message }, { status: 503 })
  }
}
