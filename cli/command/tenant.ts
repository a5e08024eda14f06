// `tollgate tenant`: make, read and change tenants; ending them is in tenant-end.ts.
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { path } from '../api/path.ts'
import { examples } from '../examples.ts'
import { Failure } from '../failure.ts'
import {
  collectLimits,
  collectMembers,
  collectNames,
  collectQuotas,
  positiveNumber,
} from '../input/assignments.ts'
import { readMembers } from '../input/members.ts'
import type { Printer } from '../output/printer.ts'
import { CONFIRM, YES } from '../prompt/confirm.ts'
import type { App, Session } from '../session.ts'
import {
  CreatedTenant,
  type Tenant,
  TenantAnswer,
  TenantPage,
  type TenantRow,
} from '../shape/tenant.ts'
import type { FreshCommand } from '../fresh-command.ts'
import { limitPairs, policyPairs, showTime } from './show-limits.ts'
import { tenantEndCommands } from './tenant-end.ts'
import { updateTenant } from './tenant-update.ts'

/** What the server gives at most at once. */
const MAX_PAGE = 500

export function tenantCommands(program: CommandUnknownOpts, app: App): void {
  const tenant = program.command('tenant').description('customers of the platform')

  const create = memberOptions(tenant.command('create'))
    .description('make a tenant; prints its first API key, which is shown only here')
    .argument('<slug>', '3 to 63 of a-z, 0-9 and hyphen, from a letter on; never changes')
    .option(
      '--idempotency-key <key>',
      'name this attempt, so that repeating it makes nothing twice',
    )
    .action(async (slug, flags) => {
      const { metadata, name, plan, timezone, retentionDays, idempotencyKey, ...members } = flags
      const session = await app.open()
      const others = { id: slug, name, plan, timezone, metadata, retention_days: retentionDays }
      const body = await readMembers(app.terminal, members, others)
      await createTenant(session, body, idempotencyKey ?? app.terminal.randomUuid())
    })
  examples(
    create,
    'tollgate tenant create acme-corp --name "Acme Corporation"',
    'tollgate tenant create globex --plan pro --timezone Europe/Berlin --limit usd_per_day=10.00',
    'tollgate tenant create initech --quota max_collections=10 --quota max_vectors=1000000',
  )

  const list = tenant
    .command('list')
    .description('all tenants, by slug')
    .option('--status <status>', 'only those that are ACTIVE, SUSPENDED, ARCHIVED or PROVISIONING')
    .option('--plan <plan>', 'only those on this plan')
    .option('--limit <count>', 'at most so many', positiveNumber)
    .action(async ({ status, plan, limit }) => {
      const session = await app.open()
      const rows = await listTenants(session, { status, plan }, limit ?? Infinity)
      session.print.show(rows, () => printRows(session.print, rows))
    })
  examples(
    list,
    'tollgate tenant list',
    'tollgate tenant list --status SUSPENDED --plan free --json',
  )

  const get = tenant
    .command('get')
    .description("one tenant: state, limits, quotas, policy, metadata, and what is not its plan's")
    .argument('<slug>')
    .action(async (slug) => {
      const { api, print } = await app.open()
      const answer = await api.get(TenantAnswer, path('admin', 'tenants', slug))
      print.show(answer.tenant, () => printTenant(print, answer.tenant))
    })
  examples(get, 'tollgate tenant get acme', 'tollgate tenant get acme --json')

  const update = memberOptions(tenant.command('update'))
    .description(
      'change the members that are named, and only those; a limit below present use has to be confirmed',
    )
    .argument('<slug>')
    .option(
      '--inherit <member>',
      "take back what was set here: it is the plan's again; may be repeated",
      collectNames,
    )
    .option('--if-version <version>', 'only if the tenant still has this version')
    .option(...CONFIRM)
    .option(...YES)
    .action(async (slug, flags) => {
      const { metadata, name, plan, timezone, retentionDays, inherit, ...more } = flags
      const { ifVersion, confirm, yes, ...members } = more
      const others = { name, plan, timezone, metadata, inherit, retention_days: retentionDays }
      const body = await readMembers(app.terminal, members, others)
      await updateTenant(await app.open(), slug, body, { ifVersion, confirm, yes })
    })
  examples(
    update,
    'tollgate tenant update acme --plan enterprise',
    'tollgate tenant update acme --limit requests_per_minute=60 --limit usd_per_month=unlimited',
    `tollgate tenant update acme --policy allowed_models='["gpt-4o-mini"]' --policy low_budget=clamp`,
    'tollgate tenant update acme --inherit limits.requests_per_minute --inherit policy.low_budget',
    'tollgate tenant update acme --limit tokens_per_day=1000 --confirm acme',
  )

  tenantEndCommands(tenant, app)
}

function memberOptions(command: FreshCommand) {
  return command
    .option('--name <text>', 'its name')
    .option('--plan <plan>', 'the plan whose limits are in force where none is set here')
    .option('--timezone <zone>', 'IANA name; days and months are cut in it')
    .option('--limit <name=value>', 'a limit, or "unlimited"; may be repeated', collectLimits)
    .option('--quota <name=value>', 'a quota, or "unlimited"; may be repeated', collectQuotas)
    .option('--policy <name=value>', 'a member of the policy; may be repeated', collectMembers)
    .option('--metadata <name=value>', "the platform's own notes; may be repeated", collectMembers)
    .option(
      '--retention-days <days>',
      'how long data of an archived tenant is kept',
      positiveNumber,
    )
    .option('--file <path>', 'JSON with any of these members; - is stdin')
}

async function createTenant(
  { api, print, target }: Session,
  body: Readonly<Record<string, unknown>>,
  idempotencyKey: string,
): Promise<void> {
  const made = await api
    .send(CreatedTenant, 'POST', '/admin/tenants', { body, idempotencyKey })
    .catch((error: unknown) => {
      throw tellHowToRepeat(error, idempotencyKey)
    })
  const { tenant, key } = made
  print.note(
    `Tenant ${tenant.id} is ${tenant.status}, on plan ${tenant.plan}, at ${target.apiUrl}.`,
  )
  print.note('Its API key follows, on stdout. It is shown only now: keep it.')
  print.show({ tenant, key }, () => print.line(key))
}

/** Without an answer nobody knows whether it was done; the same key makes sure that it is once. */
export function tellHowToRepeat(error: unknown, idempotencyKey: string): unknown {
  if (!(error instanceof Failure) || error.kind !== 'unreachable') return error
  const remedy = `Repeat it with --idempotency-key ${idempotencyKey}: it may have been done already.`
  return new Failure(error.kind, { ...error.text, remedy })
}

async function listTenants(
  { api }: Session,
  filter: { readonly status: string | undefined; readonly plan: string | undefined },
  limit: number,
): Promise<TenantRow[]> {
  const rows: TenantRow[] = []
  let cursor: string | undefined
  do {
    const wanted = String(Math.min(limit - rows.length, MAX_PAGE))
    const page = await api.get(TenantPage, '/admin/tenants', { ...filter, limit: wanted, cursor })
    rows.push(...page.tenants)
    cursor = page.next_cursor ?? undefined
  } while (cursor !== undefined && rows.length < limit)
  return rows
}

function printRows(print: Printer, rows: readonly TenantRow[]): void {
  print.table(
    [
      { header: 'TENANT', value: ({ id }) => id, min: 16 },
      {
        header: 'STATUS',
        value: ({ status }) => status,
        tone: ({ status }) => tone(status),
        min: 9,
      },
      { header: 'PLAN', value: ({ plan }) => plan },
      { header: 'CREATED', value: (row) => showTime(row.created_at), min: 10 },
    ],
    rows,
    'No tenants.',
  )
}

function tone(status: string): 'green' | 'yellow' | 'dim' {
  if (status === 'ACTIVE') return 'green'
  return status === 'ARCHIVED' ? 'dim' : 'yellow'
}

function printTenant(print: Printer, tenant: Tenant): void {
  const { overrides } = tenant
  const own = (some: object): string =>
    Object.keys(some).length > 0 ? "* its own, not the plan's" : ''
  print.details([
    ['Tenant', tenant.id],
    ['Name', tenant.name],
    ['Status', tenant.status],
    ['Plan', tenant.plan],
    ['Time zone', tenant.timezone],
    ['Retention', `${tenant.retention_days} days`],
    ['Created', showTime(tenant.created_at)],
    ['Version', tenant.version],
    ['Limits', own(overrides.limits)],
    ...limitPairs(tenant.limits, overrides.limits),
    ['Quotas', own(overrides.quotas)],
    ...limitPairs(tenant.quotas, overrides.quotas),
    ['Policy', own(overrides.policy)],
    ...policyPairs(tenant.policy, overrides.policy),
    ['Metadata', ''],
    ...policyPairs(tenant.metadata),
  ])
}
