// The stand-in for Pinecone, by its official client and by hand: it answers as an index does, and the
// traps that a gateway has to close are open.
import { type Index, Pinecone, type RecordMetadata } from '@pinecone-database/pinecone'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type PineconeStandIn, startPinecone } from './pinecone.ts'

let standIn: PineconeStandIn
let client: Pinecone

const index = (namespace: string): Index<RecordMetadata> =>
  client.index({ name: standIn.indexName, host: standIn.url, namespace })

const send = async (method: string, target: string, body?: unknown): Promise<string> => {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  const headers = { 'api-key': standIn.apiKey }
  return (await fetch(`${standIn.url}${target}`, { method, headers, ...sent })).text()
}

beforeAll(async () => {
  standIn = await startPinecone()
  client = new Pinecone({ apiKey: standIn.apiKey, controllerHostUrl: standIn.url, maxRetries: 0 })
})
afterAll(() => standIn.close())

describe('to its official client, the stand-in for Pinecone', () => {
  it('tells where an index is, and is used there', async () => {
    const { host, dimension, metric } = await client.describeIndex('tests')
    expect([host, dimension, metric]).toEqual([standIn.url, 3, 'cosine'])
    const byName = client.index({ name: 'tests', namespace: 'by-name' })
    await byName.upsert({ records: [{ id: 'a', values: [1, 0, 0] }] })
    expect((await byName.fetch({ ids: ['a'] })).records['a']?.values).toEqual([1, 0, 0])
    await byName.deleteNamespace('by-name')
  })

  it('ranks by cosine, filters by metadata and shows what was asked for', async () => {
    const poems = index('poems')
    await poems.upsert({
      records: [
        { id: 'x', values: [1, 0, 0], metadata: { year: 1900, tags: ['sea', 'storm'] } },
        { id: 'y', values: [0, 1, 0], metadata: { year: 1950, tags: ['sea'] } },
        { id: 'xy', values: [3, 3, 0], metadata: { year: 2000 } },
      ],
    })
    const near = await poems.query({ vector: [2, 0, 0], topK: 2 })
    expect(near.matches).toEqual([
      { id: 'x', score: 1, values: [] },
      { id: 'xy', score: 3 / Math.sqrt(18), values: [] },
    ])
    const ids = async (filter: object): Promise<string[]> =>
      (await poems.query({ id: 'y', topK: 9, filter })).matches.map(({ id }) => id)
    expect(await ids({ year: { $gte: 1950 } })).toEqual(['y', 'xy'])
    expect(await ids({ tags: 'sea' })).toEqual(['y', 'x'])
    expect(await ids({ tags: { $in: ['storm'] } })).toEqual(['x'])
    expect(await ids({ tags: { $exists: false } })).toEqual(['xy'])
    expect(await ids({ $or: [{ year: 1900 }, { year: { $gt: 1999 } }] })).toEqual(['xy', 'x'])
    expect(await ids({ $and: [{ year: { $ne: 1900 } }, { tags: { $nin: ['sea'] } }] })).toEqual([
      'xy',
    ])
    const whole = await poems.query({
      id: 'x',
      topK: 1,
      includeValues: true,
      includeMetadata: true,
    })
    expect(whole.matches[0]).toEqual({
      id: 'x',
      score: 1,
      values: [1, 0, 0],
      metadata: { year: 1900, tags: ['sea', 'storm'] },
    })
  })

  it('updates, fetches, lists in pages and deletes', async () => {
    const list = index('list')
    const records = ['a1', 'a2', 'a3', 'b1'].map((id) => ({ id, values: [1, 1, 1] }))
    await list.upsert({ records })
    await list.update({ id: 'a1', metadata: { seen: true } })
    const first = await list.listPaginated({ prefix: 'a', limit: 2 })
    const token = first.pagination?.next ?? ''
    const second = await list.listPaginated({ prefix: 'a', limit: 2, paginationToken: token })
    expect(first.vectors).toEqual([{ id: 'a1' }, { id: 'a2' }])
    expect([second.vectors, second.pagination]).toEqual([[{ id: 'a3' }], undefined])
    const seen = await list.fetchByMetadata({ filter: { seen: { $eq: true } } })
    expect(Object.keys(seen.records)).toEqual(['a1'])
    await list.deleteOne({ id: 'a1' })
    await list.deleteMany({ ids: ['a2'] })
    expect((await list.describeNamespace('list')).recordCount).toBe('2')
    await list.deleteAll()
    expect((await list.describeNamespace('list')).recordCount).toBe('0')
    await list.deleteNamespace('list')
    await expect(list.describeNamespace('list')).rejects.toMatchObject({
      name: 'PineconeNotFoundError',
    })
  })

  it('embeds records itself and searches them by text', async () => {
    const notes = index('notes')
    await notes.upsertRecords({
      records: [
        { id: 'n1', chunk_text: 'a red fox', mood: 'wild' },
        { id: 'n2', chunk_text: 'a blue whale', mood: 'calm' },
      ],
    })
    const found = await notes.searchRecords({ query: { topK: 1, inputs: { text: 'red fox a' } } })
    expect(found.result.hits).toEqual([
      {
        _id: 'n1',
        _score: expect.closeTo(1, 9),
        fields: { chunk_text: 'a red fox', mood: 'wild' },
      },
    ])
    expect(found.usage).toEqual({ readUnits: 1, embedTotalTokens: 3 })
  })

  it('counts over all namespaces and lists them by prefix', async () => {
    await index('made').createNamespace({ name: 'made' })
    const stats = await index('any').describeIndexStats()
    expect(stats.namespaces?.['poems']).toEqual({ recordCount: 3 })
    expect(stats.totalRecordCount).toBe(5)
    const listed = await index('any').listNamespaces({ prefix: 'm' })
    expect(listed).toEqual({ namespaces: [{ name: 'made', recordCount: '0' }], totalCount: 1 })
  })

  it('raises its errors as the client knows them', async () => {
    await expect(index('poems').query({ vector: [1], topK: 1 })).rejects.toThrow(
      'Vector dimension 1 does not match the dimension of the index 3',
    )
    const stranger = new Pinecone({ apiKey: 'wrong', controllerHostUrl: standIn.url })
    await expect(stranger.listIndexes()).rejects.toMatchObject({
      name: 'PineconeAuthorizationError',
    })
  })

  it('is found below a path too', async () => {
    const below = client.index({ name: 'tests', host: `${standIn.url}/pinecone`, namespace: 'p' })
    await expect(below.fetch({ ids: ['a'] })).rejects.toMatchObject({
      name: 'PineconeNotFoundError',
    })
    expect(standIn.requests.at(-1)?.target).toBe('/pinecone/vectors/fetch?ids=a&namespace=p')
  })
})

describe('to a careless gateway, the stand-in for Pinecone', () => {
  beforeAll(async () => {
    await index('victim').upsert({ records: [{ id: 'secret', values: [1, 1, 0] }] })
  })

  it('keeps one namespace for whoever names none, an empty or the default one', async () => {
    const query = { topK: 9, vector: [0, 0, 1] }
    await send('POST', '/vectors/upsert', { vectors: [{ id: 'shared', values: [0, 0, 1] }] })
    for (const namespace of [undefined, null, '', '__default__']) {
      expect(await send('POST', '/query', { ...query, namespace })).toContain('"id":"shared"')
    }
  })

  it('lets each of the deprecated queries name a namespace of its own', async () => {
    const queries = [{ values: [1, 1, 0], namespace: 'victim' }]
    const body = { topK: 9, namespace: 'mallory', queries }
    expect(await send('POST', '/query', body)).toContain('"id":"secret"')
  })

  it('lets a pagination token decide the namespace', async () => {
    await index('victim').upsert({ records: [{ id: 'secret-2', values: [1, 1, 0] }] })
    const { pagination } = await index('victim').listPaginated({ limit: 1 })
    const token = encodeURIComponent(pagination?.next ?? '')
    const stolen = await send('GET', `/vectors/list?namespace=mallory&paginationToken=${token}`)
    expect(stolen).toContain('"vectors":[{"id":"secret-2"}]')
  })

  it('reads a message from an array, from snake_case and from the last of two members', async () => {
    expect(
      await send('POST', '/query', ['victim', 9, null, false, false, [], [1, 1, 0]]),
    ).toContain('"id":"secret"')
    const headers = { 'api-key': standIn.apiKey }
    const body = '{"namespace":"mallory","top_k":9,"vector":[1,1,0],"namespace":"victim"}'
    const twice = await fetch(`${standIn.url}/query`, { method: 'POST', headers, body })
    expect(await twice.text()).toContain('"id":"secret"')
  })

  it('serves the second bindings and paths that are not written plainly', async () => {
    expect(await send('GET', '/describe_index_stats')).toContain('"victim"')
    expect(await send('GET', '//vectors/./fetch/?ids=secret&namespace=victim')).toContain('[1,1,0]')
    expect(await send('GET', '/namespaces/%76ictim')).toContain('"record_count":"2"')
    await send('DELETE', '/vectors/delete?ids=secret-2&namespace=victim')
    expect(await send('GET', '/namespaces/victim')).toContain('"record_count":"1"')
  })

  it('starts imports and deletes whole indexes with the key that it was given', async () => {
    const other = await startPinecone()
    const headers = { 'api-key': other.apiKey }
    const start = { method: 'POST', headers, body: '{"uri":"s3://bucket"}' }
    expect(await (await fetch(`${other.url}/bulk/imports`, start)).json()).toEqual({ id: '1' })
    await fetch(`${other.url}/indexes/tests`, { method: 'DELETE', headers })
    expect(await other.dump()).toEqual({
      index: null,
      namespaces: {},
      imports: [{ id: '1', uri: 's3://bucket', status: 'Pending' }],
    })
    await other.close()
  })
})

describe('as a test directs it, the stand-in for Pinecone', () => {
  it('fails, breaks off before and after, and waits', async () => {
    const { apiKey, url } = standIn
    const upsert = (id: string): Promise<Response> =>
      fetch(`${url}/vectors/upsert`, {
        method: 'POST',
        headers: { 'api-key': apiKey },
        body: JSON.stringify({ namespace: 'faults', vectors: [{ id, values: [1, 0, 0] }] }),
      })
    standIn.failNext({ kind: 'answer', answer: { status: 503, body: { code: 14 } } })
    expect((await upsert('refused')).status).toBe(503)
    standIn.failNext({ kind: 'drop_before' })
    await expect(upsert('dropped')).rejects.toThrow('fetch failed')
    standIn.failNext({ kind: 'drop_after' })
    await expect(upsert('done')).rejects.toThrow('fetch failed')
    const gate = Promise.withResolvers<void>()
    standIn.delayNext(() => gate.promise)
    const before = standIn.requests.length
    const late = upsert('late')
    await vi.waitUntil(() => standIn.requests.length > before)
    expect(await send('GET', '/namespaces/faults')).toContain('"record_count":"1"')
    gate.resolve()
    expect((await late).status).toBe(200)
    expect(await send('GET', '/vectors/list?namespace=faults')).toContain(
      '[{"id":"done"},{"id":"late"}]',
    )
  })
})
