// `tollgate ledger`: a tenant's entries in order, page by page as they come.
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { path } from '../api/path.ts'
import { examples } from '../examples.ts'
import { positiveNumber, wholeNumber } from '../input/assignments.ts'
import type { App } from '../session.ts'
import { LedgerPage } from '../shape/usage.ts'
import { entryLine } from './show-entry.ts'

const FOLLOW_MS = 2_000
/** What the server gives at most at once. */
const MAX_PAGE = 500

export function ledgerCommand(program: CommandUnknownOpts, app: App): void {
  const ledger = program
    .command('ledger')
    .description('what happened to a tenant: requests, refusals, changes; one entry a line')
    .argument('<tenant>')
    .option('--after <seq>', 'from the entry after this one', (text) => wholeNumber(text), 0)
    .option('--limit <count>', 'at most so many', positiveNumber)
    .option('--follow', 'go on with new ones as they come, until Ctrl-C')
    .action(async (tenant, { after, limit, follow }) => {
      const { api, print, terminal } = await app.open()
      const place = path('admin', 'tenants', tenant, 'ledger')
      let left = limit ?? Infinity
      for (let last = after; left > 0;) {
        const query = { after: String(last), limit: String(Math.min(left, MAX_PAGE)) }
        const page = await api.get(LedgerPage, place, query)
        for (const entry of page.entries) {
          print.record(entry, () => print.lines([entryLine(entry, print)]))
        }
        left -= page.entries.length
        last = page.entries.at(-1)?.seq ?? last
        if (page.next_cursor !== null) continue
        if (!follow) return
        await terminal.pause(FOLLOW_MS)
      }
    })
  examples(
    ledger,
    'tollgate ledger acme',
    'tollgate ledger acme --after 100 --limit 20',
    'tollgate ledger acme --json | jq -r .kind',
  )
}
