// The filters of the stand-in: for each kind of condition the points that pass.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type QdrantStandIn, startQdrant } from './server.ts'

let qdrant: QdrantStandIn

beforeAll(async () => {
  qdrant = await startQdrant({ apiKey: null })
  await put('/collections/c', { vectors: {}, sparse_vectors: { s: {} } })
  const payloads = [
    { word: 'red', n: 1, tags: ['a', 'b'], at: '2026-01-01', place: { lon: 13.4, lat: 52.5 } },
    {
      word: 'dark red',
      n: 2.5,
      tags: [],
      gone: null,
      rows: [
        { k: 'x', v: 1 },
        { k: 'y', v: 2 },
      ],
    },
    {
      word: 'blue',
      n: 10,
      tags: ['c'],
      ok: true,
      rows: [{ k: 'x', v: 2 }],
      place: { lon: 2.3, lat: 48.8 },
    },
    {},
  ]
  const points = payloads.map((payload, at) => ({ id: at + 1, vector: {}, payload }))
  const sparse = { id: 5, vector: { s: { indices: [1], values: [1] } }, payload: { word: 'five' } }
  await put('/collections/c/points?wait=true', { points: [...points, sparse] })
})

afterAll(async () => qdrant.close())

const put = (path: string, body: unknown): Promise<Response> => send('PUT', path, body)

function send(method: string, path: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(`${qdrant.url}${path}`, { method, headers, body: JSON.stringify(body) })
}

async function passing(filter: unknown): Promise<number[]> {
  const response = await send('POST', '/collections/c/points/scroll', { filter, limit: 100 })
  const { result } = (await response.json()) as { result: { points: { id: number }[] } }
  return result.points.map(({ id }) => id)
}

const key = (name: string, test: object) => ({ must: [{ key: name, ...test }] })
const berlin = { lon: 13.4, lat: 52.52 }

test.each<[string, object, number[]]>([
  ['nothing asked', {}, [1, 2, 3, 4, 5]],
  ['match value, text', key('word', { match: { value: 'red' } }), [1]],
  ['match value, integer', key('n', { match: { value: 10 } }), [3]],
  ['match value, boolean', key('ok', { match: { value: true } }), [3]],
  ['match value in an array', key('tags', { match: { value: 'b' } }), [1]],
  ['match value by index', key('tags[0]', { match: { value: 'b' } }), []],
  ['match text', key('word', { match: { text: 'red' } }), [1, 2]],
  ['match text_any', key('word', { match: { text_any: 'dark blue' } }), [2, 3]],
  ['match prefix', key('word', { match: { prefix: 'dark' } }), [2]],
  ['match any', key('word', { match: { any: ['red', 'blue'] } }), [1, 3]],
  ['match except', key('word', { match: { except: ['red', 'blue'] } }), [2, 5]],
  ['range', key('n', { range: { gt: 1, lte: 10 } }), [2, 3]],
  ['datetime range', key('at', { range: { gte: '2025-12-31T23:00:00-02:00' } }), []],
  ['datetime range, met', key('at', { range: { lt: '2026-01-01T00:00:01Z' } }), [1]],
  ['geo radius', key('place', { geo_radius: { center: berlin, radius: 5000 } }), [1]],
  [
    'geo bounding box',
    key('place', {
      geo_bounding_box: { top_left: { lon: 0, lat: 50 }, bottom_right: { lon: 5, lat: 45 } },
    }),
    [3],
  ],
  ['values count', key('tags', { values_count: { gte: 2 } }), [1]],
  ['values count of nothing', key('tags', { values_count: { lt: 1 } }), [2, 4, 5]],
  ['is_empty', { must: [{ is_empty: { key: 'tags' } }] }, [2, 4, 5]],
  ['is_empty beside a key', key('tags', { is_empty: false }), [1, 3]],
  ['is_null', { must: [{ is_null: { key: 'gone' } }] }, [2]],
  ['has_id', { must: [{ has_id: [4, 1, 99] }] }, [1, 4]],
  ['has_vector', { must: [{ has_vector: 's' }] }, [5]],
  [
    'nested: one item meets all',
    {
      must: [
        {
          nested: {
            key: 'rows',
            filter: {
              must: [
                { key: 'k', match: { value: 'x' } },
                { key: 'v', match: { value: 2 } },
              ],
            },
          },
        },
      ],
    },
    [3],
  ],
  ['a path through an array', key('rows[].v', { match: { value: 2 } }), [2, 3]],
  ['should', { should: [{ has_id: [1] }, { has_id: [2] }] }, [1, 2]],
  ['should of nothing', { should: [] }, []],
  ['must_not', { must_not: [{ has_id: [1, 2] }] }, [3, 4, 5]],
  ['one condition without an array', { must: { has_id: [3] } }, [3]],
  [
    'min_should',
    {
      min_should: {
        min_count: 2,
        conditions: [{ has_id: [1, 2] }, { has_id: [2, 3] }, { has_id: [3, 2] }],
      },
    },
    [2, 3],
  ],
  [
    'a filter in a filter',
    { must: [{ should: [{ has_id: [1] }] }, { must_not: [{ has_id: [1] }] }] },
    [],
  ],
  [
    'two tests in one condition: either',
    key('n', { match: { value: 1 }, range: { gt: 5 } }),
    [1, 3],
  ],
  [
    'a condition as an array',
    { must: [['word', { value: 'red' }, null, null, null, null, null, null, null]] },
    [1],
  ],
])('passes by %s', async (_, filter, ids) => {
  expect(await passing(filter)).toEqual(ids)
})

test.each<[string, object, number]>([
  ['a name it does not know', { musst: [] }, 400],
  ['a key that is no text', { must: [{ key: ['word'], match: { value: 1 } }] }, 400],
  ['a key that is no path', key('a..b', { match: { value: 1 } }), 400],
  ['a condition that asks nothing', { must: [{ key: 'word' }] }, 422],
  ['min_count 0', { min_should: { min_count: 0, conditions: [] } }, 422],
  ['a match without a form', key('word', { match: { like: 'x' } }), 400],
  ['a date that is none', key('at', { range: { gt: 'yesterday' } }), 400],
])('refuses %s', async (_, filter, status) => {
  const { status: told } = await send('POST', '/collections/c/points/scroll', { filter })
  expect(told).toBe(status)
})
