/**
 * Carries a job on by some batches of tenants. Anyone may, at any time, and be killed anywhere: an
 * account changes in one step, what was changed is passed over, and of two drivers the slower one's
 * count is dropped. The job is done when every account in the directory was looked at and carries
 * what it should.
 */
import type { Snapshot } from '../../account/answers.ts'
import { Problem } from '../../problem/problem.ts'
import { StoreUnavailable, type DirectoryRow } from '../../store/store.ts'
import { TenantId } from '../../tenant/slug.ts'
import { writeChange } from '../account.ts'
import type { ControlDeps } from '../deps.ts'
import { isSameRow, rowOf, updateDirectory } from '../directory.ts'
import { inTurns } from '../in-turns.ts'
import { carry } from './carry.ts'
import { findJob, type Job, jobDocument } from './job.ts'
import { type PlanBook, readPlanBook } from './plan-book.ts'

/** Tenants of one batch, each of which takes two to four calls of the store. */
const BATCH = 25
const AT_ONCE = 8
/** More than these at once are no accident of single accounts: the job goes no further without them. */
const MAX_FAILED = 100
const MAX_ROUNDS = 8

/** The job as it is after at most so many batches; null when there is none of this id. */
export async function driveJob(
  deps: ControlDeps,
  id: string,
  maxBatches: number,
): Promise<Job | null> {
  for (let batch = 1; ; batch++) {
    const found = await findJob(deps, id)
    if (found === null) return null
    const { job, revision } = found
    if (job.status === 'done' || batch > maxBatches) return job
    const next = await step(deps, job)
    if (next === null) return job
    // Stale: another driver has come further, from where the next batch goes on.
    await deps.store.directory.write([jobDocument(next, revision)], deps.clock.now())
  }
}

/** For work that nobody waits for: the store's silence is met again by whoever drives next. */
export async function driveInBackground(
  deps: ControlDeps,
  id: string,
  maxBatches: number,
): Promise<void> {
  try {
    await driveJob(deps, id, maxBatches)
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error
  }
}

/** The job after one more batch; null when nothing can be done at present. */
async function step(deps: ControlDeps, job: Job): Promise<Job | null> {
  const { directory } = deps.store
  const book = await readPlanBook(deps)
  // Those that failed come last, or as soon as there are too many of them to go on.
  const isRetry = job.walked || job.failed.length + BATCH > MAX_FAILED
  const retried = isRetry ? job.failed.slice(0, BATCH) : []
  const rows = isRetry
    ? await Promise.all(retried.map(({ tenant }) => directory.get(TenantId.parse(tenant))))
    : await directory.list(job.cursor, BATCH)
  // Of a tenant that was erased since it failed, there is nothing left to do.
  const there = rows.filter((row) => row !== null)
  const turns = await inTurns(there, AT_ONCE, (row) => apply(deps, job, book, row))
  const failed = turns.flatMap((turn, at) => {
    const tenant = there[at]?.tenant
    if (tenant === undefined || (turn.ok && turn.value !== 'busy')) return []
    return [{ tenant, reason: turn.ok ? 'changed by others all the time' : turn.error.message }]
  })
  if (isRetry && retried.length > 0 && failed.length === job.failed.length) return null

  const allFailed = [...job.failed.slice(retried.length), ...failed]
  const changed = turns.filter((turn) => turn.ok && turn.value === 'changed').length
  const walked = job.walked || (!isRetry && rows.length < BATCH)
  const done = job.done + rows.length - failed.length
  const isDone = walked && allFailed.length === 0
  return {
    ...job,
    cursor: isRetry ? job.cursor : (there.at(-1)?.tenant ?? job.cursor),
    walked,
    done,
    changed: job.changed + changed,
    failed: allFailed,
    // Tenants come and go meanwhile.
    total: isDone ? done : Math.max(job.total, done + allFailed.length),
    status: isDone ? 'done' : 'running',
    updated_at_ms: deps.clock.now(),
  }
}

type Applied = 'changed' | 'passed' | 'busy'

async function apply(
  deps: ControlDeps,
  job: Job,
  book: PlanBook,
  row: DirectoryRow,
): Promise<Applied> {
  try {
    return await rewrite(deps, job, book, row)
  } catch (error) {
    // Erased after it was looked at.
    if (error instanceof Problem && error.code === 'NotFound') return 'passed'
    throw error
  }
}

async function rewrite(
  deps: ControlDeps,
  job: Job,
  book: PlanBook,
  row: DirectoryRow,
): Promise<Applied> {
  const { store } = deps
  const { tenant } = row
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const reply = await store.run(tenant, { type: 'load', version: null, keyHashes: [] })
    // Half made or half erased: whoever completes it reads the plans as they are then.
    if (reply.type !== 'stale') return 'passed'
    const { snapshot } = reply
    const carried = carry(snapshot.config, job, book)
    if (carried === null) {
      // A driver may have been killed between the account and its row.
      await alignRow(deps, row, snapshot)
      return 'passed'
    }
    const { config, difference } = carried
    const after = { ...difference.after, job: job.id }
    const note = { action: 'plan.apply', before: difference.before, after }
    const target = { tenant, actor: job.actor }
    const version = await writeChange(deps, target, snapshot, { config, note })
    if (version === null) continue
    await alignRow(deps, row, { config, version })
    return 'changed'
  }
  return 'busy'
}

async function alignRow(
  { store }: ControlDeps,
  row: DirectoryRow,
  { config, version }: Pick<Snapshot, 'config' | 'version'>,
): Promise<void> {
  if (!isSameRow(row, rowOf(config))) await updateDirectory(store, config, version)
}
