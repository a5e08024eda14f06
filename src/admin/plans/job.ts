/**
 * A job: one change of plans, carried to every account it concerns. It lives in the directory with
 * how far it has come, so that whoever goes on with it needs nothing else.
 */
import * as z from 'zod'
import { randomBase62 } from '../../identify/base62.ts'
import { Problem } from '../../problem/problem.ts'
import type { DocumentChange } from '../../store/documents.ts'
import { showTime } from '../../tenant/show.ts'
import type { ControlDeps } from '../deps.ts'

const ID_BYTES = 16
const ID_WIDTH = 22
const KEPT_DONE_MS = 30 * 86_400_000
const MAX_RUNNING = 20

const count = z.int().min(0)

export const Job = z.strictObject({
  id: z.string(),
  kind: z.enum(['plan.change', 'plan.delete', 'plan.move']),
  /** The plan whose tenants it concerns, and the one that they get; null: what stands for it. */
  from: z.string(),
  to: z.string().nullable(),
  actor: z.string(),
  /** Of the plan, as shown. */
  before: z.unknown(),
  after: z.unknown(),
  status: z.enum(['running', 'done']),
  /** The slug up to which the directory was gone through; `walked` when it was to its end. */
  cursor: z.string().nullable(),
  walked: z.boolean(),
  /** Tenants there were, were looked at, and were changed. */
  total: count,
  done: count,
  changed: count,
  /** To be tried again at the end. */
  failed: z.array(z.strictObject({ tenant: z.string(), reason: z.string() })),
  created_at_ms: z.int(),
  updated_at_ms: z.int(),
})
export type Job = z.infer<typeof Job>

type JobOrder = Pick<Job, 'kind' | 'from' | 'to' | 'actor' | 'before' | 'after'>

export function mintJobId({ randomBytes }: Pick<ControlDeps, 'randomBytes'>): string {
  return `job_${randomBase62(randomBytes, ID_BYTES, ID_WIDTH)}`
}

/** Throws Problem (409) while too many others run. */
export async function newJob(deps: ControlDeps, id: string, order: JobOrder): Promise<Job> {
  const { directory } = deps.store
  const jobs = await listJobs(deps)
  if (jobs.filter(({ status }) => status === 'running').length >= MAX_RUNNING) {
    throw new Problem('Conflict', `${MAX_RUNNING} jobs are running already.`, {
      retryable: true,
      retryAfterMs: 10_000,
    })
  }
  const nowMs = deps.clock.now()
  return {
    id,
    ...order,
    status: 'running',
    cursor: null,
    walked: false,
    total: await directory.count(),
    done: 0,
    changed: 0,
    failed: [],
    created_at_ms: nowMs,
    updated_at_ms: nowMs,
  }
}

/** What puts a job in the place of its `revision`; 0 begins it. A job that is done is kept for 30 days. */
export function jobDocument(job: Job, revision: number): DocumentChange {
  const text = JSON.stringify(job satisfies Job)
  const document = { kind: 'job', id: job.id, expected: revision, text } as const
  return job.status === 'done'
    ? { ...document, expiresAtMs: job.updated_at_ms + KEPT_DONE_MS }
    : document
}

/** Newest first. */
export async function listJobs({ store }: Pick<ControlDeps, 'store'>): Promise<Job[]> {
  const documents = await store.directory.documents('job')
  return documents
    .map(({ text }) => Job.parse(JSON.parse(text)))
    .toSorted((one, other) => other.created_at_ms - one.created_at_ms)
}

export async function findJob(
  { store }: Pick<ControlDeps, 'store'>,
  id: string,
): Promise<{ readonly job: Job; readonly revision: number } | null> {
  const found = await store.directory.document('job', id)
  if (found === null) return null
  return { job: Job.parse(JSON.parse(found.text)), revision: found.revision }
}

/** A `ShownJob`, which is made of `Job` and so not named here. */
export function showJob(job: Job) {
  const { created_at_ms, updated_at_ms, cursor: _, walked: __, ...shown } = job
  return { ...shown, created_at: showTime(created_at_ms), updated_at: showTime(updated_at_ms) }
}
