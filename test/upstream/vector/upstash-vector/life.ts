// The ordinary life of a namespace in Upstash Vector by the official client. It leaves nothing behind,
// so that it can be lived again, and at the same time by others who use the same names.
import type { Index } from '@upstash/vector'
import { Scribe, type Transcript } from '../transcript.ts'

const RECORDS = [
  { id: 'a1', vector: [1, 0, 0], metadata: { year: 1900, tags: ['sea'] }, data: 'first' },
  { id: 'a2', vector: [0, 1, 0], metadata: { year: 1950, tags: ['sea', 'storm'] } },
  { id: 'a3', vector: [1, 1, 0], metadata: { year: 2000 } },
  { id: 'b1', vector: [0, 0, 1], metadata: { year: 2000, place: { name: 'Kyoto' } } },
]
const WHOLE = { includeData: true, includeMetadata: true, includeVectors: true }

export async function live(index: Index, name: string): Promise<Transcript> {
  const scribe = new Scribe()
  const namespace = index.namespace(name)
  await scribe.note('upsert many', () => namespace.upsert(RECORDS))
  await scribe.note('upsert one', () => namespace.upsert({ id: 7, vector: [2, 0, 1] }))
  await queries(scribe, index, name)
  await reads(scribe, index, name)
  await resumes(scribe, index, name)
  await changes(scribe, index, name)
  await embeds(scribe, index, `${name}-notes`)
  await defaultNamespace(scribe, index)
  await namespaces(scribe, index, name)
  return scribe.transcript
}

async function queries(scribe: Scribe, index: Index, name: string): Promise<void> {
  const namespace = index.namespace(name)
  const query = { vector: [1, 0.5, 0], topK: 3 }
  await scribe.note('query', () => namespace.query(query))
  await scribe.note('query, whole', () => namespace.query({ ...query, ...WHOLE, topK: 1 }))
  await scribe.note('query with a filter', () =>
    namespace.query({ ...query, filter: `year >= 1950 AND (HAS FIELD place.name OR year < 2000)` }),
  )
  await scribe.note('query many', () =>
    index.queryMany([query, { vector: [0, 0, 1], topK: 1 }], { namespace: name }),
  )
  await scribe.fails('query with a filter that is none', () =>
    namespace.query({ ...query, filter: 'year >' }),
  )
  await scribe.fails('query of a wrong dimension', () => namespace.query({ ...query, vector: [1] }))
}

async function reads(scribe: Scribe, index: Index, name: string): Promise<void> {
  const namespace = index.namespace(name)
  await scribe.note('fetch', () => namespace.fetch(['a1', 'none', '7'], WHOLE))
  await scribe.note('fetch by prefix', () => namespace.fetch({ prefix: 'a' }))
  const page = { cursor: 0, limit: 2, prefix: 'a', includeMetadata: true }
  const { nextCursor } = await scribe.note(
    'range',
    () => namespace.range(page),
    ({ vectors }) => vectors,
  )
  await scribe.note('range, the next page', () => namespace.range({ ...page, cursor: nextCursor }))
}

async function resumes(scribe: Scribe, index: Index, name: string): Promise<void> {
  const asked = { vector: [0, 0, 1], topK: 1, maxIdle: 60, includeMetadata: true }
  const query = await index.resumableQuery(asked, { namespace: name })
  await scribe.note('begin a query', async () => query.result)
  await scribe.note('go on with it', () => query.fetchNext(2))
  await scribe.note('go on with it to the end', () => query.fetchNext(9))
  await scribe.note('end it', () => query.stop())
}

async function changes(scribe: Scribe, index: Index, name: string): Promise<void> {
  const namespace = index.namespace(name)
  await scribe.note('update', () =>
    namespace.update({ id: 'a1', vector: [0, 0, 2], metadata: { seen: true } }),
  )
  await scribe.note('patch', () =>
    namespace.update({ id: 'a2', metadata: { tags: null, new: 1 }, metadataUpdateMode: 'PATCH' }),
  )
  await scribe.note('update what is not there', () =>
    namespace.update({ id: 'none', metadata: { seen: true } }),
  )
  await scribe.note('fetch what was updated', () => namespace.fetch(['a1', 'a2'], WHOLE))
  await scribe.note('delete one', () => namespace.delete('a1'))
  await scribe.note('delete many', () => namespace.delete(['a2', 'none']))
  await scribe.note('delete by prefix', () => namespace.delete({ prefix: 'b' }))
  await scribe.note('delete by filter', () => namespace.delete({ filter: 'year = 2000' }))
  await scribe.note('range over what is left', () => namespace.range({ cursor: 0, limit: 9 }))
}

async function embeds(scribe: Scribe, index: Index, name: string): Promise<void> {
  const namespace = index.namespace(name)
  await scribe.note('upsert data', () =>
    namespace.upsert([
      { id: 't1', data: 'a red fox' },
      { id: 't2', data: 'one blue whale', metadata: { calm: true } },
    ]),
  )
  await scribe.note('query by data', () =>
    namespace.query({ data: 'red fox', topK: 2, includeData: true }),
  )
  await scribe.note('reset', () => namespace.reset())
  await scribe.note('query the emptied namespace', () => namespace.query({ data: 'fox', topK: 2 }))
}

async function defaultNamespace(scribe: Scribe, index: Index): Promise<void> {
  await scribe.note('upsert into the default namespace', () =>
    index.upsert({ id: 'd1', vector: [1, 1, 1] }),
  )
  await scribe.note('fetch from the default namespace', () => index.fetch(['d1', 'a3']))
  await scribe.note('reset the default namespace', () => index.reset())
  await scribe.note('range over it', () => index.range({ cursor: 0, limit: 9 }))
}

async function namespaces(scribe: Scribe, index: Index, name: string): Promise<void> {
  await scribe.note('list namespaces', async () =>
    (await index.listNamespaces()).filter((one) => one.startsWith(name)).toSorted(),
  )
  await scribe.note('count', async () => {
    const { vectorCount, dimension, namespaces: counts } = await index.info()
    return { vectorCount, dimension, here: counts[name], there: counts[`${name}-notes`] }
  })
  await scribe.note('delete a namespace', () => index.deleteNamespace(name))
  await scribe.note('delete the other', () => index.deleteNamespace(`${name}-notes`))
  await scribe.fails('delete it again', () => index.deleteNamespace(name))
}
