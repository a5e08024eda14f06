/** What a job makes of one account. Pure; doing it twice does no more than doing it once. */
import type { TenantConfig } from '../../tenant/tenant.ts'
import { underPlan } from '../tenants/configure.ts'
import { differenceOf } from '../tenants/difference.ts'
import type { Job } from './job.ts'
import { type PlanBook, standingFor } from './plan-book.ts'

export interface Carried {
  readonly config: TenantConfig
  readonly difference: NonNullable<ReturnType<typeof differenceOf>>
}

/**
 * The account under the plan that it is to have: its overrides stay. Null when there is nothing to
 * change: it is on another plan, or carries this one already, or a newer one than `book` knows of.
 */
export function carry(
  config: TenantConfig,
  { from, to }: Pick<Job, 'from' | 'to'>,
  book: PlanBook,
): Carried | null {
  if (config.plan !== from) return null
  const plan = standingFor(book, to ?? from)
  if (plan === undefined) return null
  if (plan.name === config.plan && plan.version < config.plan_version) return null
  const carried: TenantConfig = { ...config, ...underPlan(plan, config.overrides) }
  const difference = differenceOf(config, carried)
  return difference === null ? null : { config: carried, difference }
}
