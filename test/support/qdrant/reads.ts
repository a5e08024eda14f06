// The plain reads: points by id, scroll, count, facet.
import type { Collection } from './collection.ts'
import { badRequest, notFound } from './errors.ts'
import { filter } from './filter.ts'
import { type Json, JsonNumber, JsonObject, toJson, writeJson } from './json.ts'
import { jsonPath, pathText, valuesAt } from './json-path.ts'
import { allPayload, recordJson, withPayload, withVector } from './output.ts'
import { facetIndex } from './payload-index.ts'
import { comparePointIds, pointId, type PointId, pointIdJson } from './point-id.ts'
import { ordered } from './query.ts'
import { orderBy } from './query-request.ts'
import {
  anything,
  countFrom,
  defaulted,
  flag,
  flattened,
  list,
  optional,
  required,
  struct,
  withDefault,
} from './serde.ts'

const shardKey = { shard_key: defaulted(anything) }

export const pointRequest = struct(
  'PointRequest',
  {
    ids: required(list(pointId)),
    with_payload: optional(withPayload),
    with_vector: withDefault(withVector, false, 'with_vectors'),
    ...shardKey,
  },
  flattened,
)

/** Those that are there, in the order asked for. */
export function retrieve(collection: Collection, asked: ReturnType<typeof pointRequest>): Json {
  const wanted = { payload: asked.with_payload ?? allPayload, vectors: asked.with_vector }
  return [...new Set(asked.ids)].flatMap((id) => {
    const point = collection.points.get(id)
    return point === undefined ? [] : [recordJson(collection, point, wanted)]
  })
}

export function onePoint(collection: Collection, id: PointId): Json {
  const point = collection.points.get(id)
  if (point === undefined) throw notFound(`Point with id ${id} does not exists!`)
  return recordJson(collection, point, { payload: allPayload, vectors: true })
}

export const scrollRequest = struct(
  'ScrollRequest',
  {
    offset: optional(pointId),
    limit: optional(countFrom(1, 'limit')),
    filter: optional(filter),
    with_payload: optional(withPayload),
    with_vector: withDefault(withVector, false, 'with_vectors'),
    order_by: optional(orderBy),
    ...shardKey,
  },
  flattened,
)

export function scroll(collection: Collection, asked: ReturnType<typeof scrollRequest>): Json {
  const { offset, order_by: by, limit } = asked
  const most = limit ?? 10
  const wanted = { payload: asked.with_payload ?? allPayload, vectors: asked.with_vector }
  if (by !== null && offset !== null) {
    throw badRequest(
      "Cannot use an `offset` when using `order_by`. The alternative for paging is to use `order_by.start_from` and a filter to exclude the IDs that you've already seen for the `order_by.start_from` value",
    )
  }
  const points = collection.select(asked.filter)
  if (by !== null) {
    const hits = ordered(collection, points, by).slice(0, most)
    const records = hits.map((hit) => recordJson(collection, hit.point, wanted, hit.orderValue))
    return new JsonObject([
      ['points', records],
      ['next_page_offset', null],
    ])
  }
  const rest = points.filter(({ id }) => offset === null || comparePointIds(id, offset) >= 0)
  const next = rest[most]
  return new JsonObject([
    ['points', rest.slice(0, most).map((point) => recordJson(collection, point, wanted))],
    ['next_page_offset', next === undefined ? null : pointIdJson(next.id)],
  ])
}

export const countRequest = struct(
  'CountRequest',
  { filter: optional(filter), exact: withDefault(flag, true), ...shardKey },
  flattened,
)

export function countPoints(collection: Collection, asked: ReturnType<typeof countRequest>): Json {
  return toJson({ count: collection.select(asked.filter).length })
}

export const facetRequest = struct(
  'FacetRequest',
  {
    key: required(jsonPath),
    limit: optional(countFrom(1, 'limit')),
    filter: optional(filter),
    exact: optional(flag),
    ...shardKey,
  },
  flattened,
)

/** The commonest values of a field; equally common ones in rising order. */
export function facet(collection: Collection, asked: ReturnType<typeof facetRequest>): Json {
  const { type } = facetIndex(collection, pathText(asked.key))
  const counts = new Map<string, { value: Json; count: number }>()
  for (const { payload } of collection.select(asked.filter)) {
    const values = valuesAt(asked.key, payload).flatMap((v) => (Array.isArray(v) ? v : [v]))
    const own = new Map(values.filter((v) => fits(type, v)).map((v) => [keyOf(v), v] as const))
    for (const [key, value] of own) {
      const entry = counts.get(key) ?? { value, count: 0 }
      counts.set(key, { ...entry, count: entry.count + 1 })
    }
  }
  const hits = [...counts.values()].sort((a, b) => b.count - a.count || rising(a.value, b.value))
  return toJson({ hits: hits.slice(0, asked.limit ?? 10) })
}

function fits(type: string, value: Json): boolean {
  if (type === 'bool') return typeof value === 'boolean'
  if (type === 'integer') return value instanceof JsonNumber && /^-?\d+$/.test(value.token)
  return typeof value === 'string'
}

const keyOf = (value: Json): string =>
  value instanceof JsonNumber ? value.token : writeJson(value)

function rising(a: Json, b: Json): number {
  if (a instanceof JsonNumber && b instanceof JsonNumber) return a.value - b.value
  return keyOf(a) < keyOf(b) ? -1 : 1
}
