import { describe, expect, it } from 'vitest'
import { upstashVector } from '../../../../src/upstream/vector/upstash-vector/upstash-vector.ts'
import { read, refusalOf } from '../ask-adapter.ts'

const V = [1, 0, 0]
const NOT_THERE = 'NotFound: There is no collection, point or handle of this name here.'
const NOT_OFFERED = 'NotFound: This operation is not offered here.'
const many = (count: number) => Array.from({ length: count }, (_, at) => `${at}`)
const nested = (depth: number): object => (depth === 0 ? {} : { a: nested(depth - 1) })

const REFUSED: [what: string, method: string, target: string, body: unknown, told: string][] = [
  ['a record as a list', 'POST', '/upsert', [['a', V]], 'InvalidBody: [0] must be an object.'],
  ['a list in a list', 'POST', '/upsert', [[{ id: 'a', vector: V }]], 'InvalidBody: [0] must be an object.'], // prettier-ignore
  ['no records', 'POST', '/upsert', [], 'InvalidBody: The body must have 1 to 1000 items.'],
  ['too many records', 'POST', '/upsert', many(1001), 'InvalidBody: The body must have 1 to 1000 items.'], // prettier-ignore
  ['a record without a vector', 'POST', '/upsert', { id: 'a', data: 'b' }, 'InvalidBody: The body must have vector or sparseVector, or both.'], // prettier-ignore
  ['a record without an id', 'POST', '/upsert', { vector: V }, 'InvalidBody: id is required.'],
  ['an empty id', 'POST', '/upsert', { id: '', vector: V }, 'InvalidBody: id is not well formed.'],
  ['half a character in an id', 'POST', '/upsert', '{"id":"\\ud800","vector":[1]}', 'InvalidBody: id is not well formed.'], // prettier-ignore
  ['an id that is too long', 'POST', '/upsert', { id: 'a'.repeat(1025), vector: V }, 'InvalidBody: id must have at most 1024 characters.'], // prettier-ignore
  ['an id that is a fraction', 'POST', '/upsert', { id: 1.5, vector: V }, 'InvalidBody: id must be an integer.'], // prettier-ignore
  ['too many dimensions', 'POST', '/upsert', { id: 'a', vector: Array(5377).fill(1) }, 'InvalidBody: vector must have 1 to 5376 items.'], // prettier-ignore
  ['a namespace in a record', 'POST', '/upsert', { id: 'a', vector: V, namespace: 'b' }, 'InvalidBody: namespace is not a member known here.'], // prettier-ignore
  ['metadata that is a list', 'POST', '/upsert', { id: 'a', vector: V, metadata: [] }, 'InvalidBody: metadata must be an object.'], // prettier-ignore
  ['metadata that is too deep', 'POST', '/upsert', { id: 'a', vector: V, metadata: nested(17) }, 'InvalidBody: metadata must have at most 10000 values, nested at most 16 deep.'], // prettier-ignore
  ['text without data', 'POST', '/upsert-data', { id: 'a' }, 'InvalidBody: data is required.'],
  ['a vector beside text', 'POST', '/upsert-data', { id: 'a', data: 'b', vector: V }, 'InvalidBody: vector is not a member known here.'], // prettier-ignore
  ['a query without a vector', 'POST', '/query', { topK: 1 }, 'InvalidBody: The body must have vector or sparseVector, or both.'], // prettier-ignore
  ['too many results', 'POST', '/query', { vector: V, topK: 1001 }, 'InvalidBody: topK must be an integer from 1 to 1000.'], // prettier-ignore
  ['too many queries', 'POST', '/query', many(101), 'InvalidBody: The body must have 1 to 100 items.'], // prettier-ignore
  ['a filter that is too long', 'POST', '/query', { vector: V, filter: 'a'.repeat(16_385) }, 'InvalidBody: filter must have at most 16384 characters.'], // prettier-ignore
  ['a filter that is an object', 'POST', '/query', { vector: V, filter: {} }, 'InvalidBody: filter must be a string.'], // prettier-ignore
  ['another fusion', 'POST', '/query', { vector: V, fusionAlgorithm: 'X' }, 'InvalidBody: fusionAlgorithm must be one of "RRF", "DBSF".'], // prettier-ignore
  ['an idle time in a plain query', 'POST', '/query', { vector: V, maxIdle: 1 }, 'InvalidBody: maxIdle is not a member known here.'], // prettier-ignore
  ['a query kept for too long', 'POST', '/resumable-query', { vector: V, maxIdle: 3601 }, 'InvalidBody: maxIdle must be an integer from 1 to 3600.'], // prettier-ignore
  ['a fetch of nothing named', 'POST', '/fetch', { includeData: true }, 'InvalidBody: The body must have exactly one of ids, prefix.'], // prettier-ignore
  ['a fetch by ids and by prefix', 'POST', '/fetch', { ids: [], prefix: '' }, 'InvalidBody: The body must have exactly one of ids, prefix.'], // prettier-ignore
  ['a fetch of too many', 'POST', '/fetch', { ids: many(1001) }, 'InvalidBody: ids must have 0 to 1000 items.'], // prettier-ignore
  ['a page without a limit', 'POST', '/range', { cursor: 0 }, 'InvalidBody: limit is required.'],
  ['a cursor that is a number', 'POST', '/range', { cursor: 7, limit: 1 }, 'InvalidBody: cursor must be a string.'], // prettier-ignore
  ['a cursor of nobody', 'POST', '/range', { cursor: '7', limit: 1 }, NOT_THERE],
  ['an update of nobody', 'POST', '/update', { metadata: {} }, 'InvalidBody: id is required.'],
  ['another update', 'POST', '/update', { id: 'a', metadataUpdateMode: 'X' }, 'InvalidBody: metadataUpdateMode must be one of "OVERWRITE", "PATCH".'], // prettier-ignore
  ['a deletion of nothing named', 'POST', '/delete', {}, 'InvalidBody: The body must have exactly one of ids, prefix, filter.'], // prettier-ignore
  ['a deletion by ids and by filter', 'POST', '/delete', { ids: ['a'], filter: 'b' }, 'InvalidBody: The body must have exactly one of ids, prefix, filter.'], // prettier-ignore
  ['a deletion of true', 'POST', '/delete', true, 'InvalidBody: The body must be an integer.'],
  ['a reset of all', 'POST', '/reset?all', [], 'MalformedRequest: The query has a member that is not accepted here.'], // prettier-ignore
  ['a reset of something', 'POST', '/reset', ['a'], 'InvalidBody: The body must be empty.'],
  ['a reset by GET', 'GET', '/reset', undefined, 'MethodNotAllowed: Use POST or DELETE here.'],
  ['a deletion of the default namespace', 'POST', '/delete-namespace', [], NOT_OFFERED],
  ['a namespace in the query', 'POST', '/query?namespace=b', { vector: V }, 'MalformedRequest: The query has a member that is not accepted here.'], // prettier-ignore
  ['two namespaces', 'POST', '/query/a/b', { vector: V }, NOT_OFFERED],
  ['a namespace that is too long at the service', 'POST', `/query/${'A'.repeat(171)}`, { vector: V }, "InvalidBody: The namespace is too long: at the service it may have 512 characters, and each but a-z, 0-9, '.', '_' and '-' takes three or more."], // prettier-ignore
  ['a handle of nobody', 'POST', '/resumable-query-next', { uuid: '550e8400-e29b-41d4-a716-446655440000', additionalK: 1 }, NOT_THERE], // prettier-ignore
  ['a handle of nobody, to end it', 'POST', '/resumable-query-end', { uuid: '550e8400-e29b-41d4-a716-446655440000' }, NOT_THERE], // prettier-ignore
  ['a handle in a namespace', 'POST', '/resumable-query-next/a', {}, NOT_OFFERED],
  ['a namespace renamed', 'POST', '/rename-namespace', {}, NOT_OFFERED],
  ['a random record', 'POST', '/random', [], NOT_OFFERED],
]

describe('a request to Upstash Vector', () => {
  it.each(REFUSED)('is refused for %s', async (_what, method, target, body, told) => {
    expect(await refusalOf(read(upstashVector, { method, target, body }))).toBe(told)
  })
})

describe('operations of Upstash Vector', () => {
  it('say what a suspended tenant may, by whatever method they come', () => {
    const access = upstashVector.operations.map(
      ({ access, method, path }) => `${access} ${method} ${path}`,
    )
    expect(access.filter((one) => !one.endsWith('{namespace}'))).toEqual([
      'write POST /upsert',
      'write POST /upsert-data',
      'write POST /update',
      'write POST /delete',
      'write DELETE /delete',
      'write POST /reset',
      'write DELETE /reset',
      'read POST /query',
      'read POST /query-data',
      'read POST /fetch',
      'read POST /range',
      'read POST /resumable-query',
      'read POST /resumable-query-data',
      'read POST /resumable-query-next',
      'read POST /resumable-query-end',
      'read POST /info',
      'read GET /info',
      'read POST /list-namespaces',
      'read GET /list-namespaces',
    ])
    expect(access.filter((one) => one.endsWith('delete-namespace/{namespace}'))).toEqual([
      'write POST /delete-namespace/{namespace}',
      'write DELETE /delete-namespace/{namespace}',
    ])
  })
})
