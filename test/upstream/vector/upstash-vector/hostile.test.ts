// Whatever a tenant of Upstash Vector sends, it is refused or done in that tenant's own namespaces.
import { Index } from '@upstash/vector'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { upstashVector } from '../../../../src/upstream/vector/upstash-vector/upstash-vector.ts'
import {
  startUpstashVector,
  type UpstashVectorStandIn,
} from '../../../support/upstash-vector/upstash-vector.ts'
import { type BareGateway, startBareGateway } from '../bare-gateway.ts'
import { sendHostile } from '../send-hostile.ts'
import { upstashVectorRequests } from './hostile.ts'
import { namesIn } from './sent-names.ts'

const SECRET = 'the secret of the victim'

let standIn: UpstashVectorStandIn
let gateway: BareGateway

beforeAll(async () => {
  standIn = await startUpstashVector()
  gateway = await startBareGateway(upstashVector, { url: standIn.url, key: standIn.token }, '/uv')
})

afterAll(async () => {
  await Promise.all([gateway.close(), standIn.close()])
})

/** Begins a query and does not end it; the client shows no uuid. */
async function beginQuery(url: string, token: string, namespace: string): Promise<string> {
  const response = await fetch(`${url}/resumable-query/${namespace}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ vector: [1, 1, 1], topK: 1, maxIdle: 60, includeMetadata: true }),
  })
  const { result } = (await response.json()) as { result: { uuid: string } }
  return result.uuid
}

describe('hostile requests to Upstash Vector', () => {
  it('reach nothing and learn nothing of another tenant', async () => {
    const open = (token: string, url = gateway.url) => new Index({ url, token, retry: false })
    const records = ['s1', 'secret-id', 's3'].map((id) => ({
      id,
      vector: [1, 1, 1],
      metadata: { secret: SECRET },
    }))
    const victim = open('victim')
    await victim.upsert(records)
    await victim.namespace('docs').upsert(records)
    await victim.namespace('secret-plans').upsert(records)
    await open(standIn.token, standIn.url).upsert(records)
    await open('mallory')
      .namespace('mine')
      .upsert({ id: 'own', vector: [1, 0, 0] })
    const rawUuid = await beginQuery(standIn.url, standIn.token, 'tenant_victim_docs')
    const requests = upstashVectorRequests({
      mount: '/uv',
      slug: 'victim',
      logical: 'docs',
      physical: 'tenant_victim_docs',
      id: 's1',
      sealedUuid: await beginQuery(gateway.url, 'victim', 'docs'),
      rawUuid,
      dimension: 3,
    })
    const outcome = await sendHostile(
      {
        gateway,
        standIn,
        credential: { authorization: 'Bearer mallory' },
        secrets: [SECRET, 'secret-id', 'secret-plans', 'tenant_mallory', standIn.token],
        ownPrefix: 'tenant_mallory_',
        namesIn,
        others: async () => {
          type Dump = { namespaces: object; queries: Record<string, unknown> }
          const { namespaces, queries } = (await standIn.dump()) as Dump
          const others = Object.entries(namespaces).filter(
            ([name]) => !name.startsWith('tenant_mallory_'),
          )
          return JSON.stringify([others, queries[rawUuid]])
        },
      },
      requests,
    )
    expect(outcome.breaches).toEqual([])
    expect(outcome).toMatchObject({ sent: 163, refused: 113 })
  })
})
