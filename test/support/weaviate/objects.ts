// `/objects`: with the class in the path as clients write it today, in the query, in the body, or not
// at all, when every class is searched that the tenant opens.
import * as z from 'zod'
import { readBeacon } from './beacon.ts'
import { refuse } from './errors.ts'
import { readJson } from './go-json.ts'
import type { Shard, Store, WeaviateObject } from './store.ts'

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export const NewObject = z.looseObject({
  class: z.string().min(1),
  id: z.string().regex(UUID).nullish(),
  tenant: z.string().nullish(),
  properties: z.record(z.string(), z.unknown()).nullish(),
  vector: z.array(z.number()).nullish(),
})
export type NewObject = z.infer<typeof NewObject>
const Changes = NewObject.extend({ class: z.string().optional() })
const Reference = z.looseObject({ beacon: z.string() })

export interface ObjectPath {
  readonly className: string | undefined
  readonly id: string
  readonly tenant: string | null
}

export function createObject(store: Store, asked: NewObject, overwrite: boolean): WeaviateObject {
  const found = store.classFor(asked.class)
  const shard = store.shard(found, asked.tenant, 'write')
  const id = (asked.id ?? store.nextId()).toLowerCase()
  if (shard.has(id) && !overwrite) refuse(422, `id '${id}' already exists`)
  const at = store.now()
  const object: WeaviateObject = {
    class: found.definition.class,
    id,
    ...(asked.tenant ? { tenant: asked.tenant } : {}),
    properties: asked.properties ?? {},
    ...(asked.vector ? { vector: asked.vector } : {}),
    creationTimeUnix: shard.get(id)?.creationTimeUnix ?? at,
    lastUpdateTimeUnix: at,
  }
  learnProperties(store, object)
  shard.set(id, object)
  return object
}

/** Auto-schema: properties that the class has not are added to it. */
function learnProperties(store: Store, { class: className, properties }: WeaviateObject): void {
  const { definition } = store.schema.get(className)
  for (const [name, value] of Object.entries(properties)) {
    if (definition.properties.some((property) => property.name === name)) continue
    const references = z.array(Reference).min(1).safeParse(value)
    const type = references.success
      ? (readBeacon(references.data[0]?.beacon ?? '').className ?? 'text')
      : typeof value === 'number'
        ? 'number'
        : typeof value === 'boolean'
          ? 'boolean'
          : 'text'
    store.schema.addProperty(className, { name, dataType: [type] })
  }
}

export function findObject(
  store: Store,
  path: ObjectPath,
): { object: WeaviateObject; shard: Shard } {
  const id = path.id.toLowerCase()
  if (!UUID.test(id)) refuse(422, `id in path must be of type uuid: "${path.id}"`)
  const shards =
    path.className === undefined
      ? store.shardsOf(path.tenant)
      : [store.shard(store.schema.get(path.className), path.tenant, 'read')]
  for (const shard of shards) {
    const object = shard.get(id)
    if (object !== undefined) return { object, shard }
  }
  return refuse(404, '')
}

export function replaceObject(store: Store, path: ObjectPath, body: string): WeaviateObject {
  const asked = readJson(Changes, body)
  const tenant = asked.tenant ?? path.tenant
  const { object } = findObject(store, {
    ...path,
    className: path.className ?? asked.class,
    tenant,
  })
  return createObject(store, { ...asked, class: object.class, id: object.id, tenant }, true)
}

export function mergeObject(store: Store, path: ObjectPath, body: string): void {
  const asked = readJson(Changes, body)
  const tenant = asked.tenant ?? path.tenant
  const { object } = findObject(store, {
    ...path,
    className: path.className ?? asked.class,
    tenant,
  })
  const properties = { ...object.properties, ...asked.properties }
  const { class: className, id, vector } = object
  const merged = {
    class: className,
    id,
    tenant,
    properties,
    vector: asked.vector ?? [...(vector ?? [])],
  }
  createObject(store, { ...merged, vector: merged.vector.length > 0 ? merged.vector : null }, true)
}

export function deleteObject(store: Store, path: ObjectPath): void {
  const { object, shard } = findObject(store, path)
  shard.delete(object.id)
}

export function changeReferences(
  store: Store,
  path: ObjectPath,
  property: string,
  method: string,
  body: string,
): void {
  const { object, shard } = findObject(store, path)
  const kept = z.array(Reference).safeParse(object.properties[property]).data ?? []
  const given = readJson(z.union([z.array(Reference), Reference.transform((one) => [one])]), body)
  for (const { beacon } of given) readBeacon(beacon)
  const beacons = given.map(({ beacon }) => beacon)
  const references =
    method === 'PUT'
      ? given
      : method === 'POST'
        ? [...kept, ...given]
        : kept.filter(({ beacon }) => !beacons.includes(beacon))
  const properties = { ...object.properties, [property]: references }
  shard.set(object.id, { ...object, properties, lastUpdateTimeUnix: store.now() })
  learnProperties(store, { ...object, properties })
}

export function listObjects(store: Store, query: URLSearchParams): object {
  const className = last(query, 'class')
  const tenant = last(query, 'tenant')
  const shards =
    className === null
      ? store.shardsOf(tenant)
      : [store.shard(store.schema.get(className), tenant, 'read')]
  const all = shards.flatMap((shard) => [...shard.values()])
  const after = last(query, 'after')
  const ordered = after === null ? all : byId(all).filter(({ id }) => id > after)
  const offset = Number(last(query, 'offset') ?? '0')
  const limit = Number(last(query, 'limit') ?? '25')
  const page = ordered.slice(offset, offset + limit)
  return {
    deprecations: null,
    objects: page.map((object) => shown(object, query)),
    totalResults: page.length,
  }
}

/** Its vector only when it is asked for. */
export function shown({ vector, ...object }: WeaviateObject, query: URLSearchParams): object {
  const include = last(query, 'include')?.split(',') ?? []
  return { ...object, ...(include.includes('vector') ? { vector } : {}) }
}

/** Of a parameter that is given twice the server takes the last. */
export function last(query: URLSearchParams, name: string): string | null {
  return query.getAll(name).at(-1) ?? null
}

function byId(objects: readonly WeaviateObject[]): WeaviateObject[] {
  return objects.toSorted((a, b) => (a.id < b.id ? -1 : 1))
}
