// The ordinary life of collections in Chroma by the official client. It leaves nothing behind, so that
// it can be lived again, and at the same time by others who use the same names. Embeddings are given:
// the client's own embedding function would have to be downloaded.
import type { ChromaClient, Collection } from 'chromadb'
import { Scribe, type Transcript } from '../transcript.ts'

const RECORDS = {
  ids: ['a', 'b', 'c', 'd'],
  embeddings: [
    [1, 0, 0],
    [0, 1, 0],
    [1, 1, 0],
    [0, 0, 1],
  ],
  documents: ['the red sun', 'the moon', 'sun and moon', 'nothing'],
  metadatas: [{ n: 1 }, { n: 2, kind: 'night' }, { n: 3, kind: 'both' }, { n: 4, kind: 'night' }],
}
const EVERYTHING = ['documents', 'embeddings', 'metadatas', 'uris'] as const

export async function live(client: ChromaClient, name: string): Promise<Transcript> {
  const scribe = new Scribe()
  const collection = await collections(scribe, client, name)
  await scribe.note('add', () => collection.add(RECORDS))
  await reads(scribe, collection)
  await queries(scribe, collection)
  await changes(scribe, collection)
  await ends(scribe, client, collection, name)
  return scribe.transcript
}

async function collections(
  scribe: Scribe,
  client: ChromaClient,
  name: string,
): Promise<Collection> {
  await scribe.fails('get a collection that is not there', () => client.getCollection({ name }))
  const asked = { name, metadata: { topic: 'sky' }, embeddingFunction: null }
  const configuration = { hnsw: { space: 'cosine' as const, ef_search: 64 } }
  const collection = await client.createCollection({ ...asked, configuration })
  await scribe.note('create', async () => described(collection))
  await scribe.fails('create it again', () => client.createCollection(asked))
  await scribe.fails('create one whose name will not do', () =>
    client.createCollection({ ...asked, name: 'a!' }),
  )
  await scribe.note('get', async () => described(await client.getCollection({ name })))
  const other = { name: `${name}-other`, embeddingFunction: null }
  await scribe.note('get or create', async () =>
    described(await client.getOrCreateCollection(other)),
  )
  await scribe.note('get or create what is there', async () =>
    described(await client.getOrCreateCollection(other)),
  )
  await scribe.note('list', async () => byName(await client.listCollections()))
  await scribe.note('list in pages', async () => {
    const pages = [0, 1, 2].map((offset) => client.listCollections({ limit: 1, offset }))
    return byName((await Promise.all(pages)).flat())
  })
  await scribe.note('count collections', () => client.countCollections())
  return collection
}

async function reads(scribe: Scribe, collection: Collection): Promise<void> {
  await scribe.note('count', () => collection.count())
  await scribe.note('get whole', () =>
    collection.get({ ids: ['a', 'none'], include: [...EVERYTHING] }),
  )
  await scribe.note('get by metadata', () => collection.get({ where: { kind: { $ne: 'night' } } }))
  await scribe.note('get by document', () =>
    collection.get({ whereDocument: { $contains: 'sun' }, include: ['documents'] }),
  )
  await scribe.note('get a page', () => collection.get({ limit: 2, offset: 1, include: [] }))
  await scribe.note('peek', () => collection.peek({ limit: 1 }))
}

async function queries(scribe: Scribe, collection: Collection): Promise<void> {
  const queryEmbeddings = [[1, 0.2, 0]]
  await scribe.note('query', () => collection.query({ queryEmbeddings, nResults: 2 }))
  await scribe.note('query for two', () =>
    collection.query({ queryEmbeddings: [...queryEmbeddings, [0, 0, 1]], nResults: 1 }),
  )
  await scribe.note('query with filters', () =>
    collection.query({
      queryEmbeddings,
      where: { $and: [{ n: { $gt: 1 } }, { kind: { $in: ['night'] } }] },
      whereDocument: { $contains: 'moon' },
    }),
  )
  await scribe.fails('query of a wrong dimension', () =>
    collection.query({ queryEmbeddings: [[1]], nResults: 1 }),
  )
}

async function changes(scribe: Scribe, collection: Collection): Promise<void> {
  await scribe.note('add what is there', () =>
    collection.add({ ids: ['a'], embeddings: [[0, 0, 1]], documents: ['not taken'] }),
  )
  await scribe.note(
    'upsert',
    () =>
    collection.upsert({ ids: ['b', 'e'], embeddings: [[0, 1, 1], [1, 1, 1]], documents: ['new moon', 'all'] }), // prettier-ignore
  )
  await scribe.note('update', () =>
    collection.update({
      ids: ['c'],
      embeddings: [[0, 1, 0]],
      metadatas: [{ seen: true }],
      documents: ['dusk'],
    }),
  )
  await scribe.note('get what was changed', () => collection.get({ ids: ['a', 'b', 'c', 'e'] }))
  await scribe.note('delete by id', () => collection.delete({ ids: ['a'] }))
  await scribe.note('delete by metadata', () => collection.delete({ where: { n: 4 } }))
  await scribe.note('count what is left', () => collection.count())
}

async function ends(
  scribe: Scribe,
  client: ChromaClient,
  collection: Collection,
  name: string,
): Promise<void> {
  await scribe.note('modify', () =>
    collection.modify({ name: `${name}-renamed`, metadata: { topic: 'night' } }),
  )
  await scribe.note('get by the new name', async () =>
    described(await client.getCollection({ name: `${name}-renamed` })),
  )
  await scribe.fails('get by the old name', () => client.getCollection({ name }))
  await scribe.note('use it by its id', () => client.collection(collection.id).count())
  await scribe.note('delete', () => client.deleteCollection({ name: `${name}-renamed` }))
  await scribe.note('delete the other', () => client.deleteCollection({ name: `${name}-other` }))
  await scribe.fails('use what was deleted', () => collection.count())
  await scribe.fails('delete it again', () => client.deleteCollection({ name: `${name}-other` }))
  await scribe.note('list what is left', async () => byName(await client.listCollections()))
}

/** In whatever order they were listed. */
function byName(collections: readonly Collection[]): object[] {
  return collections.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(described)
}

function described({ id, name, metadata, configuration }: Collection): object {
  return { id, name, metadata, configuration }
}
