// Whatever a tenant may ask of Qdrant, from the table of operations: with names of its own, of others,
// and such as no one has, in bodies that are mostly right.
import fc from 'fast-check'
import { qdrant } from '../../../../src/upstream/vector/qdrant/qdrant.ts'
import type { Command } from '../non-interference.ts'
import { sometimesSpoiled } from '../spoil.ts'

/** Of `docs` and its alias `live` there is one of either tenant. */
const NAMES = [
  'docs',
  'live',
  'more',
  'tenant_victim_docs',
  'tenant_victim_live',
  'tenant_acme_docs',
  'victim_docs',
  'aliases',
]
const IN_PATHS = [
  ...NAMES,
  '..',
  '%2e%2e',
  'docs/../tenant_victim_docs',
  'tenant_victim_docs/points',
]
const MEMBERS = [
  'collection',
  'collection_name',
  'lookup_from',
  'with_lookup',
  'init_from',
  'prefetch',
  'filter',
  'must',
  'key',
  'points',
  'payload',
  '_tenant_id',
]
const VALUES = [...NAMES, '_tenant_id', 'victim', 4711, true, null]

/** Mostly what is there, so that most of it does something. */
const name = fc.oneof(
  { weight: 6, arbitrary: fc.constant('docs') },
  { weight: 2, arbitrary: fc.constantFrom('live', 'more') },
  { weight: 3, arbitrary: fc.constantFrom(...NAMES) },
)
const id = fc.constantFrom(1, 2, 3, 4711, '936da01f-9abd-4d9d-80c7-02af85c822a8')
const ids = fc.uniqueArray(id, { minLength: 1, maxLength: 3 })
const vector = fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 }))
const payload = fc.record({ n: id, owner: fc.constantFrom('a', 'b'), collection: name })
const key = fc.constantFrom('n', 'owner', 'collection')
const condition = fc.oneof(
  fc.record({ key, match: fc.record({ value: id }) }),
  fc.record({ has_id: ids }),
  fc.record({ is_empty: fc.record({ key }) }),
  fc.constant({ key: '_tenant_id', match: { value: 'victim' } }),
)
const filter = fc.oneof(
  fc.constant({}),
  ...['must', 'should', 'must_not'].map((how) =>
    fc.array(condition, { minLength: 1, maxLength: 2 }).map((all) => ({ [how]: all })),
  ),
)
const chosen = fc.oneof(fc.record({ points: ids }), fc.record({ filter }))
const point = fc.record({ id, vector, payload })
const upsert = fc.oneof(
  fc.record({ points: fc.array(point, { minLength: 1, maxLength: 3 }) }),
  fc.record({
    batch: fc.array(point, { minLength: 1, maxLength: 3 }).map((points) => ({
      ids: points.map((one) => one.id),
      vectors: points.map((one) => one.vector),
      payloads: points.map((one) => one.payload),
    })),
  }),
)
const lookup = fc.record({ collection: name })
const limit = fc.integer({ min: 1, max: 20 })
const maybe = { requiredKeys: ['limit'] as ['limit'] }
const shown = { with_payload: fc.constantFrom(true, ['n', 'owner']), with_vector: fc.boolean() }
const asked = fc.oneof(
  vector,
  id,
  fc.record({ recommend: fc.record({ positive: ids, negative: ids }) }),
  fc.record({ discover: fc.record({ target: id, context: fc.constant([]) }) }),
)
const query = fc.record(
  {
    query: asked,
    filter,
    limit,
    lookup_from: lookup,
    prefetch: fc.record({ query: asked, lookup_from: lookup, limit }, maybe),
    ...shown,
  },
  { requiredKeys: ['query', 'limit'] },
)
const search = fc.record({ vector, filter, limit, ...shown }, { requiredKeys: ['vector', 'limit'] })
const recommend = fc.record(
  { positive: ids, negative: ids, filter, limit, lookup_from: lookup, ...shown },
  { requiredKeys: ['positive', 'limit'] },
)
const discover = fc.record(
  { target: id, context: fc.constant([]), filter, limit, lookup_from: lookup },
  { requiredKeys: ['target', 'context', 'limit'] },
)
const batched = (one: fc.Arbitrary<object>) =>
  fc.record({ searches: fc.array(one, { minLength: 1, maxLength: 3 }) })
const grouped = (one: fc.Arbitrary<object>) =>
  fc
    .tuple(
      one,
      fc.record({ group_by: key, group_size: limit, with_lookup: fc.oneof(name, lookup) }),
    )
    .map(([whole, groups]) => ({ ...whole, ...groups }))
const both = (...parts: fc.Arbitrary<object>[]) =>
  fc.tuple(...parts).map((all): object => Object.assign({}, ...all))

const change = {
  set_payload: both(fc.record({ payload }), chosen),
  overwrite_payload: both(fc.record({ payload }), chosen),
  delete_payload: both(fc.record({ keys: fc.array(key, { minLength: 1 }) }), chosen),
  clear_payload: chosen,
  update_vectors: fc.record({ points: fc.array(fc.record({ id, vector }), { minLength: 1 }) }),
  delete_vectors: both(fc.constant({ vector: [''] }), chosen),
  delete: chosen,
  upsert,
}
const vectors = { size: 2, distance: 'Dot' }
const action = fc.oneof(
  fc.record({ create_alias: fc.record({ collection_name: name, alias_name: name }) }),
  fc.record({ rename_alias: fc.record({ old_alias_name: name, new_alias_name: name }) }),
  fc.record({ delete_alias: fc.record({ alias_name: name }) }),
)

const BODIES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  'collections.create': fc.record(
    { vectors: fc.constant(vectors), init_from: lookup },
    { requiredKeys: ['vectors'] },
  ),
  'collections.update': fc.constant({ optimizers_config: { indexing_threshold: 1_000 } }),
  'aliases.change': fc.record({ actions: fc.array(action, { minLength: 1, maxLength: 3 }) }),
  'index.create': fc.record({ field_name: key, field_schema: fc.constant('integer') }),
  'vector_names.create': fc.constant({ dense: { size: 1, distance: 'Dot' } }),
  'points.retrieve': fc.record({ ids, ...shown }),
  'points.scroll': fc.record({ filter, limit, ...shown }),
  'points.count': fc.record({ filter }),
  'points.facet': fc.record({ key, filter }),
  'points.upsert': upsert,
  'points.delete': chosen,
  'vectors.update': change.update_vectors,
  'vectors.delete': change.delete_vectors,
  'payload.set': change.set_payload,
  'payload.overwrite': change.overwrite_payload,
  'payload.delete': change.delete_payload,
  'payload.clear': chosen,
  'points.batch': fc.record({
    operations: fc.array(
      fc.oneof(
        ...Object.entries(change).map(([verb, what]) => what.map((whole) => ({ [verb]: whole }))),
      ),
      { minLength: 1, maxLength: 3 },
    ),
  }),
  'points.query': query,
  'points.query.batch': batched(query),
  'points.query.groups': grouped(query),
  'points.search': search,
  'points.search.batch': batched(search),
  'points.search.groups': grouped(search),
  'points.recommend': recommend,
  'points.recommend.batch': batched(recommend),
  'points.recommend.groups': grouped(recommend),
  'points.discover': discover,
  'points.discover.batch': batched(discover),
  'points.matrix.pairs': fc.record({ filter, limit, sample: limit }),
  'points.matrix.offsets': fc.record({ filter, limit, sample: limit }),
}

/** Collections are dropped now and then, not as often as they are made and filled. */
const isOften = ({ name: of }: { readonly name: string }): boolean =>
  of === 'collections.create' || of === 'points.upsert'
const isDrop = ({ name: of }: { readonly name: string }): boolean =>
  of === 'collections.delete' || of === 'points.delete' || of === 'aliases.change'
const operation = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom(...qdrant.operations.filter((one) => !isDrop(one))) },
  { weight: 8, arbitrary: fc.constantFrom(...qdrant.operations.filter(isOften)) },
  { weight: 3, arbitrary: fc.constantFrom(...qdrant.operations.filter(isDrop)) },
)

const segment = fc.oneof(
  { weight: 5, arbitrary: name },
  { weight: 1, arbitrary: fc.constantFrom(...IN_PATHS) },
)
const querySuffix = fc.oneof(
  { weight: 8, arbitrary: fc.constant('') },
  fc.constantFrom('?wait=true', '?wait=false', '?timeout=5', '?collection_name=tenant_victim_docs'),
)

export const qdrantCommand: fc.Arbitrary<Command> = operation.chain((one) => {
  const body = BODIES[one.name]
  return fc
    .record({
      collection: segment,
      id,
      search: querySuffix,
      body: body === undefined ? fc.constant(undefined) : sometimesSpoiled(body, MEMBERS, VALUES),
    })
    .map((made) => ({
      operation: one.name,
      method: one.method,
      target:
        one.path
          .replace('{collection}', made.collection)
          .replace('{id}', String(made.id))
          .replace('{field}', 'n')
          .replace('{vector}', 'late') + made.search,
      ...(made.body === undefined ? {} : { body: made.body }),
    }))
})

/** Every operation with a body has one here. */
export const withoutBody = qdrant.operations
  .filter(({ name: of, body }) => body === 'json' && BODIES[of] === undefined)
  .map(({ name: of }) => of)
