/** What the answers of a tenant's own view hold. The Worker takes only the types. */
import * as z from 'zod'
import { ShownRequest } from '../ledger/shown-entry.ts'
import { QuotaStanding, ShownOwnTenant, Time } from '../tenant/shown.ts'

export const OwnTenant = z.strictObject({
  tenant: ShownOwnTenant,
  caller: z
    .strictObject({
      credential: z.enum(['api-key', 'jwt']),
      key_id: z.string().nullable(),
      user: z.string().nullable(),
      scopes: z.array(z.string()),
      roles: z.array(z.string()),
    })
    .describe('Whom the gateway takes the caller for.'),
})
export type OwnTenant = z.infer<typeof OwnTenant>

export const QuotaCheck = z.strictObject({
  quotas: z.array(QuotaStanding).describe('The one that the path names.'),
  allowed: z
    .boolean()
    .optional()
    .describe('With `amount`: whether so much could be acquired at this moment.'),
})
export type QuotaCheck = z.infer<typeof QuotaCheck>

export const QuotaAcquired = z.strictObject({
  acquisition: z.strictObject({
    id: z.string().describe('To be released by.'),
    amount: z.number(),
    expires_at: Time.nullable(),
    state: z.enum(['held', 'released', 'expired']),
  }),
  quota: QuotaStanding,
})
export type QuotaAcquired = z.infer<typeof QuotaAcquired>

export const QuotaReleased = z.strictObject({ quota: QuotaStanding })
export type QuotaReleased = z.infer<typeof QuotaReleased>

/** The `data` of one event of the stream of usage. */
export const UsageEvent = ShownRequest
