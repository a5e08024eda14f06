// The ordinary life of a namespace in Pinecone by the official client. It leaves nothing behind, so
// that it can be lived again, and at the same time by others who use the same names.
import type { Index, RecordMetadata } from '@pinecone-database/pinecone'
import { Scribe, type Transcript } from '../transcript.ts'

/** The index under a namespace of that name; without one, under the default namespace. */
export type OpenNamespace = (namespace?: string) => Index<RecordMetadata>

const RECORDS = [
  { id: 'a1', values: [1, 0, 0], metadata: { year: 1900, tags: ['sea'] } },
  { id: 'a2', values: [0, 1, 0], metadata: { year: 1950, tags: ['sea', 'storm'] } },
  { id: 'a3', values: [1, 1, 0], metadata: { year: 2000 } },
  { id: 'b1', values: [0, 0, 1], metadata: { year: 2000, tags: ['calm'] } },
]

export async function live(open: OpenNamespace, name: string): Promise<Transcript> {
  const scribe = new Scribe()
  const index = open(name)
  await scribe.note('upsert', () => index.upsert({ records: RECORDS }))
  await queries(scribe, index)
  await reads(scribe, index)
  await changes(scribe, index)
  await defaultNamespace(scribe, open)
  await records(scribe, index)
  await namespaces(scribe, open, name)
  return scribe.transcript
}

async function queries(scribe: Scribe, index: Index<RecordMetadata>): Promise<void> {
  const query = { vector: [1, 0.5, 0], topK: 3 }
  await scribe.note('query by vector', () => index.query(query))
  await scribe.note('query by id, whole', () =>
    index.query({ id: 'a2', topK: 2, includeValues: true, includeMetadata: true }),
  )
  await scribe.note('query with a filter', () =>
    index.query({ ...query, filter: { $or: [{ tags: 'storm' }, { year: { $gte: 2000 } }] } }),
  )
  await scribe.note('query for what is not there', () =>
    index.query({ ...query, filter: { tags: { $exists: false }, year: { $lt: 2000 } } }),
  )
  await scribe.fails('query of a wrong dimension', () => index.query({ ...query, vector: [1] }))
}

async function reads(scribe: Scribe, index: Index<RecordMetadata>): Promise<void> {
  await scribe.note('fetch', () => index.fetch({ ids: ['a1', 'none'] }))
  const first = await scribe.note(
    'list, a page',
    () => index.listPaginated({ prefix: 'a', limit: 2 }),
    ({ vectors, namespace }) => ({ vectors, namespace }),
  )
  const paginationToken = first.pagination?.next ?? ''
  await scribe.note('list, the next page', () =>
    index.listPaginated({ prefix: 'a', limit: 2, paginationToken }),
  )
  const asked = { filter: { year: { $in: [1950, 2000] } }, limit: 2 }
  const found = await scribe.note(
    'fetch by metadata, a page',
    () => index.fetchByMetadata(asked),
    ({ records, namespace }) => ({ records, namespace }),
  )
  await scribe.note('fetch by metadata, the next page', () =>
    index.fetchByMetadata({ ...asked, paginationToken: found.pagination?.next ?? '' }),
  )
}

async function changes(scribe: Scribe, index: Index<RecordMetadata>): Promise<void> {
  await scribe.note('update metadata', () => index.update({ id: 'a1', metadata: { seen: true } }))
  await scribe.note('update values', () => index.update({ id: 'a1', values: [0, 0, 2] }))
  await scribe.note('update by filter', () =>
    index.update({ filter: { year: { $eq: 2000 } }, metadata: { new: true } }),
  )
  await scribe.note('fetch what was updated', () => index.fetch({ ids: ['a1', 'a3', 'b1'] }))
  await scribe.note('delete one', () => index.deleteOne({ id: 'a1' }))
  await scribe.note('delete by filter', () => index.deleteMany({ filter: { tags: 'calm' } }))
  await scribe.note('delete many', () => index.deleteMany({ ids: ['a2', 'none'] }))
  await scribe.note('query what is left', () => index.query({ vector: [1, 0, 0], topK: 9 }))
}

async function defaultNamespace(scribe: Scribe, open: OpenNamespace): Promise<void> {
  await scribe.note('upsert into the default namespace', () =>
    open().upsert({ records: [{ id: 'd1', values: [1, 1, 1] }] }),
  )
  await scribe.note('fetch from the default namespace by its name', () =>
    open('__default__').fetch({ ids: ['d1', 'a3'] }),
  )
  await scribe.note('list the default namespace', () => open().listPaginated())
  await scribe.note('empty the default namespace', () => open().deleteAll())
  await scribe.note('query the emptied namespace', () =>
    open().query({ vector: [1, 1, 1], topK: 9 }),
  )
}

async function records(scribe: Scribe, index: Index<RecordMetadata>): Promise<void> {
  await scribe.note('upsert records of text', () =>
    index.upsertRecords({
      records: [
        { id: 't1', chunk_text: 'a red fox', mood: 'wild' },
        { id: 't2', chunk_text: 'one blue whale', mood: 'calm' },
      ],
    }),
  )
  await scribe.note('search records by text', () =>
    index.searchRecords({ query: { topK: 2, inputs: { text: 'red fox' } }, fields: ['mood'] }),
  )
  await scribe.note('search records by id and filter', () =>
    index.searchRecords({ query: { topK: 5, id: 't2', filter: { mood: 'calm' } } }),
  )
}

async function namespaces(scribe: Scribe, open: OpenNamespace, name: string): Promise<void> {
  const index = open(name)
  const made = `${name}-made`
  await scribe.note('create a namespace', () => index.createNamespace({ name: made }))
  await scribe.fails('create it again', () => index.createNamespace({ name: made }))
  await scribe.note('list namespaces', () => index.listNamespaces({ prefix: name }))
  await scribe.note('list namespaces, a page', async () => {
    const page = await index.listNamespaces({ prefix: name, limit: 1 })
    const paginationToken = page.pagination?.next ?? ''
    const next = await index.listNamespaces({ prefix: name, limit: 1, paginationToken })
    return [page.namespaces, next.namespaces, next.totalCount]
  })
  await scribe.note('describe a namespace', () => index.describeNamespace(name))
  await scribe.fails('describe one that is not there', () => index.describeNamespace(`${name}-no`))
  await scribe.note('count', async () => {
    const stats = await index.describeIndexStats()
    return [
      stats.dimension,
      stats.namespaces?.[name],
      stats.namespaces?.[made],
      stats.totalRecordCount,
    ]
  })
  await scribe.note('delete all', () => index.deleteAll())
  await scribe.note('delete the namespace', () => index.deleteNamespace(name))
  await scribe.note('delete the other', () => index.deleteNamespace(made))
  await scribe.note('list what is left', () => index.listNamespaces({ prefix: name }))
}
