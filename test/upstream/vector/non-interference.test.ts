// No command of one tenant changes what another has on a vector service, or what it is told.
import { describe, expect, it, vi } from 'vitest'
import { cluster, vectorUpstream } from '../../support/fakes/vector-upstream.ts'
import { startPinecone } from '../../support/pinecone/pinecone.ts'
import { startQdrant } from '../../support/qdrant/server.ts'
import {
  ACTOR,
  type Command,
  NUM_RUNS,
  proveNonInterference,
  type SharedService,
} from './non-interference.ts'
import { pineconeCommand } from './pinecone/commands.ts'
import { qdrantCommand, withoutBody } from './qdrant/commands.ts'

const TIME_MS = NUM_RUNS * 20_000

async function sharedQdrant(): Promise<SharedService> {
  const server = await startQdrant({ later: (apply) => apply() })
  return {
    upstream: vectorUpstream('qdrant', [cluster(server, server.apiKey)]),
    seed: (secret) => [
      {
        operation: '',
        method: 'PUT',
        target: '/collections/docs',
        body: { vectors: { size: 2, distance: 'Dot' } },
      },
      {
        operation: '',
        method: 'PUT',
        target: '/collections/docs/points?wait=true',
        body: {
          points: [1, 2, 4711].map((id) => ({ id, vector: [id, 1], payload: { n: id, secret } })),
        },
      },
      {
        operation: '',
        method: 'POST',
        target: '/collections/aliases',
        body: { actions: [{ create_alias: { collection_name: 'docs', alias_name: 'live' } }] },
      },
    ],
    reads: READS,
    others: async () => {
      const { collections, aliases } = server.state()
      const others = (all: object) => Object.entries(all).filter((entry) => !isOwn(entry))
      return JSON.stringify([others(collections), others(aliases), server.noted])
    },
    close: () => server.close(),
  }
}

const post = (target: string, body: object): Command => ({
  operation: '',
  method: 'POST',
  target,
  body,
})
const get = (target: string): Command => ({ operation: '', method: 'GET', target })

const READS = [
  get('/collections'),
  get('/aliases'),
  get('/collections/docs'),
  get('/collections/more'),
  post('/collections/docs/points/scroll', { limit: 100, with_vector: true }),
  post('/collections/live/points/count', { exact: true }),
  post('/collections/docs/points/query', { query: [1, 0], limit: 10, with_payload: true }),
  post('/collections/docs/points', { ids: [1, 4711], with_payload: true }),
]

async function sharedPinecone(): Promise<SharedService> {
  const server = await startPinecone()
  const upsert = (namespace: string, secret: string) => ({
    operation: '',
    method: 'POST',
    target: '/vectors/upsert',
    body: {
      vectors: ['1', '2', 'secret-id'].map((id) => ({
        id,
        values: [1, 2, 3],
        metadata: { secret },
      })),
      namespace,
    },
  })
  return {
    upstream: vectorUpstream('pinecone', [cluster(server, server.apiKey)]),
    seed: (secret) => [upsert('docs', secret), upsert('', secret)],
    reads: [
      post('/describe_index_stats', {}),
      get('/namespaces'),
      get('/namespaces/docs'),
      get('/namespaces/more'),
      get('/vectors/list?namespace=docs'),
      get('/vectors/fetch?ids=1&ids=secret-id'),
      post('/query', { topK: 10, vector: [1, 1, 1], namespace: 'docs', includeMetadata: true }),
    ],
    others: async () => {
      const { namespaces, ...rest } = (await server.dump()) as { namespaces: object }
      const others = Object.entries(namespaces).filter((entry) => !isOwn(entry))
      return JSON.stringify([others, rest])
    },
    close: () => server.close(),
  }
}

const isOwn = (entry: readonly unknown[]): boolean =>
  String(entry[0]).startsWith(`tenant_${ACTOR}_`)

describe('whatever one tenant does, the other has and is told what it was', () => {
  it(
    'in Qdrant',
    async () => {
      vi.spyOn(console, 'warn').mockReturnValue()
      expect(withoutBody).toEqual([])
      const { done, refused, operations } = await proveNonInterference(sharedQdrant, qdrantCommand)
      // Neither all refused nor all let pass, or it would say nothing.
      expect(done).toBeGreaterThan(40 * NUM_RUNS)
      expect(refused).toBeGreaterThan(40 * NUM_RUNS)
      expect(operations.size).toBeGreaterThan(25)
    },
    TIME_MS,
  )

  it(
    'in Pinecone',
    async () => {
      const tally = await proveNonInterference(sharedPinecone, pineconeCommand)
      expect(tally.done).toBeGreaterThan(40 * NUM_RUNS)
      expect(tally.refused).toBeGreaterThan(40 * NUM_RUNS)
      expect(tally.operations.size).toBeGreaterThan(12)
    },
    TIME_MS,
  )
})
