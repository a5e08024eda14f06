// Whatever is put in any place of any body: what the service is asked names nothing outside of the
// tenant's own prefix, and no struct that names something is given by position.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isJsonArray, isJsonObject, type Json } from '../../../../src/upstream/json.ts'
import { Problem } from '../../../../src/problem/problem.ts'
import { anythingOf, placesIn, put } from '../spoil.ts'
import { bodyOf, type FakeService, fakeService, json, lineOf, planOf } from './ask-qdrant.ts'
import { namesIn, staysWithin } from './named-collections.ts'

const VICTIM = 'tenant_victim_docs'

/** One valid body of each shape that can hold a name, a filter or a selection somewhere. */
const SEEDS: readonly [request: string, body: object][] = [
  [
    'POST /collections/docs/points/query',
    {
      prefetch: [
        { query: [1], lookup_from: { collection: 'b', vector: 'v' }, filter: { must: [] } },
        { prefetch: { query: 3, lookup_from: { collection: 'b' } } },
      ],
      query: { recommend: { positive: [1], negative: [[1]] } },
      lookup_from: { collection: 'c', shard_key: 'k' },
      params: { idf: { corpus: { must: [{ has_id: [1] }] } } },
      with_payload: { include: ['a'] },
      filter: { must: [{ key: 'a', match: { value: 1 } }] },
    },
  ],
  [
    'POST /collections/docs/points/query/batch',
    { searches: [{ query: 1, lookup_from: { collection: 'b' } }, { prefetch: [{ query: 2 }] }] },
  ],
  [
    'POST /collections/docs/points/query/groups',
    { query: 1, group_by: 'a', with_lookup: { collection: 'b', with_payload: ['a'] } },
  ],
  [
    'POST /collections/docs/points/search/groups',
    {
      vector: { name: 'v', vector: [1] },
      group_by: 'a',
      limit: 1,
      group_size: 1,
      with_lookup: 'b',
    },
  ],
  [
    'POST /collections/docs/points/recommend',
    { positive: [1], limit: 1, using: 'v', lookup_from: { collection: 'b', vector: 'v' } },
  ],
  [
    'POST /collections/docs/points/discover/batch',
    { searches: [{ target: 1, context: [], limit: 1, lookup_from: { collection: 'b' } }] },
  ],
  [
    'POST /collections/aliases',
    {
      actions: [
        { create_alias: { collection_name: 'b', alias_name: 'c' } },
        { rename_alias: { old_alias_name: 'c', new_alias_name: 'd' } },
        { delete_alias: { alias_name: 'd' } },
      ],
    },
  ],
  ['PUT /collections/docs', { vectors: { v: { size: 1, distance: 'Dot' } }, metadata: { a: 1 } }],
  ['PUT /collections/docs/points', { points: [{ id: 1, vector: { v: [1] }, payload: { a: 1 } }] }],
  ['PUT /collections/docs/points', { batch: { ids: [1], vectors: [[1]], payloads: [null] } }],
  [
    'POST /collections/docs/points/batch',
    {
      operations: [
        { upsert: { points: [{ id: 1, vector: [1] }] } },
        { delete: { filter: { must: [] } } },
        { set_payload: { payload: { a: 1 }, points: [1] } },
        { clear_payload: { filter: { must: [] } } },
      ],
    },
  ],
  ['POST /collections/docs/points/scroll', { filter: { must: [] }, with_payload: ['a'] }],
]

const VALUES = [VICTIM, 'victim', '../tenant_victim_docs', 1, null, true, '_tenant_id']

const NAMES = [
  'collection',
  'collection_name',
  'alias_name',
  'old_alias_name',
  'new_alias_name',
  'lookup_from',
  'with_lookup',
  'init_from',
  'prefetch',
  'filter',
  'must',
  'key',
  'payload',
  'points',
  'batch',
  'upsert',
  'query',
  'searches',
  'location',
  '_tenant_id',
]

const evil = anythingOf(NAMES, VALUES)

/** A body with something evil in the place of a part of it, or as one more member of a part. */
const attack = fc.constantFrom(...SEEDS).chain(([request, body]) =>
  fc
    .record({
      place: fc.constantFrom(...placesIn(json(body))),
      extra: fc.option(fc.constantFrom(...NAMES)),
      what: evil,
    })
    .map(({ place, extra, what }) => ({
      request,
      body: put(body, extra === null ? place : [...place, extra], what),
    })),
)

it('names nothing outside of the tenant’s own prefix', async () => {
  let passed = 0
  await fc.assert(
    fc.asyncProperty(attack, async ({ request, body }) => {
      const service = fakeService([])
      const failure = await attempt(request, body, service)
      expect(failure === null || failure instanceof Problem).toBe(true)
      if (failure !== null && service.sent.length === 0) return
      passed += 1
      for (const sent of service.sent) {
        expect(staysWithin(lineOf(sent).replace(/^[A-Z]+ /, ''), 'tenant_mallory_')).toBe(true)
        const named = namesIn(json(bodyOf(sent) ?? {}))
        expect(named.filter((name) => !isOwn(name))).toEqual([])
      }
    }),
    { numRuns: 1_500 },
  )
  // Neither all refused nor all let pass, or it would say nothing.
  expect(passed).toBeGreaterThan(75)
  expect(passed).toBeLessThan(1_425)
})

it('demands the tag in each filter that a write or a search is sent with', async () => {
  await fc.assert(
    fc.asyncProperty(attack, async ({ request, body }) => {
      const service = fakeService([])
      await planOf(request, body, 'mallory')
        .then((plan) => plan.run(service))
        .catch(() => null)
      const filters = service.sent.flatMap((sent) => filtersIn(json(bodyOf(sent) ?? {})))
      const demand = { key: '_tenant_id', match: { value: 'mallory' } }
      expect(filters.map(firstDemand)).toEqual(filters.map(() => demand))
    }),
    { numRuns: 500 },
  )
})

/** Text that begins as the tenant's names do; null names nothing. */
function isOwn(name: Json): boolean {
  return name === null || (typeof name === 'string' && name.startsWith('tenant_mallory_'))
}

/** What it failed with, null where it did not. */
async function attempt(request: string, body: unknown, service: FakeService): Promise<unknown> {
  try {
    const plan = await planOf(request, body, 'mallory')
    await plan.measure?.(fakeService({ count: 1 }))
    await plan.run(service)
    return null
  } catch (error) {
    return error
  }
}

function firstDemand(filter: Json): unknown {
  const must = isJsonObject(filter) && Object.keys(filter).join() === 'must' ? filter['must'] : null
  return isJsonArray(must) ? must[0] : null
}

function filtersIn(value: Json): readonly Json[] {
  if (isJsonArray(value)) return value.flatMap(filtersIn)
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([name, member]): readonly Json[] => {
    if (['filter', 'update_filter', 'corpus'].includes(name)) return [member]
    return ['payload', 'payloads', 'metadata', 'vector'].includes(name) ? [] : filtersIn(member)
  })
}
