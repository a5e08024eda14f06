// The stand-in for Upstash Vector, by its official client and by hand: it answers as an index does,
// and the traps that a gateway has to close are open.
import { Index } from '@upstash/vector'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseFilter } from './filter.ts'
import { startUpstashVector, type UpstashVectorStandIn } from './upstash-vector.ts'

let standIn: UpstashVectorStandIn
let index: Index

const send = async (method: string, target: string, body?: unknown): Promise<string> => {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  const headers = { authorization: `Bearer ${standIn.token}` }
  return (await fetch(`${standIn.url}${target}`, { method, headers, ...sent })).text()
}

beforeAll(async () => {
  standIn = await startUpstashVector()
  index = new Index({ url: standIn.url, token: standIn.token, retry: false })
})
afterAll(() => standIn.close())

describe('to its official client, the stand-in for Upstash Vector', () => {
  it('upserts one or many and ranks by half of one more than the cosine', async () => {
    const poems = index.namespace('poems')
    const x = { id: 'x', vector: [1, 0, 0], metadata: { year: 1900 }, data: 'sea' }
    expect(await poems.upsert(x)).toBe('Success')
    await poems.upsert([
      { id: 'y', vector: [0, 1, 0], metadata: { year: 1950 } },
      { id: 7, vector: [-1, 0, 0], metadata: { year: 2000 } },
    ])
    expect(await poems.query({ vector: [5, 0, 0], topK: 9 })).toEqual([
      { id: 'x', score: 1 },
      { id: 'y', score: 0.5 },
      { id: '7', score: 0 },
    ])
    const full = { topK: 1, includeData: true, includeMetadata: true, includeVectors: true }
    expect(await poems.query({ vector: [1, 0, 0], ...full })).toEqual([{ ...x, score: 1 }])
    expect(await poems.query({ vector: [1, 0, 0], topK: 9, filter: 'year > 1900' })).toEqual([
      { id: 'y', score: 0.5 },
      { id: '7', score: 0 },
    ])
  })

  it('answers many queries with many lists, and one in a list with one list', async () => {
    const query = { vector: [1, 0, 0], topK: 1 }
    const queries = [query, { ...query, vector: [0, 1, 0] }]
    expect(await index.queryMany(queries, { namespace: 'poems' })).toEqual([
      [{ id: 'x', score: 1 }],
      [{ id: 'y', score: 1 }],
    ])
    expect(await send('POST', '/query/poems', [query])).toBe('{"result":[{"id":"x","score":1}]}')
  })

  it('embeds data itself', async () => {
    const notes = index.namespace('notes')
    await notes.upsert([
      { id: 'n1', data: 'red fox' },
      { id: 'n2', data: 'blue whale calm sea' },
    ])
    const [best] = await notes.query({ data: 'fox red', topK: 2, includeData: true })
    expect(best).toEqual({ id: 'n1', score: expect.closeTo(1, 9), data: 'red fox' })
  })

  it('fetches by ids and prefix, ranges in pages, updates, deletes and resets', async () => {
    const list = index.namespace('list')
    await list.upsert(['a1', 'a2', 'a3', 'b1'].map((id) => ({ id, vector: [1, 1, 1] })))
    expect(await list.fetch(['a1', 'none'])).toEqual([{ id: 'a1' }, null])
    expect(await list.fetch({ prefix: 'b' })).toEqual([{ id: 'b1' }])
    const first = await list.range({ cursor: 0, limit: 2, prefix: 'a' })
    const second = await list.range({ cursor: first.nextCursor, limit: 2, prefix: 'a' })
    expect(first).toEqual({ nextCursor: '2', vectors: [{ id: 'a1' }, { id: 'a2' }] })
    expect(second).toEqual({ nextCursor: '', vectors: [{ id: 'a3' }] })
    expect(await list.update({ id: 'a1', metadata: { k: 1, l: { m: 2 } } })).toEqual({ updated: 1 })
    const patch = { id: 'a1', metadata: { k: null, l: { n: 3 } } }
    await list.update({ ...patch, metadataUpdateMode: 'PATCH' })
    expect(await list.fetch(['a1'], { includeMetadata: true })).toEqual([
      { id: 'a1', metadata: { l: { m: 2, n: 3 } } },
    ])
    expect(await list.update({ id: 'none', metadata: {} })).toEqual({ updated: 0 })
    expect(await list.delete({ filter: 'HAS FIELD l.n' })).toEqual({ deleted: 1 })
    expect(await list.delete({ prefix: 'a' })).toEqual({ deleted: 2 })
    expect(await list.delete(['b1', 'none'])).toEqual({ deleted: 1 })
    expect(await list.reset()).toBe('Success')
  })

  it('goes on with a query until it is stopped', async () => {
    const asked = { vector: [1, 0, 0], topK: 1, maxIdle: 60 }
    const query = await index.resumableQuery(asked, { namespace: 'poems' })
    expect(query.result).toEqual([{ id: 'x', score: 1 }])
    expect(await query.fetchNext(5)).toEqual([
      { id: 'y', score: 0.5 },
      { id: '7', score: 0 },
    ])
    expect(await query.stop()).toBe('Success')
  })

  it('lists, counts and deletes namespaces', async () => {
    expect(await index.listNamespaces()).toEqual(['', 'poems', 'notes', 'list'])
    await index.deleteNamespace('list')
    const { vectorCount, dimension, namespaces } = await index.info()
    expect({ vectorCount, dimension, namespaces }).toEqual({
      vectorCount: 5,
      dimension: 3,
      namespaces: {
        '': { vectorCount: 0, pendingVectorCount: 0 },
        poems: { vectorCount: 3, pendingVectorCount: 0 },
        notes: { vectorCount: 2, pendingVectorCount: 0 },
      },
    })
  })

  it('raises its errors as the client knows them', async () => {
    await expect(index.upsert({ id: 'a', vector: [1] })).rejects.toThrow(
      'Invalid vector dimension: 1, expected: 3',
    )
    await expect(index.deleteNamespace('none')).rejects.toThrow('does not exist')
    const stranger = new Index({ url: standIn.url, token: 'wrong', retry: false })
    await expect(stranger.info()).rejects.toThrow('Unauthorized: Invalid auth token')
  })

  it('is asked below a path where its URL has one, and a namespace goes as it is written', async () => {
    const below = new Index({ url: `${standIn.url}/upstash-vector/`, token: standIn.token })
    await expect(below.info()).rejects.toThrow('Not found')
    expect(standIn.requests.at(-1)?.target).toBe('/upstash-vector/info')
    await index.namespace('a b?c').fetch(['x'])
    expect(standIn.requests.at(-1)?.target).toBe('/fetch/a%20b?c')
    await index.namespace('../info').fetch(['x'])
    expect(standIn.requests.at(-1)?.target).toBe('/info')
  })
})

describe('to a careless gateway, the stand-in for Upstash Vector', () => {
  beforeAll(async () => {
    const secrets = ['secret-1', 'secret-2'].map((id) => ({ id, vector: [1, 1, 0] }))
    await index.namespace('victim').upsert(secrets)
  })

  it('takes no namespace for the default one, which is everybodys', async () => {
    await send('POST', '/upsert', { id: 'shared', vector: [0, 0, 1] })
    expect(await send('POST', '/fetch/', { ids: ['shared'] })).toContain('"id":"shared"')
  })

  it('lets anyone go on with a query whose uuid they know or guess', async () => {
    const query = { vector: [1, 1, 0], topK: 1 }
    const { uuid } = JSON.parse(await send('POST', '/resumable-query/victim', query)).result
    const resumed = await send('POST', '/resumable-query-next', { uuid, additionalK: 9 })
    expect(resumed).toContain('"id":"secret-2"')
    expect(await send('POST', '/resumable-query-end', { uuid })).toBe('{"result":"Success"}')
  })

  it('serves every command by any method and by paths that are not written plainly', async () => {
    const ids = { ids: ['secret-1'] }
    expect(await send('PUT', '//fetch/mallory/../%76ictim/', ids)).toContain('"id":"secret-1"')
    expect(await send('GET', '/random/victim')).toContain('"id":"secret-1"')
    expect(await send('DELETE', '/delete/victim', ids)).toBe('{"result":{"deleted":1}}')
  })

  it('renames a namespace over another and resets all of them', async () => {
    const rename = { namespace: 'victim', newNamespace: 'mallory', deleteExisting: true }
    expect(await send('POST', '/rename-namespace', rename)).toContain('"renamed":true')
    expect(await send('POST', '/fetch/mallory', { prefix: 'secret' })).toContain('secret-2')
    await send('POST', '/reset?all', [])
    expect((await index.info()).vectorCount).toBe(0)
    expect(await standIn.dump()).toMatchObject({ namespaces: { mallory: [] } })
  })
})

describe('the filter language', () => {
  const metadata = {
    city: 'Istanbul',
    capital: false,
    people: 15_460_000,
    place: { continent: 'Asia', at: [41, 28.9] },
    trades: ['Tourism', 'Finance'],
  }

  it.each([
    [`city = 'Istanbul' AND people >= 15460000`, true],
    [`city = "Izmir" OR place.continent = 'Asia'`, true],
    [`city = 'x' AND people > 0 OR capital = 0`, true],
    [`city = 'x' AND (people > 0 OR capital = 0)`, false],
    [`city GLOB '?[sz]*[^m-z]'`, true],
    [`city NOT GLOB 'I*'`, false],
    [`city in ('Rome', 'Istanbul')`, true],
    [`people NOT IN (1, 2)`, true],
    [`trades CONTAINS 'Finance' AND trades NOT CONTAINS 'Steel'`, true],
    [`trades[0] = 'Tourism' AND trades[#-1] = 'Finance' AND place.at[1] < 29`, true],
    [`HAS FIELD place.at AND has not field place.none`, true],
    [`none != 'x'`, false],
    [`capital = FALSE`, true],
    ['', true],
  ])('takes %s for %s', (filter, expected) => {
    expect(parseFilter(filter)(metadata)).toBe(expected)
  })

  it.each([`city =`, `city = 'a' 'b'`, `city LIKE 'a'`, `(city = 'a'`, `city = 'a`, `= 'a'`])(
    'refuses %s',
    (filter) => {
      expect(() => parseFilter(filter)).toThrow('refused with 400')
    },
  )
})
