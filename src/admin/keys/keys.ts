/** GET /tenants/{id}/keys and DELETE /tenants/{id}/keys/{key_id}: which keys there are, and an end to one. */
import type { Context } from 'hono'
import type { Viewed } from '../../report/report.ts'
import { Problem } from '../../problem/problem.ts'
import { showTime } from '../../tenant/show.ts'
import { changeAccount, viewAccount } from '../account.ts'
import type { AdminDeps, AdminEnv, AdminHandler } from '../deps.ts'
import { showKey } from './issue-key.ts'
import type { KeyList } from '../shown.ts'
import { tenantOf } from '../tenants/tenant-response.ts'

export function listKeys({ store }: AdminDeps): AdminHandler {
  return async (c) => {
    const { keys } = await viewAccount(store, tenantOf(c))
    const shown = keys.map(({ record, lastUsedAtMs }) => ({
      ...showKey(record),
      last_used_at: showTime(lastUsedAtMs),
    }))
    return c.json({ keys: shown } satisfies KeyList)
  }
}

/** 204, again and again: a key that is already revoked stays so, and nothing is noted. */
export function revokeKey(deps: AdminDeps): AdminHandler {
  return async (c) => {
    const target = { tenant: tenantOf(c), actor: c.var.actor }
    await changeAccount(deps, target, (view) => {
      const { hash, record } = findKey(c, view)
      if (record.revoked_at_ms !== null) return { change: null, result: null }
      const revoked = { ...record, revoked_at_ms: deps.clock.now() }
      const note = { action: 'key.revoke', before: showKey(record), after: showKey(revoked) }
      return { change: { keys: [{ hash, record: revoked }], note }, result: null }
    })
    return c.body(null, 204)
  }
}

/** The key that the path names. Throws Problem (404), also for another tenant's key. */
export function findKey(c: Context<AdminEnv>, { keys }: Viewed): Viewed['keys'][number] {
  const id = c.req.param('key_id')
  const found = keys.find(({ record }) => record.id === id)
  if (found === undefined) throw new Problem('NotFound', 'The tenant has no key of this id.')
  return found
}
