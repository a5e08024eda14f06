/** How operations on one namespace are read: the body by its rule, then the namespace that it names. */
import type { JsonObject } from '../../json.ts'
import type { Rule } from '../../rules.ts'
import type { StockDemand } from '../../../account/stock-commands.ts'
import type { Service, VectorAnswer, VectorPlan, VectorRead, VectorRequest } from '../adapter.ts'
import { readMembers } from '../members.ts'
import { type Namespace, readNamespace } from './namespace.ts'

export const NOT_THERE = { ok: false, bad: 'not_found' } as const

/** Reads a body that may name a namespace. */
export function inNamespace(
  rule: Rule,
  plan: (
    body: JsonObject,
    namespace: Namespace,
    request: VectorRequest,
  ) => VectorRead | Promise<VectorRead>,
): (request: VectorRequest) => VectorRead | Promise<VectorRead> {
  return (request) => {
    const read = readMembers(rule, request.body)
    if (!read.ok) return read
    const named = readNamespace(request.space, read.members['namespace'])
    return named.ok ? plan(read.members, named.namespace, request) : named
  }
}

/** Reads a namespace out of the path or the query. */
export function atNamespace(
  where: 'path' | 'query',
  plan: (namespace: Namespace, request: VectorRequest) => VectorRead | Promise<VectorRead>,
): (request: VectorRequest) => VectorRead | Promise<VectorRead> {
  return (request) => {
    const { params, query, space } = request
    const named = readNamespace(space, (where === 'path' ? params : query)['namespace'])
    return named.ok ? plan(named.namespace, request) : named
  }
}

/** A plan that adds nothing. */
export function reading(run: (service: Service) => Promise<JsonObject>): VectorRead {
  const answer = async (service: Service) => well(await run(service))
  return { ok: true, plan: { units: 1, stock: [], recount: [], run: answer } }
}

/** A plan that may change what a namespace holds. */
export function writing(
  { name }: Namespace,
  more: Pick<VectorPlan, 'stock' | 'run'> & Partial<VectorPlan>,
): VectorRead {
  return { ok: true, plan: { units: 1, recount: [name], ...more } }
}

/** What a write adds to a namespace at most; `appears`: it makes the namespace, where there is none. */
export function demand(
  { name }: Namespace,
  added: {
    readonly appears: boolean
    readonly vectors: number
    readonly bytes: number
    readonly expects?: StockDemand['expects']
  },
): StockDemand {
  const { appears, vectors, bytes, expects = 'any' } = added
  return {
    place: name,
    expects,
    collections: 0,
    collectionIfNew: appears ? 1 : 0,
    vectors,
    bytes,
    note: null,
  }
}

export function well(body: JsonObject): VectorAnswer {
  return { status: 200, body, stock: 'kept' }
}
