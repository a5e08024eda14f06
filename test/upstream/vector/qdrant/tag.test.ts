// The tag of each point: no client can name it, no answer shows it, and what comes without it or with
// another tenant's is dealt with.
import { describe, expect, it } from 'vitest'
import { bodyOf, fakeService, lineOf, planOf, refusalOf } from './ask-qdrant.ts'

const DOCS = '/collections/docs'

const REFUSED = `InvalidMember: PLACE is the gateway's own: no client may name "_tenant_id".`

describe('the tag', () => {
  it.each([
    '_tenant_id',
    '_tenant_id.x',
    '"_tenant_id"',
    '"_tenant_id".x',
    '_tenant_id[]',
    '_tenant_id[0].a',
  ])('cannot be named as %s', async (key) => {
    const condition = { key, match: { value: 'victim' } }
    const places: [request: string, body: unknown, place: string][] = [
      [`POST ${DOCS}/points/count`, { filter: { must: [condition] } }, 'filter.must[0].key'],
      [`POST ${DOCS}/points/count`, { filter: { should: condition } }, 'filter.should.key'],
      [
        `POST ${DOCS}/points/count`,
        { filter: { must_not: { is_empty: { key } } } },
        'filter.must_not.is_empty.key',
      ],
      [
        `POST ${DOCS}/points/delete`,
        { filter: { must: [{ should: [condition] }] } },
        'filter.must[0].should[0].key',
      ],
      [`POST ${DOCS}/facet`, { key }, 'key'],
      [`POST ${DOCS}/points/scroll`, { order_by: key }, 'order_by'],
      [`POST ${DOCS}/points/scroll`, { order_by: { key } }, 'order_by.key'],
      [`POST ${DOCS}/points/scroll`, { with_payload: [key] }, 'with_payload[0]'],
      [
        `POST ${DOCS}/points/scroll`,
        { with_payload: { include: [key] } },
        'with_payload.include[0]',
      ],
      [
        `POST ${DOCS}/points/scroll`,
        { with_payload: { exclude: [key] } },
        'with_payload.exclude[0]',
      ],
      [`POST ${DOCS}/points/query/groups`, { query: [1], group_by: key }, 'group_by'],
      [`POST ${DOCS}/points/query`, { query: { formula: key } }, 'query.formula'],
      [
        `POST ${DOCS}/points/query`,
        { query: { formula: 'a', defaults: { [key]: 1 } } },
        `query.defaults.${key}`,
      ],
      [
        `POST ${DOCS}/points/query`,
        { prefetch: { filter: { must: [condition] } } },
        'prefetch.filter.must[0].key',
      ],
      [`PUT ${DOCS}/index`, { field_name: key }, 'field_name'],
      [`DELETE ${DOCS}/index/${encodeURIComponent(key)}`, undefined, 'field'],
      [`POST ${DOCS}/points/payload/delete`, { keys: [key], points: [1] }, 'keys[0]'],
      [`POST ${DOCS}/points/payload`, { payload: {}, points: [1], key }, 'key'],
      [
        `POST ${DOCS}/points/batch`,
        { operations: [{ delete_payload: { keys: [key], points: [1] } }] },
        'operations[0].delete_payload.keys[0]',
      ],
    ]
    const told = await Promise.all(places.map(([request, body]) => refusalOf(request, body)))
    expect(told).toEqual(places.map(([, , place]) => REFUSED.replace('PLACE', place)))
  })

  it('cannot be a member of a payload', async () => {
    const payload = { _tenant_id: 'acme' }
    const told = await Promise.all([
      refusalOf(`PUT ${DOCS}/points`, { points: [{ id: 1, vector: [1], payload }] }),
      refusalOf(`PUT ${DOCS}/points`, { batch: { ids: [1], vectors: [[1]], payloads: [payload] } }),
      refusalOf(`POST ${DOCS}/points/payload`, { payload, points: [1] }),
      refusalOf(`PUT ${DOCS}/points/payload`, { payload, points: [1] }),
      refusalOf(
        `PUT ${DOCS}/points`,
        '{"points":[{"id":1,"vector":[1],"payload":{"\\u005ftenant_id":null}}]}',
      ),
    ])
    const places = [
      'points[0].payload._tenant_id',
      'batch.payloads[0]._tenant_id',
      'payload._tenant_id',
      'payload._tenant_id',
      'points[0].payload._tenant_id',
    ]
    expect(told).toEqual(places.map((place) => REFUSED.replace('PLACE', place)))
  })
})

const point = (id: number, payload?: object) => ({
  id,
  version: 3,
  score: 0.5,
  ...(payload === undefined ? {} : { payload }),
  vector: [1],
  internal: 'what no client is to see',
})
const tagged = (id: number, payload: object = {}) => point(id, { ...payload, _tenant_id: 'acme' })
const shown = (id: number, payload?: object) => ({
  id,
  version: 3,
  score: 0.5,
  vector: [1],
  ...(payload === undefined ? {} : { payload }),
})

async function answer(request: string, body: unknown, result: unknown) {
  const service = fakeService(result)
  const { body: answered } = await (await planOf(request, body)).run(service)
  return { answered, service }
}

describe('an answer', () => {
  const ok = (result: unknown) => ({ result, status: 'ok', time: 0.5 })

  it('has neither the tag nor the cluster’s own figures', async () => {
    const { answered } = await answer(
      `POST ${DOCS}/points/query`,
      { with_payload: true },
      {
        points: [tagged(1, { a: 1 }), tagged(2)],
      },
    )
    expect(answered).toEqual(ok({ points: [shown(1, { a: 1 }), shown(2, {})] }))
  })

  it('has a payload only where one was asked for', async () => {
    const { answered } = await answer(`POST ${DOCS}/points/search`, { vector: [1], limit: 1 }, [
      tagged(1),
    ])
    expect(answered).toEqual(ok([shown(1)]))
  })

  it('is checked in all forms: batches, groups, lookups, pages', async () => {
    const forms: [request: string, body: unknown, result: unknown, expected: unknown][] = [
      [
        'points/query/batch',
        { searches: [{ with_payload: true }, {}] },
        [{ points: [tagged(1, { a: 1 })] }, { points: [tagged(2)] }],
        [{ points: [shown(1, { a: 1 })] }, { points: [shown(2)] }],
      ],
      [
        'points/query/groups',
        { group_by: 'a', with_payload: true, with_lookup: 'b' },
        { groups: [{ id: 'x', hits: [tagged(1)], lookup: tagged(9, { b: 1 }), extra: 1 }] },
        { groups: [{ hits: [shown(1, {})], id: 'x', lookup: shown(9, { b: 1 }) }] },
      ],
      [
        'points/scroll',
        {},
        { points: [tagged(1)], next_page_offset: 2 },
        { points: [shown(1, {})], next_page_offset: 2 },
      ],
    ]
    for (const [path, body, result, expected] of forms) {
      const { answered } = await answer(`POST ${DOCS}/${path}`, body, result)
      expect(answered).toEqual(ok(expected))
    }
  })

  it('leaves out a point with another tag, and raises an alarm', async () => {
    const foreign = point(2, { _tenant_id: 'victim', secret: 1 })
    const { answered, service } = await answer(
      `POST ${DOCS}/points`,
      { ids: [1, 2], with_payload: true },
      [tagged(1), foreign, point(3, { _tenant_id: ['acme'] })],
    )
    expect(answered).toEqual(ok([shown(1, {})]))
    expect(service.alarms).toEqual([
      { event: 'vector.foreign_tag', members: { collection: 'docs', points: 2 } },
    ])
    expect(service.sent).toHaveLength(1)
  })

  it('does not say whether a point of another tag is there', async () => {
    const run = async (result: unknown) =>
      (await planOf(`GET ${DOCS}/points/7`)).run(fakeService(result))
    const foreign = run(point(7, { _tenant_id: 'victim' }))
    const missing = run({ status: 404, text: 'Not found: Point with id 7 does not exists!' })
    const told = await Promise.all(
      [foreign, missing].map((each) => each.catch((error: unknown) => error)),
    )
    expect(told.map((error) => (error as { code: string }).code)).toEqual(['NotFound', 'NotFound'])
    expect(told[0]).toEqual(told[1])
  })

  it('gives a point without a tag its tag', async () => {
    const { answered, service } = await answer(
      `POST ${DOCS}/points`,
      { ids: [1, 5], with_payload: true },
      [tagged(1), point(5, { a: 1 })],
    )
    expect(answered).toEqual(ok([shown(1, {}), shown(5, { a: 1 })]))
    expect(service.sent.slice(1).map((sent) => [lineOf(sent), bodyOf(sent)])).toEqual([
      [
        'POST /collections/tenant_acme_docs/points/payload?wait=true',
        { payload: { _tenant_id: 'acme' }, points: [5] },
      ],
    ])
  })
})
