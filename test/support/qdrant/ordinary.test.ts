// The stand-in under the official client: what an application does with a collection, and exactly
// what comes back.
import { QdrantClient } from '@qdrant/js-client-rest'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type QdrantStandIn, startQdrant } from './server.ts'

let qdrant: QdrantStandIn
let client: QdrantClient

beforeEach(async () => {
  qdrant = await startQdrant({ apiKey: null })
  client = new QdrantClient({ url: qdrant.url, checkCompatibility: false })
  await client.createCollection('docs', { vectors: { size: 2, distance: 'Dot' } })
  await client.upsert('docs', {
    wait: true,
    points: [
      { id: 1, vector: [1, 0], payload: { kind: 'a', n: 1, at: '2026-01-01T00:00:00Z' } },
      { id: 2, vector: [0, 1], payload: { kind: 'b', n: 2, at: '2026-02-01T00:00:00Z' } },
      { id: 3, vector: [0.6, 0.8], payload: { kind: 'a', n: 3, at: '2026-03-01T00:00:00Z' } },
    ],
  })
})

afterEach(async () => qdrant.close())

const idsOf = ({ points }: { points: { id: unknown }[] }): unknown[] => points.map(({ id }) => id)
const kindA = { must: [{ key: 'kind', match: { value: 'a' } }] }

test('creates, lists, describes, finds and drops collections', async () => {
  await client.createCollection('other', { vectors: { size: 4, distance: 'Cosine' } })
  expect(await client.getCollections()).toEqual({
    collections: [{ name: 'docs' }, { name: 'other' }],
  })
  const info = await client.getCollection('docs')
  expect(info).toMatchObject({
    status: 'green',
    points_count: 3,
    config: { params: { vectors: { size: 2, distance: 'Dot' }, shard_number: 1 } },
    payload_schema: {},
  })
  expect(await client.collectionExists('other')).toEqual({ exists: true })
  expect(await client.deleteCollection('other')).toBe(true)
  expect(await client.deleteCollection('other')).toBe(false)
  expect(await client.collectionExists('other')).toEqual({ exists: false })
})

test('changes the parameters of a living collection', async () => {
  await client.updateCollection('docs', { hnsw_config: { m: 32 } })
  const { config } = await client.getCollection('docs')
  expect(config.hnsw_config).toMatchObject({ m: 32, ef_construct: 100 })
})

test('finds the nearest by vector, best first', async () => {
  const found = await client.query('docs', { query: [1, 0], with_payload: ['n'], limit: 2 })
  expect(found.points).toEqual([
    { id: 1, version: 1, score: 1, payload: { n: 1 } },
    { id: 3, version: 1, score: 0.6, payload: { n: 3 } },
  ])
})

test('finds the nearest by the id of a point, which is not among its own hits', async () => {
  expect(idsOf(await client.query('docs', { query: 1 }))).toEqual([3, 2])
})

test('filters, pages and thresholds a query', async () => {
  expect(idsOf(await client.query('docs', { query: [0, 1], filter: kindA }))).toEqual([3, 1])
  expect(idsOf(await client.query('docs', { query: [0, 1], offset: 1, limit: 1 }))).toEqual([3])
  const near = await client.query('docs', { query: [0, 1], score_threshold: 0.8 })
  // The threshold itself is not enough, and 0.8 as a 32-bit float lies above it.
  expect(idsOf(near)).toEqual([2, 3])
})

test.each([
  ['Dot', [3, 2, 1]],
  ['Cosine', [2, 3, 1]],
  ['Euclid', [2, 1, 3]],
  ['Manhattan', [2, 1, 3]],
] as const)('puts the nearest first by %s', async (distance, order) => {
  await client.createCollection('d', { vectors: { size: 2, distance } })
  const points = [
    { id: 1, vector: [0, 1] },
    { id: 2, vector: [1.5, 0] },
    { id: 3, vector: [9, 3] },
  ]
  await client.upsert('d', { wait: true, points })
  expect(idsOf(await client.query('d', { query: [1, 0] }))).toEqual([...order])
})

test('tells distances as they are: the root for Euclid, the sum for Manhattan', async () => {
  for (const distance of ['Euclid', 'Manhattan'] as const) {
    await client.createCollection(distance, { vectors: { size: 2, distance } })
    await client.upsert(distance, { wait: true, points: [{ id: 1, vector: [3, 4] }] })
  }
  const [euclid, manhattan] = await Promise.all(
    ['Euclid', 'Manhattan'].map((name) => client.query(name, { query: [0, 0] })),
  )
  expect([euclid?.points[0]?.score, manhattan?.points[0]?.score]).toEqual([5, 7])
})

test('stores a vector for Cosine with length one', async () => {
  await client.createCollection('c', { vectors: { size: 2, distance: 'Cosine' } })
  await client.upsert('c', { wait: true, points: [{ id: 1, vector: [3, 4] }] })
  const [record] = await client.retrieve('c', { ids: [1], with_vector: true })
  expect(record?.vector).toEqual([0.6, 0.8])
})

test('holds named, sparse and multiple vectors side by side', async () => {
  await client.createCollection('many', {
    vectors: {
      title: { size: 2, distance: 'Dot' },
      rows: { size: 2, distance: 'Dot', multivector_config: { comparator: 'max_sim' } },
    },
    sparse_vectors: { words: {} },
  })
  const first = {
    title: [1, 0],
    rows: [
      [1, 0.5],
      [0, 1],
    ],
    words: { indices: [1, 7], values: [0.5, 2] },
  }
  await client.upsert('many', { wait: true, points: [{ id: 1, vector: first }] })
  await client.upsert('many', { wait: true, points: [{ id: 2, vector: { title: [0, 1] } }] })
  const byWords = await client.query('many', {
    query: { indices: [7], values: [3] },
    using: 'words',
    with_vector: ['words'],
  })
  expect(byWords.points).toEqual([
    { id: 1, version: 1, score: 6, vector: { words: { indices: [1, 7], values: [0.5, 2] } } },
  ])
  const byRows = await client.query('many', { query: [[2, 1]], using: 'rows' })
  expect(byRows.points).toEqual([{ id: 1, version: 1, score: 2.5 }])
  await client.updateVectors('many', {
    wait: true,
    points: [{ id: 2, vector: { rows: [[9, 9]] } }],
  })
  await client.deleteVectors('many', { wait: true, points: [1], vector: ['rows'] })
  const has = { must: [{ has_vector: 'rows' }] }
  expect(idsOf(await client.scroll('many', { filter: has }))).toEqual([2])
})

test('gives a collection another vector and takes it away', async () => {
  await client.createCollection('v', { vectors: {} })
  await client.createVectorName(
    'v',
    'late',
    { dense: { size: 2, distance: 'Dot' } },
    { wait: true },
  )
  await client.upsert('v', { wait: true, points: [{ id: 1, vector: { late: [1, 2] } }] })
  await client.deleteVectorName('v', 'late', { wait: true })
  await expect(client.query('v', { query: [1, 0], using: 'late' })).rejects.toMatchObject({
    status: 400,
    data: { status: { error: 'Wrong input: Not existing vector name error: late' } },
  })
})

test('fuses prefetches by rank and by distribution', async () => {
  const prefetch = [{ query: [1, 0] }, { query: [0, 1], filter: kindA }]
  const rrf = await client.query('docs', { prefetch, query: { fusion: 'rrf' } })
  // By rank 1 and 3, then 3 and 1: both 1/2 + 1/3; point 2 came third in one list only.
  expect(rrf.points.map(({ id, score }) => [id, score])).toEqual([
    [1, 0.8333334],
    [3, 0.8333334],
    [2, 0.25],
  ])
  const dbsf = await client.query('docs', { prefetch, query: { fusion: 'dbsf' } })
  expect(dbsf.points.map(({ id }) => id)).toEqual([3, 1, 2])
  const weighted = await client.query('docs', { prefetch, query: { rrf: { weights: [1, 0] } } })
  expect(weighted.points.map(({ id, score }) => [id, score])).toEqual([
    [1, 0.5],
    [3, 0.33333334],
    [2, 0.25],
  ])
})

test('rescores what prefetches inside prefetches brought', async () => {
  const inner = { query: [1, 0], limit: 2 }
  const found = await client.query('docs', {
    prefetch: { prefetch: inner, query: [0, 1], limit: 1 },
    query: [0, 5],
  })
  expect(found.points).toEqual([{ id: 3, version: 1, score: 4 }])
})

test('recommends, discovers and walks a context', async () => {
  const like = await client.query('docs', {
    query: { recommend: { positive: [1], negative: [2] } },
  })
  expect(like.points).toEqual([{ id: 3, version: 1, score: 0.40000004 }])
  const best = await client.query('docs', {
    query: { recommend: { positive: [[1, 0]], negative: [2], strategy: 'best_score' } },
  })
  // 1: 1 against 0 -> 0.5 * (1/2 + 1). 3: 0.6 against 0.8 -> minus its negative.
  expect(best.points.map(({ id, score }) => [id, score])).toEqual([
    [1, 0.75],
    [3, -0.7222222],
  ])
  const discovered = await client.query('docs', {
    query: { discover: { target: [0, 1], context: [{ positive: [1, 0], negative: [0, 1] }] } },
  })
  expect(idsOf(discovered)).toEqual([1, 2, 3].sort((a, b) => rank(b) - rank(a)))
  const context = await client.query('docs', {
    query: { context: [{ positive: [1, 0], negative: [0, 1] }] },
  })
  expect(idsOf(context)[0]).toBe(1)
})

/** The pair's verdict, then the nearness to [0, 1]. */
const rank = (id: number): number => ({ 1: 1 + 0.5, 2: -1 + 0.75, 3: -1 + 0.72 })[id] ?? 0

test('orders by an indexed field and refuses to without the index', async () => {
  await expect(client.scroll('docs', { order_by: 'n' })).rejects.toMatchObject({ status: 400 })
  await client.createPayloadIndex('docs', { field_name: 'n', field_schema: 'integer', wait: true })
  await client.createPayloadIndex('docs', {
    field_name: 'at',
    field_schema: 'datetime',
    wait: true,
  })
  const falling = await client.scroll('docs', {
    order_by: { key: 'n', direction: 'desc', start_from: 2 },
  })
  expect(falling.points.map(({ id, order_value: at }) => [id, at])).toEqual([
    [2, 2],
    [1, 1],
  ])
  const byDate = await client.query('docs', { query: { order_by: 'at' }, limit: 1 })
  expect(byDate.points[0]).toEqual({
    id: 1,
    version: 1,
    score: 1,
    order_value: Date.parse('2026-01-01T00:00:00Z') * 1000,
  })
  expect((await client.getCollection('docs')).payload_schema).toEqual({
    n: { data_type: 'integer', points: 3 },
    at: { data_type: 'datetime', points: 3 },
  })
  await client.deletePayloadIndex('docs', 'n', { wait: true })
  await expect(client.scroll('docs', { order_by: 'n' })).rejects.toMatchObject({ status: 400 })
})

test('counts the values of an indexed field', async () => {
  await expect(client.facet('docs', { key: 'kind' })).rejects.toMatchObject({ status: 400 })
  await client.createPayloadIndex('docs', {
    field_name: 'kind',
    field_schema: 'keyword',
    wait: true,
  })
  expect(await client.facet('docs', { key: 'kind' })).toEqual({
    hits: [
      { value: 'a', count: 2 },
      { value: 'b', count: 1 },
    ],
  })
})

test('groups hits and looks their groups up elsewhere', async () => {
  await client.createCollection('kinds', { vectors: {} })
  await client.upsert('kinds', {
    wait: true,
    points: [{ id: 3, vector: {}, payload: { name: 'three' } }],
  })
  const byKind = await client.queryGroups('docs', {
    query: [1, 0],
    group_by: 'kind',
    group_size: 1,
  })
  expect(byKind.groups.map(({ id, hits }) => [id, hits.map((hit) => hit.id)])).toEqual([
    ['a', [1]],
    ['b', [2]],
  ])
  const looked = await client.queryGroups('docs', {
    query: [0.6, 0.8],
    group_by: 'n',
    limit: 2,
    with_lookup: 'kinds',
  })
  expect(looked.groups.map(({ id, lookup }) => [id, lookup])).toEqual([
    [3, { id: 3, payload: { name: 'three' } }],
    [2, undefined],
  ])
})

test('takes an example from another collection by lookup_from', async () => {
  await client.createCollection('ways', { vectors: { size: 2, distance: 'Dot' } })
  await client.upsert('ways', { wait: true, points: [{ id: 9, vector: [0, 1] }] })
  const found = await client.query('docs', { query: 9, lookup_from: { collection: 'ways' } })
  expect(idsOf(found)).toEqual([2, 3, 1])
})

test('scrolls page by page and counts', async () => {
  const first = await client.scroll('docs', { limit: 2, with_payload: false })
  expect(first).toEqual({ points: [{ id: 1 }, { id: 2 }], next_page_offset: 3 })
  const rest = await client.scroll('docs', { offset: 3, with_payload: { exclude: ['at', 'n'] } })
  expect(rest).toEqual({ points: [{ id: 3, payload: { kind: 'a' } }], next_page_offset: null })
  expect(await client.count('docs', { filter: kindA })).toEqual({ count: 2 })
})

test('sets, overwrites, deletes and clears payloads', async () => {
  const payloadOf = async (id: number) => (await client.retrieve('docs', { ids: [id] }))[0]?.payload
  await client.setPayload('docs', { wait: true, payload: { x: 1 }, points: [1], key: 'deep.er' })
  expect(await payloadOf(1)).toEqual({
    kind: 'a',
    n: 1,
    at: '2026-01-01T00:00:00Z',
    deep: { er: { x: 1 } },
  })
  await client.overwritePayload('docs', {
    wait: true,
    payload: { only: true },
    filter: { must: [{ has_id: [2] }] },
  })
  expect(await payloadOf(2)).toEqual({ only: true })
  await client.deletePayload('docs', { wait: true, keys: ['kind', 'deep.er.x'], points: [1] })
  expect(await payloadOf(1)).toEqual({ n: 1, at: '2026-01-01T00:00:00Z', deep: { er: {} } })
  await client.clearPayload('docs', { wait: true, points: [1] })
  expect(await payloadOf(1)).toEqual({})
  await expect(
    client.setPayload('docs', { wait: true, payload: { x: 1 }, points: [77] }),
  ).rejects.toMatchObject({ status: 404 })
})

test('inserts only, updates only, and updates only what a filter lets', async () => {
  const point = (id: number) => ({ id, vector: [5, 5], payload: { new: true } })
  await client.upsert('docs', {
    wait: true,
    points: [point(1), point(4)],
    update_mode: 'insert_only',
  })
  await client.upsert('docs', {
    wait: true,
    points: [point(2), point(5)],
    update_mode: 'update_only',
  })
  await client.upsert('docs', {
    wait: true,
    points: [point(3)],
    update_filter: { must_not: [kindA] },
  })
  const isNew = { must: [{ key: 'new', match: { value: true } }] }
  expect(idsOf(await client.scroll('docs', { filter: isNew }))).toEqual([2, 4])
  expect(qdrant.totalPoints).toBe(4)
})

test('takes points as columns and does eight kinds of operations in one batch', async () => {
  await client.upsert('docs', {
    wait: true,
    batch: {
      ids: [8, 9],
      vectors: [
        [1, 1],
        [2, 2],
      ],
      payloads: [{ n: 8 }, null],
    },
  })
  const done = await client.batchUpdate('docs', {
    wait: true,
    operations: [
      { upsert: { points: [{ id: 10, vector: [1, 1], payload: { a: 1, b: 2 } }] } },
      { set_payload: { payload: { c: 3 }, points: [10] } },
      { delete_payload: { keys: ['a'], points: [10] } },
      { update_vectors: { points: [{ id: 10, vector: [7, 7] }] } },
      { overwrite_payload: { payload: { z: 1 }, points: [8] } },
      { clear_payload: { points: [1] } },
      { delete_vectors: { points: [9], vector: [''] } },
      { delete: { filter: { must: [{ has_id: [2, 3] }] } } },
    ],
  })
  expect(done.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 'completed'))
  expect(await client.retrieve('docs', { ids: [10, 8, 9, 1, 2], with_vector: true })).toEqual([
    { id: 10, payload: { b: 2, c: 3 }, vector: [7, 7] },
    { id: 8, payload: { z: 1 }, vector: [1, 1] },
    { id: 9, payload: {}, vector: {} },
    { id: 1, payload: {}, vector: [1, 0] },
  ])
})

test('answers batches of queries in their order', async () => {
  const [first, second] = await client.queryBatch('docs', {
    searches: [
      { query: [1, 0], limit: 1 },
      { query: [0, 1], limit: 1 },
    ],
  })
  expect([idsOf(first ?? { points: [] }), idsOf(second ?? { points: [] })]).toEqual([[1], [2]])
})

test('tells the distances within a sample as pairs and as offsets', async () => {
  expect(await client.searchMatrixPairs('docs', { limit: 1 })).toEqual({
    pairs: [
      { a: 1, b: 3, score: 0.6 },
      { a: 2, b: 3, score: 0.8 },
      { a: 3, b: 2, score: 0.8 },
    ],
  })
  expect(await client.searchMatrixOffsets('docs', { limit: 1 })).toEqual({
    offsets_row: [0, 1, 2],
    offsets_col: [2, 2, 1],
    scores: [0.6, 0.8, 0.8],
    ids: [1, 2, 3],
  })
})

test('keeps aliases: they stand for the collection, move, and go with it', async () => {
  await client.updateCollectionAliases({
    actions: [{ create_alias: { collection_name: 'docs', alias_name: 'live' } }],
  })
  expect(await client.count('live')).toEqual({ count: 3 })
  await client.updateCollectionAliases({
    actions: [{ rename_alias: { old_alias_name: 'live', new_alias_name: 'current' } }],
  })
  expect(await client.getCollectionAliases('docs')).toEqual({
    aliases: [{ alias_name: 'current', collection_name: 'docs' }],
  })
  await client.deleteCollection('docs')
  expect(await client.getAliases()).toEqual({ aliases: [] })
})

test('keeps strict mode to the points and the batch that it allows', async () => {
  await client.createCollection('strict', {
    vectors: { size: 1, distance: 'Dot' },
    strict_mode_config: { enabled: true, max_points_count: 2, upsert_max_batchsize: 2 },
  })
  const points = [1, 2, 3].map((id) => ({ id, vector: [1] }))
  await expect(client.upsert('strict', { wait: true, points })).rejects.toMatchObject({
    status: 400,
  })
  await client.upsert('strict', { wait: true, points: points.slice(0, 2) })
  await expect(
    client.upsert('strict', { wait: true, points: points.slice(2) }),
  ).rejects.toMatchObject({
    data: { status: { error: 'Bad request: Max points count limit of 2 reached!' } },
  })
})
