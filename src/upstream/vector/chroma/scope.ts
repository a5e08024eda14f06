/**
 * Where a tenant's collections are: the database `tenant_<slug>` under the one Chroma tenant of the
 * deployment. Clients name a tenant and a database in every path; what they may believe to be theirs
 * is accepted and told back to them, and decides nothing.
 */
import type { VectorOperation, VectorPlan, VectorRead, VectorRequest } from '../adapter.ts'
import type { BadInput } from '../../adapter.ts'
import { isJsonObject, type Json, type JsonObject } from '../../json.ts'
import { refusal, type Rule } from '../../rules.ts'

/** As the client wrote them. */
export interface Scope {
  readonly tenant: string
  readonly database: string
}

/** The official clients' own defaults. */
export const DEFAULT_SCOPE: Scope = { tenant: 'default_tenant', database: 'default_database' }

const VERSION_4_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

export type Described = Omit<VectorOperation, 'path' | 'read'>

type Refused = Extract<VectorRead, { ok: false }>
export const NOT_THERE: Refused = { ok: false, bad: 'not_found' }

/** An operation below the path of a database. */
export function inDatabase(
  described: Described,
  below: string,
  read: (request: VectorRequest, scope: Scope) => VectorRead | Promise<VectorRead>,
): VectorOperation {
  return {
    ...described,
    path: `/api/v2/tenants/{tenant}/databases/{database}${below}`,
    read: (request) => {
      const scope = readScope(request)
      return scope === null ? NOT_THERE : read(request, scope)
    },
  }
}

/**
 * An operation on the collection of a handle. Such handles are all that the service asks for: it
 * never looks whether a collection is in the database of the path.
 */
export function onCollection(
  described: Described,
  below: string,
  read: (request: VectorRequest, uuid: string, scope: Scope) => VectorRead | Promise<VectorRead>,
): VectorOperation {
  return inDatabase(described, `/collections/{collection}${below}`, async (request, scope) => {
    const uuid = await openHandle(request)
    return uuid === null ? NOT_THERE : read(request, uuid, scope)
  })
}

/**
 * The service makes version 4 alone. Whatever this tenant's key did not seal opens to 128 bits that
 * nobody can choose: no collection is met by them, and 63 of 64 are not even of that version.
 */
async function openHandle({ params, space }: VectorRequest): Promise<string | null> {
  const opened = await space.openUuid(params['collection'] ?? '')
  return opened !== null && VERSION_4_UUID.test(opened) ? opened : null
}

function readScope({ params, space }: VectorRequest): Scope | null {
  const tenant = params['tenant'] ?? ''
  const database = params['database'] ?? ''
  const isOwn =
    isOwnTenant(tenant, space.tenant) &&
    (database === DEFAULT_SCOPE.database || database === space.tenant)
  return isOwn ? { tenant, database } : null
}

export function isOwnTenant(named: string, slug: string): boolean {
  return named === DEFAULT_SCOPE.tenant || named === slug
}

type Placed = Pick<VectorRequest, 'space' | 'settings'>

export function databasesPath({ settings }: Placed): string[] {
  return ['api', 'v2', 'tenants', settings.chroma_tenant, 'databases']
}

export function databasePath(placed: Placed, ...below: readonly string[]): string[] {
  return [...databasesPath(placed), placed.space.container, ...below]
}

/** The one place of a tenant: collections go by UUID, and their names are not known to a write. */
export const PLACE = 'database'

/** A plan that reserves nothing and leaves every count as it was. */
export function plainly(run: VectorPlan['run'], units = 1): VectorRead {
  return { ok: true, plan: { units, stock: [], recount: [], run } }
}

export function refuse(bad: BadInput): Refused {
  return { ok: false, bad }
}

/** The members of a body that is as it must be. */
export function readMembers(
  rule: Rule,
  body: Json | undefined,
): { readonly ok: true; readonly members: JsonObject } | Refused {
  const wrong = rule(body ?? null)
  if (wrong !== null) return refuse(refusal(wrong))
  return { ok: true, members: isJsonObject(body) ? body : {} }
}
