/** Tools that a request declares must be allowed by name; null in the policy allows any. */
import type { Policy } from '../tenant/tenant.ts'
import { object, type Objection } from './objection.ts'

export function checkTools(policy: Policy, tools: readonly string[]): Objection | null {
  const allowed = policy.allowed_tools
  if (allowed === null) return null
  const forbidden = tools.find((tool) => !allowed.includes(tool))
  if (forbidden === undefined) return null
  return object(
    'tool_forbidden',
    'ToolForbidden',
    `The tool '${forbidden}' is not allowed for this tenant.`,
    {
      param: 'tools',
      remedy: `Allowed: ${allowed.join(', ') || 'none'}.`,
    },
  )
}
