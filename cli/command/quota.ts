// `tollgate quota`: levels that the platform counts, such as collections or products. `list`, `get`
// and `set` are the platform's; `check`, `acquire` and `release` act for the tenant whose API key is
// the token.
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { path } from '../api/path.ts'
import { examples } from '../examples.ts'
import { Failure, usageFailure } from '../failure.ts'
import { positiveNumber, quotaValue } from '../input/assignments.ts'
import { gauge } from '../output/bar.ts'
import type { Printer } from '../output/printer.ts'
import { confirmOptions } from '../prompt/confirm.ts'
import type { App } from '../session.ts'
import {
  AcquisitionAnswer,
  type Quota,
  QuotaAnswer,
  QuotaCheck,
  QuotasAnswer,
  RecountAnswer,
} from '../shape/quota.ts'
import { changeTenant } from './change-tenant.ts'
import { showAmount, showTime } from './show-limits.ts'
import { tellHowToRepeat } from './tenant.ts'

const GAUGE_COLUMNS = 10

const RESULTS = new Map([
  ['recounted', 'counted'],
  ['overlapped', 'not counted: written to at the same time'],
  ['unsure', 'not counted: a write ended less than a minute ago, and may still land'],
  ['gone', 'the tenant is gone'],
])

export function quotaCommands(program: CommandUnknownOpts, app: App): void {
  const quota = program
    .command('quota')
    .description('levels: how many of a thing a tenant may have')

  const list = quota
    .command('list')
    .description('how full the quotas of a tenant are')
    .argument('[tenant]', 'with an API key as the token: its own, when absent')
    .action(async (tenant) => {
      const { api, print } = await app.open()
      const place =
        tenant === undefined ? '/tenant/quotas' : path('admin', 'tenants', tenant, 'quotas')
      const { quotas } = await api.get(QuotasAnswer, place)
      print.show(quotas, () => printQuotas(print, quotas))
    })
  examples(list, 'tollgate quota list acme', 'tollgate quota list acme --json')

  const get = quota
    .command('get')
    .description('one quota of a tenant')
    .argument('<tenant>')
    .argument('<name>')
    .action(async (tenant, name) => {
      const { api, print } = await app.open()
      const { quotas } = await api.get(QuotasAnswer, path('admin', 'tenants', tenant, 'quotas'))
      const found = quotas.find((each) => each.name === name)
      if (found === undefined) throw noQuota(tenant, name, quotas)
      print.show(found, () => printQuota(print, found))
    })
  examples(get, 'tollgate quota get acme max_collections')

  const set = confirmOptions(quota.command('set'))
    .description('set the maximum of a quota; one below present use has to be confirmed')
    .argument('<tenant>')
    .argument('<name>')
    .argument('<max>', 'a whole number, or "unlimited"', (text: string) => quotaValue(text))
    .action(async (tenant, name, max, flags) => {
      const session = await app.open()
      const { print } = session
      const what = `Set quota ${name} of tenant ${tenant}`
      const change = { slug: tenant, body: { quotas: { [name]: max } }, what }
      const { before, after } = await changeTenant(session, change, flags)
      const was = Object.hasOwn(before.quotas, name)
        ? showAmount(before.quotas[name] ?? null)
        : 'not set'
      print.show(after.quotas, () =>
        print.line(`${name} of ${tenant}: ${was} → ${showAmount(max)}`),
      )
    })
  examples(
    set,
    'tollgate quota set acme max_products 250',
    'tollgate quota set acme max_vectors unlimited',
    'tollgate quota set acme max_products 0 --confirm acme',
  )

  const recount = quota
    .command('recount')
    .description('count anew what a tenant has on vector services')
    .argument('<tenant>')
    .action(async (tenant) => {
      const { api, print } = await app.open()
      const place = `${path('admin', 'tenants', tenant, 'quotas')}/recount`
      const answer = await api.send(RecountAnswer, 'POST', place)
      print.show(answer, () => printRecount(print, answer))
    })
  examples(recount, 'tollgate quota recount acme', 'tollgate quota recount acme --json')

  ownQuotaCommands(quota, app)
}

function ownQuotaCommands(quota: CommandUnknownOpts, app: App): void {
  const check = quota
    .command('check')
    .description('with an API key: would so many more fit? exit code 6 when not')
    .argument('<name>')
    .option('--amount <count>', 'how many', positiveNumber, 1)
    .action(async (name, { amount }) => {
      const { api, print } = await app.open()
      const query = { amount: String(amount) }
      const answer = await api.get(QuotaCheck, path('tenant', 'quotas', name), query)
      const [found] = answer.quotas
      print.show({ ...found, allowed: answer.allowed }, () => printQuota(print, found))
      if (answer.allowed === false) {
        throw new Failure('refused', { title: `${amount} more of ${name} would not fit.` })
      }
    })
  examples(check, 'tollgate quota check max_products --profile acme')

  const acquire = quota
    .command('acquire')
    .description('with an API key: take some of a quota')
    .argument('<name>')
    .option('--amount <count>', 'how many', positiveNumber, 1)
    .option('--lease <seconds>', 'given back by itself after this time', positiveNumber)
    .option(
      '--idempotency-key <key>',
      'name this attempt, so that repeating it takes nothing twice',
    )
    .action(async (name, { amount, lease, idempotencyKey }) => {
      const { api, print, terminal } = await app.open()
      const body = { amount, ...(lease !== undefined && { lease_seconds: lease }) }
      const attempt = idempotencyKey ?? terminal.randomUuid()
      const place = `${path('tenant', 'quotas', name)}/acquire`
      const answer = await api
        .send(AcquisitionAnswer, 'POST', place, { body, idempotencyKey: attempt })
        .catch((error: unknown) => {
          throw tellHowToRepeat(error, attempt)
        })
      const { acquisition } = answer
      const end =
        acquisition.expires_at === null ? '' : `, until ${showTime(acquisition.expires_at)}`
      print.note(`Taken: ${acquisition.amount} of ${name}${end}. Its id follows, on stdout.`)
      print.show(answer, () => print.line(acquisition.id))
    })
  examples(acquire, 'tollgate quota acquire max_products --amount 2 --lease 60 --profile acme')

  const release = quota
    .command('release')
    .description('with an API key: give back what was taken')
    .argument('<name>')
    .option('--acquisition <id>', 'what an acquire has printed')
    .option('--amount <count>', 'how many, of those without an id', positiveNumber)
    .action(async (name, { acquisition, amount }) => {
      if ((acquisition === undefined) === (amount === undefined)) {
        throw usageFailure('What is given back?', 'Either --acquisition <id> or --amount <count>')
      }
      const { api, print } = await app.open()
      const body = acquisition === undefined ? { amount } : { acquisition }
      const place = `${path('tenant', 'quotas', name)}/release`
      const answer = await api.send(QuotaAnswer, 'POST', place, { body })
      print.show(answer.quota, () => printQuota(print, answer.quota))
    })
  examples(release, 'tollgate quota release max_products --amount 1 --profile acme')
}

function noQuota(tenant: string, name: string, quotas: readonly Quota[]): Failure {
  const names = quotas.map((each) => each.name).join(', ')
  return new Failure('not_found', {
    title: `Tenant ${tenant} has no quota ${name}.`,
    remedy: names === '' ? `tollgate quota set ${tenant} ${name} <max>` : `It has: ${names}`,
  })
}

function fullness({ used, max }: Quota): number {
  return max === null || used === 0 ? 0 : used / max
}

function printQuotas(print: Printer, quotas: readonly Quota[]): void {
  print.table(
    [
      { header: 'QUOTA', value: ({ name }) => name, min: 14 },
      { header: 'USED', value: ({ used }) => showAmount(used), align: 'right' },
      { header: 'MAX', value: ({ max }) => showAmount(max), align: 'right' },
      {
        header: 'FULL',
        value: (each) => (each.max === null ? '' : gauge(fullness(each), GAUGE_COLUMNS)),
        tone: (each) => (fullness(each) >= 0.9 ? 'red' : 'green'),
      },
      { header: 'REMAINING', value: ({ remaining }) => showAmount(remaining), align: 'right' },
      {
        header: 'HIGH WATER',
        value: (each) => (each.high_water === null ? '' : showAmount(each.high_water)),
        align: 'right',
      },
    ],
    quotas,
    'No quotas.',
  )
}

function printRecount(print: Printer, { places, quotas }: RecountAnswer): void {
  print.table(
    [
      { header: 'PLACE', value: ({ place }) => place, min: 14 },
      {
        header: 'RESULT',
        value: ({ result }) => RESULTS.get(result) ?? result,
        tone: ({ result }) => (result === 'recounted' ? 'green' : 'yellow'),
      },
    ],
    places.toSorted((one, other) => (one.place < other.place ? -1 : 1)),
    'Nothing on any vector service.',
  )
  if (places.length > 0) print.line('')
  printQuotas(print, quotas)
}

function printQuota(print: Printer, quota: Quota): void {
  print.details([
    ['Quota', quota.name],
    ['Used', showAmount(quota.used)],
    ['Max', showAmount(quota.max)],
    ['Remaining', showAmount(quota.remaining)],
    ['High water', quota.high_water === null ? '' : showAmount(quota.high_water)],
  ])
}
