/** Third stage for a vector service: may they? Status and scope; an objection is confirmed by the store. */
import type { Identified } from '../identify/stage.ts'
import type { Inbound } from '../inbound.ts'
import type { Stage } from '../stage.ts'
import type { VectorRouted } from '../upstream/vector/route.ts'
import { checkScope } from './scopes.ts'
import { checkStatus } from './status.ts'

/** Marks that policy has been asked, so that no admission comes before it. */
export interface VectorPermitted {
  readonly permitted: true
}

export function checkVectorPolicy(): Stage<Inbound & Identified & VectorRouted, VectorPermitted> {
  return {
    name: 'policy',
    async run({ principal, known, call, confirm }) {
      const objection =
        checkStatus(known.config.status, call.operation.access) ??
        checkScope(principal.scopes, 'vectors')
      if (objection !== null) return confirm(objection.reason, objection.problem)
      return { permitted: true }
    },
  }
}
