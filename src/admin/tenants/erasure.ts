/**
 * Erasing a tenant, in steps of which each may be the last before a crash: access ends; what is to
 * go is counted and written down; vector services are cleared of it; the account goes; the slug becomes a tombstone that holds the
 * receipt. Whoever repeats it goes on where it stopped, and is told the same receipt.
 */
import { WHOLE_TENANT } from '../../account/limits/demand.ts'
import { NO_LIMITS } from '../../config/built-in-plans.ts'
import { viewCommand, type Viewed } from '../../report/report.ts'
import { Problem } from '../../problem/problem.ts'
import { GONE, transition } from '../../tenant/lifecycle.ts'
import type { TenantId } from '../../tenant/slug.ts'
import type { TenantConfig } from '../../tenant/tenant.ts'
import { demandMatch, noTenant, type Target, writeChange } from '../account.ts'
import type { ControlDeps } from '../deps.ts'
import { rowOf } from '../directory.ts'
import { countDeleted, Erasure, NOTHING_DELETED } from './receipt.ts'
import type { ErasureReceipt, ShownReceipt } from '../shown.ts'
import { readTombstone, tombstonesOf } from './tombstone.ts'
import { moveTo, statusOf } from './transition.ts'

export interface ErasureOrder extends Target {
  /** Also a tenant that is not ARCHIVED. */
  readonly force: boolean
}

const MAX_ROUNDS = 8
/** Longer than any write to a vector service that was admitted before. */
const QUIET_AFTER_MS = 15 * 60_000

/** Throws Problem: 404 for a tenant that never was, 409 for one that must be archived first, 412. */
export async function eraseTenant(deps: ControlDeps, order: ErasureOrder): Promise<ShownReceipt> {
  const { tenant } = order
  const begun = await deps.store.directory.document('erasure', tenant)
  if (begun !== null) return finish(deps, tenant, Erasure.parse(JSON.parse(begun.text)))
  const view = await deps.store.run(tenant, viewCommand({ limits: NO_LIMITS }, WHOLE_TENANT))
  const erasure =
    view.type === 'gone' ? await withoutAccount(deps, order) : await withAccount(deps, order, view)
  if ('receipt' in erasure) return erasure.receipt
  await begin(deps, tenant, erasure)
  return finish(deps, tenant, erasure)
}

/** Completes an erasure that was begun and, for all that is known, given up. */
export async function resumeErasure(deps: ControlDeps, tenant: TenantId): Promise<void> {
  const begun = await deps.store.directory.document('erasure', tenant)
  if (begun !== null) await finish(deps, tenant, Erasure.parse(JSON.parse(begun.text)))
}

/** Erased before, or provisioned in part: a row alone. */
async function withoutAccount(
  deps: ControlDeps,
  { tenant, actor, force }: ErasureOrder,
): Promise<Erasure | ErasureReceipt> {
  const row = await deps.store.directory.get(tenant)
  if (row === null) {
    const receipt = await readTombstone(deps, tenant)
    if (receipt === null) throw noTenant(tenant)
    return { receipt }
  }
  if (row.status !== 'ARCHIVED' && !force) throw notArchived(tenant, row.status)
  return {
    incarnation: null,
    actor,
    erased_at_ms: deps.clock.now(),
    deleted: NOTHING_DELETED,
  }
}

/** Ends all access, and counts what there is. */
async function withAccount(
  deps: ControlDeps,
  order: ErasureOrder,
  first: Viewed,
): Promise<Erasure> {
  const { tenant, actor, force } = order
  let view = first
  let isOwn = false
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const { snapshot } = view
    const { config } = snapshot
    if (!isOwn) demandMatch(order, snapshot.version)
    if (transition(config.status, 'erase') === GONE) {
      // The row says so before the account goes: a row alone then means no loss.
      await deps.store.directory.update(rowOf(config))
      const { incarnation } = snapshot
      return { incarnation, actor, erased_at_ms: deps.clock.now(), deleted: countDeleted(view) }
    }
    if (!force) throw notArchived(tenant, config.status)
    const archived = moveTo(config, 'ARCHIVED', deps.clock.now())
    const before = { status: config.status }
    const note = { action: 'tenant.archive', before, after: { ...statusOf(archived), force } }
    isOwn ||= (await writeChange(deps, order, snapshot, { config: archived, note })) !== null
    const next = await deps.store.run(tenant, viewCommand({ limits: NO_LIMITS }, WHOLE_TENANT))
    if (next.type === 'gone') throw noTenant(tenant)
    view = next
  }
  throw new Problem('Conflict', `Too many changes to tenant '${tenant}' at once.`, {
    retryable: true,
    retryAfterMs: 1_000,
  })
}

/** Two who begin at once write the same but for the moment; the first one stands. */
async function begin({ store, clock }: ControlDeps, tenant: TenantId, erasure: Erasure) {
  const text = JSON.stringify(erasure)
  const document = { kind: 'erasure', id: tenant, expected: 0, text } as const
  await store.directory.write([document], clock.now())
}

async function finish(
  deps: ControlDeps,
  tenant: TenantId,
  erasure: Erasure,
): Promise<ShownReceipt> {
  const { incarnation, deleted, erased_at_ms } = erasure
  const { store, clock, keeper } = deps
  // Before the account: while that stands, whoever lost this answer still finds what to go on with.
  await keeper.clear(tenant)
  if (incarnation !== null) await store.run(tenant, { type: 'erase', incarnation })
  const [tombstone] = await tombstonesOf(deps, tenant)
  if (tombstone === undefined) throw new RangeError('the hasher has no pepper')
  await store.directory.bury(tenant, tombstone, JSON.stringify(erasure))
  const begun = await store.directory.document('erasure', tenant)
  // A write that was under way may still land; the cron trigger clears once more when none can be.
  const isQuiet = deleted.holds === 0 || clock.now() - erased_at_ms >= QUIET_AFTER_MS
  if (begun !== null && isQuiet) {
    const done = { kind: 'erasure', id: tenant, expected: begun.revision, text: null } as const
    await store.directory.write([done], clock.now())
  }
  const receipt = await readTombstone(deps, tenant)
  if (receipt === null) throw noTenant(tenant)
  return receipt
}

function notArchived(tenant: TenantId, status: TenantConfig['status']): Problem {
  return new Problem(
    'Conflict',
    `Tenant '${tenant}' is ${status}; only ARCHIVED ones are erased.`,
    {
      remedy: 'Archive it first, or repeat this with ?force=true.',
    },
  )
}
