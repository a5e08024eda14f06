// A plan changed for many tenants by a driver that is killed again and again: each life ends after so
// many calls of the store, before or after the last of them took effect.
import { driveJob } from '../../../src/admin/plans/drive-job.ts'
import type { ControlDeps } from '../../../src/admin/deps.ts'
import { findJob, jobDocument, newJob } from '../../../src/admin/plans/job.ts'
import { resolvePlans } from '../../../src/config/plans.ts'
import { KeyHasher } from '../../../src/identify/api-key/pepper.ts'
import { createMemoryStore } from '../../../src/store/memory.ts'
import type { Store } from '../../../src/store/store.ts'
import { TenantId } from '../../../src/tenant/slug.ts'
import { create, START_MS, tenantConfig } from '../../store/commands.ts'
import { NO_SERVICES } from '../../support/fakes/keeper.ts'
import { seededBytes } from '../../identify/seeded-bytes.ts'

const MAX_BATCHES = 1_000_000

/** Not a failure that anything may catch and go on from. */
class Killed extends Error {
  override readonly name = 'Killed'
}

/** `lives`: how many calls each driver makes before it dies; the one after the last lives on. */
export async function changeManyKilled(count: number, lives: readonly number[]) {
  const clock = { now: () => START_MS }
  const store = createMemoryStore(clock)
  const tenants = Array.from({ length: count }, (_, n) => TenantId.parse(`tenant-${n}`))
  for (const tenant of tenants) {
    await store.directory.register(
      { tenant, plan: 'pro', status: 'ACTIVE', created_at_ms: START_MS },
      [],
    )
    await store.run(tenant, create(tenant, { config: tenantConfig(tenant, { plan_version: 0 }) }))
  }
  const given = resolvePlans({ plans: {}, default_plan: 'free' })
  const plans = new Map(given)
  const pro = given.get('pro')
  if (pro === undefined) throw new Error('there is no plan pro')
  plans.set('pro', { ...pro, version: 2 })
  const deps: ControlDeps = {
    store,
    plans,
    defaultPlan: 'free',
    hasher: new KeyHasher([{ version: 'v1', secret: new Uint8Array(32).fill(7) }]),
    keeper: NO_SERVICES,
    clock,
    randomBytes: seededBytes(1),
  }
  const order = { kind: 'plan.change', from: 'pro', to: null, actor: 'test' } as const
  const started = await newJob(deps, 'job_1', { ...order, before: null, after: null })
  await store.directory.write([jobDocument(started, 0)], START_MS)

  for (const [life, calls] of lives.entries()) {
    const mortal = { ...deps, store: killedAfter(store, calls, life % 2 === 0) }
    await driveJob(mortal, 'job_1', MAX_BATCHES).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error
    })
  }
  await driveJob(deps, 'job_1', MAX_BATCHES)

  const configs = await Promise.all(
    tenants.map(async (tenant) => {
      const reply = await store.run(tenant, { type: 'load', version: null, keyHashes: [] })
      if (reply.type !== 'stale') throw new Error(reply.type)
      return reply.snapshot.config
    }),
  )
  const ledgers = await Promise.all(tenants.map((tenant) => store.ledger(tenant, 1, 10)))
  return {
    job: (await findJob(deps, 'job_1'))?.job,
    versions: configs.map(({ plan_version }) => plan_version),
    /** Entries beside the one of the creation. */
    changes: ledgers.map((entries) => entries.length),
  }
}

/** `late`: what was asked last is still done. All later calls die, those under way among them. */
function killedAfter(store: Store, calls: number, late: boolean): Store {
  let made = 0
  async function call<T>(work: () => Promise<T>): Promise<T> {
    made += 1
    if (made > calls || (made === calls && !late)) throw new Killed()
    const answer = await work()
    if (made >= calls) throw new Killed()
    return answer
  }
  const { directory } = store
  return {
    ...store,
    run: (tenant, command) => call(() => store.run(tenant, command)),
    directory: {
      ...directory,
      update: (row) => call(() => directory.update(row)),
      list: (...args) => call(() => directory.list(...args)),
      document: (...args) => call(() => directory.document(...args)),
      documents: (kind) => call(() => directory.documents(kind)),
      write: (...args) => call(() => directory.write(...args)),
    },
  }
}
