/** Reads of the vectors of one namespace. What they answer is the tenant's own, told member by member. */
import { isJsonObject, type Json, type JsonObject } from '../../json.ts'
import { stringIn } from '../../json-read.ts'
import {
  exactlyOne,
  fault,
  flag,
  integer,
  members,
  nullable,
  number,
  refused,
  type Rule,
  text,
} from '../../rules.ts'
import type { VectorOperation } from '../adapter.ts'
import { given, objectsOf, strangeReply } from '../members.ts'
import {
  MAX_CANDIDATES,
  MAX_IDS,
  MAX_METADATA_PAGE,
  MAX_TOKEN_CHARACTERS,
  MAX_TOP_K,
} from './bounds.ts'
import { ask } from './errors.ts'
import { NAMESPACE_QUERY, namespaceRule } from './namespace.ts'
import { atNamespace, inNamespace, NOT_THERE, reading } from './operation.ts'
import { LIMIT_QUERY, limitOf, openToken, sealPage, TOKEN_QUERY } from './page.ts'
import {
  filter,
  id,
  ID_PREFIX_QUERY,
  ID_QUERY,
  sparseValues,
  values,
  VECTOR_MEMBERS,
} from './rules.ts'

const namespace = nullable(namespaceRule)

const queryMembers = members({
  topK: integer(1, MAX_TOP_K),
  'filter?': nullable(filter),
  'includeValues?': nullable(flag),
  'includeMetadata?': nullable(flag),
  'vector?': nullable(values),
  'sparseVector?': nullable(sparseValues),
  'id?': nullable(id),
  'scanFactor?': nullable(number),
  'maxCandidates?': nullable(integer(1, MAX_CANDIDATES)),
  'queries?': refused('it is deprecated; send one query a request'),
  'namespace?': namespace,
})

/** Near a vector, dense or sparse or both, or near a record. */
const queryBody: Rule = (value) => {
  if (!isJsonObject(value)) return queryMembers(value)
  const isSparse = (value['sparseVector'] ?? null) !== null
  const isNearRecord = (value['id'] ?? null) !== null
  if (isSparse && isNearRecord) return fault('must not have both id and sparseVector')
  return isSparse ? queryMembers(value) : exactlyOne(['vector', 'id'], queryMembers)(value)
}

const ASKED = [
  'topK',
  'filter',
  'includeValues',
  'includeMetadata',
  'vector',
  'sparseVector',
  'id',
  'scanFactor',
  'maxCandidates',
]

const query: VectorOperation = {
  name: 'vectors.query',
  method: 'POST',
  path: '/query',
  access: 'read',
  body: 'json',
  read: inNamespace(queryBody, (body, { name, physical }) =>
    reading(async (service) => {
      const json = { ...given(body, ASKED), namespace: physical }
      const reply = await ask(service, {
        method: 'POST',
        path: ['query'],
        body: { json },
        writes: false,
      })
      const matches = objectsOf(memberIn(reply.body, 'matches'), [...VECTOR_MEMBERS, 'score'])
      return { matches, namespace: name, ...usageOf(reply.body) }
    }),
  ),
}

const fetchByIds: VectorOperation = {
  name: 'vectors.fetch',
  method: 'GET',
  path: '/vectors/fetch',
  access: 'read',
  query: { namespace: NAMESPACE_QUERY },
  repeatedQuery: { ids: ID_QUERY },
  body: 'none',
  read: atNamespace('query', ({ name, physical }, { repeatedQuery }) => {
    const ids = repeatedQuery['ids'] ?? []
    if (ids.length < 1 || ids.length > MAX_IDS) {
      const detail = `ids must be given 1 to ${MAX_IDS} times.`
      return { ok: false, bad: { status: 400, detail, param: 'ids' } }
    }
    return reading(async (service) => {
      const reply = await ask(service, {
        method: 'GET',
        path: ['vectors', 'fetch'],
        query: { ids, namespace: physical },
        writes: false,
      })
      return { vectors: byIdOf(reply.body), namespace: name, ...usageOf(reply.body) }
    })
  }),
}

const listIds: VectorOperation = {
  name: 'vectors.list',
  method: 'GET',
  path: '/vectors/list',
  access: 'read',
  query: {
    prefix: ID_PREFIX_QUERY,
    limit: LIMIT_QUERY,
    paginationToken: TOKEN_QUERY,
    namespace: NAMESPACE_QUERY,
  },
  body: 'none',
  read: atNamespace('query', async ({ name, physical }, { query: asked, space }) => {
    const { prefix = '' } = asked
    const purpose = JSON.stringify(['vectors.list', name, prefix])
    const token = await openToken(space, purpose, asked['paginationToken'])
    if (!token.ok) return NOT_THERE
    return reading(async (service) => {
      const reply = await ask(service, {
        method: 'GET',
        path: ['vectors', 'list'],
        query: { ...limitOf(asked), ...token.query, prefix, namespace: physical },
        writes: false,
      })
      return {
        vectors: objectsOf(memberIn(reply.body, 'vectors'), ['id']),
        ...(await sealPage(space, purpose, reply.body)),
        namespace: name,
        ...usageOf(reply.body),
      }
    })
  }),
}

const fetchByMetadataBody = members({
  filter,
  'limit?': nullable(integer(1, MAX_METADATA_PAGE)),
  'paginationToken?': nullable(text({ max: MAX_TOKEN_CHARACTERS })),
  'namespace?': namespace,
})

const fetchByMetadata: VectorOperation = {
  name: 'vectors.fetch_by_metadata',
  method: 'POST',
  path: '/vectors/fetch_by_metadata',
  access: 'read',
  body: 'json',
  read: inNamespace(fetchByMetadataBody, async (body, { name, physical }, { space }) => {
    const purpose = JSON.stringify(['vectors.fetch_by_metadata', name])
    const token = await openToken(space, purpose, stringIn(body, 'paginationToken') ?? '')
    if (!token.ok) return NOT_THERE
    return reading(async (service) => {
      const reply = await ask(service, {
        method: 'POST',
        path: ['vectors', 'fetch_by_metadata'],
        body: {
          json: { ...given(body, ['filter', 'limit']), ...token.query, namespace: physical },
        },
        writes: false,
      })
      return {
        vectors: byIdOf(reply.body),
        namespace: name,
        ...usageOf(reply.body),
        ...(await sealPage(space, purpose, reply.body)),
      }
    })
  }),
}

/** A list that is empty is left out by protobuf's JSON. */
function memberIn(reply: Json | undefined, name: string): Json {
  if (!isJsonObject(reply)) throw strangeReply()
  return reply[name] ?? []
}

function byIdOf(reply: Json | undefined): JsonObject {
  const vectors = isJsonObject(reply) ? (reply['vectors'] ?? {}) : null
  if (!isJsonObject(vectors)) throw strangeReply()
  const told = Object.keys(vectors).map((key) => [key, given(vectors[key], VECTOR_MEMBERS)])
  return Object.fromEntries(told) as JsonObject
}

function usageOf(reply: Json | undefined): JsonObject {
  const usage = given(given(reply, ['usage'])['usage'], ['readUnits', 'egressBytes'])
  return Object.keys(usage).length === 0 ? {} : { usage }
}

export const READ_OPERATIONS: readonly VectorOperation[] = [
  query,
  fetchByIds,
  listIds,
  fetchByMetadata,
]
