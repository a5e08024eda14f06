/** Allowed models are globs; a plan that lists none allows none. */
import type { Policy } from '../tenant/tenant.ts'
import { matchesAnyGlob } from '../tenant/glob.ts'
import { object, type Objection } from './objection.ts'

export function checkModel(policy: Policy, model: string): Objection | null {
  if (matchesAnyGlob(policy.allowed_models, model)) return null
  return object(
    'model_forbidden',
    'ModelForbidden',
    `The model '${model}' is not allowed for this tenant.`,
    {
      param: 'model',
      remedy: `Allowed: ${policy.allowed_models.join(', ') || 'none'}.`,
    },
  )
}
