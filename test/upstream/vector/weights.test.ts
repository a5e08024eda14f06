// What an operation counts under the tenant's rates, as the operator has weighed it.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openGateway, type OpenGateway } from '../../support/fakes/gateway.ts'
import { scriptedFetch } from '../../support/fakes/scripted-fetch.ts'
import { cluster, vectorUpstream } from '../../support/fakes/vector-upstream.ts'
import { type QdrantStandIn, startQdrant } from '../../support/qdrant/server.ts'

let server: QdrantStandIn
let gateway: OpenGateway

beforeEach(async () => {
  server = await startQdrant()
})
afterEach(async () => {
  await gateway.quiet()
  await server.close()
})

async function statuses(weights: object, searches: readonly number[]): Promise<number[]> {
  const clusters = [cluster(server, server.apiKey ?? '')]
  gateway = openGateway({
    upstream: scriptedFetch(),
    vectors: [vectorUpstream('qdrant', clusters, { weights })],
  })
  const { key } = await gateway.makeTenant({ id: 'acme', limits: { requests_per_minute: 10 } })
  const ask = (method: string, path: string, body: object) =>
    gateway.send(`/qdrant/collections/docs${path}`, {
      method,
      headers: { 'api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  await ask('PUT', '', { vectors: { size: 2, distance: 'Dot' } })
  const told: number[] = []
  for (const count of searches) {
    const batch = Array.from({ length: count }, () => ({ query: [1, 2], limit: 1 }))
    told.push((await ask('POST', '/points/query/batch', { searches: batch })).status)
  }
  return told
}

it('is one for each search of a batch, where nothing else is said', async () => {
  // One of the ten went to the collection.
  expect(await statuses({}, [5, 5, 4, 1])).toEqual([200, 429, 200, 429])
})

it('is the weight of its kind for each of them, or its own', async () => {
  expect(await statuses({ read: 3 }, [3, 1])).toEqual([200, 429])
})

it('is that of its name before that of its kind', async () => {
  expect(await statuses({ read: 9, 'points.query.batch': 1 }, [8, 1])).toEqual([200, 200])
})
