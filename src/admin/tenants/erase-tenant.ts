/** DELETE /tenants/{id}?force=: 200 with the receipt; repeated, the same receipt. */
import * as z from 'zod'
import { closedObject } from '../../input/closed-object.ts'
import { readQuery } from '../../input/read-query.ts'
import type { AdminDeps, AdminHandler } from '../deps.ts'
import { eraseTenant as erase } from './erasure.ts'
import type { ErasureReceipt } from '../shown.ts'
import { tenantOf } from './tenant-response.ts'

export const ErasureQuery = closedObject({
  force: z.enum(['true', 'false'], { error: 'must be true or false' }).default('false'),
})

export function eraseTenant(deps: AdminDeps): AdminHandler {
  return async (c) => {
    const tenant = tenantOf(c)
    const { force } = readQuery(ErasureQuery, new URL(c.req.url).searchParams)
    const order = {
      tenant,
      actor: c.var.actor,
      ifMatch: c.req.header('if-match'),
      force: force === 'true',
    }
    const receipt = await erase(deps, order)
    c.header('cache-control', 'no-store')
    return c.json({ receipt } satisfies ErasureReceipt)
  }
}
