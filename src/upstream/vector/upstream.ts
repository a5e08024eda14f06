/** A configured vector service, ready for use: its adapter, and the clusters that tenants are placed on. */
import type { VectorUpstreamConfig } from '../../config/gateway.ts'
import type { VectorAdapter } from './adapter.ts'

export interface VectorUpstream {
  readonly name: string
  readonly adapter: VectorAdapter
  /** At least one. */
  readonly clusters: readonly Cluster[]
  readonly settings: VectorUpstreamConfig
}

export interface Cluster {
  readonly name: string
  /** Without a slash at the end. */
  readonly baseUrl: string
  /** null: the binding is missing; asked for only when a request goes there. */
  readonly key: string | null
  /** What `countPhysical` of the adapter may come to; null: unbounded. */
  readonly maxPhysical: number | null
}

/** The cluster of an upstream that has one address. */
export const ONLY_CLUSTER = 'only'
