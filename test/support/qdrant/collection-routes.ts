// Collections, aliases, indexes and named vectors.
import { type Collection } from './collection.ts'
import {
  applyUpdate,
  checkVectorName,
  collectionConfig,
  unsafeSign,
  updateCollection,
  vectorNameConfig,
} from './collection-config.ts'
import { aliasActions, collectionInfo } from './database.ts'
import { badInput, invalid } from './errors.ts'
import { type Json, toJson } from './json.ts'
import { parsePath, pathText } from './json-path.ts'
import { createFieldIndex } from './payload-index.ts'
import { bodyOf, type Call, type Route, route, timeoutOf, waits } from './route.ts'
import type { Write } from './writes.ts'

const NAME = 'collection_name'

/** The name in the path, as lax as the server is with names that already exist. */
export function nameIn(call: Call): string {
  const name = call.params.get(NAME) ?? ''
  const bad = /[/\0]/.exec(name)?.[0]
  if (bad !== undefined) throw refuseSign(bad)
  if (name.length === 0 || Array.from(name).length > 255) {
    throw invalid(
      'path parameters',
      NAME,
      `value ${JSON.stringify(name)} invalid, must be from 1 to 255 characters`,
    )
  }
  return name
}

const refuseSign = (sign: string): Error =>
  invalid('path parameters', NAME, `collection name cannot contain "${sign}" char`)

export const collectionIn = (call: Call): Collection => call.database.get(nameIn(call))

/** Applies a change to a collection like any other write, at once or later. */
function writing(call: Call, kind: Write['kind'], apply: Write['apply']): { result: Json } {
  const wait = waits(call)
  const result = call.database.write(collectionIn(call), { kind, models: [], apply }, wait)
  return { result }
}

const done = { result: true }

export const collectionRoutes: readonly Route[] = [
  route('POST', '/collections/aliases', (call) => {
    timeoutOf(call)
    call.database.changeAliases(bodyOf(call, aliasActions))
    return done
  }),
  route('GET', '/collections', ({ database }) => ({
    result: toJson({ collections: database.list().map((name) => ({ name })) }),
  })),
  route('GET', '/aliases', ({ database }) => ({ result: database.aliasesOf(null) })),
  route('GET', '/collections/{collection_name}', (call) => ({
    result: collectionInfo(collectionIn(call)),
  })),
  route('GET', '/collections/{collection_name}/exists', (call) => ({
    result: toJson({ exists: call.database.find(nameIn(call)) !== undefined }),
  })),
  route('GET', '/collections/{collection_name}/aliases', (call) => ({
    result: call.database.aliasesOf(nameIn(call)),
  })),
  route('PUT', '/collections/{collection_name}', (call) => {
    timeoutOf(call)
    const name = nameIn(call)
    const bad = unsafeSign(name)
    if (bad !== undefined) throw refuseSign(bad)
    call.database.create(name, bodyOf(call, collectionConfig))
    return done
  }),
  route('PATCH', '/collections/{collection_name}', (call) => {
    timeoutOf(call)
    const { config } = collectionIn(call)
    applyUpdate(config, bodyOf(call, updateCollection))
    return done
  }),
  route('DELETE', '/collections/{collection_name}', (call) => {
    timeoutOf(call)
    return { result: call.database.drop(nameIn(call)) }
  }),
  route('PUT', '/collections/{collection_name}/index', (call) => {
    const { field_name: path, field_schema: schema } = bodyOf(call, createFieldIndex)
    const name = pathText(path)
    if (schema === null) {
      throw badInput(`Unable to infer type for the field '${name}'. Please specify \`field_type\``)
    }
    return writing(call, 'set_payload', ({ indexes }) => indexes.set(name, { path, ...schema }))
  }),
  route('DELETE', '/collections/{collection_name}/index/{field_name}', (call) => {
    const path = parsePath(call.params.get('field_name') ?? '')
    if (path === null) throw badInput('Invalid json path')
    return writing(call, 'set_payload', ({ indexes }) => indexes.delete(pathText(path)))
  }),
  route('PUT', '/collections/{collection_name}/vectors/{vector_name}', (call) => {
    const name = vectorIn(call)
    const params = bodyOf(call, vectorNameConfig)
    return writing(call, 'update_vectors', (collection) => collection.addVector(name, params))
  }),
  route('DELETE', '/collections/{collection_name}/vectors/{vector_name}', (call) => {
    const name = vectorIn(call)
    return writing(call, 'delete_vectors', (collection) => collection.removeVector(name))
  }),
]

function vectorIn(call: Call): string {
  const name = call.params.get('vector_name') ?? ''
  checkVectorName(name)
  return name
}
