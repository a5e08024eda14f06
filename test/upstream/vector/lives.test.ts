// The lives that are compared through the gateway are worth comparing: lived straight at a service
// twice, they tell the same, step by step, and leave nothing behind.
import { Pinecone } from '@pinecone-database/pinecone'
import { Index } from '@upstash/vector'
import { AdminClient, ChromaClient } from 'chromadb'
import { describe, expect, it } from 'vitest'
import weaviate, { ApiKey } from 'weaviate-ts-client'
import { installChroma } from '../../support/chroma/install.ts'
import { startRecordedChroma } from '../../support/chroma/recorded.ts'
import { startPinecone } from '../../support/pinecone/pinecone.ts'
import { startUpstashVector } from '../../support/upstash-vector/upstash-vector.ts'
import { startWeaviate } from '../../support/weaviate/weaviate.ts'
import * as chroma from './chroma/life.ts'
import * as pinecone from './pinecone/life.ts'
import type { Transcript } from './transcript.ts'
import * as upstashVector from './upstash-vector/life.ts'
import * as weaviateLife from './weaviate/life.ts'

const server = await installChroma()

/** Lives it twice; both transcripts must be the same. */
async function twice(live: () => Promise<Transcript>): Promise<Transcript> {
  const first = await live()
  expect(await live()).toEqual(first)
  return first
}

/** What a step told, by its name. */
function told(transcript: Transcript, call: string): unknown {
  return transcript.find((step) => step.call === call)?.told
}

describe('the same life twice', () => {
  it('is the same in Pinecone', async () => {
    const standIn = await startPinecone()
    const client = new Pinecone({ apiKey: standIn.apiKey, maxRetries: 0 })
    const open: pinecone.OpenNamespace = (namespace) =>
      client.index({ name: 'tests', host: standIn.url, ...(namespace ? { namespace } : {}) })
    const transcript = await twice(() => pinecone.live(open, 'poems'))
    expect(transcript).toHaveLength(38)
    expect(told(transcript, 'list, the next page')).toMatchObject({ vectors: [{ id: 'a3' }] })
    expect(told(transcript, 'describe one that is not there')).toEqual({
      failed: 'PineconeNotFoundError',
    })
    expect(await standIn.dump()).toMatchObject({ namespaces: { __default__: [] } })
    await standIn.close()
  })

  it('is the same in Upstash Vector', async () => {
    const standIn = await startUpstashVector()
    const index = new Index({ url: standIn.url, token: standIn.token, retry: false })
    const transcript = await twice(() => upstashVector.live(index, 'poems'))
    expect(transcript).toHaveLength(38)
    expect(told(transcript, 'delete by filter')).toEqual({ deleted: 1 })
    expect(told(transcript, 'delete it again')).toEqual({ failed: 'UpstashError' })
    expect(await standIn.dump()).toEqual({ namespaces: { '': [] }, queries: {} })
    await standIn.close()
  })

  it('is the same in Weaviate', async () => {
    const standIn = await startWeaviate()
    const client = weaviate.client({ host: standIn.url, apiKey: new ApiKey(standIn.apiKey) })
    await weaviateLife.declareClasses(client, ['acme'])
    const before = await standIn.dump()
    const byRest = await twice(() => weaviateLife.live(client, 'acme'))
    const byGraphQL = await twice(() => weaviateLife.liveByGraphQL(client, 'acme'))
    expect([byRest.length, byGraphQL.length]).toEqual([28, 21])
    expect(told(byRest, 'get what was deleted')).toEqual({ failed: 'usage error (404)' })
    expect(told(byGraphQL, 'get by a reference')).toEqual({
      data: { Get: { Poem: ['Red whale', 'Blue whale', 'Red fox'].map((title) => ({ title })) } },
    })
    expect(await standIn.dump()).toEqual(before)
    await standIn.close()
  })

  it.skipIf(!server.ok)('is the same in Chroma', async () => {
    const recorded = await startRecordedChroma(server.ok ? server.binding : '')
    const { hostname, port } = new URL(recorded.url)
    const headers = { 'x-chroma-token': recorded.token }
    const place = { host: hostname, port: Number(port), ssl: false, headers }
    await new AdminClient(place).createDatabase({ name: 'straight', tenant: 'default_tenant' })
    const before = await recorded.dump()
    const client = new ChromaClient({ ...place, database: 'straight' })
    const transcript = await twice(() => chroma.live(client, 'poems'))
    expect(transcript).toHaveLength(37)
    expect(told(transcript, 'create it again')).toEqual({ failed: 'ChromaUniqueError' })
    expect(told(transcript, 'get by the old name')).toEqual({ failed: 'ChromaNotFoundError' })
    expect(await recorded.dump()).toEqual(before)
    await recorded.close()
  })
})
