import { describe, expect, it } from 'vitest'
import { upstashVector } from '../../../../src/upstream/vector/upstash-vector/upstash-vector.ts'
import { fakeUpstream, settingsOf, spaceOf } from '../ask-adapter.ts'

const { keeping } = upstashVector
const acme = { space: spaceOf(upstashVector, 'acme'), settings: settingsOf(upstashVector) }

const NAMESPACES = {
  '': { vectorCount: 50, pendingVectorCount: 0 },
  tenant_acme_: { vectorCount: 4, pendingVectorCount: 1 },
  tenant_acme_n: { vectorCount: 3, pendingVectorCount: 2 },
  'tenant_acme-two_n': { vectorCount: 100, pendingVectorCount: 0 },
}
const upstream = () =>
  fakeUpstream(({ target }) => {
    if (target === '/info') return { body: { result: { namespaces: NAMESPACES } } }
    if (target === '/list-namespaces') return { body: { result: Object.keys(NAMESPACES) } }
    if (target === '/delete-namespace/tenant_acme_n') return { body: { result: 'Success' } }
    return { status: 404, body: { error: 'does not exist', status: 404 } }
  })

describe('what the gateway does by itself at Upstash Vector', () => {
  it('lists a tenant’s namespaces, the default one among them, and nobody else’s', async () => {
    const { service } = upstream()
    expect(await keeping.list(service, acme)).toEqual(['', 'n'])
    expect(await keeping.countPhysical(service, acme)).toBe(3)
  })

  it('counts what is written and not yet to be found', async () => {
    const { service } = upstream()
    expect(await keeping.count(service, 'n', acme)).toEqual({ collections: 1, vectors: 5 })
    expect(await keeping.count(service, '', acme)).toEqual({ collections: 1, vectors: 5 })
    expect(await keeping.count(service, 'none', acme)).toBe(null)
  })

  it('drops a namespace, and one that is gone again', async () => {
    const { service, sent } = upstream()
    await keeping.drop(service, 'n', acme)
    await keeping.drop(service, 'gone', acme)
    expect(sent.map(({ target }) => target)).toEqual([
      '/delete-namespace/tenant_acme_n',
      '/delete-namespace/tenant_acme_gone',
    ])
  })

  it.each([[{}], [{ result: 'x' }], [{ result: [7] }]])(
    'takes no other answer for a list: %o',
    async (body) => {
      const { service } = fakeUpstream(() => ({ body }))
      await expect(keeping.list(service, acme)).rejects.toThrow(/not understood/)
    },
  )

  it('tells a failure of the service', async () => {
    const { service } = fakeUpstream(() => ({ status: 500, body: { error: 'x' } }))
    await expect(keeping.drop(service, 'n', acme)).rejects.toThrow('The service failed (500).')
    await expect(keeping.count(service, 'n', acme)).rejects.toThrow('The service failed (500).')
  })
})
