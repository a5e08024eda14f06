/** Every route that the gateway answers itself, with what the reference says of it. */
import type { ADMIN_ROUTES } from '../admin/routes.ts'
import type { ProblemCode } from '../problem/catalog.ts'
import { KEYS } from './admin/keys.ts'
import { PLANS } from './admin/plans.ts'
import { REPORTS } from './admin/reports.ts'
import { TENANTS } from './admin/tenants.ts'
import type { Access, Description, Descriptions } from './description.ts'
import { PUBLIC } from './public.ts'
import { TENANT_VIEW } from './tenant.ts'

export interface Operation extends Description {
  readonly method: string
  /** As it is mounted: `/admin/tenants/:id`. */
  readonly path: string
  readonly access: Access
}

const ADMIN: Descriptions<typeof ADMIN_ROUTES> = { ...TENANTS, ...KEYS, ...REPORTS, ...PLANS }

const OURS = ['Internal', 'Misconfigured'] as const
const BEHIND_ADMIN = [
  'Unauthenticated',
  'ScopeMissing',
  'TooManyFailures',
  'KeysUnavailable',
  'StoreUnavailable',
  ...OURS,
] as const
const BEHIND_TENANT = [...BEHIND_ADMIN, 'Forbidden', 'TenantSuspended', 'TenantInactive'] as const

export function operations(): readonly Operation[] {
  return [
    ...surface('/admin', 'admin', ADMIN, BEHIND_ADMIN),
    ...surface('/tenant', 'tenant', TENANT_VIEW, BEHIND_TENANT),
    ...surface('', 'anyone', PUBLIC, OURS),
  ]
}

function surface(
  base: string,
  access: Access,
  table: Readonly<Record<string, Description>>,
  always: readonly ProblemCode[],
): readonly Operation[] {
  return Object.entries(table).map(([route, description]) => {
    const [method = '', path = ''] = route.split(' ')
    const problems = [...new Set([...description.problems, ...always])]
    return {
      ...description,
      method,
      path: base + (path === '/' && base !== '' ? '' : path),
      access,
      problems,
    }
  })
}
