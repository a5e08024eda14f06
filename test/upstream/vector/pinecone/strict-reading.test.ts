import { describe, expect, it } from 'vitest'
import { pinecone } from '../../../../src/upstream/vector/pinecone/pinecone.ts'
import { read, refusalOf } from '../ask-adapter.ts'

const V = [1, 0, 0]
const upsert = { target: '/vectors/upsert', body: { vectors: [{ id: 'a', values: V }] } }
const record = (more: object) => ({ vectors: [{ id: 'a', values: V, ...more }] })
const many = (count: number) => Array.from({ length: count }, (_, at) => `${at}`)
const nested = (depth: number): object => (depth === 0 ? { a: 1 } : { $and: [nested(depth - 1)] })
const ndjson = (...lines: object[]) => lines.map((line) => JSON.stringify(line)).join('\n')
/** Within the bound of one body. */
const full = { a: Array(130_000).fill([]) }

const REFUSED: [what: string, method: string, target: string, body: unknown, told: string][] = [
  ['a body that is a list', 'POST', '/query', [1], 'InvalidBody: The body must be an object.'],
  ['a namespace that is a list', 'POST', '/query', { topK: 1, id: 'a', namespace: ['b'] }, 'InvalidBody: namespace must be a string.'], // prettier-ignore
  ['a namespace with a line break', 'POST', '/query', { topK: 1, id: 'a', namespace: 'b\n' }, 'InvalidBody: namespace is not well formed.'], // prettier-ignore
  ['a namespace that is not ASCII', 'GET', '/namespaces/d%C3%A9', undefined, 'InvalidBody: namespace must be ASCII.'], // prettier-ignore
  ['a namespace that is too long at the service', 'POST', '/query', { topK: 1, id: 'a', namespace: 'A'.repeat(171) }, "InvalidBody: namespace is too long: at the service it would have 525 characters, of 512 at most. Each but a-z, 0-9, '.', '_' and '-' takes three."], // prettier-ignore
  ['queries in a query', 'POST', '/query', { topK: 1, queries: [] }, 'InvalidBody: The body must have exactly one of vector, id.'], // prettier-ignore
  ['queries beside a vector', 'POST', '/query', { topK: 1, vector: V, queries: [] }, 'InvalidBody: queries is not accepted: it is deprecated; send one query a request.'], // prettier-ignore
  ['a vector and an id', 'POST', '/query', { topK: 1, vector: V, id: 'a' }, 'InvalidBody: The body must have exactly one of vector, id.'], // prettier-ignore
  ['a sparse vector and an id', 'POST', '/query', { topK: 1, sparseVector: { indices: [1], values: [1] }, id: 'a' }, 'InvalidBody: The body must not have both id and sparseVector.'], // prettier-ignore
  ['snake_case', 'POST', '/query', { top_k: 1, id: 'a' }, 'InvalidBody: topK is required.'],
  ['too many results', 'POST', '/query', { topK: 10_001, id: 'a' }, 'InvalidBody: topK must be an integer from 1 to 10000.'], // prettier-ignore
  ['a filter that is too deep', 'POST', '/query', { topK: 1, id: 'a', filter: nested(9) }, 'InvalidBody: filter must have at most 20000 values, nested at most 16 deep.'], // prettier-ignore
  ['a filter that is text', 'POST', '/query', { topK: 1, id: 'a', filter: 'x' }, 'InvalidBody: filter must be an object.'], // prettier-ignore
  ['no vectors', 'POST', upsert.target, { vectors: [] }, 'InvalidBody: vectors must have 1 to 1000 items.'], // prettier-ignore
  ['too many vectors', 'POST', upsert.target, { vectors: many(1001) }, 'InvalidBody: vectors must have 1 to 1000 items.'], // prettier-ignore
  ['a vector as a list', 'POST', upsert.target, { vectors: [['a', V]] }, 'InvalidBody: vectors[0] must be an object.'], // prettier-ignore
  ['a namespace in a vector', 'POST', upsert.target, record({ namespace: 'b' }), 'InvalidBody: vectors[0].namespace is not a member known here.'], // prettier-ignore
  ['an id that is a number', 'POST', upsert.target, { vectors: [{ id: 7, values: V }] }, 'InvalidBody: vectors[0].id must be a string.'], // prettier-ignore
  ['an empty id', 'POST', upsert.target, { vectors: [{ id: '', values: V }] }, 'InvalidBody: vectors[0].id is not well formed.'], // prettier-ignore
  ['an id that no answer could hold', 'POST', upsert.target, { vectors: [{ id: '__proto__', values: V }] }, 'InvalidBody: vectors[0].id is not well formed.'], // prettier-ignore
  ['an id that is too long', 'POST', upsert.target, { vectors: [{ id: 'a'.repeat(513), values: V }] }, 'InvalidBody: vectors[0].id must have at most 512 characters.'], // prettier-ignore
  ['too many dimensions', 'POST', upsert.target, { vectors: [{ id: 'a', values: Array(20_001).fill(1) }] }, 'InvalidBody: vectors[0].values must have 0 to 20000 items.'], // prettier-ignore
  ['values that are text', 'POST', upsert.target, { vectors: [{ id: 'a', values: ['1'] }] }, 'InvalidBody: vectors[0].values[0] must be a number.'], // prettier-ignore
  ['nested metadata', 'POST', upsert.target, record({ metadata: { a: { b: 1 } } }), 'InvalidBody: vectors[0].metadata.a must be of type string or array.'], // prettier-ignore
  ['metadata that is a list of numbers', 'POST', upsert.target, record({ metadata: { a: [1] } }), 'InvalidBody: vectors[0].metadata.a[0] must be a string.'], // prettier-ignore
  ['a member twice', 'POST', upsert.target, '{"vectors":[],"vectors":[]}', 'InvalidBody: The body names a member twice in one object.'], // prettier-ignore
  ['an update of nothing named', 'POST', '/vectors/update', { setMetadata: {} }, 'InvalidBody: The body must have exactly one of id, filter.'], // prettier-ignore
  ['an update by id and by filter', 'POST', '/vectors/update', { id: 'a', filter: {}, setMetadata: {} }, 'InvalidBody: The body must have exactly one of id, filter.'], // prettier-ignore
  ['values for all that match', 'POST', '/vectors/update', { filter: {}, values: V, setMetadata: {} }, 'InvalidBody: values is not accepted beside the others.'], // prettier-ignore
  ['a trial of one', 'POST', '/vectors/update', { id: 'a', dryRun: true }, 'InvalidBody: dryRun must be false.'], // prettier-ignore
  ['a deletion of nothing named', 'POST', '/vectors/delete', { deleteAll: false }, 'InvalidBody: The body must have exactly one of ids, filter, deleteAll: true.'], // prettier-ignore
  ['a deletion by ids and of all', 'POST', '/vectors/delete', { ids: ['a'], deleteAll: true }, 'InvalidBody: The body must have exactly one of ids, filter, deleteAll: true.'], // prettier-ignore
  ['a deletion by ids and by filter', 'POST', '/vectors/delete', { ids: ['a'], filter: {} }, 'InvalidBody: The body must have exactly one of ids, filter, deleteAll: true.'], // prettier-ignore
  ['a deletion of too many', 'POST', '/vectors/delete', { ids: many(1001) }, 'InvalidBody: ids must have 1 to 1000 items.'], // prettier-ignore
  ['a deletion by query', 'DELETE', '/vectors/delete?deleteAll=true', undefined, 'MethodNotAllowed: Use POST here.'], // prettier-ignore
  ['a fetch of nothing', 'GET', '/vectors/fetch', undefined, 'InvalidBody: ids must be given 1 to 1000 times.'], // prettier-ignore
  ['a fetch of too many', 'GET', `/vectors/fetch?ids=${many(1001).join('&ids=')}`, undefined, 'InvalidBody: ids must be given 1 to 1000 times.'], // prettier-ignore
  ['two namespaces', 'GET', '/vectors/fetch?ids=a&namespace=b&namespace=c', undefined, 'MalformedRequest: The query has a member that is not accepted here.'], // prettier-ignore
  ['a page that is too long', 'GET', '/vectors/list?limit=101', undefined, 'MalformedRequest: The query has a member that is not accepted here.'], // prettier-ignore
  ['a token in another spelling', 'GET', '/vectors/list?pagination_token=a', undefined, 'MalformedRequest: The query has a member that is not accepted here.'], // prettier-ignore
  ['a token of nobody', 'GET', '/vectors/list?paginationToken=a', undefined, 'NotFound: There is no collection, point or handle of this name here.'], // prettier-ignore
  ['a token of nobody to namespaces', 'GET', '/namespaces?paginationToken=a', undefined, 'NotFound: There is no collection, point or handle of this name here.'], // prettier-ignore
  ['a token of nobody by metadata', 'POST', '/vectors/fetch_by_metadata', { filter: {}, paginationToken: 'a' }, 'NotFound: There is no collection, point or handle of this name here.'], // prettier-ignore
  ['a page by metadata that is too long', 'POST', '/vectors/fetch_by_metadata', { filter: {}, limit: 10_001 }, 'InvalidBody: limit must be an integer from 1 to 10000.'], // prettier-ignore
  ['a namespace made without a name', 'POST', '/namespaces', { name: '' }, 'InvalidBody: name is of the default namespace, which is there.'], // prettier-ignore
  ['the default namespace made', 'POST', '/namespaces', { name: '__default__' }, 'InvalidBody: name is of the default namespace, which is there.'], // prettier-ignore
  ['a schema of something else', 'POST', '/namespaces', { name: 'a', schema: { fields: { b: { filterable: false } } } }, 'InvalidBody: schema.fields.b.filterable must be true.'], // prettier-ignore
  ['records with more in them together than a body may have', 'POST', '/records/namespaces/a/upsert', ndjson(full, full), 'InvalidBody: The body has more than 250000 objects, arrays and numbers in other than their shortest form.'], // prettier-ignore
  ['a record without an id', 'POST', '/records/namespaces/a/upsert', ndjson({ text: 'b' }), 'InvalidBody: [0] must have exactly one of _id, id.'], // prettier-ignore
  ['a record with two ids', 'POST', '/records/namespaces/a/upsert', ndjson({ _id: 'a', id: 'b' }), 'InvalidBody: [0] must have exactly one of _id, id.'], // prettier-ignore
  ['a record that is a list', 'POST', '/records/namespaces/a/upsert', '[{"_id":"a"}]', 'InvalidBody: [0] must be an object.'], // prettier-ignore
  ['a nested record', 'POST', '/records/namespaces/a/upsert', ndjson({ _id: 'a', b: {} }), 'InvalidBody: [0].b must be of type string or array.'], // prettier-ignore
  ['too many records', 'POST', '/records/namespaces/a/upsert', ndjson(...many(97).map((id) => ({ id }))), 'InvalidBody: The body must have 1 to 96 items.'], // prettier-ignore
  ['no records', 'POST', '/records/namespaces/a/upsert', '', 'InvalidBody: The body must have 1 to 96 items.'], // prettier-ignore
  ['a search in camelCase', 'POST', '/records/namespaces/a/search', { query: { topK: 1, id: 'a' } }, 'InvalidBody: query.top_k is required.'], // prettier-ignore
  ['a search for two things', 'POST', '/records/namespaces/a/search', { query: { top_k: 1, id: 'a', inputs: { text: 'b' } } }, 'InvalidBody: query must have exactly one of inputs, vector, id.'], // prettier-ignore
  ['reranking', 'POST', '/records/namespaces/a/search', { query: { top_k: 1, id: 'a' }, rerank: {} }, 'InvalidBody: rerank is not accepted: another model is billed for it.'], // prettier-ignore
  ['another index', 'GET', '/indexes/other', undefined, 'NotFound: There is no collection, point or handle of this name here.'], // prettier-ignore
  ['a deletion of the index', 'DELETE', '/indexes/default', undefined, 'MethodNotAllowed: Use GET here.'], // prettier-ignore
  ['an import', 'POST', '/bulk/imports', { uri: 's3://a' }, 'NotFound: This operation is not offered here.'], // prettier-ignore
  ['an alias', 'POST', '/namespace-aliases', { name: 'a', target_namespace: 'b' }, 'NotFound: This operation is not offered here.'], // prettier-ignore
  ['documents', 'POST', '/namespaces/a/documents/search', {}, 'NotFound: This operation is not offered here.'], // prettier-ignore
  ['embedding', 'POST', '/embed', {}, 'NotFound: This operation is not offered here.'],
]

describe('a request to Pinecone', () => {
  it.each(REFUSED)('is refused for %s', async (_what, method, target, body, told) => {
    expect(await refusalOf(read(pinecone, { method, target, body }))).toBe(told)
  })
})

describe('operations of Pinecone', () => {
  it('say what a suspended tenant may', () => {
    const access = pinecone.operations.map(({ name, access }) => `${access} ${name}`)
    expect(access).toEqual([
      'write vectors.upsert',
      'write vectors.update',
      'write vectors.delete',
      'read vectors.query',
      'read vectors.fetch',
      'read vectors.list',
      'read vectors.fetch_by_metadata',
      'read namespaces.list',
      'write namespaces.create',
      'read namespaces.describe',
      'write namespaces.delete',
      'write records.upsert',
      'read records.search',
      'read index.stats',
      'read indexes.list',
      'read indexes.describe',
    ])
  })
})
