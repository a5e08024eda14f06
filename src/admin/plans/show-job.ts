/** A job as answers show it: how far it has come, not by which slug. */
import { showTime } from '../../tenant/show.ts'
import type { Job } from './job.ts'
import type { ShownJob } from './shown.ts'

export function showJob(job: Job): ShownJob {
  const { created_at_ms, updated_at_ms, cursor: _, walked: __, ...shown } = job
  return { ...shown, created_at: showTime(created_at_ms), updated_at: showTime(updated_at_ms) }
}
