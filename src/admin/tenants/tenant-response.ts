/**
 * One tenant as an answer: its version is a member, and the ETag that `If-Match` is held against.
 * What stands `beside` it is told once, in this answer.
 */
import type { Context } from 'hono'
import type { Version } from '../../account/records.ts'
import { parseTenantId, type TenantId } from '../../tenant/slug.ts'
import { showTenant } from '../../tenant/show.ts'
import type { TenantConfig } from '../../tenant/tenant.ts'
import { Problem } from '../../problem/problem.ts'
import type { AdminEnv } from '../deps.ts'
import type { BesideTenant, TenantAnswer } from '../shown.ts'

export function tenantResponse(
  c: Context<AdminEnv>,
  { config, version }: { readonly config: TenantConfig; readonly version: Version },
  beside: BesideTenant = {},
  status: 200 | 201 = 200,
): Response {
  c.header('etag', `"${version}"`)
  c.header('cache-control', 'no-store')
  const answer: TenantAnswer = { tenant: { ...showTenant(config), version } }
  return c.json({ ...answer, ...beside }, status)
}

/** The tenant that the path names. Throws Problem (400) for what can be no tenant's id. */
export function tenantOf(c: Context<AdminEnv>): TenantId {
  const tenant = parseTenantId(c.req.param('id'))
  if (tenant !== null) return tenant
  throw new Problem('MalformedRequest', 'The path names no tenant: its id is malformed.', {
    param: 'id',
    remedy: 'Ids are 3 to 63 characters of a-z, 0-9 and hyphen, starting with a letter.',
  })
}
