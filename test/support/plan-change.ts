// A plan changed for many tenants in a running gateway that is killed again and again on the way,
// while requests of theirs are served: what the job came to, what each account carries, and whether
// any request has seen anything but the old plan whole or the new one whole.
import { setTimeout as pause } from 'node:timers/promises'
import * as z from 'zod'
import { chat } from './call-gateway.ts'
import { crowd } from './crowd.ts'
import type { RunningGateway } from './start-gateway.ts'

const PLAN = 'many'
/** Calls at once, to make and to check tenants. */
const WIDTH = 16
/** Tenants whose requests are watched. */
const WATCHED = 100
const WATCHERS = 2
/** A driver that died right after a batch must not look like one that died right before it. */
const MAX_DELAY_MS = 40
const POLL_MS = 50
/** Before the next request to a gateway that is not there. */
const RESTART_MS = 20

const plans = {
  old: {
    limits: { requests_per_minute: 100_000, tokens_per_day: 1_000_000_000 },
    quotas: { max_widgets: 1 },
    features: { edition: 'old' },
  },
  new: {
    limits: { requests_per_minute: 200_000, tokens_per_day: 2_000_000_000 },
    quotas: { max_widgets: 2 },
    features: { edition: 'new' },
  },
} as const
type Edition = keyof typeof plans

const Job = z.looseObject({
  id: z.string(),
  status: z.string(),
  total: z.int(),
  done: z.int(),
  changed: z.int(),
  failed: z.array(z.unknown()),
})
type Job = z.infer<typeof Job>
const JobAnswer = z.looseObject({ job: Job })
const Shown = z.looseObject({
  tenant: z.looseObject({
    limits: z.record(z.string(), z.unknown()),
    quotas: z.record(z.string(), z.unknown()),
    features: z.record(z.string(), z.unknown()),
    plan_version: z.int().optional(),
  }),
})
const Entries = z.looseObject({
  entries: z.array(z.looseObject({ action: z.string().optional() })),
})

export interface PlanChange {
  readonly tenants: number
  readonly kills: number
  /** From 0 to below 1. */
  readonly random: () => number
}

/** What requests saw; `mixed` and `backwards` say what must never be. */
export interface Sightings {
  readonly old: number
  readonly new: number
  /** Requests that a kill has cut off. */
  readonly cut: number
  readonly mixed: readonly string[]
  readonly backwards: readonly string[]
}

export async function changePlanKilled(
  gateway: RunningGateway,
  { tenants, kills, random }: PlanChange,
) {
  const body = { name: PLAN, policy: { allowed_models: ['*'], max_context_tokens: null } }
  await expectStatus(gateway.admin.request('POST', '/plans', { ...body, ...plans.old }), 201)
  const startedMs = performance.now()
  const names = Array.from({ length: tenants }, (_, at) => `many-${at}`)
  const made = await crowd(tenants, WIDTH, (at) =>
    gateway.admin.createTenant({ id: names[at], plan: PLAN }),
  )
  const madeMs = performance.now()

  const watch = await watchRequests(gateway, made.slice(0, WATCHED))
  const asked = await expectStatus(gateway.admin.request('PATCH', `/plans/${PLAN}`, plans.new), 202)
  const first = JobAnswer.parse(asked).job
  // Places on the way, not times: however fast the machine is, the kills are spread over the job.
  const places = Array.from({ length: kills }, () => Math.floor(random() * tenants))
  const job = await driveAndKill(gateway, first, places, random)
  const changedMs = performance.now()
  const seen = await watch.end()

  const accounts = await crowd(tenants, WIDTH, (at) => lookAt(gateway, names[at] ?? ''))
  const checkedMs = performance.now()
  return {
    job,
    /** Accounts that carry the new plan whole. */
    carried: accounts.filter(({ edition }) => edition === 'new').length,
    /** How often the change is in an account's ledger. */
    timesChanged: new Set(accounts.map(({ changes }) => changes)),
    versions: new Set(accounts.map(({ version }) => version)),
    seen,
    seconds: {
      made: seconds(startedMs, madeMs),
      changed: seconds(madeMs, changedMs),
      checked: seconds(changedMs, checkedMs),
    },
  }
}

/** Asks about the job, which carries it on, until it is done; dies at each of the places. */
async function driveAndKill(
  gateway: RunningGateway,
  first: Job,
  places: readonly number[],
  random: () => number,
): Promise<Job> {
  const left = places.toSorted((one, other) => one - other)
  let job = first
  while (job.status === 'running' || left.length > 0) {
    job = (await poll(gateway, job.id)) ?? job
    await pause(POLL_MS)
    const [place] = left
    if (place === undefined || (job.done < place && job.status === 'running')) continue
    left.shift()
    const death = pause(random() * MAX_DELAY_MS).then(() => gateway.killAndRestart())
    await Promise.all([poll(gateway, job.id), death])
  }
  return job
}

/** Null when it was cut off. */
async function poll(gateway: RunningGateway, id: string): Promise<Job | null> {
  const answer = await unlessCut(async () => {
    const response = await gateway.admin.request('GET', `/jobs/${id}`)
    return { status: response.status, text: await response.text() }
  })
  if (answer === null) return null
  if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.text}`)
  return JobAnswer.parse(JSON.parse(answer.text)).job
}

async function lookAt(gateway: RunningGateway, tenant: string) {
  const place = `/tenants/${tenant}`
  const { tenant: shown } = Shown.parse(
    await expectStatus(gateway.admin.request('GET', place), 200),
  )
  const ledger = await expectStatus(gateway.admin.request('GET', `${place}/ledger?limit=500`), 200)
  const { entries } = Entries.parse(ledger)
  return {
    edition: editionOf(shown),
    version: shown.plan_version,
    changes: entries.filter(({ action }) => action === 'plan.apply').length,
  }
}

type Known = Awaited<ReturnType<RunningGateway['admin']['createTenant']>>

/** Requests by tenants of the plan, one after another, the first answered by now, until `end` is called. */
async function watchRequests(gateway: RunningGateway, tenants: readonly Known[]) {
  let isEnding = false
  const count = { old: 0, new: 0, cut: 0 }
  const mixed: string[] = []
  const backwards: string[] = []
  const isNew = new Set<string>()

  function note(tenant: string, edition: Edition | null, what: string): void {
    if (edition === null) {
      mixed.push(`${tenant}: ${what}`)
      return
    }
    count[edition] += 1
    if (edition === 'new') isNew.add(tenant)
    else if (isNew.has(tenant)) backwards.push(`${tenant}: ${what}`)
  }

  async function look({ id, key }: Known): Promise<void> {
    const answer = await unlessCut(async () => {
      const spent = await chat(gateway.url, key)
      await spent.text()
      const own = await fetch(`${gateway.url}/tenant`, { headers: { 'x-api-key': key } })
      return { policy: spent.headers.get('ratelimit-policy') ?? '', own: await own.text() }
    })
    if (answer === null) {
      count.cut += 1
      await pause(RESTART_MS)
      return
    }
    note(id, policyEdition(answer.policy), answer.policy)
    const own = Shown.safeParse(JSON.parse(answer.own))
    note(id, own.success ? editionOf(own.data.tenant) : null, answer.own)
  }

  async function watcher(first: number): Promise<void> {
    for (let at = first; !isEnding; at += WATCHERS) {
      const tenant = tenants[at % tenants.length]
      if (tenant !== undefined) await look(tenant)
    }
  }

  for (const tenant of tenants.slice(0, WATCHERS)) await look(tenant)
  const watchers = Array.from({ length: WATCHERS }, (_, at) => watcher(at))
  return {
    async end(): Promise<Sightings> {
      isEnding = true
      await Promise.all(watchers)
      // One more look at each, now that the change has been said to be done.
      for (const tenant of tenants) await look(tenant)
      return { ...count, mixed, backwards }
    },
  }
}

/** Of the header that tells the limits which a request was held against. */
function policyEdition(header: string): Edition | null {
  return whole((edition) =>
    Object.entries(plans[edition].limits).every(([name, limit]) =>
      new RegExp(`"${name}";q=${limit}(?:;|,|$)`).test(header),
    ),
  )
}

function editionOf(shown: z.infer<typeof Shown>['tenant']): Edition | null {
  return whole((edition) =>
    (['limits', 'quotas', 'features'] as const).every((group) =>
      Object.entries(plans[edition][group]).every(([name, value]) => shown[group][name] === value),
    ),
  )
}

function whole(isIt: (edition: Edition) => boolean): Edition | null {
  return (['old', 'new'] as const).find(isIt) ?? null
}

/** What fetch throws when there is nobody to talk to, or nobody any more. */
async function unlessCut<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

async function expectStatus(asked: Promise<Response>, status: number): Promise<unknown> {
  const answer = await asked
  const text = await answer.text()
  if (answer.status !== status) throw new Error(`expected ${status}, got ${answer.status}: ${text}`)
  return JSON.parse(text)
}

function seconds(fromMs: number, toMs: number): number {
  return Math.round((toMs - fromMs) / 100) / 10
}
