/** The context cap holds the expected input; budgets, which are about money, hold its upper bound. */
import type { Policy } from '../tenant/tenant.ts'
import { object, type Objection } from './objection.ts'

export function checkContext(policy: Policy, inputEstimateTokens: number): Objection | null {
  const max = policy.max_context_tokens
  if (max === null || inputEstimateTokens <= max) return null
  return object(
    'context_too_long',
    'ContextTooLong',
    `The input is about ${inputEstimateTokens} tokens; this tenant may send ${max}.`,
    { limit: 'max_context_tokens', used: inputEstimateTokens, max },
  )
}
