// `tollgate plan`: named defaults that tenants are on. A change of one goes to all its tenants as a
// job; those that take a plan away from tenants have to be confirmed.
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { path } from '../api/path.ts'
import { examples } from '../examples.ts'
import { usageFailure } from '../failure.ts'
import {
  collectFeatures,
  collectLimits,
  collectMembers,
  collectQuotas,
} from '../input/assignments.ts'
import { merged, readMembers } from '../input/members.ts'
import type { Printer } from '../output/printer.ts'
import { confirm, confirmOptions } from '../prompt/confirm.ts'
import type { App, Session } from '../session.ts'
import {
  ChangedPlan,
  type Job,
  JobAnswer,
  type Plan,
  PlanAnswer,
  PlansAnswer,
} from '../shape/plan.ts'
import type { FreshCommand } from '../fresh-command.ts'
import { printJob } from './job.ts'
import { limitPairs, policyPairs, showAmount } from './show-limits.ts'
import { tellHowToRepeat } from './tenant.ts'
import { refuseFailures, waitForJob } from './wait-for-job.ts'

const WAIT = ['--wait', 'until all its tenants have it'] as const

export function planCommands(program: CommandUnknownOpts, app: App): void {
  const plan = program
    .command('plan')
    .description('named defaults: limits, quotas, policy, features')
  planReadCommands(plan, app)

  const create = memberOptions(plan.command('create'))
    .description('make a plan')
    .argument('<name>')
    .option(
      '--idempotency-key <key>',
      'name this attempt, so that repeating it makes nothing twice',
    )
    .action(async (name, { feature, idempotencyKey, ...flags }) => {
      const { api, print, terminal } = await app.open()
      const members = await readMembers(terminal, flags, { name })
      const body = { ...members, ...merged(members, 'features', feature) }
      const key = idempotencyKey ?? terminal.randomUuid()
      const { plan: made } = await api
        .send(PlanAnswer, 'POST', '/admin/plans', { body, idempotencyKey: key })
        .catch((error: unknown) => {
          throw tellHowToRepeat(error, key)
        })
      print.show(made, () => print.line(`Plan ${made.name} is made.`))
    })
  examples(
    create,
    'tollgate plan create team --limit requests_per_minute=120 --limit usd_per_month=200.00',
    'tollgate plan create lab --quota max_agents=3 --feature vectors=true --feature support=email',
  )

  const update = memberOptions(plan.command('update'))
    .option(...WAIT)
    .description('change a plan, and with it the tenants on it')
    .argument('<name>')
    .option('--if-version <version>', 'only if the plan still has this version')
    .action(async (name, { feature, wait, ifVersion, ...flags }) => {
      const session = await app.open()
      const { version, ...members } = await readMembers(app.terminal, flags, {})
      const body = { ...members, ...merged(members, 'features', feature) }
      if (Object.keys(body).length === 0) throw usageFailure('Nothing to change is named.')
      const place = path('admin', 'plans', name)
      const before = (await session.api.get(PlanAnswer, place)).plan
      const ifMatch = ifVersion ?? (typeof version === 'string' ? version : before.version)
      const { job } = await session.api.send(ChangedPlan, 'PATCH', place, { body, ifMatch })
      await follow(session, job, wait)
    })
  examples(
    update,
    'tollgate plan update pro --limit requests_per_minute=300',
    'tollgate plan update pro --policy low_budget=clamp --wait',
  )

  const remove = confirmOptions(plan.command('delete'))
    .option(...WAIT)
    .description('delete a plan; its tenants go to another')
    .argument('<name>')
    .option('--fallback <plan>', 'where they go (default: the default plan of the gateway)')
    .action(async (name, { fallback, wait, ...flags }) => {
      const session = await app.open()
      const consequence = `its tenants go to ${fallback ?? 'the default plan'}.`
      await confirm(session, { what: `Delete plan ${name}`, consequence, name }, flags)
      const place = path('admin', 'plans', name)
      const { job } = await session.api.send(JobAnswer, 'DELETE', place, { query: { fallback } })
      await follow(session, job, wait)
    })
  examples(remove, 'tollgate plan delete pro --fallback starter --confirm pro --wait')

  const move = confirmOptions(plan.command('move'))
    .option(...WAIT)
    .description('move all tenants of one plan to another')
    .argument('<from>')
    .argument('<to>')
    .action(async (from, to, { wait, ...flags }) => {
      const session = await app.open()
      const deed = {
        what: `Move all tenants of plan ${from}`,
        consequence: `to ${to}.`,
        name: from,
      }
      await confirm(session, deed, flags)
      const body = { from, to }
      const { job } = await session.api.send(JobAnswer, 'POST', '/admin/plans/move', { body })
      await follow(session, job, wait)
    })
  examples(
    move,
    'tollgate plan move starter free --confirm starter',
    'tollgate plan move pro free --yes --wait',
  )
}

function planReadCommands(plan: CommandUnknownOpts, app: App): void {
  const list = plan
    .command('list')
    .description('all plans')
    .action(async () => {
      const { api, print } = await app.open()
      const { plans } = await api.get(PlansAnswer, '/admin/plans')
      print.show(plans, () => printPlans(print, plans))
    })
  examples(list, 'tollgate plan list', 'tollgate plan list --json')

  const get = plan
    .command('get')
    .description('one plan')
    .argument('<name>')
    .action(async (name) => {
      const { api, print } = await app.open()
      const { plan: found } = await api.get(PlanAnswer, path('admin', 'plans', name))
      print.show(found, () => printPlan(print, found))
    })
  examples(get, 'tollgate plan get pro')
}

function memberOptions(command: FreshCommand) {
  return command
    .option('--limit <name=value>', 'a limit, or "unlimited"; may be repeated', collectLimits)
    .option('--quota <name=value>', 'a quota, or "unlimited"; may be repeated', collectQuotas)
    .option('--policy <name=value>', 'a member of the policy; may be repeated', collectMembers)
    .option(
      '--feature <name=value>',
      'what the platform reads: true, false, a number or text; may be repeated',
      collectFeatures,
    )
    .option('--file <path>', 'JSON with any of these members; - is stdin')
}

async function follow(session: Session, job: Job, wait: true | undefined): Promise<void> {
  const latest = wait ? await waitForJob(session, job) : job
  printJob(session.print, latest)
  if (wait) refuseFailures(latest)
  else session.print.note(`Follow it: tollgate job get ${latest.id} --wait`)
}

function printPlans(print: Printer, plans: readonly Plan[]): void {
  const limit = (name: string) => (plan: Plan) => showAmount(plan.limits[name] ?? null, name)
  print.table(
    [
      { header: 'PLAN', value: ({ name }) => name, min: 10 },
      { header: 'ORIGIN', value: ({ origin }) => origin },
      { header: 'PROTECTED', value: (plan) => (plan.protected ? 'yes' : '') },
      { header: 'REQ/MIN', value: limit('requests_per_minute'), align: 'right' },
      { header: 'TOKENS/DAY', value: limit('tokens_per_day'), align: 'right' },
      { header: 'USD/MONTH', value: limit('usd_per_month'), align: 'right' },
    ],
    plans,
    'No plans.',
  )
}

function printPlan(print: Printer, plan: Plan): void {
  print.details([
    ['Plan', plan.name],
    ['Origin', plan.origin],
    ['Protected', plan.protected ? 'yes' : 'no'],
    ['Version', plan.version],
    ['Limits', ''],
    ...limitPairs(plan.limits),
    ['Quotas', ''],
    ...limitPairs(plan.quotas),
    ['Policy', ''],
    ...policyPairs(plan.policy),
    ['Features', ''],
    ...policyPairs(plan.features),
  ])
}
