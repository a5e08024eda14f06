/** Opens the way to a vector service: for one admitted request, or for what the gateway does by itself. */
import type { Clock } from '../../clock.ts'
import type { Log } from '../../log.ts'
import type { StockRecord } from '../../account/records.ts'
import type { StockDemand } from '../../account/stock-commands.ts'
import { Problem } from '../../problem/problem.ts'
import type { Store } from '../../store/store.ts'
import type { Fetch } from '../attempt.ts'
import type { Place, VectorPlan } from './adapter.ts'
import { openService, type OpenedService } from './open-service.ts'
import type { Home } from './placement.ts'

export interface ServiceDeps {
  readonly store: Pick<Store, 'run'>
  readonly fetch: Fetch
  readonly clock: Clock
  readonly log: Log
}

export type OpenHome = (home: Home, lost?: AbortSignal) => OpenedService

/** What a plan reserves. Throws Problem when the service is asked and does not answer. */
export interface Measurer {
  /** The upper bound; some of it is known only once the service was asked. */
  first(home: Home, plan: VectorPlan): Promise<readonly StockDemand[]>
  /** For a quota without room for that: what is really added, and to what record; null where that is not known better. */
  again(home: Home, plan: VectorPlan): Promise<readonly StockDemand[] | null>
}

const NEVER = new AbortController().signal

export function services(deps: ServiceDeps): OpenHome {
  return (home, lost = NEVER) => {
    const { upstream, cluster, space } = home
    const { key } = cluster
    if (key === null) {
      throw new Problem('Misconfigured', `The upstream '${upstream.name}' has no credential here.`)
    }
    return openService({
      fetch: deps.fetch,
      clock: deps.clock,
      lost,
      baseUrl: cluster.baseUrl,
      headers: upstream.adapter.credentialHeaders(key),
      timeouts: upstream.settings.timeouts,
      places: () => placesOf(deps.store, home),
      alarm: (event, about) =>
        deps.log.error(event, { tenant: space.tenant, upstream: upstream.name, ...about }),
    })
  }
}

export function measurer(open: OpenHome, store: ServiceDeps['store']): Measurer {
  return {
    first: async (home, plan) =>
      plan.measure === undefined ? plan.stock : plan.measure(open(home).service),
    async again(home, plan) {
      if (plan.measureAgain === undefined) return null
      // Seen before the service is asked: what comes after that is told by the account.
      const places = await recordsOf(store, home)
      const demands = await plan.measureAgain(open(home).service)
      return demands.map((demand) => {
        const record = places.get(demand.place)
        if (record === undefined) return demand
        return { ...demand, seen: { epoch: record.epoch, writes: record.writes } }
      })
    },
  }
}

async function placesOf(store: ServiceDeps['store'], home: Home): Promise<readonly Place[]> {
  const records = await recordsOf(store, home)
  return Array.from(records, ([name, { vectors, bytes, note }]) => ({ name, vectors, bytes, note }))
}

/** What the account knows of the places at one upstream, by name. */
async function recordsOf(
  store: ServiceDeps['store'],
  { upstream, space }: Home,
): Promise<ReadonlyMap<string, StockRecord>> {
  const reply = await store.run(space.tenant, { type: 'stock' })
  if (reply.type === 'gone') return new Map()
  const prefix = `${upstream.name}/`
  const ours = reply.places.filter(({ place }) => place.startsWith(prefix))
  return new Map(ours.map(({ place, record }) => [place.slice(prefix.length), record]))
}
