/**
 * Where a tenant lives on a vector service. With several clusters a tenant is placed when it is made,
 * on the one with the most room, and stays: its placement is part of its configuration.
 */
import { Problem } from '../../problem/problem.ts'
import { StaleSnapshot } from '../../stage.ts'
import type { KnownTenant, SnapshotCache } from '../../tenant/snapshot.ts'
import type { TenantId } from '../../tenant/slug.ts'
import type { TenantConfig } from '../../tenant/tenant.ts'
import type { Service } from './adapter.ts'
import type { OpenSpace } from './spaces.ts'
import type { TenantSpace } from './tenant-space.ts'
import type { Cluster, VectorUpstream } from './upstream.ts'

export interface Home {
  readonly upstream: VectorUpstream
  readonly cluster: Cluster
  readonly space: TenantSpace
}

export interface PlacementDeps {
  readonly openSpace: OpenSpace
  /** Places a tenant that was made before the upstream had several clusters, or was there at all. */
  readonly placeTenant: (tenant: TenantId) => Promise<void>
  readonly snapshots: Pick<SnapshotCache, 'forget'>
}

/** Throws StaleSnapshot once it has had the tenant placed. */
export async function homeOf(
  { openSpace, placeTenant, snapshots }: PlacementDeps,
  upstream: VectorUpstream,
  tenant: TenantId,
  { config }: Pick<KnownTenant, 'config'>,
): Promise<Home> {
  const cluster = placedOn(upstream, config)
  if (cluster !== null) return { upstream, cluster, space: openSpace(tenant, upstream.name) }
  await placeTenant(tenant)
  // What is remembered here is from before.
  snapshots.forget(tenant)
  throw new StaleSnapshot()
}

/** null: on none yet. Throws Problem when its cluster is not there any more. */
export function placedOn(
  { name, clusters }: VectorUpstream,
  { placements }: Pick<TenantConfig, 'placements'>,
): Cluster | null {
  const [first] = clusters
  if (first !== undefined && clusters.length === 1) return first
  const placed = placements?.[name]
  if (placed === undefined) return null
  const cluster = clusters.find((each) => each.name === placed)
  if (cluster !== undefined) return cluster
  throw new Problem('Misconfigured', `The upstream '${name}' has no cluster '${placed}' any more.`)
}

/** The cluster with the most room. Throws Problem when none has any. */
export async function chooseCluster(
  upstream: VectorUpstream,
  countPhysical: (cluster: Cluster) => Promise<number>,
): Promise<Cluster> {
  const counted = await Promise.all(
    upstream.clusters.map(async (cluster) => ({ cluster, used: await countPhysical(cluster) })),
  )
  const [best] = counted
    .map(({ cluster, used }) => ({ cluster, used, room: roomOf(cluster, used) }))
    .filter(({ room }) => room > 0)
    .toSorted((one, other) =>
      // Of those without a bound, the one with the least on it.
      one.room === other.room ? one.used - other.used : other.room > one.room ? 1 : -1,
    )
  if (best === undefined) throw full(upstream.name)
  return best.cluster
}

/** Throws Problem when the cluster has no room for one collection more. */
export async function demandRoom(
  { adapter, settings }: VectorUpstream,
  cluster: Cluster,
  space: TenantSpace,
  service: Service,
): Promise<void> {
  if (cluster.maxPhysical === null || adapter.keeping.physicalUnit === 'tenant') return
  const used = await adapter.keeping.countPhysical(service, { space, settings })
  if (roomOf(cluster, used) <= 0) throw full(cluster.name)
}

function roomOf({ maxPhysical }: Cluster, used: number): number {
  return maxPhysical === null ? Infinity : maxPhysical - used
}

function full(name: string): Problem {
  return new Problem('ClusterFull', `The vector service '${name}' has no room for more.`, {
    remedy: 'The platform has to add a cluster to this upstream, or raise its max_physical.',
  })
}
