// What each write reserves, and what becomes of the reservation.
import { describe, expect, it } from 'vitest'
import { bodyOf, fakeService, lineOf, planOf } from './ask-qdrant.ts'

const DOCS = '/collections/docs'
const demand = (vectors: number, bytes: number) => ({
  place: 'docs',
  expects: 'known',
  collections: 0,
  vectors,
  bytes,
  note: null,
})
const POINT_BYTES = 16

describe('what a write reserves', () => {
  it.each<[request: string, body: unknown, vectors: number, bytes: number]>([
    // The same id in several spellings is one point: {"a":1} is 7 bytes, a number takes 4.
    [
      'PUT points',
      {
        points: [
          { id: 1, vector: [1, 2], payload: { a: 1 } },
          { id: 1, vector: [1, 2] },
          { id: '550e8400-e29b-41d4-a716-446655440000', vector: { v: [[1], [2]] } },
          { id: '550E8400E29B41D4A716446655440000', vector: { v: { indices: [1], values: [1] } } },
        ],
      },
      2,
      2 * POINT_BYTES + 4 * (2 + 2 + 2 + 2) + 7,
    ],
    [
      'PUT points',
      {
        batch: { ids: [1, 2, 1], vectors: { v: [[1], [2], [3]] }, payloads: [null, { a: 1 }, {}] },
      },
      2,
      2 * POINT_BYTES + 4 * 3 + 7 + 2,
    ],
    ['PUT points', { points: [{ id: 1, vector: [1] }], update_mode: 'update_only' }, 0, 20],
    ['PUT points/vectors', { points: [{ id: 1, vector: [1, 2, 3] }] }, 0, 12],
    ['POST points/payload', { payload: { a: 1 }, points: [1, 2, 2] }, 0, 14],
    ['PUT points/payload', { payload: { a: 'ü' }, points: [1] }, 0, 10],
    ['POST points/payload/clear', { points: [1] }, 0, 0],
    ['POST points/payload/delete', { keys: ['a'], points: [1] }, 0, 0],
    ['POST points/delete', { points: [1, 2] }, 0, 0],
    ['POST points/vectors/delete', { points: [1], vector: ['v'] }, 0, 0],
    [
      'POST points/batch',
      {
        operations: [
          { upsert: { points: [{ id: 1, vector: [1] }] } },
          { delete: { points: [1] } },
          { upsert: { batch: { ids: [1, 2], vectors: [[1], [2]] } } },
        ],
      },
      3,
      20 + 2 * 20,
    ],
  ])('%s %j', async (request, body, vectors, bytes) => {
    const [method, path] = request.split(' ')
    const plan = await planOf(`${method} ${DOCS}/${path}`, body)
    expect(plan.stock).toEqual([demand(vectors, bytes)])
    expect(plan.recount).toEqual(['docs'])
    expect(plan.measure).toBeUndefined()
    expect(plan.whenUnknown).toBe(
      'Create the collection first; write to it by its own name, not by an alias of it.',
    )
  })

  it('asks first how many points a filter matches', async () => {
    const filter = { must: [{ key: 'b', match: { value: 1 } }] }
    const plan = await planOf(`POST ${DOCS}/points/payload`, { payload: { a: 1 }, filter })
    const service = fakeService({ count: 5 })
    expect(await plan.measure?.(service)).toEqual([demand(0, 5 * 7)])
    expect(service.sent.map(lineOf)).toEqual(['POST /collections/tenant_acme_docs/points/count'])
    expect(service.sent.map(bodyOf)).toEqual([
      {
        filter: { must: [{ key: '_tenant_id', match: { value: 'acme' } }, filter] },
        exact: true,
      },
    ])
  })

  it('takes it in a batch that a filter may match all that there is by then', async () => {
    const set_payload = { payload: { a: 1 }, filter: {} }
    const upsert = { points: [{ id: 1, vector: [1] }] }
    const plan = await planOf(`POST ${DOCS}/points/batch`, {
      operations: [{ upsert }, { set_payload }, { overwrite_payload: set_payload }],
    })
    const service = fakeService({ count: 5 })
    expect(await plan.measure?.(service)).toEqual([demand(1, 20 + (5 + 1) * 14)])
    expect(service.sent.map(bodyOf)).toEqual([{ exact: true }])
    expect(plan.units).toBe(3)
  })

  it('does not take an answer without a figure for nothing', async () => {
    const plan = await planOf(`POST ${DOCS}/points/payload`, { payload: { a: 1 }, filter: {} })
    await expect(plan.measure?.(fakeService({}))).rejects.toMatchObject({ code: 'UpstreamFailed' })
  })

  it('counts a collection when it is made, with the bytes of its vectors noted', async () => {
    const plan = await planOf(`PUT ${DOCS}`, {
      vectors: {
        a: { size: 100, distance: 'Dot' },
        b: { size: 10, distance: 'Dot', datatype: 'uint8' },
      },
    })
    expect(plan.stock).toEqual([
      {
        place: 'docs',
        expects: 'new',
        collections: 1,
        vectors: 0,
        bytes: 0,
        note: '{"dense_bytes_per_point":410}',
      },
    ])
  })

  it('gives a collection back with all that is in it', async () => {
    const plan = await planOf(`DELETE ${DOCS}`)
    expect(plan.stock).toEqual([{ ...demand(0, 0), expects: 'any' }])
    expect((await plan.run(fakeService(false))).stock).toBe('dropped')
  })

  it('reserves nothing for reads, and counts each search of a batch', async () => {
    const one = await planOf(`POST ${DOCS}/points/query`, { query: [1] })
    const three = await planOf(`POST ${DOCS}/points/query/batch`, { searches: [{}, {}, {}] })
    expect([one.stock, one.recount, one.units, three.units]).toEqual([[], [], 1, 3])
  })

  it('says of writes to points that a refusal may come after a part was done', async () => {
    const service = fakeService({ operation_id: 1, status: 'completed', internal: 1 })
    const plan = await planOf(`PUT ${DOCS}/points`, { points: [{ id: 1, vector: [1] }] })
    expect((await plan.run(service)).body).toEqual({
      result: { operation_id: 1, status: 'completed' },
      status: 'ok',
      time: 0.5,
    })
    expect(service.sent.map(({ writes, mayBePartial }) => [writes, mayBePartial])).toEqual([
      [true, true],
    ])
  })
})
