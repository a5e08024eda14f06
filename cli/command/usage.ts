// `tollgate usage`: what a tenant has used, and how full its limits are.
import { type CommandUnknownOpts, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { path } from '../api/path.ts'
import { examples } from '../examples.ts'
import { usageFailure } from '../failure.ts'
import { positiveNumber } from '../input/assignments.ts'
import { plain } from '../output/text.ts'
import type { App, Session } from '../session.ts'
import { DIMENSIONS, Usage } from '../shape/usage.ts'
import { METRICS, usageLines } from './show-usage.ts'
import { watchLive, watchReport } from './watch-usage.ts'

export function usageCommand(program: CommandUnknownOpts, app: App): void {
  const usage = program
    .command('usage')
    .description('what a tenant has used, and how full its limits are')
    .argument('[tenant]', 'with an API key as the token: its own, when absent')
    .option('--from <date>', 'first day, such as 2026-01-01 (default: 30 days before the last)')
    .option('--to <date>', 'last day (default: today)')
    .addOption(
      new Option('--by <dimension>', 'what the groups are by (default: day)').choices(DIMENSIONS),
    )
    .addOption(
      new Option('--chart <metric>', 'what the chart shows')
        .choices(METRICS)
        .default('cost' as const),
    )
    .option('--csv', 'the groups as CSV, as the gateway makes it')
    .option('--watch', "again and again, until Ctrl-C; one's own: each request as it is settled")
    .option('--interval <seconds>', 'with --watch: how often', intervalSeconds, 2)
    .action(async (tenant, { from, to, by, chart: metric, csv, watch, interval }) => {
      if (csv && (watch || app.globals.json)) {
        throw usageFailure('--csv goes neither with --json nor with --watch.')
      }
      const session = await app.open()
      const place =
        tenant === undefined ? '/tenant/usage' : path('admin', 'tenants', tenant, 'usage')
      const query = { from, to, by }
      if (csv) return printCsv(session, place, query)
      if (watch && tenant === undefined) return watchLive(session, `${place}/live`)
      const read = (): Promise<Usage> => session.api.get(Usage, place, query)
      if (watch) return watchReport(session, read, { metric, intervalMs: interval * 1000 })
      const report = await read()
      const { print } = session
      return print.show(report, () => print.lines(usageLines(report, metric, print)))
    })
  examples(
    usage,
    'tollgate usage acme',
    'tollgate usage acme --from 2026-06-01 --to 2026-06-30 --by model --chart tokens',
    'tollgate usage acme --by month --csv > usage.csv',
    'tollgate usage --profile acme --json',
  )
}

const DAY_SECONDS = 86_400

/** A timer of more than 24 days would fire at once, and again at once. */
function intervalSeconds(text: string): number {
  const seconds = positiveNumber(text)
  if (seconds <= DAY_SECONDS) return seconds
  throw new InvalidArgumentError('It must be a day (86400) at most.')
}

/** The bytes are the server's; on a terminal nothing in them may act on it. */
async function printCsv(
  { api, print, terminal }: Session,
  place: string,
  query: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const csv = await api.text('GET', place, {
    query: { ...query, format: 'csv' },
    accept: 'text/csv',
  })
  if (print.width === null) terminal.stdout.write(csv)
  else
    print.lines(
      csv
        .replace(/\r?\n$/, '')
        .split(/\r?\n/)
        .map(plain),
    )
}
