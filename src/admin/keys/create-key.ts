/** POST /tenants/{id}/keys: 201 with a new key, which is shown nowhere else, ever. */
import * as z from 'zod'
import { IpAllow } from '../../identify/cidr.ts'
import { KeyRecord } from '../../identify/api-key/key-record.ts'
import { closedObject } from '../../input/closed-object.ts'
import { Problem } from '../../problem/problem.ts'
import { changeAccount } from '../account.ts'
import type { AdminDeps, AdminHandler } from '../deps.ts'
import { DEFAULT_SCOPES, keyRecord, mint, showKey } from './issue-key.ts'
import { readOptionalJson } from '../../input/read-json.ts'
import type { KeyCreated } from '../shown.ts'
import { tenantOf } from '../tenants/tenant-response.ts'

export const KeyCreation = closedObject({
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
    const minted = await mint(deps, tenant)
    const terms = { ...asked, expires_at_ms: expiresAtMs }
    const record = keyRecord(minted, terms, deps.clock.now())
    const target = { tenant, actor: c.var.actor }
    const { result } = await changeAccount(deps, target, ({ snapshot: { config }, keys }) => {
      // Made by an earlier attempt of this very request, whose answer was lost.
      const made = keys.find(({ record: { id } }) => id === minted.id)
      if (made !== undefined) return { change: null, result: showKey(made.record) }
      if (config.status === 'ARCHIVED') {
        throw new Problem('Conflict', `Tenant '${tenant}' is ARCHIVED: it can have no new keys.`)
      }
      const shown = showKey(record)
      const note = { action: 'key.create', before: null, after: shown }
      return { change: { keys: [{ hash: minted.hash, record }], note }, result: shown }
    })
    c.header('cache-control', 'no-store')
    return c.json({ ...result, key: minted.key } satisfies KeyCreated, 201)
  }
}
