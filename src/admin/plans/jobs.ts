/**
 * GET /jobs and GET /jobs/{id}: how far the changes of plans have come. Asking about a job carries it
 * on, so that whoever waits for its end need not wait for the cron trigger.
 */
import type { Context } from 'hono'
import { Problem } from '../../problem/problem.ts'
import type { AdminDeps, AdminEnv, AdminHandler, ControlDeps } from '../deps.ts'
import type { Store } from '../../store/store.ts'
import { driveInBackground, driveJob } from './drive-job.ts'
import { listJobs as readJobs, showJob } from './job.ts'
import type { JobAnswer, JobList } from './shown.ts'

/** About as many calls of the store as one invocation of a Worker may make. */
const BACKGROUND_BATCHES = 12
/** What the cron trigger may make of them, beside its other duties. */
const CRON_BATCHES = 8

export function listJobs(deps: AdminDeps): AdminHandler {
  return async (c) => c.json({ jobs: (await readJobs(deps)).map(showJob) } satisfies JobList)
}

export function getJob(deps: AdminDeps): AdminHandler {
  return async (c) => {
    const job = await driveJob(deps, c.req.param('id') ?? '', 1)
    if (job === null) throw new Problem('NotFound', 'There is no job of this id.')
    if (job.status === 'running') carryOn(c, deps, job.id)
    return c.json({ job: showJob(job) } satisfies JobAnswer)
  }
}

/** No work of a Worker outlives its answer by more, whether it has come to its end or not. */
const MAX_BACKGROUND_MS = 30_000

/** Until when a request of this isolate may be going on with a job, by store and job. */
const carried = new WeakMap<Store, Map<string, number>>()

/**
 * Goes on with a job after the answer, unless an earlier request of this isolate does: of many that
 * ask at short intervals all but one would do what another has done.
 */
export function carryOn(c: Context<AdminEnv>, deps: ControlDeps, id: string): void {
  const { store, clock } = deps
  const untilMs = carried.get(store) ?? new Map<string, number>()
  carried.set(store, untilMs)
  const nowMs = clock.now()
  if ((untilMs.get(id) ?? 0) > nowMs) return
  untilMs.set(id, nowMs + MAX_BACKGROUND_MS)
  const work = driveInBackground(deps, id, BACKGROUND_BATCHES)
  c.executionCtx.waitUntil(work.finally(() => untilMs.delete(id)))
}

/** The oldest job that runs, for the cron trigger. */
export async function carryOnOldest(deps: ControlDeps): Promise<void> {
  const oldest = (await readJobs(deps)).findLast(({ status }) => status === 'running')
  if (oldest !== undefined) await driveJob(deps, oldest.id, CRON_BATCHES)
}
