/**
 * A plan: the defaults that a name stands for. A tenant's account keeps the result of plan and
 * overrides, so that no request ever needs the plan itself.
 */
import type { Limits, Policy } from './tenant.ts'

export type Quotas = Readonly<Record<string, number | null>>

export interface Plan {
  readonly name: string
  readonly limits: Limits
  readonly quotas: Quotas
  readonly policy: Policy
  /** Switches of the platform's own; the gateway shows them to the tenant and reads none. */
  readonly features: Readonly<Record<string, boolean>>
  readonly retentionDays: number
}

export type Plans = ReadonlyMap<string, Plan>
