// `tollgate user`: limits of one user of a tenant, in the place of those that all its users have.
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { path } from '../api/path.ts'
import { examples } from '../examples.ts'
import { usageFailure } from '../failure.ts'
import { collectLimits } from '../input/assignments.ts'
import type { Printer } from '../output/printer.ts'
import type { App } from '../session.ts'
import { Nothing } from '../shape/nothing.ts'
import { type User, UserAnswer, UsersAnswer } from '../shape/quota.ts'
import { limitPairs, showAmount, showTime } from './show-limits.ts'

const place = (tenant: string, user: string): string =>
  path('admin', 'tenants', tenant, 'users', user)

export function userCommands(program: CommandUnknownOpts, app: App): void {
  const user = program.command('user').description('limits of one user of a tenant')

  const list = user
    .command('list')
    .description('users with limits of their own')
    .argument('<tenant>')
    .action(async (tenant) => {
      const { api, print } = await app.open()
      const { users } = await api.get(UsersAnswer, path('admin', 'tenants', tenant, 'users'))
      print.show(users, () => printUsers(print, users))
    })
  examples(list, 'tollgate user list acme', 'tollgate user list acme --json')

  const get = user
    .command('get')
    .description('limits of a user, and where they stand')
    .argument('<tenant>')
    .argument('<user>', 'the `sub` of its tokens, or the owner of its keys')
    .action(async (tenant, id) => {
      const { api, print } = await app.open()
      const { user: found } = await api.get(UserAnswer, place(tenant, id))
      print.show(found, () => printUser(print, found))
    })
  examples(get, 'tollgate user get acme alice@acme.com')

  const set = user
    .command('set')
    .description('give a user limits of its own')
    .argument('<tenant>')
    .argument('<user>')
    .option('--limit <name=value>', 'a limit, or "unlimited"; may be repeated', collectLimits)
    .action(async (tenant, id, { limit: limits }) => {
      if (limits === undefined)
        throw usageFailure('Which limits?', '--limit requests_per_minute=1000')
      const { api, print } = await app.open()
      const { user: found } = await api.send(UserAnswer, 'PUT', place(tenant, id), {
        body: { limits },
      })
      print.show(found, () => printUser(print, found))
    })
  examples(set, 'tollgate user set acme alice@acme.com --limit requests_per_minute=1000')

  const clear = user
    .command('clear')
    .description('take the limits of its own away: those of all users count again')
    .argument('<tenant>')
    .argument('<user>')
    .action(async (tenant, id) => {
      const { api, print } = await app.open()
      await api.send(Nothing, 'DELETE', place(tenant, id))
      print.show({ id, cleared: true }, () => print.line(`User ${id} has no limits of its own.`))
    })
  examples(clear, 'tollgate user clear acme alice@acme.com')
}

function printUsers(print: Printer, users: readonly User[]): void {
  print.table(
    [
      { header: 'USER', value: ({ id }) => id, min: 16 },
      {
        header: 'LIMITS',
        value: ({ limits }) =>
          Object.entries(limits)
            .map(([name, value]) => `${name}=${showAmount(value, name)}`)
            .join(' '),
        min: 16,
      },
    ],
    users,
    'No user has limits of its own.',
  )
}

function printUser(print: Printer, { id, limits, current }: User): void {
  print.details([['User', id], ['Limits', ''], ...limitPairs(limits)])
  if (current.length === 0) return
  print.line('')
  print.table(
    [
      { header: 'LIMIT', value: ({ name }) => name, min: 14 },
      { header: 'USED', value: ({ used, name }) => showAmount(used, name), align: 'right' },
      {
        header: 'REMAINING',
        value: (row) => showAmount(row.remaining ?? null, row.name),
        align: 'right',
      },
      { header: 'RESETS', value: (row) => showTime(row.resets_at), min: 10 },
    ],
    current,
    '',
  )
}
