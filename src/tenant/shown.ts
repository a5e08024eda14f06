/**
 * What answers hold of a tenant. The Worker takes only the types from here, which keep what is shown
 * equal to what the reference says; the reference and the tests take the schemas.
 */
import * as z from 'zod'
import { Features, Limits, Policy, TenantConfig, TenantStatus } from './tenant.ts'

/** RFC 3339, in UTC. */
export const Time = z.iso.datetime()

/** Exact decimal USD. */
export const Usd = z.string().regex(/^-?\d+\.\d{2,9}$/)

const Quotas = TenantConfig.shape.quotas

export const ShownLimits = z
  .strictObject({
    ...Limits.shape,
    usd_per_day: Usd.nullable(),
    usd_per_month: Usd.nullable(),
  })
  .describe('`null`: unlimited. `0`: nothing is allowed.')
export type ShownLimits = z.infer<typeof ShownLimits>

const OverriddenLimits = ShownLimits.partial()
export type OverriddenLimits = z.infer<typeof OverriddenLimits>

export const ShownPolicy = Policy.describe('What requests may do.')

export const ShownOwnTenant = z.strictObject({
  id: TenantConfig.shape.tenant,
  name: z.string(),
  status: TenantStatus,
  plan: z.string(),
  timezone: z.string().describe('IANA name; days and months are cut in it.'),
  limits: ShownLimits,
  quotas: Quotas,
  policy: ShownPolicy,
  features: Features,
  retention_days: z.int(),
  created_at: Time,
})
export type ShownOwnTenant = z.infer<typeof ShownOwnTenant>

export const ShownTenant = z.strictObject({
  ...ShownOwnTenant.shape,
  plan_version: z.int(),
  archived_at: Time.nullable(),
  purge_at: Time.nullable().describe('From then on its data is erased.'),
  overrides: z
    .strictObject({
      limits: OverriddenLimits,
      quotas: Quotas,
      policy: Policy.partial(),
    })
    .describe('What the tenant has of its own, and not from its plan.'),
  metadata: z.record(z.string(), z.unknown()),
})
export type ShownTenant = z.infer<typeof ShownTenant>

export const QuotaStanding = z.strictObject({
  name: z.string(),
  used: z.number(),
  max: z.number().nullable().describe('`null`: unlimited, counted all the same.'),
  remaining: z.number().nullable(),
  high_water: z.number(),
  utilization_pct: z.number().nullable(),
})
export type QuotaStanding = z.infer<typeof QuotaStanding>
