/** POST /tenants/{id}/keys: 201 with a new key, which is shown nowhere else, ever. */
import * as z from 'zod'
import { IpAllow } from '../identify/cidr.ts'
import { KeyRecord } from '../identify/key-record.ts'
import { closedObject } from '../problem/closed-object.ts'
import { Problem } from '../problem/problem.ts'
import { changeAccount } from './account.ts'
import type { AdminDeps, AdminHandler } from './deps.ts'
import { DEFAULT_SCOPES, issueKey, showKey } from './issue-key.ts'
import { readOptionalJson } from './read-json.ts'
import { tenantOf } from './tenant-response.ts'

const KeyCreation = closedObject({
  name: KeyRecord.shape.name.default('key'),
  user: KeyRecord.shape.user.default(null),
  scopes: KeyRecord.shape.scopes.default(DEFAULT_SCOPES),
  ip_allow: IpAllow.default([]),
  expires_at: z.iso
    .datetime({ offset: true, error: 'must be an RFC 3339 time, such as 2030-01-31T10:00:00Z' })
    .nullable()
    .default(null),
})

export function createKey(deps: AdminDeps): AdminHandler {
  return async (c) => {
    const tenant = tenantOf(c)
    const { expires_at, ...asked } = await readOptionalJson(KeyCreation, c.req.raw)
    const expiresAtMs = expires_at === null ? null : Date.parse(expires_at)
    if (expiresAtMs !== null && expiresAtMs <= deps.clock.now()) {
      throw new Problem('InvalidMember', 'expires_at: must be in the future', {
        param: 'expires_at',
      })
    }
    const { key, change } = await issueKey(deps, tenant, { ...asked, expires_at_ms: expiresAtMs })
    const shown = showKey(change.record)
    const note = { action: 'key.create', before: null, after: shown }
    await changeAccount(deps, { tenant, actor: c.var.actor }, ({ snapshot: { config } }) => {
      if (config.status === 'ARCHIVED') {
        throw new Problem('Conflict', `Tenant '${tenant}' is ARCHIVED: it can have no new keys.`)
      }
      return { change: { keys: [change], note }, result: null }
    })
    c.header('cache-control', 'no-store')
    return c.json({ ...shown, key }, 201)
  }
}
