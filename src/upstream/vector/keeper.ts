/**
 * What the gateway does on vector services by itself, for one tenant: places it and prepares what it
 * needs, counts everything anew, and removes all that it has. Each may be repeated after any failure.
 */
import { Problem } from '../../problem/problem.ts'
import type { TenantId } from '../../tenant/slug.ts'
import type { TenantConfig } from '../../tenant/tenant.ts'
import { chooseCluster, type Home, placedOn } from './placement.ts'
import { type RecountDeps, type Recounted, recountPlace } from './recount.ts'
import type { OpenSpace } from './spaces.ts'
import type { Cluster, VectorUpstream } from './upstream.ts'

export type Placements = NonNullable<TenantConfig['placements']>

export interface KeeperDeps extends RecountDeps {
  readonly vectors: readonly VectorUpstream[]
  readonly openSpace: OpenSpace
}

export interface RecountedPlace {
  readonly place: string
  readonly result: Recounted
}

export class Keeper {
  readonly #deps: KeeperDeps

  constructor(deps: KeeperDeps) {
    this.#deps = deps
  }

  /** Words for a receipt, of what no request to a service can remove. */
  get remaining(): readonly string[] {
    const words = this.#deps.vectors.flatMap(({ adapter }) => adapter.keeping.remaining)
    return [...new Set(words)]
  }

  /** Throws Problem when a service does not answer, or no cluster has room. */
  async settleIn(config: Pick<TenantConfig, 'tenant' | 'placements'>): Promise<Placements> {
    const placements: Record<string, string> = { ...config.placements }
    for (const upstream of this.#deps.vectors) {
      const cluster = placedOn(upstream, config) ?? (await this.#choose(upstream, config.tenant))
      if (upstream.clusters.length > 1) placements[upstream.name] = cluster.name
      const home = this.#home(upstream, cluster, config.tenant)
      await upstream.adapter.keeping.prepare(...this.#open(home))
    }
    return placements
  }

  /** Everything that the services or the account know of, counted anew. */
  async recountAll(
    config: Pick<TenantConfig, 'tenant' | 'placements'>,
    incarnation: string,
  ): Promise<readonly RecountedPlace[]> {
    const results: RecountedPlace[] = []
    for (const upstream of this.#deps.vectors) {
      const cluster = placedOn(upstream, config)
      if (cluster === null) continue
      const home = this.#home(upstream, cluster, config.tenant)
      const [service, context] = this.#open(home)
      const listed = await upstream.adapter.keeping.list(service, context)
      const known = (await service.places()).map(({ name }) => name)
      for (const name of new Set([...listed, ...known])) {
        const result = await recountPlace(this.#deps, home, name, { incarnation })
        results.push({ place: `${upstream.name}/${name}`, result })
      }
    }
    return results
  }

  /**
   * Removes all of a tenant from every cluster, wherever it was placed. Throws Problem when a service
   * does not answer, or still has something of it afterwards.
   */
  async clear(tenant: TenantId): Promise<void> {
    for (const upstream of this.#deps.vectors) {
      for (const cluster of upstream.clusters) {
        const [service, context] = this.#open(this.#home(upstream, cluster, tenant))
        const { keeping } = upstream.adapter
        for (const name of await keeping.list(service, context)) {
          await keeping.drop(service, name, context)
        }
        const left = await keeping.list(service, context)
        if (left.length === 0) continue
        throw new Problem('UpstreamFailed', `'${upstream.name}' still has ${left.length} places.`)
      }
    }
  }

  async #choose(upstream: VectorUpstream, tenant: TenantId): Promise<Cluster> {
    // Placements are written down once there are several clusters: what was made before is somewhere.
    for (const cluster of upstream.clusters.length > 1 ? upstream.clusters : []) {
      const places = await upstream.adapter.keeping.list(
        ...this.#open(this.#home(upstream, cluster, tenant)),
      )
      if (places.length > 0) return cluster
    }
    return chooseCluster(upstream, (cluster) =>
      upstream.adapter.keeping.countPhysical(...this.#open(this.#home(upstream, cluster, tenant))),
    )
  }

  #home(upstream: VectorUpstream, cluster: Cluster, tenant: TenantId): Home {
    return { upstream, cluster, space: this.#deps.openSpace(tenant, upstream.name) }
  }

  #open(home: Home) {
    const { service } = this.#deps.openHome(home)
    return [service, { space: home.space, settings: home.upstream.settings }] as const
  }
}
