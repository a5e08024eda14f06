/** A request that names no output cap gets the plan's; one that names more is refused, not lowered. */
import type { Policy } from '../tenant/tenant.ts'
import { object, type Objection } from './objection.ts'

export function outputCap(policy: Policy, asked: number | null): number {
  return asked ?? policy.max_output_tokens
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
