// What reaches Upstash for what was asked, what is reserved for it, and what its answers become.
import { describe, expect, it } from 'vitest'
import { upstashVector } from '../../../../src/upstream/vector/upstash-vector/upstash-vector.ts'
import { type Ask, type AnswerOf, fakeUpstream, perform, read, refusalOf } from '../ask-adapter.ts'

const V = [1, 0, 0]
const PLACE = {
  collections: 0,
  collectionIfNew: 0,
  vectors: 0,
  bytes: 0,
  expects: 'any',
  note: null,
}

function post(target: string, body: unknown): Ask {
  return { method: 'POST', target, body }
}

async function sentFor(ask: Ask, answerOf?: AnswerOf) {
  const { sent } = await perform(upstashVector, ask, fakeUpstream(answerOf))
  return sent.map(({ method, target, body }) => [`${method} ${target}`, body])
}

async function told(ask: Ask, result: unknown) {
  const upstream = fakeUpstream(() => ({ body: { result } }))
  return (await perform(upstashVector, ask, upstream)).answer.body
}

describe('what reaches Upstash Vector', () => {
  it.each([
    ['/upsert/poems', '/upsert/tenant_acme_poems'],
    ['/upsert', '/upsert/tenant_acme_'],
    ['/upsert/D%C3%A9', '/upsert/tenant_acme_~44~c3~a9'],
    ['/upsert/tenant_globex_poems', '/upsert/tenant_acme_tenant_globex_poems'],
    ['/upsert/*', '/upsert/tenant_acme_~2a'],
  ])('names a namespace always: %s becomes %s', async (target, physical) => {
    expect(await sentFor(post(target, { id: 'a', vector: V }))).toEqual([
      [`POST ${physical}`, '{"id":"a","vector":[1,0,0]}'],
    ])
  })

  it('keeps the digits of numbers, ids among them', async () => {
    const body =
      '[{"id":9007199254740993,"vector":[1.0,1e2]},{"id":7,"vector":[0.10000000000000000555]}]'
    expect(await sentFor(post('/upsert', body))).toEqual([['POST /upsert/tenant_acme_', body]])
  })

  it.each([
    ['"a"', '{"ids":["a"]}'],
    ['7', '{"ids":[7]}'],
    ['["a",7]', '{"ids":["a",7]}'],
    ['{"ids":["a"],"prefix":null}', '{"ids":["a"]}'],
    ['{"filter":"x = 1"}', '{"filter":"x = 1"}'],
    ['{"prefix":""}', '{"prefix":""}'],
  ])('is told which to delete in one form, for %s', async (body, sent) => {
    expect(await sentFor({ method: 'DELETE', target: '/delete/n', body })).toEqual([
      ['POST /delete/tenant_acme_n', sent],
    ])
  })

  it.each([
    ['DELETE', '/reset/n', undefined, 'POST /reset/tenant_acme_n'],
    ['POST', '/reset', [], 'POST /reset/tenant_acme_'],
    ['DELETE', '/delete-namespace/n', undefined, 'POST /delete-namespace/tenant_acme_n'],
  ])('gets a command without a body by POST: %s %s', async (method, target, body, sent) => {
    expect(await sentFor({ method, target, body })).toEqual([[sent, '[]']])
  })

  it('gets a query for its list in one, and each member by its name', async () => {
    const body = [{ vector: V, topK: 1, filter: null, includeData: true }, { vector: V }]
    expect(await sentFor(post('/query/n', body), () => ({ body: { result: [[], []] } }))).toEqual([
      [
        'POST /query/tenant_acme_n',
        '[{"vector":[1,0,0],"topK":1,"includeData":true},{"vector":[1,0,0]}]',
      ],
    ])
  })

  it.each([[0], ['0'], [''], [null], [undefined]])(
    'begins a range at its beginning for a cursor %o',
    async (cursor) => {
      const page = () => ({ body: { result: { nextCursor: '', vectors: [] } } })
      expect(await sentFor(post('/range/n', { cursor, limit: 2 }), page)).toEqual([
        ['POST /range/tenant_acme_n', '{"limit":2,"cursor":"0"}'],
      ])
    },
  )
})

describe('what a write to Upstash Vector reserves', () => {
  const planOf = async (ask: Ask) => (await read(upstashVector, ask)).plan

  it('is each id once, a number like its digits', async () => {
    const body = ['a', 'a', 7, '7', 'b'].map((id) => ({ id, vector: V }))
    const bytes = JSON.stringify(body).length
    expect(await planOf(post('/upsert/n', body))).toMatchObject({
      units: 1,
      stock: [{ ...PLACE, place: 'n', collectionIfNew: 1, vectors: 3, bytes }],
      recount: ['n'],
    })
  })

  it('is of the default namespace, which has no name, where none is named', async () => {
    expect(await planOf(post('/upsert', { id: 'a', vector: V }))).toMatchObject({
      stock: [{ place: '', collectionIfNew: 1, vectors: 1 }],
      recount: [''],
    })
  })

  it('is as many requests as there are texts to embed', async () => {
    const body = ['a', 'b'].map((id) => ({ id, data: 'text' }))
    expect(await planOf(post('/upsert-data/n', body))).toMatchObject({
      units: 2,
      stock: [{ vectors: 2 }],
    })
    const queries = [{ data: 'a' }, { data: 'b' }, { data: 'c' }]
    expect(await planOf(post('/query-data/n', queries))).toMatchObject({ units: 3, stock: [] })
    expect(await planOf(post('/query/n', [{ vector: V }, { vector: V }]))).toMatchObject({
      units: 2,
    })
  })

  it('is no vector for an update, and bytes for what it adds alone', async () => {
    expect((await planOf(post('/update/n', { id: 'a', vector: V }))).stock).toEqual([])
    expect(await planOf(post('/update/n', { id: 'a', data: 'é' }))).toMatchObject({
      stock: [{ ...PLACE, place: 'n', bytes: '{"data":"é"}'.length + 1 }],
      recount: ['n'],
    })
  })

  it('is nothing for a deletion or a reset, which are counted again', async () => {
    for (const ask of [post('/delete/n', '"a"'), post('/reset/n', [])]) {
      expect(await planOf(ask)).toMatchObject({ stock: [], recount: ['n'] })
    }
  })

  it('is dropped with its namespace, unless there is none', async () => {
    const ask = post('/delete-namespace/n', [])
    const { plan, answer } = await perform(upstashVector, ask)
    expect(plan.stock).toEqual([{ ...PLACE, place: 'n' }])
    expect(answer).toEqual({ status: 200, body: { result: 'Success' }, stock: 'dropped' })
    const missing = { error: 'Namespace tenant_acme_n for the index x does not exist', status: 404 }
    const upstream = fakeUpstream(() => ({ status: 404, body: missing }))
    expect(await refusalOf(perform(upstashVector, ask, upstream))).toBe(
      'NotFound: There is no collection, point or handle of this name here.',
    )
  })
})

describe('what Upstash Vector answers', () => {
  const info = {
    vectorCount: 9000,
    pendingVectorCount: 900,
    indexSize: 1_000_000,
    dimension: 3,
    similarityFunction: 'COSINE',
    denseIndex: { dimension: 3, similarityFunction: 'COSINE', embeddingModel: 'M', host: 'a' },
    namespaces: {
      '': { vectorCount: 5000, pendingVectorCount: 1 },
      tenant_acme_n: { vectorCount: 3, pendingVectorCount: 2 },
      tenant_acme_: { vectorCount: 4, pendingVectorCount: 0 },
      tenant_globex_n: { vectorCount: 1000, pendingVectorCount: 500 },
      'tenant_acme-two_n': { vectorCount: 1000, pendingVectorCount: 500 },
    },
  }

  it('is told of own namespaces alone, and of the bytes that the account has', async () => {
    const places = [
      { name: 'n', vectors: 5, bytes: 70, note: null },
      { name: '', vectors: 4, bytes: 30, note: null },
    ]
    const upstream = fakeUpstream(() => ({ body: { result: info } }), places)
    const { answer } = await perform(upstashVector, { method: 'GET', target: '/info' }, upstream)
    expect(answer.body).toEqual({
      result: {
        vectorCount: 7,
        pendingVectorCount: 2,
        indexSize: 100,
        dimension: 3,
        similarityFunction: 'COSINE',
        denseIndex: { dimension: 3, similarityFunction: 'COSINE', embeddingModel: 'M' },
        namespaces: {
          '': { vectorCount: 4, pendingVectorCount: 0 },
          n: { vectorCount: 3, pendingVectorCount: 2 },
        },
      },
    })
  })

  it('lists the default namespace, and others that are the tenant’s own', async () => {
    const all = ['', 'tenant_globex_n', 'tenant_acme_n', 'tenant_acme_', 'tenant_acme_~41']
    expect(await told({ method: 'GET', target: '/list-namespaces' }, all)).toEqual({
      result: ['', 'n', 'A'],
    })
    expect(await told(post('/list-namespaces', []), [''])).toEqual({ result: [''] })
  })

  it('is told member by member', async () => {
    const match = { id: 'a', score: 0.5, vector: V, metadata: { b: 1 }, data: 'c' }
    const more = { ...match, namespace: 'tenant_acme_n' }
    expect(await told(post('/query/n', { vector: V }), [more])).toEqual({ result: [match] })
    expect(await told(post('/query/n', [{ vector: V }, { vector: V }]), [[more], []])).toEqual({
      result: [[match], []],
    })
    const { score: _, ...record } = match
    expect(await told(post('/fetch/n', { ids: ['a', 'b'] }), [more, null])).toEqual({
      result: [record, null],
    })
  })

  it('has its cursors sealed, for one tenant, one namespace and one prefix', async () => {
    const page = () => ({ body: { result: { nextCursor: 'raw', vectors: [] } } })
    const ask = post('/range/n', { cursor: 0, limit: 2, prefix: 'a' })
    const { answer } = await perform(upstashVector, ask, fakeUpstream(page))
    const cursor = /"nextCursor":"([A-Za-z0-9_-]+)"/.exec(JSON.stringify(answer.body))?.[1] ?? ''
    const again = { cursor, limit: 2, prefix: 'a' }
    expect(await sentFor(post('/range/n', again), page)).toEqual([
      ['POST /range/tenant_acme_n', '{"prefix":"a","limit":2,"cursor":"raw"}'],
    ])
    for (const other of [
      { ...post('/range/n', again), tenant: 'globex' },
      post('/range/m', again),
      post('/range', again),
      post('/range/n', { ...again, prefix: 'b' }),
    ]) {
      expect(await refusalOf(read(upstashVector, other))).toMatch(/^NotFound: /)
    }
  })

  it('has handles of its queries sealed, for the tenant that began them', async () => {
    const uuid = '550e8400-e29b-41d4-a716-446655440000'
    const begun = () => ({ body: { result: { uuid, scores: [] } } })
    const ask = post('/resumable-query/n', { vector: V, topK: 1 })
    const { answer } = await perform(upstashVector, ask, fakeUpstream(begun))
    const text = JSON.stringify(answer.body)
    expect(text).not.toContain(uuid)
    const sealed = /"uuid":"([A-Za-z0-9_-]+)"/.exec(text)?.[1] ?? ''
    const next = post('/resumable-query-next', { uuid: sealed, additionalK: 3 })
    expect(await sentFor(next, () => ({ body: { result: [] } }))).toEqual([
      ['POST /resumable-query-next', `{"additionalK":3,"uuid":"${uuid}"}`],
    ])
    const end = post('/resumable-query-end', { uuid: sealed })
    expect(await sentFor(end)).toEqual([['POST /resumable-query-end', `{"uuid":"${uuid}"}`]])
    for (const other of [next, end]) {
      expect(await refusalOf(read(upstashVector, { ...other, tenant: 'globex' }))).toMatch(
        /^NotFound/,
      )
    }
  })

  it.each([
    ['Invalid vector dimension: 2, expected: 256', 422, 'InvalidBody: The index has vectors of 256 dimensions, not of 2.'], // prettier-ignore
    ['Namespace tenant_globex_n for the index x does not exist', 404, 'NotFound: There is no collection, point or handle of this name here.'], // prettier-ignore
    ['Exceeded the limit of tenant_globex_n', 400, 'InvalidBody: The service does not accept this request.'], // prettier-ignore
    ['Unauthorized: Invalid auth token', 401, 'UpstreamFailed: The service refused the gateway.'],
  ])('tells of refusals what names nobody: %s', async (error, status, expected) => {
    const upstream = fakeUpstream(() => ({ status, body: { error, status } }))
    const ask = post('/query/n', { vector: V })
    expect(await refusalOf(perform(upstashVector, ask, upstream))).toBe(expected)
  })
})
