/**
 * Taking overrides back: what a tenant inherits is its plan's again, now and whenever the plan
 * changes. `null` cannot say so, for it stands for "unlimited".
 */
import * as z from 'zod'
import { Limits, Policy, type Overrides } from '../../tenant/tenant.ts'

const MAX_NAMES = 100
const NAME = /^(limits|quotas|policy)\.([a-z][a-z0-9_]*)$/
const KNOWN = {
  limits: Object.keys(Limits.shape),
  policy: Object.keys(Policy.shape),
}

/** `limits.requests_per_minute`, `quotas.max_vectors`, `policy.system_prompt`. */
const OverrideName = z.string().refine(isOverrideName, {
  error: 'must name a member of limits, quotas or policy, such as limits.requests_per_minute',
})
export const OverrideNames = z.array(OverrideName).max(MAX_NAMES)

function isOverrideName(text: string): boolean {
  const [, group, name = ''] = NAME.exec(text) ?? []
  if (group === 'limits' || group === 'policy') return KNOWN[group].includes(name)
  return group === 'quotas'
}

/** The overrides that are left. A name that is not overridden changes nothing. */
export function inherit({ limits, quotas, policy }: Overrides, names: readonly string[]) {
  return {
    limits: without('limits', limits, names),
    quotas: without('quotas', quotas, names),
    policy: without('policy', policy, names),
  }
}

function without<T extends object>(group: keyof Overrides, members: T, names: readonly string[]) {
  const left = { ...members }
  for (const name of Object.keys(members)) {
    if (names.includes(`${group}.${name}`)) Reflect.deleteProperty(left, name)
  }
  return left
}
