/** What requests to Weaviate have in common: where they go, query members, and forms of plans. */
import type { JsonObject } from '../../json.ts'
import type { StockDemand } from '../../../account/stock-commands.ts'
import type { Service, VectorAnswer, VectorPlan, VectorRead, VectorRequest } from '../adapter.ts'
import { declaredClass, type Home, isOwnTenant, UUID } from './classes.ts'

/** For each member of a query that may stand there. Of a name, any text: a foreign one is a 404. */
export const CLASS = { class: /^.{1,255}$/su }
export const TENANT = { tenant: /^.{0,64}$/su }
export const CONSISTENCY = { consistency_level: /^(?:ONE|QUORUM|ALL)$/ }
export const INCLUDE = { include: /^vector$/ }

export interface ObjectPlace {
  readonly className: string
  readonly id: string
}

/** Class and id of the path, in the caller's own tenant; null for what is not there for it. */
export function placeOf({ params, query, space, settings }: VectorRequest): ObjectPlace | null {
  const className = declaredClass(settings, params['class'] ?? '')
  const id = params['id'] ?? ''
  if (className === null || !UUID.test(id) || !isOwnTenant(space, query['tenant'])) return null
  return { className, id: id.toLowerCase() }
}

export const NOT_FOUND: VectorRead = { ok: false, bad: 'not_found' }

/** The query with the tenant of the caller, and what it may say besides. */
export function queryOf(
  { space }: Home,
  query: VectorRequest['query'],
  names: readonly string[],
): Readonly<Record<string, string>> {
  const kept = names.flatMap((name): [string, string][] => {
    const value = Object.hasOwn(query, name) ? query[name] : undefined
    return value === undefined ? [] : [[name, value]]
  })
  return { ...Object.fromEntries(kept), tenant: space.tenant }
}

/** A plan that adds nothing. */
export function reading(run: (service: Service) => Promise<VectorAnswer>, units = 1): VectorRead {
  return { ok: true, plan: { units, stock: [], recount: [], run } }
}

/** A plan that may change what some classes hold. */
export function writing(
  stock: readonly StockDemand[],
  recount: readonly string[],
  run: VectorPlan['run'],
  more: Pick<VectorPlan, 'measureAgain'> = {},
): VectorRead {
  return { ok: true, plan: { units: 1, stock, recount, run, ...more } }
}

/** A class is the operator's, so that a part of it is no collection of the tenant's. */
export function demand(place: string, vectors: number, bytes: number): StockDemand {
  return { place, expects: 'any', collections: 0, collectionIfNew: 0, vectors, bytes, note: null }
}

export function told(status: number, body?: JsonObject | readonly JsonObject[]): VectorAnswer {
  return { status, body, stock: 'kept' }
}
