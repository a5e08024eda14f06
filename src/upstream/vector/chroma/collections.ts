/** Operations on collections as a whole. They go by name, and only a change goes by handle. */
import type { VectorOperation, VectorPlan, VectorRequest } from '../adapter.ts'
import { isJsonObject, type JsonObject } from '../../json.ts'
import { stringIn } from '../../json-read.ts'
import { fault, flag, members, nullable, type Rule } from '../../rules.ts'
import { notThere } from '../read-request.ts'
import { MAX_COLLECTION_BODY_BYTES, MAX_COLLECTIONS_LISTED, MAX_OFFSET } from './bounds.ts'
import { pick, tellCollection, tellCollections } from './collection.ts'
import { changedConfiguration, newConfiguration } from './configuration.ts'
import { ask } from './database.ts'
import { isNameTaken, strangeReply } from './errors.ts'
import { collectionMetadata } from './metadata.ts'
import { collectionName, isCollectionName } from './names.ts'
import {
  databasePath,
  inDatabase,
  NOT_THERE,
  onCollection,
  PLACE,
  plainly,
  readMembers,
  refuse,
  type Scope,
} from './scope.ts'

const COUNT = /^\d{1,10}$/

const newCollection = members({
  name: collectionName,
  'get_or_create?': flag,
  'metadata?': nullable(collectionMetadata),
  'configuration?': nullable(newConfiguration),
  'schema?': (value) =>
    value === null ? null : fault('is not accepted: an index is described by configuration here'),
})

const changedCollection = members({
  'new_name?': nullable(collectionName),
  'new_metadata?': nullable(collectionMetadata),
  'new_configuration?': nullable(changedConfiguration),
})

const list = inDatabase(
  {
    name: 'collections.list',
    method: 'GET',
    access: 'read',
    body: 'none',
    query: { limit: COUNT, offset: COUNT },
  },
  '/collections',
  (request, scope) => {
    const limit = Number(request.query['limit'] ?? MAX_COLLECTIONS_LISTED)
    const offset = Number(request.query['offset'] ?? 0)
    if (limit > MAX_COLLECTIONS_LISTED) return tooMuch('limit', MAX_COLLECTIONS_LISTED)
    if (offset > MAX_OFFSET) return tooMuch('offset', MAX_OFFSET)
    return plainly(async (service) => {
      const { body } = await ask(service, request, {
        method: 'GET',
        path: databasePath(request, 'collections'),
        query: { limit: `${limit}`, offset: `${offset}` },
        writes: false,
      })
      return {
        status: 200,
        body: await tellCollections(service, body, request, scope),
        stock: 'kept',
      }
    })
  },
)

const tooMuch = (param: string, bound: number) =>
  refuse({ status: 400, detail: `${param} must be at most ${bound}.`, param })

const count = inDatabase(
  { name: 'collections.count', method: 'GET', access: 'read', body: 'none' },
  '/collections_count',
  (request) =>
    plainly(async (service) => {
      const path = databasePath(request, 'collections_count')
      const { body } = await ask(service, request, { method: 'GET', path, writes: false })
      if (typeof body !== 'number') throw strangeReply()
      return { status: 200, body, stock: 'kept' }
    }),
)

const create = inDatabase(
  { name: 'collections.create', method: 'POST', access: 'write', body: 'json' },
  '/collections',
  (request, scope) => {
    const asked = readDescription(newCollection, request)
    if (!asked.ok) return asked
    const body = rebuild(asked.members, ['name', 'get_or_create', 'metadata'], 'configuration')
    const isGetOrCreate = body['get_or_create'] === true
    const plan: VectorPlan = {
      units: 1,
      stock: [
        {
          place: PLACE,
          expects: 'any',
          collections: 1,
          collectionIfNew: 0,
          vectors: 0,
          bytes: 0,
          note: null,
        },
      ],
      recount: [PLACE],
      run: async (service) => {
        const path = databasePath(request, 'collections')
        const reply = await ask(service, request, {
          method: 'POST',
          path,
          body: { json: body },
          writes: true,
          surelyRefused: isNameTaken,
        })
        const told = await tellCollection(service, reply.body, request, scope)
        // Nothing in the answer tells whether it was there before: it counts until the recount.
        return { status: 200, body: told, stock: 'kept' }
      },
    }
    if (!isGetOrCreate) return { ok: true, plan }
    const whenFull = getPlan(request, stringIn(body, 'name') ?? '', scope)
    return { ok: true, plan: { ...plan, whenFull } }
  },
)

const get = inDatabase(
  { name: 'collections.get', method: 'GET', access: 'read', body: 'none' },
  '/collections/{collection}',
  (request, scope) => {
    const name = request.params['collection'] ?? ''
    return isCollectionName(name) ? { ok: true, plan: getPlan(request, name, scope) } : NOT_THERE
  },
)

function getPlan(request: VectorRequest, name: string, scope: Scope): VectorPlan {
  return {
    units: 1,
    stock: [],
    recount: [],
    run: async (service) => {
      const path = databasePath(request, 'collections', name)
      const { body } = await ask(service, request, { method: 'GET', path, writes: false })
      const told = await tellCollection(service, body, request, scope)
      // A server that takes handles here as well has found another than was named.
      if (told['name'] !== name) throw notThere()
      return { status: 200, body: told, stock: 'kept' }
    },
  }
}

const change = onCollection(
  { name: 'collections.update', method: 'PUT', access: 'write', body: 'json' },
  '',
  (request, uuid) => {
    const asked = readDescription(changedCollection, request)
    if (!asked.ok) return asked
    const body = rebuild(asked.members, ['new_name', 'new_metadata'], 'new_configuration')
    return plainly(async (service) => {
      const path = databasePath(request, 'collections', uuid)
      await ask(service, request, { method: 'PUT', path, body: { json: body }, writes: true })
      return { status: 200, body: {}, stock: 'kept' }
    })
  },
)

const remove = inDatabase(
  { name: 'collections.delete', method: 'DELETE', access: 'write', body: 'none' },
  '/collections/{collection}',
  (request) => {
    const name = request.params['collection'] ?? ''
    if (!isCollectionName(name)) return NOT_THERE
    const run: VectorPlan['run'] = async (service) => {
      const path = databasePath(request, 'collections', name)
      await ask(service, request, { method: 'DELETE', path, writes: true })
      return { status: 200, body: {}, stock: 'kept' }
    }
    return { ok: true, plan: { units: 1, stock: [], recount: [PLACE], run } }
  },
)

function readDescription(rule: Rule, { body, bodyBytes }: VectorRequest) {
  if (bodyBytes > MAX_COLLECTION_BODY_BYTES) {
    const detail = `The body must have at most ${MAX_COLLECTION_BODY_BYTES} bytes here.`
    return refuse({ status: 400, detail, param: null })
  }
  return readMembers(rule, body)
}

/** The members that stand for themselves, and what is known of a configuration. */
function rebuild(
  body: JsonObject,
  names: readonly string[],
  configuration: 'configuration' | 'new_configuration',
): JsonObject {
  const described = body[configuration]
  return {
    ...pick(body, names),
    ...(isJsonObject(described)
      ? { [configuration]: pick(described, ['hnsw', 'spann', 'embedding_function']) }
      : {}),
  }
}

export const COLLECTION_OPERATIONS: readonly VectorOperation[] = [
  list,
  count,
  create,
  get,
  change,
  remove,
]
