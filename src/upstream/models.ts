/**
 * The list of models, answered by the gateway itself: what an upstream's own list shows is the
 * platform's account, what the tenant needs to know is what it may call here.
 */
import type { Price } from '../price/price-table.ts'
import { matchesAnyGlob } from '../tenant/glob.ts'
import { Problem } from '../problem/problem.ts'
import type { Policy } from '../tenant/tenant.ts'
import type { Call } from './route.ts'
import type { Upstream } from './upstream.ts'

export interface ModelsDeps {
  readonly upstreams: readonly Upstream[]
  readonly pricedModels: (provider: string) => readonly string[]
  readonly priceOf: (provider: string, model: string) => Price | null
}

/** In the words of the API that was asked; one model when the path names one, else all. */
export function answerModels(deps: ModelsDeps, call: Call, policy: Policy): unknown {
  const { adapter } = call.upstream
  const upstreams = deps.upstreams.filter((upstream) => upstream.adapter === adapter)
  const asked = call.params['model']
  if (asked === undefined) {
    const names = upstreams.flatMap((upstream) =>
      deps
        .pricedModels(upstream.priceProvider)
        .filter((model) => matchesAnyGlob(upstream.settings.models, model)),
    )
    const allowed = [...new Set(names)].filter((name) =>
      matchesAnyGlob(policy.allowed_models, name),
    )
    return adapter.modelList(allowed.toSorted().map(described))
  }
  // What `/v1` would serve to this tenant, listed or not.
  const isServed = upstreams.some(
    ({ settings, priceProvider }) =>
      matchesAnyGlob(settings.models, asked) && deps.priceOf(priceProvider, asked) !== null,
  )
  if (!isServed || !matchesAnyGlob(policy.allowed_models, asked)) {
    throw new Problem('ModelNotFound', `The model '${asked}' does not exist here.`)
  }
  return adapter.model(described(asked))
}

/** When a model came to be is not known here; both APIs demand a date. */
const described = (id: string) => ({ id, createdAtMs: 0 })
