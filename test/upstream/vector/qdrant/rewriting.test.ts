// What the service is asked in the place of what a client asks: physical names in every position, the
// tag in every filter and among what is asked for, and a write that has been done when it is answered.
import { describe, expect, it } from 'vitest'
import { bodyOf, fakeService, lineOf, planOf, sentBy } from './ask-qdrant.ts'

const DOCS = '/collections/docs'
const THERE = '/collections/tenant_acme_docs'

const tag = { key: '_tenant_id', match: { value: 'acme' } }
const own = { must: [tag] }
const mine = { must: [{ key: 'a', match: { value: 1 } }] }
const ownAndMine = { must: [tag, mine] }
const alsoTag = ['_tenant_id']

describe('a request to Qdrant', () => {
  it.each<[request: string, line: string]>([
    [`GET ${DOCS}`, `GET ${THERE}`],
    [`GET ${DOCS}/exists`, `GET ${THERE}/exists`],
    [`DELETE ${DOCS}?timeout=60`, `DELETE ${THERE}?timeout=60`],
    [`GET ${DOCS}/aliases`, `GET ${THERE}/aliases`],
    [`DELETE ${DOCS}/index/a.b`, `DELETE ${THERE}/index/a.b?wait=true`],
    [`DELETE ${DOCS}/vectors/v`, `DELETE ${THERE}/vectors/v?wait=true`],
    [`GET /collections/Docs`, `GET /collections/tenant_acme_~44ocs`],
    [`GET /collections/tenant_victim_docs`, `GET /collections/tenant_acme_tenant_victim_docs`],
    [`GET ${DOCS}/aliases`, `GET ${THERE}/aliases`],
    ['GET /aliases', 'GET /aliases'],
  ])('%s becomes %s', async (request, line) => {
    expect((await sentBy(request)).line).toBe(line)
  })

  it.each<[request: string, body: unknown, line: string, sent: unknown]>([
    [
      `PUT ${DOCS}/points?wait=false&ordering=strong`,
      {
        points: [
          { id: 1, vector: [1], payload: { a: 1 } },
          { id: 'urn:uuid:550E8400-E29B-41D4-A716-446655440000', vectors: { v: [1] } },
        ],
        update_filter: mine,
      },
      `PUT ${THERE}/points?wait=true&ordering=strong`,
      {
        points: [
          { id: 1, vector: [1], payload: { a: 1, _tenant_id: 'acme' } },
          {
            id: '550e8400-e29b-41d4-a716-446655440000',
            vector: { v: [1] },
            payload: { _tenant_id: 'acme' },
          },
        ],
        update_filter: ownAndMine,
      },
    ],
    [
      `PUT ${DOCS}/points`,
      { batch: { ids: [1, 2], vectors: [[1], [2]], payloads: [null, { a: 1 }] } },
      `PUT ${THERE}/points?wait=true`,
      {
        batch: {
          ids: [1, 2],
          vectors: [[1], [2]],
          payloads: [{ _tenant_id: 'acme' }, { a: 1, _tenant_id: 'acme' }],
        },
      },
    ],
    [
      `POST ${DOCS}/points/delete`,
      { filter: mine },
      `POST ${THERE}/points/delete?wait=true`,
      { filter: ownAndMine },
    ],
    [
      `POST ${DOCS}/points/delete`,
      { filter: {} },
      `POST ${THERE}/points/delete?wait=true`,
      { filter: own },
    ],
    [
      `POST ${DOCS}/points/payload`,
      { payload: { a: 1 }, points: [1] },
      `POST ${THERE}/points/payload?wait=true`,
      { payload: { a: 1 }, points: [1] },
    ],
    [
      `PUT ${DOCS}/points/payload`,
      { payload: { a: 1 }, points: [1] },
      `PUT ${THERE}/points/payload?wait=true`,
      { payload: { a: 1, _tenant_id: 'acme' }, points: [1] },
    ],
    [
      `POST ${DOCS}/points/payload/clear`,
      { points: [1] },
      `PUT ${THERE}/points/payload?wait=true`,
      { payload: { _tenant_id: 'acme' }, points: [1] },
    ],
    [
      `POST ${DOCS}/points/payload/delete`,
      { keys: ['a'], filter: mine },
      `POST ${THERE}/points/payload/delete?wait=true`,
      { keys: ['a'], filter: ownAndMine },
    ],
    [
      `POST ${DOCS}/points/batch`,
      {
        operations: [
          { upsert: { points: [{ id: 1, vector: [1] }] } },
          { clear_payload: { filter: mine } },
          { delete: { points: [3] } },
        ],
      },
      `POST ${THERE}/points/batch?wait=true`,
      {
        operations: [
          { upsert: { points: [{ id: 1, vector: [1], payload: { _tenant_id: 'acme' } }] } },
          { overwrite_payload: { payload: { _tenant_id: 'acme' }, filter: ownAndMine } },
          { delete: { points: [3] } },
        ],
      },
    ],
    [
      `POST ${DOCS}/points`,
      { ids: [1], with_payload: true },
      `POST ${THERE}/points`,
      { ids: [1], with_payload: true },
    ],
    [
      `POST ${DOCS}/points/scroll`,
      { limit: 3, with_payload: ['a'] },
      `POST ${THERE}/points/scroll`,
      { limit: 3, filter: own, with_payload: ['a', '_tenant_id'] },
    ],
    [
      `POST ${DOCS}/points/count`,
      { filter: mine, exact: true },
      `POST ${THERE}/points/count`,
      { filter: ownAndMine, exact: true },
    ],
    [`POST ${DOCS}/facet`, { key: 'a' }, `POST ${THERE}/facet`, { key: 'a', filter: own }],
    [
      `POST ${DOCS}/points/query`,
      {
        query: { fusion: 'rrf' },
        prefetch: [
          { query: [1], filter: mine },
          { query: 2, prefetch: { query: [1], lookup_from: { collection: 'b', vector: 'v' } } },
        ],
        lookup_from: { collection: 'c' },
        params: { idf: { corpus: mine } },
        with_payload: { exclude: ['a'] },
      },
      `POST ${THERE}/points/query`,
      {
        query: { fusion: 'rrf' },
        prefetch: [
          { query: [1], filter: ownAndMine },
          {
            query: 2,
            filter: own,
            prefetch: {
              query: [1],
              filter: own,
              lookup_from: { collection: 'tenant_acme_b', vector: 'v' },
            },
          },
        ],
        lookup_from: { collection: 'tenant_acme_c' },
        params: { idf: { corpus: ownAndMine } },
        with_payload: { exclude: ['a'] },
        filter: own,
      },
    ],
    [
      `POST ${DOCS}/points/query/batch`,
      { searches: [{ query: [1] }, { query: [2], with_payload: { include: ['a'] } }] },
      `POST ${THERE}/points/query/batch`,
      {
        searches: [
          { query: [1], filter: own, with_payload: alsoTag },
          { query: [2], filter: own, with_payload: { include: ['a', '_tenant_id'] } },
        ],
      },
    ],
    [
      `POST ${DOCS}/points/query/groups`,
      { query: [1], group_by: 'a', with_lookup: 'b' },
      `POST ${THERE}/points/query/groups`,
      {
        query: [1],
        group_by: 'a',
        filter: own,
        with_payload: alsoTag,
        with_lookup: 'tenant_acme_b',
      },
    ],
    [
      `POST ${DOCS}/points/search/groups`,
      {
        vector: [1],
        group_by: 'a',
        limit: 1,
        group_size: 1,
        with_lookup: { collection: 'b', with_payload: null },
      },
      `POST ${THERE}/points/search/groups`,
      {
        vector: [1],
        group_by: 'a',
        limit: 1,
        group_size: 1,
        filter: own,
        with_payload: alsoTag,
        with_lookup: { collection: 'tenant_acme_b', with_payload: alsoTag },
      },
    ],
    [
      `POST ${DOCS}/points/recommend/batch`,
      { searches: [{ positive: [1], limit: 1, lookup_from: { collection: 'b' } }] },
      `POST ${THERE}/points/recommend/batch`,
      {
        searches: [
          {
            positive: [1],
            limit: 1,
            lookup_from: { collection: 'tenant_acme_b' },
            filter: own,
            with_payload: alsoTag,
          },
        ],
      },
    ],
    [
      `POST ${DOCS}/points/search/matrix/offsets`,
      { sample: 3 },
      `POST ${THERE}/points/search/matrix/offsets`,
      { sample: 3, filter: own },
    ],
    [
      'POST /collections/aliases?timeout=5',
      {
        actions: [
          { delete_alias: { alias_name: 'a' } },
          { rename_alias: { old_alias_name: 'b', new_alias_name: 'c' } },
        ],
      },
      'POST /collections/aliases?timeout=5',
      {
        actions: [
          { delete_alias: { alias_name: 'tenant_acme_a' } },
          {
            rename_alias: {
              old_alias_name: 'tenant_acme_b',
              new_alias_name: 'tenant_acme_c',
            },
          },
        ],
      },
    ],
  ])('%s %j', async (request, body, line, sent) => {
    expect(await sentBy(request, body)).toEqual({ line, body: sent })
  })

  it('writes numbers digit for digit', async () => {
    const { body } = await sentBy(
      `PUT ${DOCS}/points`,
      '{"points":[{"id":18446744073709551615,"vector":[1.0,-0.10,1e-7],"payload":{"n":9007199254740993}}]}',
    )
    expect(JSON.stringify(body)).toBe(
      '{"points":[{"id":18446744073709551615,"vector":[1.0,-0.10,1e-7],"payload":{"n":9007199254740993,"_tenant_id":"acme"}}]}',
    )
  })

  it('indexes the tag of a collection that it makes', async () => {
    const service = fakeService(true)
    const plan = await planOf(`PUT ${DOCS}`, { vectors: { size: 4, distance: 'Dot' } })
    expect(await plan.run(service)).toEqual({
      status: 200,
      body: { result: true, status: 'ok', time: 0.5 },
      stock: 'kept',
    })
    expect(service.sent.map(lineOf)).toEqual([`PUT ${THERE}`, `PUT ${THERE}/index?wait=true`])
    expect(service.sent.map(bodyOf)).toEqual([
      { vectors: { size: 4, distance: 'Dot' } },
      { field_name: '_tenant_id', field_schema: 'keyword' },
    ])
  })
})
