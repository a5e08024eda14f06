// `tollgate tenant suspend|reactivate|archive|delete`: the ways in which a tenant ends, and the way
// back from the first. Each names the gateway it acts on, and has to be confirmed.
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { path } from '../api/path.ts'
import { examples } from '../examples.ts'
import { confirm, confirmOptions } from '../prompt/confirm.ts'
import type { App } from '../session.ts'
import { ErasureAnswer, TenantAnswer } from '../shape/tenant.ts'
import { showTime } from './show-limits.ts'

export function tenantEndCommands(tenant: CommandUnknownOpts, app: App): void {
  const suspend = confirmOptions(tenant.command('suspend'))
    .description('make a tenant read-only: no more calls to models, no writes')
    .argument('<slug>')
    .action(async (slug, flags) => {
      const session = await app.open()
      const consequence = 'its requests are refused until it is reactivated.'
      await confirm(session, { what: `Suspend tenant ${slug}`, consequence, name: slug }, flags)
      await move(app, slug, 'suspend')
    })
  examples(suspend, 'tollgate tenant suspend acme', 'tollgate tenant suspend acme --confirm acme')

  const reactivate = tenant
    .command('reactivate')
    .description('let a suspended tenant work again')
    .argument('<slug>')
    .action(async (slug) => move(app, slug, 'reactivate'))
  examples(reactivate, 'tollgate tenant reactivate acme')

  const archive = confirmOptions(tenant.command('archive'))
    .description(
      'close a tenant for good: no access; its data is kept for its retention, then purged',
    )
    .argument('<slug>')
    .option('--reason <text>', 'for the ledger')
    .action(async (slug, { reason, ...flags }) => {
      const session = await app.open()
      const consequence = 'it cannot be reactivated; its data is purged after its retention.'
      await confirm(session, { what: `Archive tenant ${slug}`, consequence, name: slug }, flags)
      await move(app, slug, 'archive', reason === undefined ? {} : { reason })
    })
  examples(
    archive,
    'tollgate tenant archive acme --confirm acme',
    'tollgate tenant archive acme --reason "contract ended" --yes',
  )

  const erase = confirmOptions(tenant.command('delete'))
    .description('erase an archived tenant with all its data; prints a receipt')
    .argument('<slug>')
    .option('--force', 'also one that is not archived')
    .action(async (slug, { force, ...flags }) => {
      const session = await app.open()
      const consequence = 'everything of it is erased, and its slug is never given out again.'
      await confirm(session, { what: `Delete tenant ${slug}`, consequence, name: slug }, flags)
      await eraseTenant(app, slug, force === true)
    })
  examples(
    erase,
    'tollgate tenant delete acme --force --confirm acme',
    'tollgate tenant delete acme --force --yes --json',
  )
}

type Move = 'suspend' | 'reactivate' | 'archive'

async function move(app: App, slug: string, verb: Move, body?: object): Promise<void> {
  const { api, print } = await app.open()
  const place = `${path('admin', 'tenants', slug)}/${verb}`
  const answer = await api.send(TenantAnswer, 'POST', place, { body })
  const purgeAt = answer.purge_at ?? null
  const shown = purgeAt === null ? answer.tenant : { ...answer.tenant, purge_at: purgeAt }
  print.show(shown, () => {
    const purge = purgeAt === null ? '' : `; its data is purged at ${showTime(purgeAt)}`
    print.line(`Tenant ${answer.tenant.id} is ${answer.tenant.status}${purge}.`)
  })
}

async function eraseTenant(app: App, slug: string, force: boolean): Promise<void> {
  const { api, print } = await app.open()
  const query = force ? { force: 'true' } : {}
  const place = path('admin', 'tenants', slug)
  const { receipt } = await api.send(ErasureAnswer, 'DELETE', place, { query })
  print.show(receipt, () => {
    print.details([
      ['Tenant', receipt.tenant],
      ['Erased', showTime(receipt.erased_at)],
      ...Object.entries(receipt.deleted).map(
        ([what, count]) => [`  ${what}`, JSON.stringify(count)] as const,
      ),
      ['Remaining', receipt.remaining.length === 0 ? 'nothing' : ''],
      ...receipt.remaining.map((what) => ['', JSON.stringify(what)] as const),
    ])
  })
}
