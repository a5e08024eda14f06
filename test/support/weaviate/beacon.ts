// `weaviate://localhost/Class/uuid`, or without the class as older clients write it, and with a
// property behind it where a reference starts. The host means nothing.
import { refuse } from './errors.ts'
import type { Store, WeaviateObject } from './store.ts'

const BEACON = /^weaviate:\/\/[^/]+(?:\/([A-Za-z]\w*))?\/([0-9a-fA-F-]{36})(?:\/(\w+))?\/?$/

export interface Beacon {
  readonly className: string | undefined
  readonly id: string
  readonly property: string | undefined
}

export function readBeacon(text: string): Beacon {
  const [, className, id, property] = BEACON.exec(text) ?? []
  if (id === undefined) return refuse(422, `invalid beacon: '${text}'`)
  return { className, id: id.toLowerCase(), property }
}

export function writeBeacon({ class: className, id }: WeaviateObject): object {
  return {
    beacon: `weaviate://localhost/${className}/${id}`,
    href: `/v1/objects/${className}/${id}`,
  }
}

/** What a beacon points at, seen from an object of a tenant: only classes with tenants are split. */
export function followBeacon(
  store: Store,
  text: string,
  tenant: string | null | undefined,
): WeaviateObject | undefined {
  const { className, id } = readBeacon(text)
  if (className === undefined) {
    return store.shardsOf(tenant).flatMap((shard) => shard.get(id) ?? [])[0]
  }
  const found = store.schema.find(className)
  if (found === undefined) return refuse(422, `invalid beacon: class ${className} is not known`)
  const { enabled } = found.definition.multiTenancyConfig
  return store.shard(found, enabled ? tenant : '', 'read').get(id)
}
