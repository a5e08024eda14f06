/** SUSPENDED is read-only; every state but ACTIVE and SUSPENDED has no access at all. */
import type { TenantStatus } from '../tenant/tenant.ts'
import { object, type Objection } from './objection.ts'

export function checkStatus(status: TenantStatus, access: 'read' | 'write'): Objection | null {
  switch (status) {
    case 'ACTIVE':
      return null
    case 'SUSPENDED':
      if (access === 'read') return null
      return object(
        'tenant_suspended',
        'TenantSuspended',
        'This tenant is suspended: it is read-only.',
        {
          remedy: 'Ask the platform to reactivate it.',
        },
      )
    case 'PROVISIONING':
    case 'ARCHIVED':
      return object('tenant_inactive', 'TenantInactive', 'This tenant has no access at present.')
  }
}
