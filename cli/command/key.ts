// `tollgate key`: API keys of a tenant. A new key goes to stdout alone, once; all that is said about
// it goes to stderr.
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { path } from '../api/path.ts'
import { examples } from '../examples.ts'
import { wholeNumber } from '../input/assignments.ts'
import type { Printer } from '../output/printer.ts'
import { confirm, confirmOptions } from '../prompt/confirm.ts'
import type { App } from '../session.ts'
import { CreatedKey, type Key, KeysAnswer, RotatedKey } from '../shape/key.ts'
import { Nothing } from '../shape/nothing.ts'
import { showTime } from './show-limits.ts'
import { tellHowToRepeat } from './tenant.ts'

export function keyCommands(program: CommandUnknownOpts, app: App): void {
  const key = program.command('key').description('API keys of a tenant')
  createCommand(key, app)

  const list = key
    .command('list')
    .description('all keys of a tenant, without their secrets')
    .argument('<tenant>')
    .action(async (tenant) => {
      const { api, print, terminal } = await app.open()
      const { keys } = await api.get(KeysAnswer, path('admin', 'tenants', tenant, 'keys'))
      print.show(keys, () => printKeys(print, keys, terminal.now()))
    })
  examples(list, 'tollgate key list acme', 'tollgate key list acme --json')

  const revoke = confirmOptions(key.command('revoke'))
    .description('end a key, at once')
    .argument('<tenant>')
    .argument('<key-id>')
    .action(async (tenant, id, flags) => {
      const session = await app.open()
      const what = `Revoke key ${id} of tenant ${tenant}`
      await confirm(session, { what, consequence: 'it works no more at once.', name: id }, flags)
      const place = path('admin', 'tenants', tenant, 'keys', id)
      await session.api.send(Nothing, 'DELETE', place)
      session.print.show({ id, revoked: true }, () => session.print.line(`Key ${id} is revoked.`))
    })
  examples(revoke, 'tollgate key revoke acme key_1 --confirm key_1')

  const rotate = key
    .command('rotate')
    .description('make a new key of the same rights; the old one works on for a while')
    .argument('<tenant>')
    .argument('<key-id>')
    .option('--grace <seconds>', 'how long the old one works on (default: a day)', (text) =>
      wholeNumber(text),
    )
    .option(
      '--idempotency-key <key>',
      'name this attempt, so that repeating it makes nothing twice',
    )
    .action(async (tenant, id, { grace, idempotencyKey }) => {
      const { api, print, terminal } = await app.open()
      const body = grace === undefined ? {} : { grace_seconds: grace }
      const place = path('admin', 'tenants', tenant, 'keys', id, 'rotate')
      const attempt = idempotencyKey ?? terminal.randomUuid()
      const made = await api
        .send(RotatedKey, 'POST', place, { body, idempotencyKey: attempt })
        .catch((error: unknown) => {
          throw tellHowToRepeat(error, attempt)
        })
      print.note(
        `Key ${made.id} takes the place of ${id}, which works until ${showTime(made.replaces.expires_at)}.`,
      )
      printNewKey(print, made)
    })
  examples(rotate, 'tollgate key rotate acme key_1 --grace 3600')
}

function createCommand(key: CommandUnknownOpts, app: App): void {
  const create = key
    .command('create')
    .description('make a key; it is printed once, alone on stdout')
    .argument('<tenant>')
    .option('--name <text>', 'what it is for')
    .option('--user <id>', 'whose it is: limits of a user count for it')
    .option('--scope <scopes...>', 'what it opens (default: all of the data plane)')
    .option('--expires-at <time>', 'RFC 3339, such as 2030-01-31T10:00:00Z')
    .option('--ip-allow <ranges...>', 'CIDR ranges it may come from')
    .option(
      '--idempotency-key <key>',
      'name this attempt, so that repeating it makes nothing twice',
    )
    .action(async (tenant, flags) => {
      const { api, print, terminal } = await app.open()
      const { name, user, scope: scopes, expiresAt, ipAllow, idempotencyKey } = flags
      const body = { name, user, scopes, expires_at: expiresAt, ip_allow: ipAllow }
      const attempt = idempotencyKey ?? terminal.randomUuid()
      const made = await api
        .send(CreatedKey, 'POST', path('admin', 'tenants', tenant, 'keys'), {
          body,
          idempotencyKey: attempt,
        })
        .catch((error: unknown) => {
          throw tellHowToRepeat(error, attempt)
        })
      print.note(`Key ${made.id} of tenant ${tenant} is made. It is shown only now: keep it.`)
      printNewKey(print, made)
    })
  examples(
    create,
    'tollgate key create acme --name backend > key.txt',
    'tollgate key create acme --user alice@acme.com --scope chat usage --expires-at 2030-01-31T10:00:00Z',
    'tollgate key create acme --ip-allow 192.0.2.0/24 2001:db8::/32 --json',
  )
}

function printNewKey(print: Printer, made: { readonly key: string }): void {
  print.show(made, () => print.line(made.key))
}

function stateOf({ revoked_at: revoked, expires_at: expires }: Key, nowMs: number): string {
  if (revoked !== null) return 'revoked'
  if (expires === null) return 'active'
  return Date.parse(expires) <= nowMs ? 'expired' : `until ${showTime(expires)}`
}

function printKeys(print: Printer, keys: readonly Key[], nowMs: number): void {
  print.table(
    [
      { header: 'KEY', value: ({ id }) => id, min: 26 },
      { header: 'NAME', value: ({ name }) => name },
      { header: 'USER', value: ({ user }) => user ?? '' },
      { header: 'SCOPES', value: ({ scopes }) => scopes.join(' ') },
      {
        header: 'STATE',
        value: (each) => stateOf(each, nowMs),
        tone: (each) => (/^(revoked|expired)/.test(stateOf(each, nowMs)) ? 'dim' : 'green'),
      },
      { header: 'LAST USED', value: (each) => showTime(each.last_used_at) || 'never', min: 10 },
    ],
    keys,
    'No keys.',
  )
}
