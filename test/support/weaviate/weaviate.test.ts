// The stand-in for Weaviate by its official client: it answers as a server does.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import weaviate, { ApiKey, type WeaviateClient } from 'weaviate-ts-client'
import { startWeaviate, type WeaviateStandIn } from './weaviate.ts'

let standIn: WeaviateStandIn
let client: WeaviateClient

const id = (n: number): string => `11111111-0000-4000-8000-${String(n).padStart(12, '0')}`
const beacon = (className: string, n: number): string =>
  `weaviate://localhost/${className}/${id(n)}`

beforeAll(async () => {
  standIn = await startWeaviate()
  client = weaviate.client({ host: standIn.url, apiKey: new ApiKey(standIn.apiKey) })
  const text = (name: string, tokenization: string): object => {
    return { name, dataType: ['text'], tokenization }
  }
  await client.schema
    .classCreator()
    .withClass({
      class: 'author',
      multiTenancyConfig: { enabled: true },
      properties: [{ name: 'name', dataType: ['text'] }],
    })
    .do()
  await client.schema
    .classCreator()
    .withClass({
      class: 'Poem',
      multiTenancyConfig: { enabled: true },
      properties: [
        text('title', 'word'),
        text('code', 'field'),
        { name: 'year', dataType: ['int'] },
        { name: 'by', dataType: ['Author'] },
      ],
    })
    .do()
  const tenants = [{ name: 'acme' }, { name: 'globex' }]
  await client.schema.tenantsCreator('Author', tenants).do()
  await client.schema.tenantsCreator('Poem', tenants).do()
})
afterAll(() => standIn.close())

describe('to its official client, the stand-in for Weaviate', () => {
  it('keeps classes, the first letter of their names upper-case, and their tenants', async () => {
    const { classes } = await client.schema.getter().do()
    expect(classes?.map((one) => one.class)).toEqual(['Author', 'Poem'])
    expect(await client.schema.exists('Poem')).toBe(true)
    await client.schema.tenantsCreator('Poem', [{ name: 'brief' }]).do()
    await client.schema.tenantsUpdater('Poem', [{ name: 'brief', activityStatus: 'COLD' }]).do()
    expect(await client.schema.tenantsGetter('Poem').do()).toEqual([
      { name: 'acme', activityStatus: 'ACTIVE' },
      { name: 'globex', activityStatus: 'ACTIVE' },
      { name: 'brief', activityStatus: 'COLD' },
    ])
    expect(await client.schema.tenantsExists('Poem', 'brief').do()).toBe(true)
    await client.schema.tenantsDeleter('Poem', ['brief']).do()
    expect(await client.schema.tenantsExists('Poem', 'brief').do()).toBe(false)
  })

  it('creates, reads, merges, replaces, checks and deletes an object of a tenant', async () => {
    const at = { className: 'Poem', tenant: 'acme' }
    const created = await client.data
      .creator()
      .withClassName(at.className)
      .withTenant(at.tenant)
      .withId(id(1))
      .withProperties({ title: 'The Red Fox', year: 1900 })
      .withVector([1, 0, 0])
      .do()
    expect(created).toMatchObject({ class: 'Poem', tenant: 'acme', id: id(1), vector: [1, 0, 0] })
    const getter = (): ReturnType<typeof client.data.getterById> =>
      client.data.getterById().withClassName('Poem').withTenant('acme').withId(id(1))
    const merger = client.data.merger().withClassName('Poem').withTenant('acme').withId(id(1))
    await merger.withProperties({ code: 'a-1' }).do()
    const merged = await getter().withVector().do()
    expect(merged.properties).toEqual({ title: 'The Red Fox', year: 1900, code: 'a-1' })
    expect(merged.vector).toEqual([1, 0, 0])
    const updater = client.data.updater().withClassName('Poem').withTenant('acme').withId(id(1))
    await updater.withProperties({ title: 'Gone' }).do()
    expect((await getter().do()).properties).toEqual({ title: 'Gone' })
    const checker = client.data.checker().withClassName('Poem').withId(id(1))
    expect(await checker.withTenant('acme').do()).toBe(true)
    expect(await checker.withTenant('globex').do()).toBe(false)
    await client.data.deleter().withClassName('Poem').withTenant('acme').withId(id(1)).do()
    await expect(getter().do()).rejects.toThrow('usage error (404)')
  })

  it('takes batches, object by object', async () => {
    const authors = await client.batch
      .objectsBatcher()
      .withObjects(
        { class: 'Author', tenant: 'acme', id: id(10), properties: { name: 'Ada' }, vector: [0, 0, 1] }, // prettier-ignore
        { class: 'Author', tenant: 'nobody', id: id(11), properties: { name: 'Bob' } },
      )
      .do()
    expect(authors.map(({ result }) => result?.status)).toEqual(['SUCCESS', 'FAILED'])
    expect(JSON.stringify(authors[1]?.result?.errors)).toContain('tenant not found')
    const poems = ['Red fox', 'Blue whale', 'Red whale'].map((title, n) => ({
      class: 'Poem',
      tenant: 'acme',
      id: id(20 + n),
      properties: { title, code: `c-${n}`, year: 1900 + n, by: [{ beacon: beacon('Author', 10) }] },
      vector: [n === 1 ? 0 : 1, n, 0],
    }))
    await client.batch
      .objectsBatcher()
      .withObjects(...poems)
      .do()
    const lister = client.data.getter().withClassName('Poem').withTenant('acme')
    expect((await lister.withLimit(2).do()).objects?.map((one) => one.id)).toEqual([id(20), id(21)])
  })

  it('answers Get by distance, filter, words and reference', async () => {
    const get = (): ReturnType<typeof client.graphql.get> =>
      client.graphql.get().withClassName('Poem').withTenant('acme')
    const near = await get()
      .withNearVector({ vector: [1, 0, 0] })
      .withLimit(2)
      .withFields('title by { ... on Author { name } } _additional { id distance }')
      .do()
    expect(near.data.Get.Poem).toEqual([
      { title: 'Red fox', by: [{ name: 'Ada' }], _additional: { id: id(20), distance: 0 } },
      {
        title: 'Red whale',
        by: [{ name: 'Ada' }],
        _additional: { id: id(22), distance: 1 - 1 / Math.sqrt(5) },
      },
    ])
    const titles = async (getter: ReturnType<typeof get>): Promise<string[]> =>
      (await getter.withFields('title').do()).data.Get.Poem.map(
        ({ title }: { title: string }) => title,
      )
    const where = (path: string[], operator: 'Equal' | 'GreaterThan' | 'Like', value: object) =>
      titles(get().withWhere({ path, operator, ...value }))
    expect(await where(['title'], 'Equal', { valueText: 'red' })).toEqual(['Red fox', 'Red whale'])
    expect(await where(['code'], 'Equal', { valueText: 'c' })).toEqual([])
    expect(await where(['year'], 'GreaterThan', { valueInt: 1900 })).toEqual([
      'Blue whale',
      'Red whale',
    ])
    expect(await where(['by', 'Author', 'name'], 'Equal', { valueText: 'ada' })).toHaveLength(3)
    expect(await where(['title'], 'Like', { valueText: '*fox' })).toEqual(['Red fox'])
    expect(await titles(get().withBm25({ query: 'blue whale' }))).toEqual([
      'Blue whale',
      'Red whale',
    ])
    expect(
      await titles(
        get()
          .withNearObject({ id: id(21) })
          .withLimit(1),
      ),
    ).toEqual(['Blue whale'])
    expect(
      await titles(
        get()
          .withSort([{ path: ['year'], order: 'desc' }])
          .withOffset(1),
      ),
    ).toEqual(['Blue whale', 'Red fox'])
  })

  it('answers Aggregate', async () => {
    const counted = await client.graphql
      .aggregate()
      .withClassName('Poem')
      .withTenant('acme')
      .withFields('meta { count } year { minimum maximum mean }')
      .do()
    expect(counted.data.Aggregate.Poem).toEqual([
      { meta: { count: 3 }, year: { minimum: 1900, maximum: 1902, mean: 1901 } },
    ])
    const grouped = await client.graphql
      .aggregate()
      .withClassName('Poem')
      .withTenant('acme')
      .withGroupBy(['code'])
      .withFields('groupedBy { value } meta { count }')
      .do()
    expect(grouped.data.Aggregate.Poem[0]).toEqual({
      groupedBy: { value: 'c-0' },
      meta: { count: 1 },
    })
  })

  it('adds, replaces and deletes references, one by one and in a batch', async () => {
    await client.data
      .creator()
      .withClassName('Author')
      .withTenant('acme')
      .withId(id(12))
      .withProperties({ name: 'Cleo' })
      .do()
    const reference = { beacon: beacon('Author', 12) }
    const at = <
      T extends {
        withId(id: string): T
        withClassName(name: string): T
        withTenant(tenant: string): T
        withReferenceProperty(name: string): T
      },
    >(
      change: T,
    ): T =>
      // prettier-ignore
      change.withId(id(20)).withClassName('Poem').withTenant('acme').withReferenceProperty('by')
    const names = async (): Promise<unknown> => {
      const get = client.graphql.get().withClassName('Poem').withTenant('acme')
      const first = get.withLimit(1).withFields('by { ... on Author { name } }')
      return (await first.do()).data.Get.Poem[0].by
    }
    await at(client.data.referenceCreator()).withReference(reference).do()
    expect(await names()).toEqual([{ name: 'Ada' }, { name: 'Cleo' }])
    await at(client.data.referenceReplacer()).withReferences([reference]).do()
    expect(await names()).toEqual([{ name: 'Cleo' }])
    await at(client.data.referenceDeleter()).withReference(reference).do()
    expect(await names()).toEqual([])
    const from = `${beacon('Poem', 20)}/by`
    const batcher = client.batch.referencesBatcher()
    const [added] = await batcher.withReference({ from, to: reference.beacon, tenant: 'acme' }).do()
    expect(added?.result?.status).toBe('SUCCESS')
    expect(await names()).toEqual([{ name: 'Cleo' }])
  })

  it('deletes what a filter matches, or only says what it would', async () => {
    const match = { path: ['title'], operator: 'Equal' as const, valueText: 'whale' }
    const deleter = (): ReturnType<typeof client.batch.objectsBatchDeleter> =>
      client.batch.objectsBatchDeleter().withClassName('Poem').withTenant('acme').withWhere(match)
    const dry = await deleter().withDryRun(true).withOutput('verbose').do()
    expect(dry.results?.objects).toEqual([
      { id: id(21), status: 'DRYRUN' },
      { id: id(22), status: 'DRYRUN' },
    ])
    expect((await deleter().do()).results).toMatchObject({ matches: 2, successful: 2 })
  })

  it('insists on a tenant where a class has them, and on none where it has not', async () => {
    const getter = client.data.getter().withClassName('Poem')
    await expect(getter.do()).rejects.toThrow('has multi-tenancy enabled')
    await expect(getter.withTenant('nobody').do()).rejects.toThrow('tenant not found')
    await client.schema.classCreator().withClass({ class: 'Plain' }).do()
    const plain = client.data.getter().withClassName('Plain').withTenant('acme')
    await expect(plain.do()).rejects.toThrow('has multi-tenancy disabled')
    await client.schema.classDeleter().withClassName('Plain').do()
  })

  it('is asked for its version at construction, and below a path where its host has one', async () => {
    const since = standIn.requests.length
    const apiKey = new ApiKey(standIn.apiKey)
    const host = `${standIn.url.replace('http://', '')}/weaviate/`
    const below = weaviate.client({ scheme: 'http', host, apiKey })
    await expect(below.misc.metaGetter().do()).rejects.toThrow('usage error (404)')
    await below.graphql
      .raw()
      .withQuery('{ Get { Poem { title } } }')
      .do()
      .catch(() => null)
    const asked = standIn.requests.slice(since)
    expect(asked.map(({ method, target }) => `${method} ${target}`)).toEqual([
      'GET /weaviate/v1/meta',
      'GET /weaviate/v1/meta',
      'POST /weaviate/v1/graphql',
    ])
    expect(asked[0]?.headers.authorization).toBe(`Bearer ${standIn.apiKey}`)
  })
})
