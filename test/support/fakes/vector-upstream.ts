// A vector service as a gateway in this process is configured for it.
import { VectorUpstreamConfig } from '../../../src/config/gateway.ts'
import { vectorAdapterOf } from '../../../src/upstream/vector/registry.ts'
import {
  type Cluster,
  ONLY_CLUSTER,
  type VectorUpstream,
} from '../../../src/upstream/vector/upstream.ts'

/** Named as its kind. More clusters may be put on the list afterwards, as by another deployment. */
export function vectorUpstream(
  kind: VectorUpstreamConfig['kind'],
  clusters: Cluster[],
  settings: object = {},
): VectorUpstream {
  return {
    name: kind,
    adapter: vectorAdapterOf(kind),
    clusters,
    settings: VectorUpstreamConfig.parse({ kind, ...settings }),
  }
}

export function cluster(
  server: { readonly url: string },
  key: string,
  { name = ONLY_CLUSTER, maxPhysical = null }: Partial<Cluster> = {},
): Cluster {
  return { name, baseUrl: server.url, key, maxPhysical }
}
