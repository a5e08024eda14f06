// What reaches Pinecone for what was asked, what is reserved for it, and what its answers become.
import { describe, expect, it } from 'vitest'
import { pinecone } from '../../../../src/upstream/vector/pinecone/pinecone.ts'
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

/** What was sent, its body parsed. */
async function sentFor(ask: Ask, answerOf?: AnswerOf) {
  const { sent } = await perform(pinecone, ask, fakeUpstream(answerOf))
  return sent.map(({ method, target, body }) => [`${method} ${target}`, body])
}

async function told(ask: Ask, body: unknown, status = 200) {
  const { answer } = await perform(
    pinecone,
    ask,
    fakeUpstream(() => ({ status, body })),
  )
  return answer
}

describe('what reaches Pinecone', () => {
  it.each([
    ['poems', 'tenant_acme_poems', 'poems'],
    ['a/B c', 'tenant_acme_a~2f~42~20c', 'a/B c'],
    ['', 'tenant_acme_', '__default__'],
    [null, 'tenant_acme_', '__default__'],
    [undefined, 'tenant_acme_', '__default__'],
    ['__default__', 'tenant_acme_', '__default__'],
    ['tenant_globex_poems', 'tenant_acme_tenant_globex_poems', 'tenant_globex_poems'],
  ])('names %o as %o, and tells %o', async (namespace, physical, shown) => {
    const ask = { method: 'POST', target: '/query', body: { topK: 2, id: 'a', namespace } }
    const upstream = fakeUpstream(() => ({ body: { namespace: physical } }))
    const { sent, answer } = await perform(pinecone, ask, upstream)
    expect(sent).toEqual([
      {
        method: 'POST',
        target: '/query',
        body: JSON.stringify({ topK: 2, id: 'a', namespace: physical }),
      },
    ])
    expect(answer.body).toEqual({ matches: [], namespace: shown })
  })

  it('keeps the digits of numbers', async () => {
    const body =
      '{"vectors":[{"id":"a","values":[1.0,0.10000000000000000555,1e2],"metadata":{"n":12345678901234567890}}]}'
    expect(await sentFor({ method: 'POST', target: '/vectors/upsert', body })).toEqual([
      ['POST /vectors/upsert', `${body.slice(0, -1)},"namespace":"tenant_acme_"}`],
    ])
  })

  it('leaves out what is null', async () => {
    const body = { id: 'a', values: null, sparseValues: null, filter: null, setMetadata: { a: 1 } }
    expect(await sentFor({ method: 'POST', target: '/vectors/update', body })).toEqual([
      ['POST /vectors/update', '{"id":"a","setMetadata":{"a":1},"namespace":"tenant_acme_"}'],
    ])
  })

  it('repeats ids, each encoded', async () => {
    const ask = { method: 'GET', target: '/vectors/fetch?ids=a%26namespace%3Db&ids=c&namespace=n' }
    expect(await sentFor(ask)).toEqual([
      ['GET /vectors/fetch?ids=a%26namespace%3Db&ids=c&namespace=tenant_acme_n', ''],
    ])
  })

  it('lists namespaces under the own prefix, whatever prefix is asked for', async () => {
    expect(await sentFor({ method: 'GET', target: '/namespaces' })).toEqual([
      ['GET /namespaces?limit=100&prefix=tenant_acme_', ''],
    ])
    expect(await sentFor({ method: 'GET', target: '/namespaces?prefix=Po&limit=7' })).toEqual([
      ['GET /namespaces?limit=7&prefix=tenant_acme_%7E50o', ''],
    ])
  })

  it('writes records a line each', async () => {
    const target = '/records/namespaces/n/upsert'
    const body = '{"_id":"a","text":"b"}\r\n{"id":"c","text":"d"}\n'
    expect(await sentFor({ method: 'POST', target, body })).toEqual([
      [
        'POST /records/namespaces/tenant_acme_n/upsert',
        '{"_id":"a","text":"b"}\n{"id":"c","text":"d"}',
      ],
    ])
  })

  it('is asked nothing for an index of another name', async () => {
    const ask = { method: 'GET', target: '/indexes/tests' }
    expect(await refusalOf(read(pinecone, ask))).toMatch(/^NotFound: /)
  })
})

describe('what a write to Pinecone reserves', () => {
  const planOf = async (ask: Ask) => (await read(pinecone, ask)).plan

  it('is each id once, the bytes of the body, and a namespace where there was none', async () => {
    const vectors = ['a', 'b', 'a'].map((id) => ({ id, values: V }))
    const body = { vectors, namespace: 'n' }
    const bytes = JSON.stringify(body).length
    expect(await planOf({ method: 'POST', target: '/vectors/upsert', body })).toMatchObject({
      units: 1,
      stock: [{ ...PLACE, place: 'n', collectionIfNew: 1, vectors: 2, bytes }],
      recount: ['n'],
    })
  })

  it('is of the default namespace where none is named', async () => {
    const body = { vectors: [{ id: 'a', values: V }], namespace: '' }
    expect(await planOf({ method: 'POST', target: '/vectors/upsert', body })).toMatchObject({
      stock: [{ place: '__default__', vectors: 1 }],
      recount: ['__default__'],
    })
  })

  it('is as many requests as there are records to embed', async () => {
    const body = '{"_id":"a","t":"1"}\n{"_id":"b","t":"2"}\n{"id":"a","t":"3"}'
    const target = '/records/namespaces/n/upsert'
    expect(await planOf({ method: 'POST', target, body })).toMatchObject({
      units: 3,
      stock: [{ ...PLACE, place: 'n', collectionIfNew: 1, vectors: 2, bytes: body.length }],
    })
  })

  it('is no vector for an update, and bytes for what it adds alone', async () => {
    const target = '/vectors/update'
    const values = { id: 'a', values: V }
    expect((await planOf({ method: 'POST', target, body: values })).stock).toEqual([])
    const metadata = { id: 'a', setMetadata: { a: 'é' } }
    expect(await planOf({ method: 'POST', target, body: metadata })).toMatchObject({
      stock: [{ ...PLACE, place: '__default__', bytes: '{"setMetadata":{"a":"é"}}'.length + 1 }],
      recount: ['__default__'],
    })
  })

  it('is for an update by filter what the service says that it matches', async () => {
    const body = { filter: { a: 1 }, setMetadata: { a: 2 }, namespace: 'n' }
    const plan = await planOf({ method: 'POST', target: '/vectors/update', body })
    const upstream = fakeUpstream(() => ({ body: { matchedRecords: 40 } }))
    expect(await plan.measure?.(upstream.service)).toEqual([
      { ...PLACE, place: 'n', bytes: 40 * '{"setMetadata":{"a":2}}'.length },
    ])
    expect(JSON.parse(upstream.sent[0]?.body ?? '')).toEqual({
      ...body,
      namespace: 'tenant_acme_n',
      dryRun: true,
    })
  })

  it('is nothing for deletions, which are counted again', async () => {
    const body = { ids: ['a'], namespace: 'n' }
    expect(await planOf({ method: 'POST', target: '/vectors/delete', body })).toMatchObject({
      stock: [],
      recount: ['n'],
    })
  })

  it('is a namespace that is not yet known, for one that is made', async () => {
    const body = { name: 'n' }
    expect(await planOf({ method: 'POST', target: '/namespaces', body })).toMatchObject({
      stock: [{ ...PLACE, place: 'n', expects: 'new', collectionIfNew: 1, bytes: 12 }],
    })
  })

  it('is dropped with its namespace', async () => {
    const { plan, answer } = await perform(pinecone, { method: 'DELETE', target: '/namespaces/n' })
    expect(plan.stock).toEqual([{ ...PLACE, place: 'n' }])
    expect(answer).toEqual({ status: 200, body: {}, stock: 'dropped' })
  })
})

describe('what Pinecone answers', () => {
  it('is told of own namespaces alone, and what the index holds of others is not', async () => {
    const body = {
      namespaces: {
        tenant_acme_n: { vectorCount: 3 },
        tenant_acme_: { vectorCount: 4 },
        tenant_acmee_n: { vectorCount: 100 },
        tenant_globex_n: { vectorCount: 1000 },
        __default__: { vectorCount: 5000 },
        'tenant_acme_~4': { vectorCount: 7000 },
      },
      dimension: 3,
      metric: 'cosine',
      vectorType: 'dense',
      indexFullness: 0.4,
      memoryFullness: 0.5,
      totalVectorCount: 13107,
    }
    expect(await told({ method: 'POST', target: '/describe_index_stats', body: {} }, body)).toEqual(
      {
        status: 200,
        stock: 'kept',
        body: {
          namespaces: { n: { vectorCount: 3 }, __default__: { vectorCount: 4 } },
          dimension: 3,
          metric: 'cosine',
          vectorType: 'dense',
          indexFullness: 0,
          totalVectorCount: 7,
        },
      },
    )
  })

  it('lists what it should not have listed to nobody', async () => {
    const body = {
      namespaces: [
        { name: 'tenant_acme_n', record_count: '3', size_bytes: '9', host: 'a' },
        { name: 'tenant_globex_n', record_count: '1000' },
        { name: 'tenant_acme_', record_count: '4' },
      ],
      total_count: 2,
    }
    expect(await told({ method: 'GET', target: '/namespaces' }, body)).toMatchObject({
      body: {
        namespaces: [
          { name: 'n', record_count: '3', size_bytes: '9' },
          { name: '__default__', record_count: '4' },
        ],
        total_count: 2,
      },
    })
  })

  it('is told member by member', async () => {
    const body = {
      matches: [{ id: 'a', score: 0.5, values: V, namespace: 'tenant_acme_n', shard: 1 }],
      results: [{ namespace: 'tenant_globex_n', matches: [] }],
      namespace: 'tenant_acme_n',
      usage: { readUnits: 5, account: 'x' },
    }
    const ask = { method: 'POST', target: '/query', body: { topK: 1, id: 'a', namespace: 'n' } }
    expect((await told(ask, body)).body).toEqual({
      matches: [{ id: 'a', score: 0.5, values: V }],
      namespace: 'n',
      usage: { readUnits: 5 },
    })
  })

  it('has its tokens sealed, for one tenant, one namespace and one prefix', async () => {
    const page = () => ({ body: { vectors: [{ id: 'a' }], pagination: { next: 'raw-token' } } })
    const list = { method: 'GET', target: '/vectors/list?namespace=n&prefix=a' }
    const { answer } = await perform(pinecone, list, fakeUpstream(page))
    const next = /"next":"([A-Za-z0-9_-]+)"/.exec(JSON.stringify(answer.body))?.[1] ?? ''
    expect(next).not.toContain('raw-token')
    const again = { ...list, target: `${list.target}&paginationToken=${next}` }
    expect(await sentFor(again, page)).toEqual([
      [
        'GET /vectors/list?limit=100&paginationToken=raw-token&prefix=a&namespace=tenant_acme_n',
        '',
      ],
    ])
    for (const other of [
      { ...again, tenant: 'globex' },
      { ...again, target: again.target.replace('namespace=n', 'namespace=m') },
      { ...again, target: again.target.replace('prefix=a', 'prefix=b') },
      { method: 'GET', target: `/namespaces?paginationToken=${next}` },
    ]) {
      expect(await refusalOf(read(pinecone, other))).toMatch(/^NotFound: /)
    }
  })

  it.each([
    [{ code: 3, message: 'Vector dimension 2 does not match the dimension of the index 3' }, 400, 'InvalidBody: The index has vectors of 3 dimensions, not of 2.'], // prettier-ignore
    [{ error: { message: 'tenant_globex_n is full' } }, 400, 'InvalidBody: The service does not accept this request.'], // prettier-ignore
    [{ code: 5, message: 'Namespace tenant_globex_n not found' }, 404, 'NotFound: There is no collection, point or handle of this name here.'], // prettier-ignore
    [{ message: 'namespace tenant_acme_n: too many requests' }, 429, 'UpstreamOverloaded: The service is overloaded.'], // prettier-ignore
    ['Unauthorized', 401, 'UpstreamFailed: The service refused the gateway.'],
  ])('tells of refusals what names nobody: %o', async (body, status, expected) => {
    const ask = { method: 'POST', target: '/query', body: { topK: 1, id: 'a' } }
    expect(await refusalOf(told(ask, body, status))).toBe(expected)
  })

  it.each([
    ['https://gateway.test/pinecone', 'gateway.test/pinecone'],
    ['https://pinecone.test', 'pinecone.test'],
    ['http://127.0.0.1:8787/pinecone', 'http://127.0.0.1:8787/pinecone'],
  ])('describes an index that is to be found at %s', async (mountUrl, host) => {
    const stats = { body: { dimension: 3, metric: 'cosine', vectorType: 'dense' } }
    const ask = { method: 'GET', target: '/indexes/default', mountUrl }
    const { answer } = await perform(
      pinecone,
      ask,
      fakeUpstream(() => stats),
    )
    expect(answer.body).toMatchObject({
      name: 'default',
      host,
      dimension: 3,
      schema: { fields: { _values: { type: 'dense_vector', dimension: 3, metric: 'cosine' } } },
    })
  })
})
