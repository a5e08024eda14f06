import { Pinecone } from '@pinecone-database/pinecone'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Service } from '../../../../src/upstream/vector/adapter.ts'
import { systemClock } from '../../../../src/clock.ts'
import { openService } from '../../../../src/upstream/vector/open-service.ts'
import { pinecone } from '../../../../src/upstream/vector/pinecone/pinecone.ts'
import { type PineconeStandIn, startPinecone } from '../../../support/pinecone/pinecone.ts'
import { fakeUpstream, settingsOf, spaceOf } from '../ask-adapter.ts'

const { keeping } = pinecone
const acme = { space: spaceOf(pinecone, 'acme'), settings: settingsOf(pinecone) }

let standIn: PineconeStandIn
let service: Service

beforeAll(async () => {
  standIn = await startPinecone()
  const opened = openService({
    fetch: (url, init) => fetch(url, init),
    clock: systemClock,
    lost: new AbortController().signal,
    baseUrl: standIn.url,
    headers: pinecone.credentialHeaders(standIn.apiKey),
    timeouts: { headers_ms: 5_000, first_byte_ms: 5_000, idle_ms: 5_000 },
    places: async () => [],
    alarm: () => {},
  })
  service = opened.service
  const index = new Pinecone({ apiKey: standIn.apiKey, maxRetries: 0 }).index({
    name: 'tests',
    host: standIn.url,
  })
  const records = ['a', 'b'].map((id) => ({ id, values: [1, 0, 0] }))
  const names = ['tenant_acme_n', 'tenant_acme_', 'tenant_acme-two_n', 'tenant_globex_n']
  for (const name of names) await index.namespace(name).upsert({ records })
  for (let at = 0; at < 120; at += 1) await index.createNamespace({ name: `tenant_acme_m${at}` })
})

afterAll(() => standIn.close())

describe('what the gateway does by itself at Pinecone', () => {
  it('lists all of a tenant’s namespaces, over pages, and nobody else’s', async () => {
    const listed = await keeping.list(service, acme)
    expect(listed).toHaveLength(122)
    expect(listed).toContain('n')
    expect(listed).toContain('__default__')
    expect(listed).toContain('m119')
    expect(await keeping.countPhysical(service, acme)).toBe(124)
  })

  it('counts one namespace by its own figure', async () => {
    expect(await keeping.count(service, 'n', acme)).toEqual({ collections: 1, vectors: 2 })
    expect(await keeping.count(service, '__default__', acme)).toEqual({
      collections: 1,
      vectors: 2,
    })
    expect(await keeping.count(service, 'm7', acme)).toEqual({ collections: 1, vectors: 0 })
    expect(await keeping.count(service, 'none', acme)).toBe(null)
  })

  it('drops a namespace, and one that is gone again', async () => {
    await keeping.drop(service, '__default__', acme)
    await keeping.drop(service, '__default__', acme)
    expect(await keeping.count(service, '__default__', acme)).toBe(null)
    expect(await keeping.count(service, 'n', acme)).toEqual({ collections: 1, vectors: 2 })
  })

  it.each([
    [{}, 0],
    [{ record_count: '12' }, 12],
    [{ record_count: 12 }, 12],
  ])('reads a count in each form that it is written in: %o', async (body, vectors) => {
    const { service: fake } = fakeUpstream(() => ({ body }))
    expect(await keeping.count(fake, 'n', acme)).toEqual({ collections: 1, vectors })
  })

  it.each([[{ record_count: -1 }], [{ record_count: 'x' }], [{ record_count: 1.5 }], ['x']])(
    'takes no other answer for a count: %o',
    async (body) => {
      const { service: fake } = fakeUpstream(() => ({ body }))
      await expect(keeping.count(fake, 'n', acme)).rejects.toThrow(/not understood/)
    },
  )

  it('counts by listing where the service tells no total', async () => {
    const page = { namespaces: [{ name: 'tenant_a_b' }, { name: 'tenant_c_d' }] }
    const { service: fake } = fakeUpstream(() => ({ body: page }))
    expect(await keeping.countPhysical(fake, acme)).toBe(2)
  })
})
