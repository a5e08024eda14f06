// Whatever a tenant of Pinecone sends, it is refused or done in that tenant's own namespaces.
import { Pinecone } from '@pinecone-database/pinecone'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pinecone } from '../../../../src/upstream/vector/pinecone/pinecone.ts'
import { type PineconeStandIn, startPinecone } from '../../../support/pinecone/pinecone.ts'
import { type BareGateway, startBareGateway } from '../bare-gateway.ts'
import { sendHostile } from '../send-hostile.ts'
import { pineconeRequests } from './hostile.ts'
import { namesIn } from './sent-names.ts'

const SECRET = 'the secret of the victim'

let standIn: PineconeStandIn
let gateway: BareGateway

beforeAll(async () => {
  standIn = await startPinecone()
  const settings = { index: 'tests' }
  gateway = await startBareGateway(
    pinecone,
    { url: standIn.url, key: standIn.apiKey, settings },
    '/pinecone',
  )
})

afterAll(async () => {
  await Promise.all([gateway.close(), standIn.close()])
})

describe('hostile requests to Pinecone', () => {
  it('reach nothing and learn nothing of another tenant', async () => {
    const open = (tenant: string) =>
      new Pinecone({ apiKey: tenant, controllerHostUrl: gateway.url, maxRetries: 0 }).index('tests')
    const records = ['s1', 'secret-id'].map((id) => ({
      id,
      values: [1, 1, 1],
      metadata: { secret: SECRET },
    }))
    const victim = open('victim')
    await victim.upsert({ records })
    await victim.namespace('docs').upsert({ records })
    await victim.namespace('secret-plans').upsert({ records })
    const mallory = open('mallory')
    await mallory.namespace('mine').upsert({ records: [{ id: 'own', values: [1, 0, 0] }] })
    const sealed = await victim.namespace('docs').listPaginated({ limit: 1 })
    const straight = new Pinecone({ apiKey: standIn.apiKey, maxRetries: 0 }).index({
      name: 'tests',
      host: standIn.url,
    })
    await straight.upsert({ records })
    const raw = await straight.namespace('tenant_victim_docs').listPaginated({ limit: 1 })
    const requests = pineconeRequests({
      mount: '/pinecone',
      slug: 'victim',
      logical: 'docs',
      physical: 'tenant_victim_docs',
      id: 's1',
      sealedToken: sealed.pagination?.next ?? '',
      rawToken: raw.pagination?.next ?? '',
      dimension: 3,
    })
    const outcome = await sendHostile(
      {
        gateway,
        standIn,
        credential: { 'api-key': 'mallory' },
        secrets: [SECRET, 'secret-id', 'secret-plans', 'tenant_mallory', standIn.apiKey],
        ownPrefix: 'tenant_mallory_',
        namesIn,
        others: async () => {
          const { namespaces, ...rest } = (await standIn.dump()) as { namespaces: object }
          const others = Object.entries(namespaces).filter(
            ([name]) => !name.startsWith('tenant_mallory_'),
          )
          return JSON.stringify([others, rest])
        },
      },
      requests,
    )
    expect(outcome.breaches).toEqual([])
    expect(outcome).toMatchObject({ sent: 194, refused: 139 })
  })
})
