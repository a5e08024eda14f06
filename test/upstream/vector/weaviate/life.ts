// The ordinary life of objects in Weaviate by the official client, in two classes that the operator has
// declared. It leaves nothing behind, so that it can be lived again, and at the same time by others
// who use the same ids. Straight at a server the tenant is told; through the gateway the key tells it.
import type { WeaviateClient } from 'weaviate-ts-client'
import { Scribe, type Transcript } from '../transcript.ts'

/** What the operator declares; a class that refers to another comes after it. */
export const WEAVIATE_CLASSES = [
  {
    class: 'Author',
    multiTenancyConfig: { enabled: true },
    properties: [{ name: 'name', dataType: ['text'] }],
  },
  {
    class: 'Poem',
    multiTenancyConfig: { enabled: true },
    properties: [
      { name: 'title', dataType: ['text'] },
      { name: 'code', dataType: ['text'], tokenization: 'field' },
      { name: 'year', dataType: ['int'] },
      { name: 'by', dataType: ['Author'] },
    ],
  },
]

/** Makes the classes, as whoever runs the server does beforehand, and one tenant in each. */
export async function declareClasses(client: WeaviateClient, tenants: readonly string[]) {
  for (const definition of WEAVIATE_CLASSES) {
    await client.schema.classCreator().withClass(definition).do()
    const named = tenants.map((name) => ({ name }))
    await client.schema.tenantsCreator(definition.class, named).do()
  }
}

const id = (n: number): string => `33333333-0000-4000-8000-${String(n).padStart(12, '0')}`
const beacon = (className: string, n: number): string =>
  `weaviate://localhost/${className}/${id(n)}`

interface Place {
  readonly scribe: Scribe
  readonly client: WeaviateClient
  /** Names the tenant where it must be named. */
  readonly inTenant: <T extends { withTenant(tenant: string): T }>(request: T) => T
  readonly tenant: { readonly tenant?: string }
}

/** REST alone; `liveByGraphQL` is the other half. */
export async function live(client: WeaviateClient, tenant?: string): Promise<Transcript> {
  const place = placeOf(client, tenant)
  await singles(place)
  await batches(place)
  await references(place)
  await empties(place)
  return place.scribe.transcript
}

export async function liveByGraphQL(client: WeaviateClient, tenant?: string): Promise<Transcript> {
  const place = placeOf(client, tenant)
  await batches(place)
  await gets(place)
  await aggregates(place)
  await empties(place)
  return place.scribe.transcript
}

function placeOf(client: WeaviateClient, tenant: string | undefined): Place {
  return {
    scribe: new Scribe(),
    client,
    inTenant: (request) => (tenant === undefined ? request : request.withTenant(tenant)),
    tenant: tenant === undefined ? {} : { tenant },
  }
}

async function singles({ scribe, client, inTenant }: Place): Promise<void> {
  const { data, misc } = client
  await scribe.note('is it ready', () => misc.readyChecker().do())
  const properties = { title: 'The Red Fox', year: 1900 }
  const creator = () => inTenant(data.creator().withClassName('Poem').withId(id(1)))
  await scribe.note('create', () => creator().withProperties(properties).withVector([1, 0]).do())
  await scribe.fails('create it again', () => creator().withProperties(properties).do())
  const getter = () => inTenant(data.getterById().withClassName('Poem').withId(id(1)))
  await scribe.note('get', () => getter().withVector().do())
  await scribe.note('merge', () =>
    inTenant(data.merger().withClassName('Poem').withId(id(1)))
      .withProperties({ code: 'a-1' })
      .do(),
  )
  await scribe.note('get what was merged', () => getter().do())
  await scribe.note('replace', () =>
    inTenant(data.updater().withClassName('Poem').withId(id(1)))
      .withProperties({ title: 'Grey' })
      .withVector([0, 1])
      .do(),
  )
  const checker = (n: number) => inTenant(data.checker().withClassName('Poem').withId(id(n)))
  await scribe.note('is it there', () => checker(1).do())
  await scribe.note('is another there', () => checker(2).do())
  await scribe.note('is it valid', () =>
    data.validator().withClassName('Author').withId(id(3)).withProperties({ name: 'Ada' }).do(),
  )
  await scribe.note('delete', () =>
    inTenant(data.deleter().withClassName('Poem').withId(id(1))).do(),
  )
  await scribe.fails('get what was deleted', () => getter().do())
}

async function batches({ scribe, client, inTenant, tenant }: Place): Promise<void> {
  const poems = ['Red fox', 'Blue whale', 'Red whale'].map((title, n) => ({
    class: 'Poem',
    id: id(20 + n),
    properties: { title, code: `c-${n}`, year: 1900 + n, by: [{ beacon: beacon('Author', 10) }] },
    vector: [n === 1 ? 0 : 1, n],
    ...tenant,
  }))
  const author = { class: 'Author', id: id(10), properties: { name: 'Ada' }, ...tenant }
  await scribe.note('batch of two classes', () =>
    client.batch
      .objectsBatcher()
      .withObjects(author, ...poems)
      .do(),
  )
  await scribe.note('batch with one that fails', () =>
    client.batch
      .objectsBatcher()
      .withObjects(
        { class: 'Author', id: 'no uuid', properties: {}, ...tenant },
        { class: 'Author', id: id(11), properties: { name: 'Bob' }, ...tenant },
      )
      .do()
      .then((results) => results.map(({ result }) => result?.status)),
  )
  const lister = () => inTenant(client.data.getter().withClassName('Poem'))
  await scribe.note('list', () => lister().do())
  await scribe.note('list a page', () => lister().withAfter(id(20)).withLimit(1).withVector().do())
}

async function references({ scribe, client, inTenant, tenant }: Place): Promise<void> {
  const { data } = client
  const reference = { beacon: beacon('Author', 11) }
  const creator = data.referenceCreator().withClassName('Poem').withId(id(20))
  await scribe.note('add a reference', () =>
    inTenant(creator).withReferenceProperty('by').withReference(reference).do(),
  )
  const replacer = data.referenceReplacer().withClassName('Poem').withId(id(21))
  await scribe.note('replace references', () =>
    inTenant(replacer).withReferenceProperty('by').withReferences([reference]).do(),
  )
  const deleter = data.referenceDeleter().withClassName('Poem').withId(id(20))
  await scribe.note('delete a reference', () =>
    inTenant(deleter)
      .withReferenceProperty('by')
      .withReference({ beacon: beacon('Author', 10) })
      .do(),
  )
  await scribe.note('batch of references', () =>
    client.batch
      .referencesBatcher()
      .withReference({ from: `${beacon('Poem', 22)}/by`, to: reference.beacon, ...tenant })
      .do(),
  )
  await scribe.note('list with references', () =>
    inTenant(data.getter().withClassName('Poem')).do(),
  )
}

async function empties({ scribe, client, inTenant }: Place): Promise<void> {
  const whales = { path: ['title'], operator: 'Equal' as const, valueText: 'whale' }
  const deleter = () => inTenant(client.batch.objectsBatchDeleter().withClassName('Poem'))
  await scribe.note('what would be deleted', () =>
    deleter().withWhere(whales).withDryRun(true).withOutput('verbose').do(),
  )
  await scribe.note('delete by filter', () => deleter().withWhere(whales).do())
  const others = { path: ['year'], operator: 'GreaterThanEqual' as const, valueInt: 0 }
  await scribe.note('delete the others', () => deleter().withWhere(others).do())
  for (const n of [10, 11]) {
    const author = client.data.deleter().withClassName('Author').withId(id(n))
    await scribe.note(`delete author ${n}`, () => inTenant(author).do())
  }
  for (const className of ['Poem', 'Author']) {
    const lister = client.data.getter().withClassName(className)
    await scribe.note(`list ${className}`, () => inTenant(lister).do())
  }
}

async function gets({ scribe, client, inTenant }: Place): Promise<void> {
  const get = () => inTenant(client.graphql.get().withClassName('Poem'))
  await scribe.note('get by distance', () =>
    get()
      .withNearVector({ vector: [1, 0.2] })
      .withLimit(2)
      .withFields(
        'title by { ... on Author { name _additional { id } } } _additional { id distance }',
      )
      .do(),
  )
  await scribe.note(
    'get near an object',
    () =>
    get().withNearObject({ id: id(21) }).withLimit(2).withFields('title _additional { vector }').do(), // prettier-ignore
  )
  await scribe.note('get by filter', () =>
    get()
      .withWhere({
        operator: 'And',
        operands: [
          { path: ['title'], operator: 'Like', valueText: 'Red*' },
          { path: ['year'], operator: 'GreaterThan', valueInt: 1900 },
        ],
      })
      .withFields('title code year')
      .do(),
  )
  await scribe.note('get by a reference', () =>
    get()
      .withWhere({ path: ['by', 'Author', 'name'], operator: 'Equal', valueText: 'Ada' })
      .withSort([{ path: ['year'], order: 'desc' }])
      .withFields('title')
      .do(),
  )
  await scribe.note('get by words', () =>
    get()
      .withBm25({ query: 'blue whale', properties: ['title'] })
      .withFields('title')
      .do(),
  )
  await scribe.note('get a page', () =>
    get().withLimit(1).withOffset(1).withFields('code _additional { id }').do(),
  )
  await scribe.note('get after an id', () =>
    get().withAfter(id(20)).withLimit(5).withFields('_additional { id }').do(),
  )
}

async function aggregates({ scribe, client, inTenant }: Place): Promise<void> {
  const aggregate = () => inTenant(client.graphql.aggregate().withClassName('Poem'))
  await scribe.note('count', () => aggregate().withFields('meta { count }').do())
  await scribe.note('count what a filter matches', () =>
    aggregate()
      .withWhere({ path: ['title'], operator: 'Equal', valueText: 'whale' })
      .withFields('meta { count } year { minimum maximum sum }')
      .do(),
  )
  await scribe.note('count by a property', () =>
    aggregate().withGroupBy(['code']).withFields('groupedBy { value } meta { count }').do(),
  )
}
