/**
 * Limits and quotas as people write and read them: money as decimals of USD, everything else as
 * whole numbers. Absent is the plan's, null is unlimited, 0 allows nothing.
 */
import * as z from 'zod'
import { formatUsd, UsdAmount } from '../price/nano-usd.ts'
import { closedObject } from '../input/closed-object.ts'
import type { OverriddenLimits, ShownLimits } from './shown.ts'
import { Limits, type LimitName, type Overrides } from './tenant.ts'

const Count = z.int().min(0).nullable()

const USD_LIMITS = ['usd_per_day', 'usd_per_month'] as const satisfies readonly LimitName[]

export const LimitsInput = closedObject({
  ...Limits.shape,
  usd_per_day: UsdAmount.nullable(),
  usd_per_month: UsdAmount.nullable(),
}).partial()
export type LimitsInput = z.infer<typeof LimitsInput>

export const MAX_QUOTAS = 50
const QUOTA_NAME = /^[a-z][a-z0-9_]{0,62}$/

/** Any name the platform likes; what is counted under it is the platform's to acquire and release. */
export const QuotasInput = z
  .record(z.string(), Count)
  .refine((quotas) => Object.keys(quotas).length <= MAX_QUOTAS, {
    error: `must not name more than ${MAX_QUOTAS} quotas`,
  })
  .refine((quotas) => Object.keys(quotas).every((name) => QUOTA_NAME.test(name)), {
    error: 'must name quotas in a-z, 0-9 and _, starting with a letter, at most 63 characters',
  })
export type QuotasInput = z.infer<typeof QuotasInput>

export function isUsdLimit(name: string): boolean {
  return USD_LIMITS.some((usd) => usd === name)
}

/** The inverse of `LimitsInput`: money in decimals again. Members that are absent stay so. */
export function showLimits(limits: Limits): ShownLimits
export function showLimits(limits: Overrides['limits']): OverriddenLimits
export function showLimits(limits: Overrides['limits']): OverriddenLimits {
  const { usd_per_day, usd_per_month, ...counts } = limits
  return {
    ...counts,
    ...(usd_per_day === undefined ? {} : { usd_per_day: showUsdLimit(usd_per_day) }),
    ...(usd_per_month === undefined ? {} : { usd_per_month: showUsdLimit(usd_per_month) }),
  }
}

function showUsdLimit(limit: number | null): string | null {
  return limit === null ? null : formatUsd(limit)
}
