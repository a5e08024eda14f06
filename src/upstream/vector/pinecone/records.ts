/**
 * Records of text, which the service embeds by the model that the index was made with. It bills the
 * tokens to the operator: budgets do not see them, so that each text counts as a request under rates.
 */
import { isJsonObject } from '../../json.ts'
import { itemsOf, memberOf } from '../../json-read.ts'
import {
  exactlyOne,
  fault,
  integer,
  list,
  mapOf,
  members,
  nullable,
  oneOf,
  refused,
  type Rule,
  text,
  within,
} from '../../rules.ts'
import type { VectorOperation } from '../adapter.ts'
import { badBody, given, objectsOf, readMembers, strangeReply } from '../members.ts'
import {
  MAX_FIELD_CHARACTERS,
  MAX_FIELDS,
  MAX_MATCH_TERMS,
  MAX_METADATA_MEMBERS,
  MAX_QUERY_TEXT_CHARACTERS,
  MAX_TOP_K,
  MAX_UPSERT_RECORDS,
} from './bounds.ts'
import { ask } from './errors.ts'
import { atNamespace, demand, reading, writing } from './operation.ts'
import { filter, id, metadataValue, sparseIndices, sparseNumbers, values } from './rules.ts'

const fields = mapOf(metadataValue, MAX_METADATA_MEMBERS)

/** The id has two spellings; the rest are fields, whatever they are called. */
const record: Rule = (value) => {
  if (!isJsonObject(value)) return fault('must be an object')
  for (const name of ['_id', 'id']) {
    const wrong = Object.hasOwn(value, name) ? id(value[name] ?? null) : null
    if (wrong !== null) return within(name, wrong)
  }
  return exactlyOne(['_id', 'id'], fields)(value)
}

const records = list(record, { min: 1, max: MAX_UPSERT_RECORDS })

const upsert: VectorOperation = {
  name: 'records.upsert',
  method: 'POST',
  path: '/records/namespaces/{namespace}/upsert',
  access: 'write',
  body: 'lines',
  read: atNamespace('path', (namespace, { body, bodyBytes }) => {
    const wrong = records(body ?? null)
    if (wrong !== null) return badBody(wrong)
    const lines = itemsOf(body)
    const ids = new Set(lines.map((line) => memberOf(line, '_id') ?? memberOf(line, 'id')))
    return writing(namespace, {
      units: lines.length,
      stock: [demand(namespace, { appears: true, vectors: ids.size, bytes: bodyBytes })],
      run: async (service) => {
        const path = ['records', 'namespaces', namespace.physical, 'upsert']
        await ask(service, { method: 'POST', path, body: { lines }, writes: true })
        return { status: 201, body: undefined, stock: 'kept' }
      },
    })
  }),
}

const INPUTS = ['inputs', 'vector', 'id'] as const

const search: Rule = members({
  query: exactlyOne(
    INPUTS,
    members({
      top_k: integer(1, MAX_TOP_K),
      'filter?': nullable(filter),
      'inputs?': nullable(members({ text: text({ max: MAX_QUERY_TEXT_CHARACTERS }) })),
      'vector?': nullable(
        members({
          'values?': nullable(values),
          'sparse_values?': nullable(sparseNumbers),
          'sparse_indices?': nullable(sparseIndices),
        }),
      ),
      'id?': nullable(id),
      'match_terms?': nullable(
        members({
          strategy: oneOf('all'),
          terms: list(text({ max: MAX_FIELD_CHARACTERS }), { max: MAX_MATCH_TERMS }),
        }),
      ),
    }),
  ),
  'fields?': nullable(list(text({ max: MAX_FIELD_CHARACTERS }), { max: MAX_FIELDS })),
  'rerank?': refused('another model is billed for it'),
})

const searchRecords: VectorOperation = {
  name: 'records.search',
  method: 'POST',
  path: '/records/namespaces/{namespace}/search',
  access: 'read',
  body: 'json',
  read: atNamespace('path', ({ physical }, { body }) => {
    const read = readMembers(search, body)
    if (!read.ok) return read
    const query = given(read.members['query'], ['top_k', 'filter', ...INPUTS, 'match_terms'])
    const json = { query, ...given(read.members, ['fields']) }
    return reading(async (service) => {
      const path = ['records', 'namespaces', physical, 'search']
      const reply = await ask(service, { method: 'POST', path, body: { json }, writes: false })
      if (!isJsonObject(reply.body)) throw strangeReply()
      const { result, usage } = reply.body
      const hits = objectsOf(isJsonObject(result) ? (result['hits'] ?? []) : null, HIT)
      return { result: { hits }, usage: given(usage, ['read_units', 'embed_total_tokens']) }
    })
  }),
}

const HIT = ['_id', '_score', 'fields']

export const RECORD_OPERATIONS: readonly VectorOperation[] = [upsert, searchRecords]
