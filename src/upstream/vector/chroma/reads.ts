/** Reads of records. */
import type { VectorOperation } from '../adapter.ts'
import { Problem } from '../../../problem/problem.ts'
import { isJsonObject, type Json, type JsonObject } from '../../json.ts'
import { itemsOf, memberOf } from '../../json-read.ts'
import { MAX_RECORDS_READ } from './bounds.ts'
import { pick } from './collection.ts'
import { ask } from './database.ts'
import { strangeReply } from './errors.ts'
import { nearestAsked, recordsAsked } from './records.ts'
import { databasePath, onCollection, plainly, readMembers } from './scope.ts'

const ASKED = ['ids', 'where', 'where_document', 'include']
const TOLD = ['ids', 'embeddings', 'documents', 'uris', 'metadatas']
const READ_LEVEL = /^(?:index_and_wal|index_only|index_and_bounded_wal)$/

const get = onCollection(
  { name: 'records.get', method: 'POST', access: 'read', body: 'json' },
  '/get',
  (request, uuid) => {
    const asked = readMembers(recordsAsked, request.body)
    if (!asked.ok) return asked
    const isBounded = typeof asked.members['limit'] === 'number'
    const json: JsonObject = {
      ...pick(asked.members, [...ASKED, 'limit', 'offset']),
      // One more than may be told, so that it is known when there are more.
      ...(isBounded ? {} : { limit: MAX_RECORDS_READ + 1 }),
    }
    return plainly(async (service) => {
      const path = databasePath(request, 'collections', uuid, 'get')
      const { body } = await ask(service, request, {
        method: 'POST',
        path,
        body: { json },
        writes: false,
      })
      if (itemsOf(memberOf(body, 'ids')).length > MAX_RECORDS_READ) throw tooMany()
      return { status: 200, body: tell(body, [...TOLD, 'include']), stock: 'kept' }
    })
  },
)

function tooMany(): Problem {
  const detail = `More than ${MAX_RECORDS_READ} records match: ask for them by limit and offset.`
  return new Problem('InvalidBody', detail, { param: 'limit' })
}

const query = onCollection(
  { name: 'records.query', method: 'POST', access: 'read', body: 'json' },
  '/query',
  (request, uuid) => {
    const asked = readMembers(nearestAsked, request.body)
    if (!asked.ok) return asked
    const json = pick(asked.members, [...ASKED, 'query_embeddings', 'n_results'])
    const searches = itemsOf(json['query_embeddings']).length
    return plainly(async (service) => {
      const path = databasePath(request, 'collections', uuid, 'query')
      const { body } = await ask(service, request, {
        method: 'POST',
        path,
        body: { json },
        writes: false,
      })
      return { status: 200, body: tell(body, [...TOLD, 'distances', 'include']), stock: 'kept' }
    }, searches)
  },
)

const count = onCollection(
  {
    name: 'records.count',
    method: 'GET',
    access: 'read',
    body: 'none',
    query: { read_level: READ_LEVEL },
  },
  '/count',
  (request, uuid) =>
    plainly(async (service) => {
      const path = databasePath(request, 'collections', uuid, 'count')
      const { body } = await ask(service, request, {
        method: 'GET',
        path,
        query: request.query,
        writes: false,
      })
      if (typeof body !== 'number') throw strangeReply()
      return { status: 200, body, stock: 'kept' }
    }),
)

/** On newer servers; on others there is nothing of it. */
const indexingStatus = onCollection(
  { name: 'records.indexing_status', method: 'GET', access: 'read', body: 'none' },
  '/indexing_status',
  (request, uuid) =>
    plainly(async (service) => {
      const path = databasePath(request, 'collections', uuid, 'indexing_status')
      const { body } = await ask(service, request, { method: 'GET', path, writes: false })
      const told = ['num_indexed_ops', 'num_unindexed_ops', 'op_indexing_progress', 'total_ops']
      return { status: 200, body: tell(body, told), stock: 'kept' }
    }),
)

/** Columns of records, which are the tenant's own; each is a list or null. */
function tell(reply: Json | undefined, names: readonly string[]): JsonObject {
  if (!isJsonObject(reply)) throw strangeReply()
  return pick(reply, names)
}

export const READ_OPERATIONS: readonly VectorOperation[] = [get, query, count, indexingStatus]
