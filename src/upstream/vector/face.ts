/** Which vector service a request is for: by the first segment of its path, or by a host name of its own. */
import type { VectorUpstream } from './upstream.ts'

export interface VectorFace {
  readonly upstream: VectorUpstream
  /** What stands before the service's own paths, as the client sees it; empty by host name. */
  readonly mount: string
}

/** A host name decides alone: every path there is the service's. The name is no credential. */
export function vectorFace(upstreams: readonly VectorUpstream[], url: URL): VectorFace | null {
  const byHost = upstreams.find(({ settings }) => settings.hosts.includes(url.hostname))
  if (byHost !== undefined) return { upstream: byHost, mount: '' }
  const name = url.pathname.split('/', 2)[1] ?? ''
  const byPath = upstreams.find((upstream) => upstream.name === name)
  return byPath === undefined ? null : { upstream: byPath, mount: `/${name}` }
}
