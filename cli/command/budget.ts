// `tollgate budget reset`: begin a budget's running period anew. What was spent stays in the ledger.
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { path } from '../api/path.ts'
import { examples } from '../examples.ts'
import { confirm, confirmOptions } from '../prompt/confirm.ts'
import type { App } from '../session.ts'
import { LimitAnswer } from '../shape/usage.ts'
import { showAmount } from './show-limits.ts'

export function budgetCommands(program: CommandUnknownOpts, app: App): void {
  const budget = program.command('budget').description('what a tenant may spend in a day or month')

  const reset = confirmOptions(budget.command('reset'))
    .description('set what is spent of a budget back to nothing; entered in the ledger')
    .argument('<tenant>')
    .argument('<name>', 'such as usd_per_day or tokens_per_month')
    .option('--reason <text>', 'for the ledger')
    .action(async (tenant, name, { reason, ...flags }) => {
      const session = await app.open()
      const what = `Reset budget ${name} of tenant ${tenant}`
      const consequence = 'it can spend the whole of it once more.'
      await confirm(session, { what, consequence, name: tenant }, flags)
      const place = `${path('admin', 'tenants', tenant, 'budgets', name)}/reset`
      const body = reason === undefined ? {} : { reason }
      const { limit } = await session.api.send(LimitAnswer, 'POST', place, { body })
      const [used, max] = [showAmount(limit.used, name), showAmount(limit.limit, name)]
      session.print.show(limit, () => session.print.line(`${limit.name}: ${used} of ${max}`))
    })
  examples(reset, 'tollgate budget reset acme usd_per_day --reason "billing error" --confirm acme')
}
