// `tollgate job`: changes that go through many tenants one by one.
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { path } from '../api/path.ts'
import { examples } from '../examples.ts'
import type { Printer } from '../output/printer.ts'
import type { App } from '../session.ts'
import { type Job, JobAnswer, JobsAnswer } from '../shape/plan.ts'
import { showTime } from './show-limits.ts'
import { refuseFailures, waitForJob } from './wait-for-job.ts'

export function jobCommands(program: CommandUnknownOpts, app: App): void {
  const job = program.command('job').description('changes on their way through all tenants')

  const list = job
    .command('list')
    .description('jobs, and how far they are')
    .action(async () => {
      const { api, print } = await app.open()
      const { jobs } = await api.get(JobsAnswer, '/admin/jobs')
      print.show(jobs, () => printJobs(print, jobs))
    })
  examples(list, 'tollgate job list')

  const get = job
    .command('get')
    .description('one job')
    .argument('<id>')
    .option('--wait', 'until it is done; fails when some of it did')
    .action(async (id, { wait }) => {
      const session = await app.open()
      const { job: found } = await session.api.get(JobAnswer, path('admin', 'jobs', id))
      const latest = wait ? await waitForJob(session, found) : found
      printJob(session.print, latest)
      if (wait) refuseFailures(latest)
    })
  examples(get, 'tollgate job get job_1', 'tollgate job get job_1 --wait')
}

function plansOf({ from, to }: Job): string {
  return to === null ? from : `${from} → ${to}`
}

export function printJob(print: Printer, job: Job): void {
  print.show(job, () => {
    print.details([
      ['Job', job.id],
      ['Kind', job.kind],
      ['Plan', plansOf(job)],
      ['Status', job.status],
      ['Done', `${job.done} of ${job.total} tenants, ${job.changed} changed`],
      ['Failed', String(job.failed.length)],
      ...job.failed.map((each) => ['', JSON.stringify(each)] as const),
      ['Begun', showTime(job.created_at)],
      ['Updated', showTime(job.updated_at)],
    ])
  })
}

function printJobs(print: Printer, jobs: readonly Job[]): void {
  print.table(
    [
      { header: 'JOB', value: ({ id }) => id, min: 12 },
      { header: 'KIND', value: ({ kind }) => kind },
      { header: 'PLAN', value: plansOf },
      {
        header: 'STATUS',
        value: ({ status }) => status,
        tone: ({ status }) => (status === 'running' ? 'yellow' : 'green'),
      },
      { header: 'DONE', value: ({ done, total }) => `${done}/${total}`, align: 'right' },
      {
        header: 'FAILED',
        value: ({ failed }) => String(failed.length),
        align: 'right',
        tone: ({ failed }) => (failed.length > 0 ? 'red' : undefined),
      },
      { header: 'BEGUN', value: (job) => showTime(job.created_at), min: 10 },
    ],
    jobs,
    'No jobs.',
  )
}
