// A tenant as the control plane tells it. Members that this version does not know are kept, for --json.
import * as z from 'zod'

/** Money is a decimal of USD in a string; the rest are whole numbers; null is unlimited. */
export const Amount = z.union([z.number(), z.string()])
export const Limits = z.record(z.string(), Amount.nullable())
export type Limits = z.infer<typeof Limits>

export const Tenant = z.looseObject({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  plan: z.string(),
  version: z.string(),
  timezone: z.string(),
  limits: Limits,
  quotas: Limits,
  policy: z.record(z.string(), z.unknown()),
  /** What of these three the tenant has of its own, and not from its plan. */
  overrides: z.looseObject({
    limits: Limits,
    quotas: Limits,
    policy: z.record(z.string(), z.unknown()),
  }),
  metadata: z.record(z.string(), z.unknown()),
  retention_days: z.number(),
  created_at: z.string(),
})
export type Tenant = z.infer<typeof Tenant>

export const TenantAnswer = z.looseObject({
  tenant: Tenant,
  purge_at: z.string().nullish(),
  /** Of a change, made or tried: limits that are below present use then. */
  warnings: z.array(z.string()).optional(),
})
export const CreatedTenant = z.looseObject({ tenant: Tenant, key: z.string() })

export const TenantRow = z.looseObject({
  id: z.string(),
  plan: z.string(),
  status: z.string(),
  created_at: z.string(),
})
export type TenantRow = z.infer<typeof TenantRow>
export const TenantPage = z.looseObject({
  tenants: z.array(TenantRow),
  /** Where the next page begins: goes back as `cursor`. */
  next_cursor: z.string().nullable(),
})

export const ErasureAnswer = z.looseObject({
  receipt: z.looseObject({
    tenant: z.string(),
    erased_at: z.string(),
    deleted: z.record(z.string(), z.unknown()),
    remaining: z.array(z.unknown()),
  }),
})

/** What a tenant's own credential is told at GET /tenant. */
export const OwnTenant = z.looseObject({
  tenant: z.looseObject({ id: z.string(), name: z.string(), status: z.string(), plan: z.string() }),
  caller: z.looseObject({
    credential: z.string(),
    key_id: z.string().nullable(),
    user: z.string().nullable(),
  }),
})
