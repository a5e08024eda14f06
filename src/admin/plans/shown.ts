/** What answers hold of plans and jobs. The Worker takes only the types. */
import * as z from 'zod'
import { ShownLimits, ShownPolicy, Time } from '../../tenant/shown.ts'
import { Features, TenantConfig } from '../../tenant/tenant.ts'
import { Job } from './job.ts'

export const ShownPlan = z.strictObject({
  name: z.string(),
  version: z.int().describe('Counts the changes over REST; the ETag, without its quotes.'),
  origin: z.enum(['built_in', 'config', 'custom']),
  protected: z.boolean().describe('Neither changed nor deleted.'),
  limits: ShownLimits,
  quotas: TenantConfig.shape.quotas,
  policy: ShownPolicy,
  features: Features,
  retention_days: z.int(),
})
export type ShownPlan = z.infer<typeof ShownPlan>

export const ShownJob = z.strictObject({
  ...Job.omit({ cursor: true, walked: true, created_at_ms: true, updated_at_ms: true }).shape,
  created_at: Time,
  updated_at: Time,
})
export type ShownJob = z.infer<typeof ShownJob>

export const PlanList = z.strictObject({ plans: z.array(ShownPlan) })
export type PlanList = z.infer<typeof PlanList>

export const PlanAnswer = z.strictObject({ plan: ShownPlan })

export const PlanChanged = z.strictObject({ plan: ShownPlan, job: ShownJob })
export type PlanChanged = z.infer<typeof PlanChanged>

export const JobAnswer = z.strictObject({ job: ShownJob })
export type JobAnswer = z.infer<typeof JobAnswer>

export const JobList = z.strictObject({ jobs: z.array(ShownJob) })
export type JobList = z.infer<typeof JobList>
