// What usage reports cost over an account with very many ledger entries. Every entry comes from an
// admission and a settlement of its own, as the store runs them, at moments spread over many days. What
// a report then asks of the store is counted.
import type { PeriodTable } from '../../src/account/records.ts'
import type { Store } from '../../src/store/store.ts'
import { formatUsd } from '../../src/price/nano-usd.ts'
import { TenantId } from '../../src/tenant/slug.ts'
import { openAdmin } from '../admin/harness.ts'
import { create, START_MS } from '../store/commands.ts'
import { nthCharge } from './many-requests.ts'

const DAY_MS = 86_400_000
const FIRST_DAY_MS = Date.UTC(2040, 5, 1)
/** Requests that come at the same moment. */
const BATCH = 500

export const GROUPINGS = ['day', 'month', 'model', 'user', 'key'] as const

/** A store whose clock a test sets, with a quick way for very many requests. */
export interface FillableStore {
  readonly store: Store
  setTime(nowMs: number): void
  /** Admits and settles the requests from the nth on, so many, all at the time that is set. */
  serve(tenant: TenantId, requests: Requests): Promise<void>
  /** What the store's own process has looked at since the last call of this, by kind. */
  looked(tenant: TenantId): Promise<Readonly<Record<string, number>>>
  close(): Promise<void>
}

export interface Requests {
  readonly first: number
  readonly count: number
  readonly nowMs: number
}

export interface Filling {
  readonly entries: number
  readonly days: number
}

export interface Filled {
  readonly tenant: TenantId
  readonly requests: number
  readonly tokens: number
  readonly usd: string
}

/** A tenant with that many settled requests, as many on each day, by every user with every model and key. */
export async function fillAccount(
  target: FillableStore,
  name: string,
  { entries, days }: Filling,
): Promise<Filled> {
  const tenant = TenantId.parse(name)
  target.setTime(FIRST_DAY_MS)
  const row = { tenant, plan: 'pro', status: 'ACTIVE', created_at_ms: START_MS } as const
  await target.store.directory.register(row, [])
  await target.store.run(tenant, create(name, { periods: periodsOf(days) }))
  const perDay = entries / days
  if (!Number.isInteger(perDay)) throw new RangeError('each day has as many')
  let [tokens, nanoUsd, made] = [0, 0, 0]
  for (let day = 0; day < days; day++) {
    for (let first = 0; first < perDay; first += BATCH) {
      const count = Math.min(BATCH, perDay - first)
      const nowMs = FIRST_DAY_MS + day * DAY_MS + Math.floor((first / perDay) * DAY_MS)
      target.setTime(nowMs)
      await target.serve(tenant, { first: made, count, nowMs })
      for (const end = made + count; made < end; made += 1) {
        const charge = nthCharge(made)
        tokens += charge.inputTokens + charge.outputTokens
        nanoUsd += charge.nanoUsd
      }
    }
  }
  return { tenant, requests: made, tokens, usd: formatUsd(nanoUsd) }
}

function periodsOf(days: number): PeriodTable {
  const day = Array.from({ length: days + 1 }, (_, at) => FIRST_DAY_MS + at * DAY_MS)
  const month = [5, 6, 7].map((at) => ({ start: Date.UTC(2040, at), end: Date.UTC(2040, at + 1) }))
  return { day: day.map((start) => ({ start, end: start + DAY_MS })), month }
}

export interface ReportCost {
  /** Commands to the store, each a round trip. */
  readonly calls: readonly string[]
  /** What the store's process looked at for them. */
  readonly looked: Readonly<Record<string, number>>
  /** Of all that the store has answered, as JSON. */
  readonly bytes: number
  readonly ms: number
  readonly groups: number
  /** As the report tells it. */
  readonly total: object
}

/** What `GET /admin/tenants/{id}/usage?by=` takes over all the days that were filled. */
export async function costOfReports(
  target: FillableStore,
  { tenant }: Filled,
  { days }: Filling,
): Promise<Readonly<Record<(typeof GROUPINGS)[number], ReportCost>>> {
  const told = { bytes: 0 }
  const { send, deps } = openAdmin({}, {}, countingBytes(target.store, told))
  const [from, to] = [FIRST_DAY_MS, FIRST_DAY_MS + (days - 1) * DAY_MS].map(dateOf)
  const report = async (by: string): Promise<ReportCost> => {
    await target.looked(tenant)
    deps.store.calls.length = 0
    told.bytes = 0
    const startedMs = performance.now()
    const place = `/tenants/${tenant}/usage?from=${from}&to=${to}&by=${by}`
    const { status, text } = await send('GET', place)
    const ms = Math.round(performance.now() - startedMs)
    if (status !== 200) throw new Error(text)
    const { total, groups } = JSON.parse(text)
    const calls = [...deps.store.calls]
    return {
      calls,
      looked: await target.looked(tenant),
      bytes: told.bytes,
      ms,
      groups: groups.length,
      total,
    }
  }
  // The first look folds what is pending, whoever asks for it.
  await report('day')
  return {
    day: await report('day'),
    month: await report('month'),
    model: await report('model'),
    user: await report('user'),
    key: await report('key'),
  }
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 'YYYY-MM-DD'.length)
}

function countingBytes(store: Store, told: { bytes: number }): Store {
  const count = <T>(answer: T): T => {
    told.bytes += JSON.stringify(answer).length
    return answer
  }
  return {
    ...store,
    run: async (tenant, command) => count(await store.run(tenant, command)),
    ledger: async (...args) => count(await store.ledger(...args)),
  }
}
