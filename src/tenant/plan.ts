/**
 * A plan: the defaults that a name stands for. A tenant's account keeps the result of plan and
 * overrides, so that no request ever needs the plan itself.
 */
import type { Features, Limits, Policy } from './tenant.ts'

export type Quotas = Readonly<Record<string, number | null>>

/** What a plan gives, under whatever name. */
export interface PlanTerms {
  readonly limits: Limits
  readonly quotas: Quotas
  readonly policy: Policy
  readonly features: Features
  readonly retentionDays: number
}

/** Comes with the gateway, stands in its configuration, or was made over REST. */
export type PlanOrigin = 'built_in' | 'config' | 'custom'

export interface Plan extends PlanTerms {
  readonly name: string
  /** 1 until it is changed over REST, and one more each time. */
  readonly version: number
  readonly origin: PlanOrigin
}

export type Plans = ReadonlyMap<string, Plan>
