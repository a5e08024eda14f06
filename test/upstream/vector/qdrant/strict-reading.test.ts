// Which bodies the Qdrant adapter lets pass: what the service would understand otherwise than it was
// checked, or would pass over, is refused with the member named.
import { describe, expect, it } from 'vitest'
import { refusalOf } from './ask-qdrant.ts'

const DOCS = '/collections/docs'
const QUERY = `POST ${DOCS}/points/query`
const UPSERT = `PUT ${DOCS}/points`
const UUID = '550e8400-e29b-41d4-a716-446655440000'

/** `count` prefetches, one in another. */
function nested(depth: number): object {
  return depth === 0 ? { query: [1] } : { query: [1], prefetch: nested(depth - 1) }
}

describe('bodies that are read', () => {
  it.each<[request: string, body: unknown]>([
    [UPSERT, { points: [{ id: 1, vector: [1, 0.5] }] }],
    [UPSERT, { points: [{ id: UUID, vectors: { a: [1], b: { indices: [3], values: [1] } } }] }],
    [
      UPSERT,
      { points: [{ id: 1, vector: [[1], [2]], payload: null }], update_mode: 'insert_only' },
    ],
    [UPSERT, '{"points":[{"id":18446744073709551615,"vector":[1.0,1e-3]}]}'],
    [UPSERT, { batch: { ids: [1, 2], vectors: { a: [[1], [2]] }, payloads: [null, { a: 1 }] } }],
    [UPSERT, { batch: { ids: [1], vectors: [[1]] } }],
    [`POST ${DOCS}/points`, { ids: [1, UUID], with_payload: ['a'], with_vector: ['v'] }],
    [`GET ${DOCS}/points/${UUID}`, undefined],
    [`POST ${DOCS}/points/scroll`, { order_by: { key: 'a', direction: 'desc', start_from: 3 } }],
    [`POST ${DOCS}/points/delete`, { filter: { must: { has_id: [1] } } }],
    [`POST ${DOCS}/points/payload`, { payload: { a: { _tenant_id: 1 } }, points: [1], key: 'x.y' }],
    [QUERY, {}],
    [QUERY, { query: UUID, using: 'v', limit: 3, with_vectors: true }],
    [QUERY, { query: { nearest: [1], mmr: { diversity: 0.5, candidates_limit: 20 } } }],
    [QUERY, { prefetch: [{ query: [1] }, { query: 7 }], query: { fusion: 'rrf' } }],
    [QUERY, { prefetch: nested(7), query: { rrf: { k: 2, weights: [1, 0.5] } } }],
    [QUERY, { query: { recommend: { positive: [1, [1]], negative: [], strategy: 'best_score' } } }],
    [QUERY, { query: { discover: { target: 1, context: { positive: 1, negative: 2 } } } }],
    [QUERY, { query: { context: [{ positive: 1, negative: [1] }] } }],
    [QUERY, { query: { order_by: 'a.b[].c' } }],
    [QUERY, { query: { sample: 'random' } }],
    [
      QUERY,
      {
        query: {
          formula: { sum: ['$score', { mult: ['"my key".x', { key: 'a', match: { value: 1 } }] }] },
          defaults: { a: 1 },
        },
      },
    ],
    [QUERY, { query: [1], params: { idf: { corpus: { must: [] } }, hnsw_ef: 128 } }],
    [QUERY, { query: [1], lookup_from: { collection: 'others', vector: 'v' } }],
    [`POST ${DOCS}/points/search`, { vector: { name: 'v', vector: [1] }, top: 3 }],
    [`POST ${DOCS}/points/recommend`, { positive: [1], limit: 3 }],
    [`POST ${DOCS}/points/discover`, { target: [1], context: [], limit: 1 }],
    [`POST ${DOCS}/points/search/matrix/pairs`, { sample: 10, limit: 2 }],
    [`PUT ${DOCS}`, { vectors: { size: 4, distance: 'Cosine' } }],
    [`PUT ${DOCS}`, { vectors: { size: { size: 4, distance: 'Dot' } }, sparse_vectors: { s: {} } }],
    [`PUT ${DOCS}/index`, { field_name: 'a', field_schema: { type: 'text', lowercase: true } }],
    [`PUT ${DOCS}/vectors/v`, { dense: { size: 4, distance: 'Dot' } }],
  ])('%s %j', async (request, body) => {
    expect(await refusalOf(request, body)).toBeNull()
  })
})

describe('filters that are read', () => {
  it.each([
    { must: [{ key: 'a', match: { value: 'x' } }], must_not: { is_null: { key: 'b' } } },
    { should: [{ key: 'a[].b', range: { gte: 1, lt: 2.5 } }, { is_empty: { key: 'c' } }] },
    { must: { key: 't', range: { gt: '2024-01-01T00:00:00Z' } } },
    { min_should: { conditions: [{ has_vector: 'v' }], min_count: 1 } },
    { must: [{ nested: { key: 'a', filter: { must: [{ key: 'b', match: { any: [1, 2] } }] } } }] },
    { must: [{ key: 'a', geo_radius: { center: { lon: 1, lat: 2 }, radius: 3 } }] },
    { must: [{ key: 'a', values_count: { gt: 2 } }, { slice: { total: 4, index: 0 } }] },
    { must: [{ should: [{ key: 'a', match: { except: ['x'] } }] }] },
  ])('%j', async (filter) => {
    expect(await refusalOf(`POST ${DOCS}/points/count`, { filter })).toBeNull()
  })
})

describe('bodies that are refused', () => {
  const pointId = 'must be an integer from 0 to 2^64 - 1 or a UUID'
  it.each<[request: string, body: unknown, told: string]>([
    // Positional forms of structs, which the service reads as well.
    [QUERY, { lookup_from: ['victim'] }, 'lookup_from must be an object'],
    [QUERY, { prefetch: [[null, [1]]] }, 'prefetch[0] must be an object'],
    [
      QUERY,
      { prefetch: { query: [1], lookup_from: ['v'] } },
      'prefetch.lookup_from must be an object',
    ],
    [`${QUERY}/batch`, { searches: [[[1]]] }, 'searches[0] must be an object'],
    [
      `${QUERY}/groups`,
      { group_by: 'a', with_lookup: ['v', true] },
      'with_lookup must be a string',
    ],
    [QUERY, { filter: [[]] }, 'filter must be an object'],
    [QUERY, { filter: { must: [['a', { value: 1 }]] } }, 'filter.must[0] must be an object'],
    [UPSERT, { points: [[7, [1], null]] }, 'points[0] must be an object'],
    [UPSERT, [[{ id: 1, vector: [1] }]], 'The body must be an object'],
    [`POST ${DOCS}/points/batch`, [[[{ points: [[7, [1], null]] }]]], 'The body must be an object'],
    [
      `POST ${DOCS}/points/batch`,
      { operations: [[{ points: [] }]] },
      'operations[0] must be an object with exactly one of upsert, delete, set_payload, overwrite_payload, delete_payload, clear_payload, update_vectors, delete_vectors',
    ],
    [
      'POST /collections/aliases',
      { actions: [{ create_alias: ['victim', 'mine'] }] },
      'actions[0].create_alias must be an object',
    ],
    ['POST /collections/aliases', [[[['victim', 'mine']]]], 'The body must be an object'],
    // What the service would pass over, or take in the place of something else.
    [QUERY, { query: [1], collection: 'v' }, 'collection is not a member known here'],
    [QUERY, { prefetch: { collection: 'v' } }, 'prefetch.collection is not a member known here'],
    [QUERY, { filter: { must: [], musst: [] } }, 'filter.musst is not a member known here'],
    [
      UPSERT,
      { points: [], batch: { ids: [], vectors: [] } },
      'The body must have exactly one of points, batch',
    ],
    [
      UPSERT,
      { points: [{ id: 1, vector: [1], vectors: [2] }] },
      'points[0] must have exactly one of vector, vectors',
    ],
    [
      `POST ${DOCS}/points/delete`,
      { points: [1], filter: {} },
      'The body must have exactly one of points, filter',
    ],
    [
      `POST ${DOCS}/points/payload`,
      { payload: {} },
      'The body must have exactly one of points, filter',
    ],
    [
      QUERY,
      { with_vector: true, with_vectors: false },
      'The body must have at most one of with_vector, with_vectors',
    ],
    [
      `POST ${DOCS}/points/search`,
      { vector: [1], limit: 1, top: 99_999 },
      'The body must have exactly one of limit, top',
    ],
    [
      `POST ${DOCS}/points/batch`,
      { operations: [{ delete: { points: [1] }, upsert: { points: [] } }] },
      'operations[0] must be an object with exactly one of upsert, delete, set_payload, overwrite_payload, delete_payload, clear_payload, update_vectors, delete_vectors',
    ],
    [
      UPSERT,
      { batch: { ids: [1], vectors: [[1]], payloads: [{}, {}] } },
      'batch.payloads must be as many as ids',
    ],
    [
      'POST /collections/aliases',
      { actions: [{ delete_alias: { alias_name: 'a' }, create_alias: { alias_name: 'b' } }] },
      'actions[0] must be an object with exactly one of create_alias, delete_alias, rename_alias',
    ],
    // Ids.
    [UPSERT, '{"points":[{"id":18446744073709551616,"vector":[1]}]}', `points[0].id ${pointId}`],
    [UPSERT, '{"points":[{"id":1.0,"vector":[1]}]}', `points[0].id ${pointId}`],
    [UPSERT, { points: [{ id: -1, vector: [1] }] }, `points[0].id ${pointId}`],
    [UPSERT, { points: [{ id: '7', vector: [1] }] }, `points[0].id ${pointId}`],
    [`GET ${DOCS}/points/x`, undefined, `id ${pointId}`],
    // Vectors that the service would have made elsewhere.
    ...['text', 'image', 'object'].flatMap((kind): [string, unknown, string][] => {
      const made = { [kind]: 'https://example.com', model: 'm' }
      const told =
        'must be a vector; one that is made by the service from a text, an image or an object is not offered'
      return [
        [UPSERT, { points: [{ id: 1, vector: made }] }, `points[0].vector.${kind} ${told}`],
        [UPSERT, { points: [{ id: 1, vector: { v: made } }] }, `points[0].vector.v ${told}`],
        [UPSERT, { batch: { ids: [1], vectors: [made] } }, 'batch.vectors[0] must be an array'],
        [QUERY, { query: { nearest: made } }, `query.nearest ${told}`],
        [
          QUERY,
          { query: { recommend: { positive: [made] } } },
          `query.recommend.positive[0] ${told}`,
        ],
        [QUERY, { prefetch: { query: { nearest: made } } }, `prefetch.query.nearest ${told}`],
      ]
    }),
    [
      QUERY,
      { query: { text: 'a', model: 'm' } },
      'query is neither a vector nor an id nor a kind of query that is offered here',
    ],
    // What spreads, copies or bounds is the operator's.
    [
      `PUT ${DOCS}`,
      { init_from: { collection: 'victim' } },
      'init_from is not accepted: collections cannot be made as copies of others',
    ],
    ...['sharding_method', 'replication_factor', 'wal_config', 'strict_mode_config'].map(
      (name): [string, unknown, string] => [
        `PUT ${DOCS}`,
        { [name]: {} },
        `${name} is not accepted: how a cluster keeps its data is the operator's to say`,
      ],
    ),
    [
      `PATCH ${DOCS}`,
      { strict_mode_config: { enabled: false } },
      "strict_mode_config is not accepted: how a cluster keeps its data is the operator's to say",
    ],
    // Bounds.
    [`PUT ${DOCS}`, { shard_number: 7 }, 'shard_number must be an integer from 1 to 6'],
    [
      `PUT ${DOCS}`,
      { vectors: { size: 16_385, distance: 'Dot' } },
      'vectors.size must be an integer from 1 to 16384',
    ],
    [QUERY, { limit: 10_001 }, 'limit must be an integer from 1 to 10000'],
    [QUERY, { offset: 100_001 }, 'offset must be an integer from 0 to 100000'],
    [QUERY, '{"limit":10.0}', 'limit must be an integer from 1 to 10000'],
    [QUERY, { params: { hnsw_ef: 10_001 } }, 'params.hnsw_ef must be an integer from 1 to 10000'],
    [
      QUERY,
      { params: { quantization: { oversampling: 101 } } },
      'params.quantization.oversampling must be at most 100',
    ],
    [`${QUERY}/batch`, { searches: [] }, 'searches must have 1 to 100 items'],
    [QUERY, { prefetch: nested(8) }, `${'prefetch.'.repeat(8)}prefetch is nested deeper than 8`],
    [
      QUERY,
      { prefetch: Array.from({ length: 9 }, () => ({ prefetch: Array(8).fill({}) })) },
      'prefetch must be at most 64 on all levels',
    ],
    [
      `POST ${DOCS}/points/search/matrix/pairs`,
      { sample: 1_001 },
      'sample must be an integer from 2 to 1000',
    ],
    [
      'PUT /collections/' + 'A'.repeat(82),
      {},
      'collection is too long: a name may have about 200 characters, of which all but a-z, 0-9, ".", "_" and "-" count for three or more',
    ],
    [
      'GET /collections/a*b',
      undefined,
      'collection must be a name without blanks, control characters and < > : " / \\ | ? * %',
    ],
    [
      'POST /collections/aliases',
      { actions: [{ delete_alias: { alias_name: 'aliases' } }] },
      'actions[0].delete_alias.alias_name must not be "aliases", which stands for an operation',
    ],
  ])('%s %j', async (request, body, told) => {
    expect(await refusalOf(request, body)).toBe(`InvalidBody: ${told}.`)
  })
})

describe('what the service offers and the gateway does not', () => {
  it.each([
    'GET /telemetry',
    'GET /metrics',
    'GET /cluster',
    'GET /snapshots',
    'GET /issues',
    'GET /locks',
    'POST /locks',
    'GET /quotas',
    'GET /profiler/slow_requests',
    'GET /dashboard',
    `GET ${DOCS}/snapshots`,
    `PUT ${DOCS}/snapshots/recover`,
    `POST ${DOCS}/snapshots/upload`,
    `GET ${DOCS}/cluster`,
    `POST ${DOCS}/cluster`,
    `GET ${DOCS}/shards`,
    `PUT ${DOCS}/shards`,
    `POST ${DOCS}/shards/0/points`,
    `GET ${DOCS}/optimizations`,
    `GET ${DOCS}/memory`,
    `POST ${DOCS}/debug`,
    `POST ${DOCS}/truncate_unapplied_wal`,
  ])('%s', async (request) => {
    expect(await refusalOf(request)).toMatch(/^(?:NotFound|MethodNotAllowed): /)
  })

  it.each([
    `${UPSERT}?api-key=x`,
    `${QUERY}?timeout=61`,
    `${UPSERT}?wait=yes`,
    `${UPSERT}?wait=true&wait=true`,
  ])('%s', async (request) => {
    expect(await refusalOf(request, {})).toBe(
      'MalformedRequest: The query has a member that is not accepted here.',
    )
  })
})
