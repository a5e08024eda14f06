// Following a job to its end. How far it is goes to stderr: over one line on a terminal, else a line
// for each step.
import { path } from '../api/path.ts'
import { Failure } from '../failure.ts'
import { gauge } from '../output/bar.ts'
import { plain, truncate } from '../output/text.ts'
import { columnsOf } from '../terminal.ts'
import type { Session } from '../session.ts'
import { type Job, JobAnswer } from '../shape/plan.ts'

const POLL_MS = 1_000
const BAR_COLUMNS = 20
const CLEAR_LINE = '\r\u001b[K'

/** The job once it runs no more. */
export async function waitForJob({ api, terminal }: Session, first: Job): Promise<Job> {
  const progress = showProgress(terminal.stderr)
  let job = first
  try {
    progress.show(job)
    while (job.status === 'running') {
      await terminal.pause(POLL_MS)
      job = (await api.get(JobAnswer, path('admin', 'jobs', job.id))).job
      progress.show(job)
    }
  } finally {
    progress.end()
  }
  return job
}

/** Throws Failure when some of it did not work, after everything about it has been printed. */
export function refuseFailures(job: Job): void {
  if (job.failed.length === 0) return
  throw new Failure('failure', {
    title: `Job ${job.id} ended with ${job.failed.length} of ${job.total} failed.`,
    remedy: 'Repeat the change: what is done already is left as it is.',
  })
}

function showProgress(stderr: Session['terminal']['stderr']) {
  let last = ''
  return {
    show({ id, done, total }: Job): void {
      const line = `${gauge(total === 0 ? 1 : done / total, BAR_COLUMNS)} ${done}/${total} job ${plain(id)}`
      if (line === last) return
      last = line
      const columns = columnsOf(stderr)
      // A line that is wrapped cannot be drawn over.
      stderr.write(columns === null ? `${line}\n` : `${CLEAR_LINE}${truncate(line, columns - 1)}`)
    },
    end(): void {
      if (columnsOf(stderr) !== null) stderr.write('\n')
    },
  }
}
