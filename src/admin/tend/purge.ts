/**
 * Erases archived tenants whose retention is over, and completes erasures that broke off. The row
 * says whom to look at; the account alone decides.
 */
import { Problem } from '../../problem/problem.ts'
import { StoreUnavailable } from '../../store/store.ts'
import { purgeAtMs } from '../../tenant/lifecycle.ts'
import { TenantId } from '../../tenant/slug.ts'
import type { ControlDeps } from '../deps.ts'
import { repairDirectory } from '../directory.ts'
import { eraseTenant, resumeErasure } from '../tenants/erasure.ts'
import { walkDirectory } from './walk.ts'

const MAX_ROWS = 5_000
/** Each takes about eight calls of the store. */
const MAX_ERASED = 15
/** Of those, erasures that broke off: fewer, so that they keep no other from its turn. */
const MAX_RESUMED = 10
const RUN_MS = 60_000
const ACTOR = 'retention'

export async function purge(deps: ControlDeps): Promise<void> {
  const begun = await deps.store.directory.documents('erasure')
  const isBegun = new Set(begun.map(({ id }) => id))
  const resumed = inTurn([...isBegun], deps.clock.now())
  for (const id of resumed) await resumeErasure(deps, TenantId.parse(id)).catch(passOver)

  let left = MAX_ERASED - resumed.length
  await walkDirectory(deps, {
    name: 'purge',
    maxRows: MAX_ROWS,
    visit: async (rows) => {
      const due = rows.filter(
        ({ tenant, status, purge_at_ms = Infinity }) =>
          status === 'ARCHIVED' && purge_at_ms <= deps.clock.now() && !isBegun.has(tenant),
      )
      for (const { tenant } of due) {
        if (left === 0) return false
        left -= 1
        await purgeOne(deps, tenant).catch(passOver)
      }
      return true
    },
  })
}

/** Other ones each minute, until all had their turn: the first may wait for a service that is gone for good. */
function inTurn(ids: readonly string[], nowMs: number): string[] {
  const from = (Math.floor(nowMs / RUN_MS) * MAX_RESUMED) % Math.max(1, ids.length)
  return [...ids.slice(from), ...ids.slice(0, from)].slice(0, MAX_RESUMED)
}

async function purgeOne(deps: ControlDeps, tenant: TenantId): Promise<void> {
  const { store, clock } = deps
  const reply = await store.run(tenant, { type: 'load', version: null, keyHashes: [] })
  if (reply.type === 'stale') {
    const { config, version } = reply.snapshot
    const dueMs = purgeAtMs(config)
    if (config.status !== 'ARCHIVED' || dueMs === null || dueMs > clock.now()) {
      await repairDirectory(store, config, version)
      return
    }
  }
  await eraseTenant(deps, { tenant, actor: ACTOR, force: false })
}

/** An account, or a service, that does not answer must not keep the others waiting; the next walk tries again. */
function passOver(error: unknown): void {
  if (!(error instanceof StoreUnavailable || error instanceof Problem)) throw error
}
