/**
 * Second stage for a vector service: which operation, and what will it touch? The request is read
 * whole by the operation's strict rules; what comes of it is a plan, and nothing else goes on.
 */
import type { Identified } from '../../identify/stage.ts'
import type { Inbound } from '../../inbound.ts'
import { Problem } from '../../problem/problem.ts'
import type { Stage } from '../../stage.ts'
import type { VectorOperation, VectorPlan } from './adapter.ts'
import { vectorFace } from './face.ts'
import { type Home, homeOf, type PlacementDeps } from './placement.ts'
import { readVectorRequest } from './read-request.ts'
import type { VectorUpstream } from './upstream.ts'

export interface VectorCall extends Home {
  readonly operation: VectorOperation
  readonly plan: VectorPlan
}

export interface VectorRouted {
  readonly call: VectorCall
}

export interface VectorRouteDeps extends PlacementDeps {
  readonly vectors: readonly VectorUpstream[]
}

export function routeVector(deps: VectorRouteDeps): Stage<Inbound & Identified, VectorRouted> {
  return {
    name: 'route',
    async run({ request, url, principal, known, body }) {
      const face = vectorFace(deps.vectors, url)
      if (face === null) throw new Problem('NotFound', 'There is no such service here.')
      const { upstream, mount } = face
      const home = await homeOf(deps, upstream, principal.tenant, known)
      const { operation, plan } = await readVectorRequest(
        upstream.adapter,
        {
          method: request.method,
          path: url.pathname.slice(mount.length) || '/',
          search: url.search,
          contentType: request.headers.get('content-type'),
          body,
        },
        { space: home.space, settings: upstream.settings, mountUrl: url.origin + mount },
      )
      return { call: { ...home, operation, plan } }
    },
  }
}
