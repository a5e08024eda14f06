/**
 * POST /tenants/{id}/keys/{key_id}/rotate: 201 with a new key of the same rights; the old one works
 * on until its grace ends, so that no request need fail in between.
 */
import * as z from 'zod'
import type { KeyRecord } from '../../identify/api-key/key-record.ts'
import { closedObject } from '../../input/closed-object.ts'
import { Problem } from '../../problem/problem.ts'
import { changeAccount } from '../account.ts'
import type { AdminDeps, AdminHandler } from '../deps.ts'
import { keyRecord, mint, showKey } from './issue-key.ts'
import { findKey } from './keys.ts'
import { readOptionalJson } from '../../input/read-json.ts'
import type { KeyRotated } from '../shown.ts'
import { tenantOf } from '../tenants/tenant-response.ts'

const DEFAULT_GRACE_S = 86_400
const MAX_GRACE_S = 30 * 86_400

export const KeyRotation = closedObject({
  grace_seconds: z.int().min(0).max(MAX_GRACE_S).default(DEFAULT_GRACE_S),
})

export function rotateKey(deps: AdminDeps): AdminHandler {
  return async (c) => {
    const tenant = tenantOf(c)
    const { grace_seconds } = await readOptionalJson(KeyRotation, c.req.raw)
    const nowMs = deps.clock.now()
    const minted = await mint(deps, tenant)
    const { result } = await changeAccount(deps, { tenant, actor: c.var.actor }, (view) => {
      const { hash, record: old } = findKey(c, view)
      // Rotated by an earlier attempt of this very request, whose answer was lost.
      const made = view.keys.find(({ record: { id } }) => id === minted.id)?.record
      if (made !== undefined) {
        return { change: null, result: { ...showKey(made), replaces: showKey(old) } }
      }
      if (view.snapshot.config.status === 'ARCHIVED') {
        throw new Problem('Conflict', `Tenant '${tenant}' is ARCHIVED: it can have no new keys.`)
      }
      refuseUnfit(old, nowMs)
      const record = keyRecord(minted, old, nowMs)
      const graceEndsMs = nowMs + grace_seconds * 1000
      const ending: KeyRecord = {
        ...old,
        expires_at_ms: Math.min(old.expires_at_ms ?? graceEndsMs, graceEndsMs),
        rotated_to: record.id,
      }
      const after = { old: showKey(ending), new: showKey(record) }
      const note = { action: 'key.rotate', before: showKey(old), after }
      const keys = [
        { hash: minted.hash, record },
        { hash, record: ending },
      ]
      return {
        change: { keys, note },
        result: { ...showKey(record), replaces: showKey(ending) },
      }
    })
    c.header('cache-control', 'no-store')
    return c.json({ ...result, key: minted.key } satisfies KeyRotated, 201)
  }
}

function refuseUnfit(record: KeyRecord, nowMs: number): void {
  if (record.rotated_to !== null) {
    throw new Problem('Conflict', `This key was rotated before, to ${record.rotated_to}.`, {
      remedy: 'If you lost the answer that carried the new key, rotate the new key.',
    })
  }
  const { revoked_at_ms, expires_at_ms } = record
  if (revoked_at_ms !== null || (expires_at_ms !== null && expires_at_ms <= nowMs)) {
    throw new Problem('Conflict', 'This key works no more, so it cannot be rotated.', {
      remedy: 'Make a new key.',
    })
  }
}
