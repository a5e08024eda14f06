/** Problems that groups of the control plane's routes have in common. */
import type { ProblemCode } from '../../problem/catalog.ts'
import { TenantId } from '../../tenant/slug.ts'

/** `/tenants/:id`, and what is below it. */
export const OF_TENANT = { id: TenantId }

export const NO_TENANT = ['MalformedRequest', 'NotFound'] as const satisfies readonly ProblemCode[]

export const BAD_BODY = [
  'MalformedRequest',
  'BodyTooLarge',
  'UnsupportedMediaType',
  'InvalidMember',
] as const satisfies readonly ProblemCode[]

/** A change of an account: others may write all the time, or it was never finished. */
export const CHANGES_TENANT = [...NO_TENANT, 'Conflict'] as const satisfies readonly ProblemCode[]

/** With an `Idempotency-Key`. */
export const REPEATABLE = [
  'MalformedRequest',
  'IdempotencyKeyReused',
  'Conflict',
] as const satisfies readonly ProblemCode[]

/** Of vector services that are asked for it. */
export const OF_SERVICES = [
  'UpstreamFailed',
  'UpstreamOverloaded',
  'UpstreamTimeout',
  'Misconfigured',
] as const satisfies readonly ProblemCode[]
