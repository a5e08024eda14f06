import { describe, expect, it } from 'vitest'
import { allowedActions, purgeAtMs, TRANSITIONS, transition } from '../../src/tenant/lifecycle.ts'
import { TenantStatus } from '../../src/tenant/tenant.ts'

const ACTIONS = ['activate', 'suspend', 'reactivate', 'archive', 'erase'] as const

/** As the documentation has it; whatever is not here is refused. */
const ALLOWED = new Map([
  ['PROVISIONING activate', 'ACTIVE'],
  ['ACTIVE suspend', 'SUSPENDED'],
  ['ACTIVE archive', 'ARCHIVED'],
  ['SUSPENDED reactivate', 'ACTIVE'],
  ['SUSPENDED archive', 'ARCHIVED'],
  ['ARCHIVED erase', 'GONE'],
])

describe('the life of a tenant', () => {
  it.each(TenantStatus.options.flatMap((from) => ACTIONS.map((action) => [from, action] as const)))(
    'from %s by %s is what the documentation says',
    (from, action) => {
      expect(transition(from, action)).toBe(ALLOWED.get(`${from} ${action}`) ?? null)
      expect(allowedActions(from).includes(action)).toBe(ALLOWED.has(`${from} ${action}`))
    },
  )

  it('never comes back from ARCHIVED', () => {
    expect(Object.values(TRANSITIONS.ARCHIVED)).toEqual(['GONE'])
  })

  it('is over when the retention after archiving is', () => {
    expect(purgeAtMs({ archived_at_ms: 1_000, retention_days: 2 })).toBe(1_000 + 2 * 86_400_000)
    expect(purgeAtMs({ archived_at_ms: null, retention_days: 2 })).toBeNull()
  })
})
