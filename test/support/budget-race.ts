// Many requests that race for a budget which only some of them fit, and what came of it.
import type { Usage } from './admin-client.ts'
import { nanoUsd } from './admin-client.ts'
import { chat } from './call-gateway.ts'
import { crowd } from './crowd.ts'
import { invoice } from './oracle.ts'
import type { StageSet } from './stage-set.ts'
import { seeded } from './upstream-bytes.ts'

export interface BudgetRace {
  readonly requests: number
  /** How many of them are under way at once. */
  readonly width: number
  readonly lowBudget: 'clamp' | 'refuse'
  readonly seed: number
}

export interface RaceOutcome {
  readonly statuses: ReadonlySet<number>
  readonly budget: bigint
  /** What the upstream billed. */
  readonly billed: bigint
  readonly charged: bigint
  /** The most that was ever seen committed and held together. */
  readonly highest: bigint
}

/** The cost of one request at its output cap, about: what the budget is counted in. */
const NANO_USD_A_REQUEST = 36_000n
const MAX_TOKENS = 60

/** The budget is a fifth of what all requests together would take. */
export async function raceForBudget(set: StageSet, race: BudgetRace): Promise<RaceOutcome> {
  const { admin, urls } = set.gateway
  const budget = (NANO_USD_A_REQUEST * BigInt(race.requests)) / 5n
  const { id: tenant, key } = await admin.createTenant({
    limits: { usd_per_day: (Number(budget) / 1e9).toFixed(9) },
    policy: { low_budget: race.lowBudget },
  })
  const random = seeded(race.seed)
  const scripts = Array.from({ length: race.requests }, (_, index) => ({
    id: `${tenant}-${index}`,
    input: 1 + Math.floor(random() * 10),
    output: Math.floor(random() * MAX_TOKENS),
    delayMs: Math.floor(random() * 20),
  }))
  let racing = true
  const highest = highestTaken(
    () => admin.usage(tenant),
    () => racing,
  )
  const statuses = await crowd(scripts.length, race.width, async (index) => {
    const script = scripts[index] ?? {}
    const url = urls[index % urls.length] ?? ''
    const stream = index % 2 === 0
    const answer = await chat(url, key, { stream, script, body: { max_tokens: MAX_TOKENS } })
    await answer.text()
    return answer.status
  })
  racing = false
  const usage = await admin.quiet(tenant)
  const served = set.upstream.log.calls.filter(({ id }) => id.startsWith(`${tenant}-`))
  return {
    statuses: new Set(statuses),
    budget,
    billed: invoice(served),
    charged: nanoUsd(usage.total.cost_usd),
    highest: await highest,
  }
}

async function highestTaken(look: () => Promise<Usage>, more: () => boolean): Promise<bigint> {
  let highest = 0n
  while (more()) {
    const budget = (await look()).limits.find(({ name }) => name === 'usd_per_day')
    const taken = nanoUsd(String(budget?.used)) + nanoUsd(String(budget?.held))
    if (taken > highest) highest = taken
  }
  return highest
}
