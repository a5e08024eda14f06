/**
 * The index, which all tenants share, as one tenant may see it: with its own namespaces, its own
 * counts, and the bytes that its own account has for them.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../json.ts'
import type { Service, VectorOperation } from '../adapter.ts'
import { badBody, countOf, given, strangeReply } from '../members.ts'
import type { TenantSpace } from '../tenant-space.ts'
import { ask, objectIn } from './errors.ts'
import { DEFAULT_NAME, operations } from './namespace.ts'
import { reading } from './plans.ts'
import { nothing } from './rules.ts'

const TELLING = { access: 'read', body: 'optional', methods: ['POST', 'GET'] } as const

const info = operations({ name: 'index.info', ...TELLING }, '/info', ({ body = null, space }) => {
  const wrong = nothing(body)
  if (wrong !== null) return badBody(wrong)
  return reading(async (service) => {
    const told = await askInfo(service)
    const places = await service.places()
    const namespaces = countsOf(space, told)
    const sum = (of: keyof Counts) =>
      Object.values(namespaces).reduce((total, counts) => total + counts[of], 0)
    return {
      vectorCount: sum('vectorCount'),
      pendingVectorCount: sum('pendingVectorCount'),
      indexSize: places.reduce((total, { bytes }) => total + bytes, 0),
      ...given(told, ['dimension', 'similarityFunction', 'indexType']),
      ...part(told, 'denseIndex', ['dimension', 'similarityFunction', 'embeddingModel']),
      ...part(told, 'sparseIndex', ['embeddingModel']),
      namespaces,
    }
  })
})

export async function askInfo(service: Service): Promise<JsonObject> {
  return objectIn(await ask(service, { path: ['info'], body: [], writes: false }))
}

/** Pending: written, and not yet to be found. */
type Counts = Readonly<Record<'vectorCount' | 'pendingVectorCount', number>>

/** The service tells of every namespace: those of others go no further than here. */
function countsOf(space: TenantSpace, told: JsonObject): Readonly<Record<string, Counts>> {
  const all = namespacesIn(told)
  const none: Counts = { vectorCount: 0, pendingVectorCount: 0 }
  const own = Object.keys(all).flatMap((physical): [string, Counts][] => {
    const name = space.logical(physical)
    return name === null ? [] : [[name, readCounts(all[physical])]]
  })
  // The default one is always there.
  return { [DEFAULT_NAME]: none, ...Object.fromEntries(own) }
}

export function namespacesIn(told: JsonObject): JsonObject {
  const all = told['namespaces'] ?? {}
  if (!isJsonObject(all)) throw strangeReply()
  return all
}

export function readCounts(value: Json | undefined): Counts {
  const counts = given(value, ['vectorCount', 'pendingVectorCount'])
  return {
    vectorCount: countOf(counts['vectorCount'] ?? 0),
    pendingVectorCount: countOf(counts['pendingVectorCount'] ?? 0),
  }
}

function part(told: JsonObject, name: string, names: readonly string[]): JsonObject {
  const value = told[name]
  return isJsonObject(value) ? { [name]: given(value, names) } : {}
}

const listNamespaces = operations(
  { name: 'namespaces.list', ...TELLING },
  '/list-namespaces',
  ({ body = null, space }) => {
    const wrong = nothing(body)
    if (wrong !== null) return badBody(wrong)
    return reading(async (service) => [
      DEFAULT_NAME,
      ...(await ownNamespaces(service, space)).filter((name) => name !== DEFAULT_NAME),
    ])
  },
)

/** By the service's own listing, which has those of all tenants. */
export async function ownNamespaces(
  service: Service,
  space: TenantSpace,
): Promise<readonly string[]> {
  return (await allNamespaces(service)).flatMap((physical) => space.logical(physical) ?? [])
}

export async function allNamespaces(service: Service): Promise<readonly string[]> {
  const result = await ask(service, { path: ['list-namespaces'], body: [], writes: false })
  if (!isJsonArray(result)) throw strangeReply()
  return result.map((name) => {
    if (typeof name !== 'string') throw strangeReply()
    return name
  })
}

export const INDEX_OPERATIONS: readonly VectorOperation[] = [...info, ...listNamespaces]
