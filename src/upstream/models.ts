/**
 * The list of models, answered by the gateway itself: what an upstream's own list shows is the
 * platform's account, what the tenant needs to know is what it may call here.
 */
import { matchesAnyGlob } from '../policy/glob.ts'
import { Problem } from '../problem/problem.ts'
import type { Policy } from '../tenant/tenant.ts'
import type { Call } from './route.ts'
import type { Upstream } from './upstream.ts'

export interface ModelsDeps {
  readonly upstreams: readonly Upstream[]
  readonly pricedModels: (provider: string) => readonly string[]
}

/** In the words of the API that was asked; one model when the path names one, else all. */
export function answerModels(deps: ModelsDeps, call: Call, policy: Policy): unknown {
  const { adapter } = call.upstream
  const names = new Set<string>()
  for (const upstream of deps.upstreams.filter((other) => other.adapter === adapter)) {
    for (const model of deps.pricedModels(upstream.priceProvider)) {
      if (matchesAnyGlob(upstream.settings.models, model)) names.add(model)
    }
  }
  const allowed = [...names].filter((name) => matchesAnyGlob(policy.allowed_models, name)).sort()
  const asked = call.params['model']
  if (asked === undefined) return adapter.modelList(allowed.map(described))
  if (!allowed.includes(asked)) {
    throw new Problem('ModelNotFound', `The model '${asked}' does not exist here.`)
  }
  return adapter.model(described(asked))
}

/** When a model came to be is not known here; both APIs demand a date. */
const described = (id: string) => ({ id, createdAtMs: 0 })
