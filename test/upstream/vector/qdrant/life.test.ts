// The life of a collection, run straight at the stand-in: what the script says, and that it leaves
// nothing out and nothing behind.
import { QdrantClient } from '@qdrant/js-client-rest'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type QdrantStandIn, startQdrant } from '../../../support/qdrant/server.ts'
import { type LifeTranscript, runQdrantLife } from './life.ts'

/** What belongs to the node and its operator. */
const NOT_A_TENANTS = [
  'api',
  'clusterTelemetry',
  'collectionClusterInfo',
  'createFullSnapshot',
  'createShardKey',
  'createShardSnapshot',
  'createSnapshot',
  'deleteFullSnapshot',
  'deleteShardKey',
  'deleteShardSnapshot',
  'deleteSnapshot',
  'getOptimizations',
  'getQuotas',
  'listFullSnapshots',
  'listShardKeys',
  'listShardSnapshots',
  'listSnapshots',
  'recoverShardFromSnapshot',
  'recoverSnapshot',
  'updateCollectionCluster',
  'updateQuotas',
]

let qdrant: QdrantStandIn
let client: QdrantClient

beforeEach(async () => {
  qdrant = await startQdrant({ apiKey: null })
  client = new QdrantClient({ url: qdrant.url, checkCompatibility: false })
})

afterEach(async () => qdrant.close())

const entry = (transcript: LifeTranscript, call: string) =>
  transcript.find((each) => each.call === call)

test('calls every method of the client that is a tenant’s', async () => {
  const transcript = await runQdrantLife(client, 'docs')
  const called = new Set(transcript.map(({ call }) => call.split(':')[0]))
  const methods = Object.getOwnPropertyNames(QdrantClient.prototype)
  const missing = methods.filter((name) => name !== 'constructor' && !called.has(name))
  expect(missing.sort()).toEqual(NOT_A_TENANTS)
})

test('says the same on another server, under another name and another mark', async () => {
  const other = await startQdrant({ apiKey: null })
  const elsewhere = new QdrantClient({ url: other.url, checkCompatibility: false })
  const first = await runQdrantLife(client, 'docs', 'mark-of-one')
  const second = await runQdrantLife(elsewhere, 'docs', 'mark-of-two')
  await other.close()
  expect(second).toEqual(first)
})

test('says what a server must say', async () => {
  const transcript = await runQdrantLife(client, 'docs', 'mark-of-one')
  expect(transcript.filter(({ status }) => status !== undefined)).toEqual([
    { call: 'getCollection: not yet', status: 404 },
    { call: 'createCollection: again', status: 409 },
    { call: 'upsert: a vector of a wrong size', status: 400 },
    { call: 'query: an example from nowhere', status: 404 },
    { call: 'setPayload: on no such point', status: 404 },
    { call: 'query: by the vector that is gone', status: 400 },
    { call: 'scroll: ordered without an index', status: 400 },
  ])
  expect(entry(transcript, 'count: by the alias')?.result).toEqual({ count: 8 })
  expect(entry(transcript, 'retrieve: ids of every kind')?.result).toEqual([
    { id: '936da01f-9abd-4d9d-80c7-02af85c822a8', payload: { part: 2.5 } },
    { id: '9007199254740993n', payload: { part: 2.5 } },
    { id: '18446744073709551615n', payload: { part: 2.5 } },
  ])
  expect(entry(transcript, 'query: an example from the companion')?.result).toEqual({
    points: [
      { id: 2, score: 1 },
      { id: 3, score: 0.8 },
      { id: 11, score: 0.3 },
    ],
  })
  expect(entry(transcript, 'queryGroups: looked up in the companion')?.result).toMatchObject({
    groups: [{ id: 1, lookup: { id: 1, payload: { way: 'one', owner: '<mark>' } } }, { id: 3 }],
  })
  expect(entry(transcript, 'getCollection: in the end')?.result).toEqual({
    status: 'green',
    points_count: 8,
    vectors: { main: { size: 2, distance: 'Dot' } },
    sparse_vectors: { words: {} },
    payload_schema: { kind: { data_type: 'keyword', points: 3 } },
  })
})

test('leaves nothing behind and touches nothing of others', async () => {
  await client.createCollection('theirs', { vectors: { size: 1, distance: 'Dot' } })
  await client.upsert('theirs', { wait: true, points: [{ id: 1, vector: [1] }] })
  const before = qdrant.state()
  const transcript = await runQdrantLife(client, 'docs')
  expect(transcript.length).toBe(77)
  expect(qdrant.state()).toEqual(before)
  expect(qdrant.noted).toEqual([])
})
