// What each operation reserves before it is done, what it has counted again after, and what remains of
// a get-or-create when there is no room for another collection.
import { describe, expect, it } from 'vitest'
import { fakeService, handle, OWN, planOf, told } from './fake-service.ts'

const nothing = {
  place: 'database',
  expects: 'any',
  collections: 0,
  collectionIfNew: 0,
  vectors: 0,
  bytes: 0,
  note: null,
}

describe('the account of a Chroma database', () => {
  it('is asked for a collection by what makes one, and for no vectors', async () => {
    const plan = await planOf('POST', `${OWN}/collections`, { name: 'docs' })
    expect(plan.stock).toEqual([{ ...nothing, collections: 1 }])
    expect(plan.recount).toEqual(['database'])
    expect(plan.whenFull).toBe(undefined)
    expect((await plan.run(fakeService({ body: told() }))).stock).toBe('kept')
  })

  it('cannot know whether get-or-create made one, and gets alone when there is no room', async () => {
    const asked = { name: 'docs', get_or_create: true, metadata: { k: 1 } }
    const plan = await planOf('POST', `${OWN}/collections`, asked)
    expect(plan.stock).toEqual([{ ...nothing, collections: 1 }])
    expect((await plan.run(fakeService({ body: told() }))).stock).toBe('kept')
    const full = fakeService({ body: told() })
    const got = await plan.whenFull?.run(full)
    expect(got).toMatchObject({ status: 200, body: { name: 'docs' } })
    expect(full.sent).toEqual([
      {
        method: 'GET',
        path: ['api', 'v2', 'tenants', 'default_tenant', 'databases', 'tenant_acme', 'collections', 'docs'], // prettier-ignore
        writes: false,
      },
    ])
    expect(plan.whenFull).toMatchObject({ units: 1, stock: [], recount: [] })
    const none = fakeService({ status: 404, body: {} })
    await expect(plan.whenFull?.run(none)).rejects.toMatchObject({ code: 'NotFound' })
  })

  it('is asked for as many vectors as there are ids, and for the bytes of the body', async () => {
    const at = `${OWN}/collections/${await handle()}`
    const body = JSON.stringify({ ids: ['a', 'b', 'a'], embeddings: [[1], [2], [3]] })
    for (const [verb, vectors] of [
      ['add', 2],
      ['upsert', 2],
      ['update', 0],
    ] as const) {
      // prettier-ignore
      const plan = await planOf('POST', `${at}/${verb}`, body)
      expect(plan.stock).toEqual([{ ...nothing, vectors, bytes: body.length }])
      expect(plan.recount).toEqual(['database'])
    }
  })

  it('is asked for nothing by what removes, which is counted again', async () => {
    const at = `${OWN}/collections/${await handle()}`
    const plans = await Promise.all([
      planOf('POST', `${at}/delete`, { ids: ['a'] }),
      planOf('DELETE', `${OWN}/collections/docs`),
    ])
    for (const plan of plans)
      expect(plan).toMatchObject({ stock: [], recount: ['database'], units: 1 })
  })

  it('has nothing to do with reads; a query counts by its searches', async () => {
    const at = `${OWN}/collections/${await handle()}`
    const reads = await Promise.all([
      planOf('POST', `${at}/get`, {}),
      planOf('GET', `${at}/count`),
      planOf('GET', `${OWN}/collections`),
      planOf('POST', `${at}/query`, { query_embeddings: [[1], [2], [3]] }),
    ])
    for (const plan of reads) expect(plan).toMatchObject({ stock: [], recount: [] })
    expect(reads.map(({ units }) => units)).toEqual([1, 1, 1, 3])
  })
})
