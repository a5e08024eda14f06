// Limits, quotas and policy as lines for people.
import type { Limits } from '../shape/tenant.ts'

type Pair = readonly [name: string, value: string]

/** Those that `marked` has too get a `*`: before the name, where no terminal is too narrow for it. */
export function limitPairs(limits: Limits, marked: object = {}): Pair[] {
  return Object.entries(limits).map(([name, value]) => [
    label(name, marked),
    showAmount(value, name),
  ])
}

/** `marked` as with limits. */
export function policyPairs(
  policy: Readonly<Record<string, unknown>>,
  marked: object = {},
): Pair[] {
  return Object.entries(policy).map(([name, value]) => [
    label(name, marked),
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
}

function label(name: string, marked: object): string {
  return `${Object.hasOwn(marked, name) ? '*' : ' '} ${name}`
}

const thousands = new Intl.NumberFormat('en-US')

/** Whole numbers in groups of three; money as the server wrote it, to the last place. */
export function showAmount(value: number | string | null, name = ''): string {
  if (value === null) return 'unlimited'
  const text = typeof value === 'number' ? thousands.format(value) : value
  return name.startsWith('usd_') ? `$${text}` : text
}

/** `2026-06-17 12:00:00Z`: RFC 3339, to the second. */
export function showTime(time: string | null | undefined): string {
  return time?.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?/, '$1 $2') ?? ''
}
