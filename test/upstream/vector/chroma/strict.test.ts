// What a body may be: each row is one thing that the server takes, or would, and the gateway does not.
import { beforeAll, describe, expect, it } from 'vitest'
import { Problem } from '../../../../src/problem/problem.ts'
import { handle, OWN, planOf, UUID } from './fake-service.ts'

const floats = (...values: number[]) =>
  Buffer.from(new Float32Array(values).buffer).toString('base64')
const many = (length: number) => Array.from({ length }, (_, at) => `id-${at}`)
const nested = (depth: number): object =>
  depth === 0 ? { k: 1 } : { $and: [nested(depth - 1), { k: 1 }] }

let at = ''
beforeAll(async () => {
  at = `${OWN}/collections/${await handle()}`
})

const detailOf = (method: string, target: string, body: unknown) =>
  planOf(method, target, body).then(
    () => 'accepted',
    (error: unknown) => (error instanceof Problem ? error.detail : error),
  )

describe('a collection is not made', () => {
  it.each<[string, unknown, unknown]>([
    ['of a list', ['docs', null, null, true], expect.stringMatching(/ must be an object\.$/)],
    ['without a name', {}, 'name is required.'],
    ['with an unknown member', { name: 'docs', id: UUID }, 'id is not a member known here.'],
    ['with a database', { name: 'docs', database: 'tenant_globex' }, 'database is not a member known here.'], // prettier-ignore
    ['with a schema', { name: 'docs', schema: { defaults: {}, keys: {} } }, 'schema is not accepted: an index is described by configuration here.'], // prettier-ignore
    ['with too many neighbours', { name: 'docs', configuration: { hnsw: { max_neighbors: 257 } } }, 'configuration.hnsw.max_neighbors must be an integer from 2 to 256.'], // prettier-ignore
    ['with too many by way of metadata', { name: 'docs', metadata: { 'hnsw:M': 257 } }, 'metadata.hnsw:M must be an integer from 2 to 256.'], // prettier-ignore
    ['with too many threads', { name: 'docs', metadata: { 'hnsw:num_threads': 9 } }, 'metadata.hnsw:num_threads must be an integer from 1 to 8.'], // prettier-ignore
    ['with an unknown setting', { name: 'docs', metadata: { 'hnsw:foo': 1 } }, 'metadata.hnsw:foo is not a name that may be used here.'], // prettier-ignore
    ['with an index that grows without bound', { name: 'docs', configuration: { hnsw: { resize_factor: 11 } } }, 'configuration.hnsw.resize_factor must be a number from 1 to 10.'], // prettier-ignore
    ['with the service’s own metadata', { name: 'docs', metadata: { 'chroma:document': 'x' } }, 'metadata.chroma:document is not a name that may be used here.'], // prettier-ignore
    ['with a configuration of another kind', { name: 'docs', configuration: { ivf: {} } }, 'configuration.ivf is not a member known here.'], // prettier-ignore
    ['with an embedding function of no kind', { name: 'docs', configuration: { embedding_function: { type: 'remote' } } }, 'configuration.embedding_function.type must be one of "legacy", "unknown", "known".'], // prettier-ignore
    ['of more than 64 KiB', { name: 'docs', metadata: { text: 'x'.repeat(65_536) } }, 'The body must have at most 65536 bytes here.'], // prettier-ignore
  ])('%s', async (_, body, detail) => {
    expect(await detailOf('POST', `${OWN}/collections`, body)).toEqual(detail)
  })

  it.each([
    'ab',
    'n'.repeat(513),
    '-docs',
    'docs-',
    'do..cs',
    'do cs',
    'docs\0',
    '../docs',
    'döcs',
    '127.0.0.1',
    'a+b',
    UUID,
    UUID.toUpperCase(),
    UUID.replaceAll('-', ''),
    '1b0a4c6e1-b6e4f0e9d3f2-f6d3d9b1a11',
  ])('by the name %j, nor is one called so', async (name) => {
    expect(await detailOf('POST', `${OWN}/collections`, { name })).toMatch(/^name must /)
    expect(await detailOf('PUT', at, { new_name: name })).toMatch(/^new_name must /)
  })

  it('unless by a name that the service takes', async () => {
    const names = ['abc', 'A.b-c_1', 'n'.repeat(512), '1.2.3', 'by-id', 'deadbeef']
    for (const name of names) {
      expect(await detailOf('POST', `${OWN}/collections`, { name })).toBe('accepted')
      expect(await detailOf('PUT', at, { new_name: name })).toBe('accepted')
    }
  })

  it('and none is changed beyond the same bounds', async () => {
    const changes: [object, string][] = [
      [
        { new_metadata: { 'hnsw:M': 1e9 } },
        'new_metadata.hnsw:M must be an integer from 2 to 256.',
      ],
      [{ new_configuration: { hnsw: { space: 'ip' } } }, 'new_configuration.hnsw.space is not a member known here.'], // prettier-ignore
      [{ new_configuration: { hnsw: { ef_search: 2_001 } } }, 'new_configuration.hnsw.ef_search must be an integer from 1 to 2000.'], // prettier-ignore
      [{ database_id: UUID }, 'database_id is not a member known here.'],
    ]
    for (const [body, detail] of changes) expect(await detailOf('PUT', at, body)).toEqual(detail)
  })
})

describe('records are not written', () => {
  const one = { ids: ['a'], embeddings: [[1, 0]] }
  it.each<[string, unknown, unknown]>([
    [
      'as a list',
      [['a'], [[1, 0]], null, null, null],
      expect.stringMatching(/ must be an object\.$/),
    ],
    ['without ids', { embeddings: [[1, 0]] }, 'ids is required.'],
    ['without embeddings', { ids: ['a'] }, 'embeddings is required.'],
    ['of none', { ids: [], embeddings: [] }, 'ids must have 1 to 1000 items.'],
    ['of an empty id', { ...one, ids: [''] }, 'ids[0] must not be empty.'],
    ['by a member that names another place', { ...one, database: 'x' }, 'database is not a member known here.'], // prettier-ignore
    ['more embeddings than ids', { ids: ['a'], embeddings: [[1], [2]] }, 'embeddings must have 1 items, as ids has.'], // prettier-ignore
    [
      'fewer documents than ids',
      { ...one, documents: [] },
      'documents must have 1 items, as ids has.',
    ],
    ['with an embedding of nothing', { ids: ['a'], embeddings: [[]] }, 'embeddings[0] must have 1 to 16384 items.'], // prettier-ignore
    ['with no embedding', { ids: ['a'], embeddings: [null] }, 'embeddings[0] must be an array.'],
    ['in two forms', { ids: ['a', 'b'], embeddings: [[1, 0], floats(1, 0)] }, 'embeddings[1] must be an array.'], // prettier-ignore
    ['past a float', '{"ids":["a"],"embeddings":[[1e39]]}', 'embeddings[0][0] must be a number that a 32-bit float can hold.'], // prettier-ignore
    ['past a double', '{"ids":["a"],"embeddings":[[-1e400]]}', 'embeddings[0][0] must be a number that a 32-bit float can hold.'], // prettier-ignore
    ['of no number', { ids: ['a'], embeddings: [floats(1, Number.NaN)] }, 'embeddings[0] must be a number that a 32-bit float can hold.'], // prettier-ignore
    ['of an infinity', { ids: ['a'], embeddings: [floats(-Infinity)] }, 'embeddings[0] must be a number that a 32-bit float can hold.'], // prettier-ignore
    ['of three bytes', { ids: ['a'], embeddings: ['AAAA'] }, 'embeddings[0] must be base64 of whole floats of 32 bits.'], // prettier-ignore
    ['of no base64', { ids: ['a'], embeddings: ['AAAA*AAA'] }, 'embeddings[0] must be base64 of at most 16384 floats of 32 bits.'], // prettier-ignore
    ['with metadata of metadata', { ...one, metadatas: [{ a: { b: 1 } }] }, 'metadatas[0].a.indices is required.'], // prettier-ignore
    ['with metadata of two types', { ...one, metadatas: [{ a: [1, 'b'] }] }, 'metadatas[0].a[1] must be a number.'], // prettier-ignore
    ['with the service’s own metadata', { ...one, metadatas: [{ 'chroma:document': 'x' }] }, 'metadatas[0].chroma:document is not a name that may be used here.'], // prettier-ignore
    ['with too much metadata', { ...one, metadatas: [Object.fromEntries(many(129).map((id) => [id, 1]))] }, 'metadatas[0] must have at most 128 members.'], // prettier-ignore
    ['with a document that is none', { ...one, documents: [1] }, 'documents[0] must be a string.'],
    ['more than 1000', { ids: many(1_001), embeddings: many(1_001).map(() => [1]) }, 'ids must have 1 to 1000 items.'], // prettier-ignore
  ])('%s', async (_, body, detail) => {
    expect(await detailOf('POST', `${at}/add`, body)).toEqual(detail)
    expect(await detailOf('POST', `${at}/upsert`, body)).toEqual(detail)
  })

  it('unless well formed, in either form, with all that a record may have', async () => {
    const metadata = { s: 'x', n: 1.5, b: true, none: null, list: ['a', 'b'], sparse: { '#type': 'sparse_vector', indices: [1, 7], values: [0.5, 1] } } // prettier-ignore
    for (const embedding of [[1, -0.5, 3.4e38], floats(1, -0.5, 3.4e38)]) {
      const body = {
        ids: ['a', 'a'],
        embeddings: [embedding, embedding],
        documents: ['text', null],
        metadatas: [metadata, null],
        uris: [null, 'file:///x'],
      }
      for (const verb of ['add', 'upsert', 'update']) {
        expect(await detailOf('POST', `${at}/${verb}`, body)).toBe('accepted')
      }
    }
    const kept = { ids: ['a', 'b'], embeddings: [null, floats(1, 2)], documents: null }
    expect(await detailOf('POST', `${at}/update`, kept)).toBe('accepted')
  })

  it.each<[string, object, string]>([
    ['of nobody', {}, 'ids must not be empty where there is no where and no where_document.'],
    ['of no ids', { ids: [] }, 'ids must not be empty where there is no where and no where_document.'], // prettier-ignore
    [
      'with a limit of ids',
      { ids: ['a'], limit: 1 },
      'limit is only for where and where_document.',
    ],
    ['of too many', { ids: many(10_001) }, 'ids must have 0 to 10000 items.'],
    ['by an empty filter', { where: {} }, 'where must be an object with exactly one member.'],
  ])('nor deleted %s', async (_, body, detail) => {
    expect(await detailOf('POST', `${at}/delete`, body)).toEqual(detail)
  })
})

describe('records are not read', () => {
  it.each<[string, object, string]>([
    ['beyond 10,000', { limit: 10_001 }, 'limit must be an integer from 0 to 10000.'],
    [
      'with members unheard of',
      { collection_id: UUID },
      'collection_id is not a member known here.',
    ],
    ['including what is nothing', { include: ['secrets'] }, 'include[0] must be one of "distances", "documents", "embeddings", "metadatas", "uris".'], // prettier-ignore
    ['by two conditions in one', { where: { a: 1, b: 2 } }, 'where must be an object with exactly one member.'], // prettier-ignore
    ['by an unknown operator', { where: { a: { $where: 1 } } }, 'where.a.$where must be one of $eq, $ne, $gt, $gte, $lt, $lte, $in, $nin, $contains, $not_contains, $regex, $not_regex.'], // prettier-ignore
    ['by an operator of objects', { where: { $not: { a: 1 } } }, 'where.$not is neither an operator known here nor a name of metadata.'], // prettier-ignore
    [
      'by an operand of another type',
      { where: { a: { $gt: 'x' } } },
      'where.a.$gt must be a number.',
    ],
    [
      'by a list of nothing',
      { where: { a: { $in: [] } } },
      'where.a.$in must have 1 to 1000 items.',
    ],
    ['by null', { where: { a: null } }, 'where.a must be a string, a number, true or false.'],
    ['by a filter that is too deep', { where: nested(9) }, `where${'.$and[0]'.repeat(8)}.$and is nested deeper than 8.`], // prettier-ignore
    ['by too many branches', { where: { $or: Array.from({ length: 65 }, () => ({ a: 1 })) } }, 'where.$or must have 1 to 64 items.'], // prettier-ignore
    ['by too many clauses', { where: { $or: Array.from({ length: 5 }, () => ({ $or: Array.from({ length: 60 }, () => ({ a: 1 })) })) } }, 'where must have at most 256 clauses.'], // prettier-ignore
    ['by metadata in place of documents', { where_document: { a: 'x' } }, 'where_document.a must be one of $contains, $not_contains, $regex, $not_regex.'], // prettier-ignore
    ['by a pattern without end', { where_document: { $regex: 'x'.repeat(1_025) } }, 'where_document.$regex must have at most 1024 characters.'], // prettier-ignore
  ])('%s', async (_, body, detail) => {
    expect(await detailOf('POST', `${at}/get`, body)).toEqual(detail)
    const query = { ...body, query_embeddings: [[1, 0]] }
    expect(await detailOf('POST', `${at}/query`, query)).not.toBe('accepted')
  })

  it.each<[string, object, string]>([
    ['nothing', {}, 'query_embeddings is required.'],
    ['base64, which the server does not take here', { query_embeddings: [floats(1)] }, 'query_embeddings[0] must be an array.'], // prettier-ignore
    ['101 points', { query_embeddings: many(101).map(() => [1]) }, 'query_embeddings must have 1 to 100 items.'], // prettier-ignore
    ['more than 1,000', { query_embeddings: [[1]], n_results: 1_001 }, 'n_results must be an integer from 1 to 1000.'], // prettier-ignore
    ['no results', { query_embeddings: [[1]], n_results: 0 }, 'n_results must be an integer from 1 to 1000.'], // prettier-ignore
  ])('nearest to %s', async (_, body, detail) => {
    expect(await detailOf('POST', `${at}/query`, body)).toEqual(detail)
  })

  it('unless by filters that are in order', async () => {
    const where = { $and: [{ $or: [{ a: 1 }, { b: { $nin: ['x', 'y'] } }] }, { c: { $eq: true } }] }
    const where_document = { $or: [{ $contains: 'x' }, { $and: [{ $not_regex: 'y+' }, { $not_contains: '' }] }] } // prettier-ignore
    const filters = { where, where_document, ids: ['a'], include: [] }
    expect(await detailOf('POST', `${at}/get`, { ...filters, limit: null, offset: 3 })).toBe(
      'accepted',
    )
    expect(await detailOf('POST', `${at}/query`, { ...filters, query_embeddings: [[1]] })).toBe('accepted') // prettier-ignore
    expect(await detailOf('POST', `${at}/get`, { where: nested(8) })).toBe('accepted')
  })

  it.each([
    ['limit=1001', 'limit must be at most 1000.'],
    ['offset=1000000001', 'offset must be at most 1000000000.'],
    ['limit=-1', 'The query has a member that is not accepted here.'],
    ['limit=1&limit=2', 'The query has a member that is not accepted here.'],
    ['tenant=globex', 'The query has a member that is not accepted here.'],
  ])('listed by %s', async (query, detail) => {
    expect(await detailOf('GET', `${OWN}/collections?${query}`, undefined)).toEqual(detail)
  })
})

describe('what is not offered', () => {
  it.each([
    ['POST', '/api/v2/reset'],
    ['POST', '/api/v2/tenants'],
    ['GET', '/api/v2/collections/default_tenant:tenant_globex:docs'],
    ['GET', '/api/v1/collections'],
    ['GET', '/openapi.json'],
    ['GET', '/docs'],
    ['GET', `${OWN}/collections/by-id/${UUID}`],
    ['POST', `${OWN}/collections/${UUID}/fork`],
    ['GET', `${OWN}/collections/${UUID}/fork_count`],
    ['POST', `${OWN}/collections/${UUID}/search`],
    ['POST', `${OWN}/collections/${UUID}/functions/attach`],
    ['POST', `${OWN}/collections/${UUID}/conditional/add`],
    ['GET', '/api/v2/tenants/default_tenant/databases'],
    ['POST', '/api/v2/tenants/default_tenant/databases'],
  ])('is nothing at all: %s %s', async (method, path) => {
    expect(await detailOf(method, path, undefined)).toBe('This operation is not offered here.')
  })

  it.each([
    ['PATCH', '/api/v2/tenants/default_tenant'],
    ['DELETE', OWN],
    ['PATCH', `${OWN}/collections/docs`],
  ])('is another method: %s %s', async (method, path) => {
    expect(await detailOf(method, path, undefined)).toMatch(/^Use /)
  })
})
