/** A credential reaches what its scopes name; `*` names all of the data plane, never the control plane. */
import { object, type Objection } from './objection.ts'

export function checkScope(
  scopes: ReadonlySet<string>,
  needed: 'llm' | 'models' | 'usage' | 'quotas' | 'vectors',
): Objection | null {
  if (scopes.has(needed) || scopes.has('*')) return null
  return object('scope_missing', 'ScopeMissing', `This credential lacks the scope '${needed}'.`, {
    scope: needed,
    remedy: `Use a key or token with the scope '${needed}'.`,
  })
}
