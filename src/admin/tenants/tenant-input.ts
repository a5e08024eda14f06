/**
 * What a request may say of a tenant, to create or to change one. Money comes in as decimals of USD
 * and leaves these schemas as nano-USD; nothing else is converted.
 */
import * as z from 'zod'
import { isTimeZone } from '../../account/limits/periods.ts'
import { closedObject } from '../../input/closed-object.ts'
import { LimitsInput, QuotasInput } from '../../tenant/limits.ts'
import { PolicyInput } from '../../tenant/policy-input.ts'
import { TenantId } from '../../tenant/slug.ts'
import { TenantConfig } from '../../tenant/tenant.ts'
import { OverrideNames } from './inherit.ts'

const MAX_METADATA_BYTES = 16 * 1024

const Metadata = z
  .record(z.string(), z.unknown())
  .refine((metadata) => byteLength(JSON.stringify(metadata)) <= MAX_METADATA_BYTES, {
    error: `must not be larger than ${MAX_METADATA_BYTES} bytes as JSON`,
  })

const TimeZone = z.string().refine(isTimeZone, {
  error: 'must be the name of a time zone in the IANA database, such as Europe/Berlin',
})

const members = {
  id: TenantId,
  name: TenantConfig.shape.name.optional(),
  plan: z.string().max(63).optional(),
  timezone: TimeZone.optional(),
  limits: LimitsInput.optional(),
  quotas: QuotasInput.optional(),
  policy: PolicyInput.optional(),
  retention_days: TenantConfig.shape.retention_days.optional(),
  metadata: Metadata.optional(),
}

export const TenantCreation = closedObject(members)
export type TenantCreation = z.infer<typeof TenantCreation>

/**
 * Any of the same members. Inside `limits`, `quotas` and `policy` what is absent stays as it is;
 * `metadata` is replaced whole. An `id` must be the one that the path names. What `inherit` names
 * is the plan's again, so it cannot be given a value as well.
 */
export const TenantChange = closedObject({
  ...members,
  id: TenantId.optional(),
  inherit: OverrideNames.optional(),
}).superRefine(({ inherit = [], limits, quotas, policy }, context) => {
  const groups: Record<string, object | undefined> = { limits, quotas, policy }
  for (const [at, text] of inherit.entries()) {
    const [group = '', name = ''] = text.split('.')
    if (!Object.hasOwn(groups[group] ?? {}, name)) continue
    context.addIssue({ code: 'custom', path: ['inherit', at], message: 'is also given a value' })
  }
})
export type TenantChange = z.infer<typeof TenantChange>

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}
