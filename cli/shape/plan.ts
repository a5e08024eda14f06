// Plans, and the jobs that carry a changed plan to the tenants on it.
import * as z from 'zod'
import { Limits } from './tenant.ts'

export const Plan = z.looseObject({
  name: z.string(),
  version: z.union([z.string(), z.number()]).transform(String),
  origin: z.string(),
  protected: z.boolean(),
  limits: Limits,
  quotas: Limits,
  policy: z.record(z.string(), z.unknown()),
  features: z.record(z.string(), z.unknown()),
})
export type Plan = z.infer<typeof Plan>

export const PlanAnswer = z.looseObject({ plan: Plan })
export const PlansAnswer = z.looseObject({ plans: z.array(Plan) })

export const Job = z.looseObject({
  id: z.string(),
  kind: z.string(),
  /** The plan whose tenants it concerns, and the one that they get; null: what stands in its place. */
  from: z.string(),
  to: z.string().nullable(),
  status: z.string(),
  total: z.number(),
  done: z.number(),
  changed: z.number(),
  failed: z.array(z.unknown()),
  created_at: z.string(),
  updated_at: z.string(),
})
export type Job = z.infer<typeof Job>

export const JobAnswer = z.looseObject({ job: Job })
export const JobsAnswer = z.looseObject({ jobs: z.array(Job) })
export const ChangedPlan = z.looseObject({ plan: Plan, job: Job })
