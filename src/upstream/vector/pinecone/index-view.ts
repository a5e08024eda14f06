/**
 * The index, which all tenants share, as one tenant may see it: with its own namespaces and its own
 * count. How full it is would tell of the others.
 */
import { isJsonObject, type JsonObject } from '../../json.ts'
import { members, nullable } from '../../rules.ts'
import type { Service, VectorOperation, VectorRequest } from '../adapter.ts'
import { countOf, given, readMembers, strangeReply } from '../members.ts'
import type { TenantSpace } from '../tenant-space.ts'
import { ask } from './errors.ts'
import { shownName } from './namespace.ts'
import { NOT_THERE, reading } from './operation.ts'
import { filter } from './rules.ts'

const statsBody = members({ 'filter?': nullable(filter) })

const stats: VectorOperation = {
  name: 'index.stats',
  method: 'POST',
  path: '/describe_index_stats',
  access: 'read',
  body: 'optional',
  read: ({ body = {}, space }) => {
    const read = readMembers(statsBody, body)
    if (!read.ok) return read
    const asked = given(read.members, ['filter'])
    return reading(async (service) => tellStats(space, await askStats(service, asked)))
  },
}

async function askStats(service: Service, json: JsonObject): Promise<JsonObject> {
  const path = ['describe_index_stats']
  const { body } = await ask(service, { method: 'POST', path, body: { json }, writes: false })
  if (!isJsonObject(body)) throw strangeReply()
  return body
}

/** The service tells of every namespace of the index: those of others go no further than here. */
function tellStats(space: TenantSpace, told: JsonObject): JsonObject {
  const all = told['namespaces'] ?? {}
  if (!isJsonObject(all)) throw strangeReply()
  const own = Object.keys(all).flatMap((physical): [string, number][] => {
    const name = shownName(space, physical)
    const summary = all[physical]
    if (name === null) return []
    return [[name, isJsonObject(summary) ? countOf(summary['vectorCount'] ?? 0) : 0]]
  })
  return {
    namespaces: Object.fromEntries(own.map(([name, vectorCount]) => [name, { vectorCount }])),
    ...given(told, ['dimension', 'metric', 'vectorType']),
    indexFullness: 0,
    totalVectorCount: own.reduce((sum, [, count]) => sum + count, 0),
  }
}

/**
 * Where an index lies is not told by its data plane, and some clients refuse an index without: these
 * stand for any.
 */
const SOMEWHERE = { cloud: 'aws', region: 'us-east-1' }

/** In the words of the newest API and, beside them, of those before it. */
function indexModel({ settings, mountUrl }: VectorRequest, stats: JsonObject): JsonObject {
  const { dimension, metric = 'cosine', vectorType = 'dense' } = stats
  const shape = { ...(dimension === undefined ? {} : { dimension }), metric }
  return {
    name: settings.index,
    host: hostOf(mountUrl),
    status: { ready: true, state: 'Ready' },
    deployment: { deployment_type: 'managed', ...SOMEWHERE },
    schema: {
      fields:
        vectorType === 'sparse'
          ? { _sparse_values: { type: 'sparse_vector', metric } }
          : { _values: { type: 'dense_vector', ...shape } },
    },
    deletion_protection: 'enabled',
    ...shape,
    vector_type: vectorType,
    spec: { serverless: SOMEWHERE },
  }
}

/** Clients put `https://` in front of what has no scheme, and take a path behind the host. */
function hostOf(mountUrl: string): string {
  return mountUrl.replace(/^https:\/\//, '')
}

const listIndexes: VectorOperation = {
  name: 'indexes.list',
  method: 'GET',
  path: '/indexes',
  access: 'read',
  body: 'none',
  read: (request) =>
    reading(async (service) => ({
      indexes: [indexModel(request, await askStats(service, {}))],
    })),
}

const describeIndex: VectorOperation = {
  name: 'indexes.describe',
  method: 'GET',
  path: '/indexes/{index}',
  access: 'read',
  body: 'none',
  read: (request) =>
    request.params['index'] === request.settings.index
      ? reading(async (service) => indexModel(request, await askStats(service, {})))
      : NOT_THERE,
}

export const INDEX_OPERATIONS: readonly VectorOperation[] = [stats, listIndexes, describeIndex]
