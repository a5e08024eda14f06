/**
 * A request that names no output cap gets the plan's, or its API's default where that is less; one that
 * names more than the plan's is refused, not lowered.
 */
import type { Policy } from '../tenant/tenant.ts'
import type { Ask } from '../upstream/adapter.ts'
import { object, type Objection } from './objection.ts'

type AskedOutput = Pick<Ask, 'outputCap' | 'defaultOutput'>

export function outputCap({ max_output_tokens: max }: Policy, asked: AskedOutput): number {
  return asked.outputCap ?? Math.min(asked.defaultOutput ?? max, max)
}

export function checkOutput(policy: Policy, asked: number | null): Objection | null {
  const max = policy.max_output_tokens
  if (asked === null || asked <= max) return null
  return object(
    'output_cap_too_high',
    'InvalidMember',
    `The request asks for up to ${asked} output tokens; this tenant may ask for ${max}.`,
    { limit: 'max_output_tokens', used: asked, max },
  )
}
