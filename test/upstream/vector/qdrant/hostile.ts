// A corpus of hostile requests against a gateway in front of Qdrant, as data: sent as the tenant
// `mallory`, aimed at the tenant `victim`.
import { aliases } from './hostile/aliases.ts'
import { arrays } from './hostile/arrays.ts'
import { batches } from './hostile/batches.ts'
import { bodies } from './hostile/bodies.ts'
import { lookups } from './hostile/lookups.ts'
import { names } from './hostile/names.ts'
import { node } from './hostile/node.ts'
import { paths } from './hostile/paths.ts'
import { probes } from './hostile/probes.ts'
import type { HostileContext, HostileRequest } from './hostile/request.ts'
import { tag } from './hostile/tag.ts'
import { transport } from './hostile/transport.ts'

export type { HostileContext, HostileRequest } from './hostile/request.ts'

/**
 * All requests, to be sent in this order: those that may well succeed in making collections under
 * telling names stand last. Some may succeed in deleting what is the sender's own; a runner puts that
 * back before the next.
 */
export function hostileRequests(context: HostileContext): readonly HostileRequest[] {
  const classes = [
    probes,
    paths,
    lookups,
    arrays,
    tag,
    node,
    transport,
    bodies,
    aliases,
    batches,
    names,
  ]
  return classes.flatMap((each) => each(context))
}
