/** What the control plane's answers hold. The Worker takes only the types. */
import * as z from 'zod'
import { KeyRecord } from '../identify/api-key/key-record.ts'
import { UserId } from '../identify/user-id.ts'
import { LimitStanding } from '../report/shown.ts'
import { QuotaStanding, ShownTenant, Time } from '../tenant/shown.ts'
import { TenantId } from '../tenant/slug.ts'
import { TenantStatus, UserLimits } from '../tenant/tenant.ts'
import { Deleted } from './tenants/receipt.ts'

export const VersionedTenant = z.strictObject({
  ...ShownTenant.shape,
  version: z.string().describe('The ETag, without its quotes.'),
})

export const TenantAnswer = z.strictObject({ tenant: VersionedTenant })
export type TenantAnswer = z.infer<typeof TenantAnswer>

const Secret = z.string().describe('The key itself: shown here and nowhere else, ever.')

export const TenantCreated = z.strictObject({ tenant: VersionedTenant, key: Secret })
export const TenantChanged = z.strictObject({
  tenant: VersionedTenant,
  warnings: z.array(z.string()).describe('One for each limit that is now below present use.'),
})
export const TenantArchived = z.strictObject({
  tenant: VersionedTenant,
  purge_at: Time.nullable(),
})

/** What one of those has beside the tenant. */
export type BesideTenant = Partial<
  Omit<z.infer<typeof TenantCreated>, 'tenant'> &
    Omit<z.infer<typeof TenantChanged>, 'tenant'> &
    Omit<z.infer<typeof TenantArchived>, 'tenant'>
>

export const ListedTenant = z.strictObject({
  id: TenantId,
  plan: z.string(),
  status: TenantStatus,
  created_at: Time,
  purge_at: Time.optional(),
})
export const TenantPage = z.strictObject({
  tenants: z.array(ListedTenant).describe('May be few, or none, where a filter passes few.'),
  next_cursor: z.string().nullable().describe('For `cursor`; `null`: this was the last page.'),
})
export type TenantPage = z.infer<typeof TenantPage>

export const ShownReceipt = z.strictObject({
  tenant: TenantId,
  erased_at: Time,
  erased_by: z.string(),
  deleted: Deleted,
  remaining: z.array(z.string()).describe('What only the operator can purge.'),
})
export type ShownReceipt = z.infer<typeof ShownReceipt>

export const ErasureReceipt = z.strictObject({ receipt: ShownReceipt })
export type ErasureReceipt = z.infer<typeof ErasureReceipt>

export const ShownKey = z.strictObject({
  id: KeyRecord.shape.id,
  name: z.string(),
  user: UserId.nullable(),
  scopes: KeyRecord.shape.scopes,
  ip_allow: KeyRecord.shape.ip_allow,
  created_at: Time,
  expires_at: Time.nullable(),
  revoked_at: Time.nullable(),
  rotated_to: KeyRecord.shape.rotated_to,
})
export type ShownKey = z.infer<typeof ShownKey>

export const ListedKey = z.strictObject({ ...ShownKey.shape, last_used_at: Time.nullable() })

export const KeyList = z.strictObject({ keys: z.array(ListedKey) })
export type KeyList = z.infer<typeof KeyList>

export const KeyCreated = z.strictObject({ ...ShownKey.shape, key: Secret })
export type KeyCreated = z.infer<typeof KeyCreated>

export const KeyRotated = z.strictObject({ ...KeyCreated.shape, replaces: ShownKey })
export type KeyRotated = z.infer<typeof KeyRotated>

/** What a recount has made of each place; the quotas as they stand after it. */
export const QuotaRecount = z.strictObject({
  places: z.array(
    z.strictObject({
      place: z.string().describe('`<upstream>/<name>`.'),
      result: z
        .enum(['recounted', 'overlapped', 'unsure', 'gone'])
        .describe(
          '`overlapped`: a write was under way; `unsure`: one ended within a minute that may not be done or counted yet. What it reserved still counts.',
        ),
    }),
  ),
  quotas: z.array(QuotaStanding),
})
export type QuotaRecount = z.infer<typeof QuotaRecount>

export const QuotaList = z.strictObject({ quotas: z.array(QuotaStanding) })
export type QuotaList = z.infer<typeof QuotaList>

export const BudgetReset = z.strictObject({ limit: LimitStanding })
export type BudgetReset = z.infer<typeof BudgetReset>

export const ShownUser = z.strictObject({
  id: UserId,
  limits: UserLimits,
  current: z
    .array(
      LimitStanding.pick({ name: true, limit: true, used: true, remaining: true, resets_at: true }),
    )
    .describe('Where the user’s own windows stand.'),
})
export type ShownUser = z.infer<typeof ShownUser>

export const UserList = z.strictObject({ users: z.array(ShownUser) })
export type UserList = z.infer<typeof UserList>

export const UserAnswer = z.strictObject({ user: ShownUser })
export type UserAnswer = z.infer<typeof UserAnswer>
