// A vector service as a gateway in this process is configured for it.
import { setTimeout as pause } from 'node:timers/promises'
import { VectorUpstreamConfig } from '../../../src/config/gateway.ts'
import { vectorAdapterOf } from '../../../src/upstream/vector/registry.ts'
import {
  type Cluster,
  ONLY_CLUSTER,
  type VectorUpstream,
} from '../../../src/upstream/vector/upstream.ts'
import type { OpenGateway } from './gateway.ts'

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

/** Slower than the service answers, so that no deadline of an exchange is passed on the way. */
const STEP_MS = 50
const PAUSE_MS = 4

/** Until nothing goes on after the answers any more, with time moving on for what waits for it. */
export async function quietInTime(gateway: OpenGateway): Promise<void> {
  const { clock } = gateway
  let isQuiet = false
  const ended = gateway.quiet().then(() => (isQuiet = true))
  while (!isQuiet) {
    await pause(PAUSE_MS)
    await clock.advance(STEP_MS)
  }
  await ended
}
