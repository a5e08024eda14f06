// The ordinary life of a collection by the official Qdrant client, as a script: what it says must be
// the same whether it runs straight at a server or through the gateway, alone or beside others.
import type { QdrantClient, Schemas } from '@qdrant/js-client-rest'

/** What a call answered, free of times, versions and operation numbers, which others may move. */
export interface LifeEntry {
  readonly call: string
  /** Plain data; an integer beyond 2^53 is text with an `n` behind it. */
  readonly result?: unknown
  /** Of a call that was refused: a text of an error may differ, its status may not. */
  readonly status?: number
}
export type LifeTranscript = readonly LifeEntry[]

/** The collections and the alias that a life uses besides its own. */
export const lifeNames = (name: string) => ({ ways: `${name}_ways`, alias: `${name}_live` })

const UUID = '936da01f-9abd-4d9d-80c7-02af85c822a8'
const BIG = 9_007_199_254_740_993n
const BIGGEST = 18_446_744_073_709_551_615n

/** Ids that the client's own types do not know: it does write and read them digit for digit. */
const bigId = (id: bigint): Schemas['ExtendedPointId'] => id as unknown as number

type Step = readonly [call: string, run: (client: QdrantClient) => Promise<unknown>]

/**
 * Runs the whole life: it makes `name` and its companions, uses them, and drops them.
 * `mark` is written into every payload and stands as `<mark>` in the transcript, so that a value that
 * came from somebody else shows.
 */
export async function runQdrantLife(
  client: QdrantClient,
  name: string,
  mark = 'me',
): Promise<LifeTranscript> {
  const steps = [
    ...beginning(name, mark),
    ...reading(name),
    ...searching(name),
    ...changing(name, mark),
    ...schema(name, mark),
    ...ending(name),
  ]
  const entries: LifeEntry[] = []
  for (const [call, run] of steps) {
    entries.push(await tell(call, () => run(client), mark))
  }
  return entries
}

async function tell(call: string, run: () => Promise<unknown>, mark: string): Promise<LifeEntry> {
  try {
    return { call, result: plain(await run(), mark) }
  } catch (error) {
    const status = error instanceof Error && 'status' in error ? error.status : undefined
    if (typeof status !== 'number') throw error
    return { call, status }
  }
}

/** What others may move is left out. */
const UNSTEADY = new Set(['time', 'version', 'operation_id', 'usage'])

function plain(value: unknown, mark: string): unknown {
  const text = JSON.stringify(value, (key, member: unknown) => {
    if (UNSTEADY.has(key)) return undefined
    return typeof member === 'bigint' ? `${member}n` : member
  })
  return text === undefined ? undefined : JSON.parse(text.replaceAll(mark, '<mark>'))
}

function payload(mark: string, kind: string, n: number): Record<string, unknown> {
  return {
    owner: mark,
    kind,
    n,
    at: `2026-0${n}-01T00:00:00Z`,
    deep: { list: [{ k: kind, v: n }] },
  }
}

const kindIs = (kind: string): Schemas['Filter'] => ({
  must: [{ key: 'kind', match: { value: kind } }],
})

function beginning(name: string, mark: string): Step[] {
  const { ways, alias } = lifeNames(name)
  const points = [
    { id: 1, vector: { main: [1, 0] }, payload: payload(mark, 'a', 1) },
    { id: 2, vector: { main: [0, 1] }, payload: payload(mark, 'b', 2) },
    { id: 3, vector: { main: [0.6, 0.8] }, payload: payload(mark, 'a', 3) },
  ]
  return [
    ['collectionExists: not yet', (c) => c.collectionExists(name)],
    ['getCollection: not yet', (c) => c.getCollection(name)],
    [
      'createCollection',
      (c) =>
        c.createCollection(name, {
          vectors: { main: { size: 2, distance: 'Dot' } },
          sparse_vectors: { words: {} },
        }),
    ],
    [
      'createCollection: again',
      (c) => c.createCollection(name, { vectors: { main: { size: 2, distance: 'Dot' } } }),
    ],
    [
      'recreateCollection: a companion',
      (c) => c.recreateCollection(ways, { vectors: { main: { size: 2, distance: 'Dot' } } }),
    ],
    ['getCollections', async (c) => sorted((await c.getCollections()).collections)],
    ['collectionExists', (c) => c.collectionExists(name)],
    ['upsert: a list', (c) => c.upsert(name, { wait: true, points })],
    [
      'upsert: a list, ids of every kind',
      (c) =>
        c.upsert(name, {
          wait: true,
          points: [UUID, bigId(BIG), bigId(BIGGEST)].map((id) => ({
            id,
            vector: { main: [0.1, 0.1], words: { indices: [3, 9], values: [1, 2] } },
            payload: { owner: mark, kind: 'c', whole: 2, part: 2.5 },
          })),
        }),
    ],
    [
      'upsert: columns',
      (c) =>
        c.upsert(name, {
          wait: true,
          batch: {
            ids: [10, 11],
            vectors: {
              main: [
                [0.2, 0.2],
                [0.3, 0.3],
              ],
            },
            payloads: [payload(mark, 'd', 4), null],
          },
        }),
    ],
    [
      'upsert: a companion',
      (c) =>
        c.upsert(ways, {
          wait: true,
          points: [
            { id: 1, vector: { main: [0, 1] }, payload: { owner: mark, way: 'one' } },
            { id: 9, vector: { main: [0, 1] }, payload: { owner: mark, way: 'nine' } },
          ],
        }),
    ],
    [
      'upsert: a vector of a wrong size',
      (c) => c.upsert(name, { wait: true, points: [{ id: 1, vector: { main: [1] } }] }),
    ],
    [
      'updateCollectionAliases: create',
      (c) =>
        c.updateCollectionAliases({
          actions: [{ create_alias: { collection_name: name, alias_name: alias } }],
        }),
    ],
    ['getCollectionAliases', (c) => c.getCollectionAliases(name)],
    ['getAliases', (c) => c.getAliases()],
    ['count: by the alias', (c) => c.count(alias)],
  ]
}

const sorted = (all: { name: string }[]): string[] => all.map(({ name }) => name).sort()

function reading(name: string): Step[] {
  return [
    ['count', (c) => c.count(name, { filter: kindIs('a'), exact: true })],
    ['retrieve', (c) => c.retrieve(name, { ids: [3, 1, 99], with_vector: ['main'] })],
    [
      'retrieve: ids of every kind',
      (c) => c.retrieve(name, { ids: [UUID, bigId(BIG), bigId(BIGGEST)], with_payload: ['part'] }),
    ],
    ['scroll: a page', (c) => c.scroll(name, { limit: 2, with_payload: { include: ['kind'] } })],
    ['scroll: the next', (c) => c.scroll(name, { limit: 2, offset: 3, with_payload: false })],
    [
      'scroll: filtered',
      (c) =>
        c.scroll(name, {
          filter: {
            should: [{ key: 'n', range: { gte: 3 } }, { has_id: [2] }],
            must_not: [{ is_empty: { key: 'deep.list' } }],
          },
        }),
    ],
    [
      'createPayloadIndex: keyword',
      (c) =>
        c.createPayloadIndex(name, { wait: true, field_name: 'kind', field_schema: 'keyword' }),
    ],
    [
      'createPayloadIndex: integer',
      (c) => c.createPayloadIndex(name, { wait: true, field_name: 'n', field_schema: 'integer' }),
    ],
    ['facet', (c) => c.facet(name, { key: 'kind' })],
    [
      'scroll: ordered',
      (c) => c.scroll(name, { order_by: { key: 'n', direction: 'desc' }, with_payload: ['n'] }),
    ],
    ['getCollection', async (c) => described(await c.getCollection(name))],
  ]
}

/** What a tenant can rely on; how the node is tuned is the operator's. */
function described({ status, points_count, config, payload_schema }: Schemas['CollectionInfo']) {
  const { vectors, sparse_vectors } = config.params
  return { status, points_count, vectors, sparse_vectors, payload_schema }
}

function searching(name: string): Step[] {
  const { ways } = lifeNames(name)
  const using = 'main'
  const near = { query: [1, 0], using, limit: 3 }
  return [
    [
      'query: nearest',
      (c) => c.query(name, { ...near, with_payload: true, with_vector: ['main'] }),
    ],
    ['query: filtered', (c) => c.query(name, { ...near, filter: kindIs('a'), offset: 1 })],
    ['query: by the id of a point', (c) => c.query(name, { ...near, query: 3 })],
    ['query: above a score', (c) => c.query(name, { ...near, score_threshold: 0.5 })],
    [
      'query: sparse',
      (c) => c.query(name, { query: { indices: [9], values: [2] }, using: 'words' }),
    ],
    [
      'query: fused prefetches',
      (c) =>
        c.query(name, {
          prefetch: [near, { query: [0, 1], using, prefetch: { query: [1, 1], using, limit: 4 } }],
          query: { fusion: 'rrf' },
        }),
    ],
    [
      'query: recommend',
      (c) =>
        c.query(name, { using, query: { recommend: { positive: [1], negative: [2] } }, limit: 2 }),
    ],
    [
      'query: discover',
      (c) =>
        c.query(name, {
          using,
          query: { discover: { target: 1, context: [{ positive: 3, negative: 2 }] } },
          limit: 2,
        }),
    ],
    [
      'query: context',
      (c) => c.query(name, { using, query: { context: [{ positive: 3, negative: 2 }] }, limit: 2 }),
    ],
    ['query: ordered', (c) => c.query(name, { query: { order_by: 'n' }, limit: 2 })],
    [
      'query: an example from the companion',
      (c) => c.query(name, { ...near, query: 9, lookup_from: { collection: ways } }),
    ],
    [
      'query: an example from nowhere',
      (c) => c.query(name, { ...near, query: 9, lookup_from: { collection: `${name}_none` } }),
    ],
    [
      'queryBatch',
      (c) => c.queryBatch(name, { searches: [near, { ...near, query: [0, 1], limit: 1 }] }),
    ],
    [
      'queryGroups: looked up in the companion',
      (c) =>
        c.queryGroups(name, {
          query: [1, 0],
          using,
          group_by: 'n',
          group_size: 1,
          limit: 2,
          with_lookup: { collection: ways, with_payload: ['way', 'owner'] },
        }),
    ],
    ['queryGroups', (c) => c.queryGroups(name, { query: [1, 0], using, group_by: 'kind' })],
    [
      'searchMatrixPairs',
      (c) =>
        c.searchMatrixPairs(name, { using, filter: { must: [{ has_id: [1, 2, 3] }] }, limit: 2 }),
    ],
    [
      'searchMatrixOffsets',
      (c) =>
        c.searchMatrixOffsets(name, { using, filter: { must: [{ has_id: [1, 2, 3] }] }, limit: 1 }),
    ],
  ]
}

function changing(name: string, mark: string): Step[] {
  const all: Step = ['scroll: what became of it', (c) => c.scroll(name, { limit: 20 })]
  return [
    [
      'setPayload',
      (c) => c.setPayload(name, { wait: true, payload: { seen: mark }, filter: kindIs('a') }),
    ],
    [
      'setPayload: under a key',
      (c) => c.setPayload(name, { wait: true, payload: { x: 1 }, points: [2], key: 'deep.more' }),
    ],
    [
      'overwritePayload',
      (c) => c.overwritePayload(name, { wait: true, payload: { owner: mark }, points: [10] }),
    ],
    ['deletePayload', (c) => c.deletePayload(name, { wait: true, keys: ['at'], points: [1, 2] })],
    ['clearPayload', (c) => c.clearPayload(name, { wait: true, points: [UUID] })],
    all,
    [
      'updateVectors',
      (c) =>
        c.updateVectors(name, { wait: true, points: [{ id: 11, vector: { main: [0.9, 0.1] } }] }),
    ],
    [
      'deleteVectors',
      (c) => c.deleteVectors(name, { wait: true, points: [UUID], vector: ['words'] }),
    ],
    [
      'upsert: only what is new',
      (c) =>
        c.upsert(name, {
          wait: true,
          update_mode: 'insert_only',
          points: [1, 12].map((id) => ({
            id,
            vector: { main: [0.5, 0.5] },
            payload: { owner: mark },
          })),
        }),
    ],
    [
      'batchUpdate',
      (c) =>
        c.batchUpdate(name, {
          wait: true,
          operations: [
            {
              upsert: {
                points: [{ id: 13, vector: { main: [1, 1] }, payload: { owner: mark, a: 1 } }],
              },
            },
            { set_payload: { payload: { b: 2 }, points: [13] } },
            { overwrite_payload: { payload: { owner: mark, again: true }, points: [10] } },
            { delete_payload: { keys: ['a'], points: [13] } },
            { clear_payload: { points: [12] } },
            { update_vectors: { points: [{ id: 13, vector: { main: [0.25, 0.25] } }] } },
            { delete_vectors: { points: [bigId(BIG)], vector: ['words'] } },
            { delete: { points: [11] } },
          ],
        }),
    ],
    ['delete: by ids', (c) => c.delete(name, { wait: true, points: [bigId(BIGGEST), 99] })],
    ['delete: by filter', (c) => c.delete(name, { wait: true, filter: kindIs('b') })],
    [...all],
    [
      'retrieve: with every vector',
      (c) => c.retrieve(name, { ids: [UUID, 13], with_vector: true }),
    ],
    [
      'setPayload: on no such point',
      (c) => c.setPayload(name, { wait: true, payload: {}, points: [77] }),
    ],
  ]
}

function schema(name: string, mark: string): Step[] {
  return [
    [
      'createVectorName',
      (c) =>
        c.createVectorName(
          name,
          'late',
          { dense: { size: 1, distance: 'Euclid' } },
          { wait: true },
        ),
    ],
    [
      'upsert: with the new vector',
      (c) =>
        c.upsert(name, {
          wait: true,
          points: [{ id: 14, vector: { late: [5] }, payload: { owner: mark } }],
        }),
    ],
    ['query: by the new vector', (c) => c.query(name, { query: [2], using: 'late' })],
    ['deleteVectorName', (c) => c.deleteVectorName(name, 'late', { wait: true })],
    ['query: by the vector that is gone', (c) => c.query(name, { query: [2], using: 'late' })],
    ['deletePayloadIndex', (c) => c.deletePayloadIndex(name, 'n', { wait: true })],
    ['scroll: ordered without an index', (c) => c.scroll(name, { order_by: 'n' })],
    [
      'updateCollection',
      (c) => c.updateCollection(name, { optimizers_config: { indexing_threshold: 5000 } }),
    ],
    ['getCollection: in the end', async (c) => described(await c.getCollection(name))],
  ]
}

function ending(name: string): Step[] {
  const { ways, alias } = lifeNames(name)
  const renamed = `${alias}_2`
  return [
    [
      'updateCollectionAliases: rename',
      (c) =>
        c.updateCollectionAliases({
          actions: [{ rename_alias: { old_alias_name: alias, new_alias_name: renamed } }],
        }),
    ],
    ['count: by the new alias', (c) => c.count(renamed)],
    [
      'updateCollectionAliases: delete',
      (c) => c.updateCollectionAliases({ actions: [{ delete_alias: { alias_name: renamed } }] }),
    ],
    ['getAliases: none', (c) => c.getAliases()],
    ['deleteCollection', (c) => c.deleteCollection(name)],
    ['deleteCollection: a companion', (c) => c.deleteCollection(ways)],
    ['collectionExists: no more', (c) => c.collectionExists(name)],
    ['getCollections: none', async (c) => sorted((await c.getCollections()).collections)],
    [
      'versionInfo',
      async (c) => Object.keys(await c.versionInfo()).filter((key) => key === 'title'),
    ],
  ]
}
