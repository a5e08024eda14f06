/**
 * How every operation on a collection is read: the name in the path, then the body by its rule; only
 * what both let pass becomes a plan.
 */
import { isJsonObject, type Json, type JsonObject } from '../../json.ts'
import { type Fault, refusal, type Rule, within } from '../../rules.ts'
import type { Service, VectorOperation, VectorPlan, VectorRequest } from '../adapter.ts'
import type { BadInput } from '../../adapter.ts'
import type { TenantSpace } from '../tenant-space.ts'
import { exchange, fillPath, type Outcome } from './exchange.ts'
import { collectionName } from './names.ts'

/** Seconds that a client may let the service take. */
const TIMEOUT = /^(?:[1-9]|[1-5][0-9]|60)$/

export const READ_QUERY = {
  consistency: /^(?:majority|quorum|all|[1-9][0-9]{0,2})$/,
  timeout: TIMEOUT,
}
export const WRITE_QUERY = {
  wait: /^(?:true|false)$/,
  ordering: /^(?:weak|medium|strong)$/,
  timeout: TIMEOUT,
}
export const META_QUERY = { timeout: TIMEOUT }

/** A request that was read, with what its plan is made of. */
export interface Call {
  readonly space: TenantSpace
  readonly slug: string
  /** What the client calls it; '' where the path names none. */
  readonly collection: string
  readonly params: Readonly<Record<string, string>>
  /** As the rule has let it pass; {} where there is none. */
  readonly body: JsonObject
  /** The exchange that the client asked for, with this body. */
  readonly ask: (service: Service, body?: Json) => Promise<Outcome>
}

interface Shape extends Pick<VectorOperation, 'name' | 'method' | 'path' | 'access' | 'query'> {
  /** Absent where the operation takes no body. */
  readonly rule?: (space: TenantSpace) => Rule
  /** Of parameters of the path other than the collection. */
  readonly params?: Readonly<Record<string, Rule>>
  readonly mayBePartial?: boolean
  /** Where the service is asked, if not at the same place. */
  readonly sentTo?: Pick<VectorOperation, 'method' | 'path'>
}

export function operation(shape: Shape, plan: (call: Call) => VectorPlan): VectorOperation {
  const { name, method, path, access, query } = shape
  return {
    name,
    method,
    path,
    access,
    ...(query === undefined ? {} : { query }),
    body: shape.rule === undefined ? 'none' : 'json',
    read: (request) => {
      const { space, params, body } = request
      const wrong =
        faultOfParams({ collection: collectionName(space), ...shape.params }, params) ??
        shape.rule?.(space)(body ?? null)
      if (wrong !== null && wrong !== undefined) return { ok: false, bad: told(wrong) }
      const call = {
        space,
        slug: space.tenant,
        collection: params['collection'] ?? '',
        params,
        body: isJsonObject(body) ? body : {},
        ask: (service: Service, sent?: Json) => ask(shape, request, service, sent),
      }
      return { ok: true, plan: plan(call) }
    },
  }
}

/** A fault of the body as a whole names no member. */
function told(wrong: Fault): BadInput {
  const bad = refusal(wrong)
  return wrong.path.length > 0 ? bad : { ...bad, detail: `The body${bad.detail}`, param: null }
}

function faultOfParams(
  rules: Readonly<Record<string, Rule>>,
  params: Readonly<Record<string, string>>,
): Fault | null {
  for (const [name, value] of Object.entries(params)) {
    const wrong = rules[name]?.(value) ?? null
    if (wrong !== null) return within(name, wrong)
  }
  return null
}

function ask(
  { access, query: known, mayBePartial = false, ...shape }: Shape,
  { space, params, query }: VectorRequest,
  service: Service,
  body: Json | undefined,
): Promise<Outcome> {
  const { method, path } = shape.sentTo ?? shape
  const collection = params['collection']
  const filled =
    collection === undefined ? params : { ...params, collection: space.physical(collection) }
  // A write that is only queued would be counted before it is done.
  const waited = known !== undefined && Object.hasOwn(known, 'wait') ? { wait: 'true' } : {}
  return exchange(service, {
    method,
    path: fillPath(path, filled),
    query: { ...query, ...waited },
    ...(body === undefined ? {} : { body: { json: body } }),
    writes: access === 'write',
    mayBePartial,
  })
}

/** A plan that adds nothing. */
export function reading(run: VectorPlan['run'], units = 1): VectorPlan {
  return { units, stock: [], recount: [], run }
}

const WRITE_BY_ALIAS =
  'Create the collection first; write to it by its own name, not by an alias of it.'

/** A plan that writes to a collection that must be there: what it adds to it at most. */
export function writing(
  { collection }: Pick<Call, 'collection'>,
  added: { readonly vectors: number; readonly bytes: number },
  run: VectorPlan['run'],
): VectorPlan {
  return {
    units: 1,
    stock: [demandOf(collection, added)],
    recount: [collection],
    whenUnknown: WRITE_BY_ALIAS,
    run,
  }
}

export function demandOf(
  place: string,
  { vectors, bytes }: { readonly vectors: number; readonly bytes: number },
) {
  return {
    place,
    expects: 'known',
    collections: 0,
    vectors,
    bytes,
    note: null,
  } as const
}
