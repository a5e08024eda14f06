// Hits in groups by a payload field, each with the record of another collection if that is asked;
// and the distances within a sample.
import type { Collection } from './collection.ts'
import { notFound } from './errors.ts'
import { both, type Predicate } from './filter.ts'
import { float32Number, type Json, JsonNumber, type JsonObject, toJson } from './json.ts'
import { type JsonPath, valuesAt } from './json-path.ts'
import type { matrixRequest } from './legacy-request.ts'
import {
  allPayload,
  type Hit,
  hitJson,
  noPayload,
  type PayloadChoice,
  recordJson,
  type VectorChoice,
} from './output.ts'
import { comparePointIds, parsePointId, pointIdJson } from './point-id.ts'
import { type Lookup, runQuery } from './query.ts'
import type { QueryNode, WithLookup } from './query-request.ts'

export interface GroupsAsked {
  readonly node: QueryNode
  readonly group_by: JsonPath
  readonly group_size: number | null
  readonly limit: number | null
  readonly with_lookup: WithLookup | null
  readonly with_payload: PayloadChoice | null
  readonly with_vector: VectorChoice | null
}

export function queryGroups(collection: Collection, asked: GroupsAsked, lookup: Lookup): Json {
  const { group_by: by, group_size: size, limit } = asked
  const grouped: Predicate = ({ payload }) => valuesAt(by, payload).length > 0
  const everyHit = {
    ...asked.node,
    limit: Number.MAX_SAFE_INTEGER,
    filter: both(asked.node.filter, grouped),
  }
  const groups = new Map<string, { id: Json; hits: Hit[] }>()
  for (const hit of runQuery(collection, everyHit, lookup)) {
    const values = valuesAt(by, hit.point.payload).flatMap((v) => (Array.isArray(v) ? v : [v]))
    if (!values.every(isGroupId)) continue
    for (const [key, id] of new Map(values.map((value) => [JSON.stringify(value), value]))) {
      const group = groups.get(key) ?? { id, hits: [] }
      groups.set(key, { id, hits: [...group.hits, hit] })
    }
  }
  // The hits came nearest first, so the groups did too.
  const best = [...groups.values()].slice(0, limit ?? 10)
  const wanted = { payload: asked.with_payload ?? noPayload, vectors: asked.with_vector ?? false }
  const found = lookUp(asked.with_lookup, lookup)
  return toJson({
    groups: best.map(({ id, hits }) => ({
      hits: hits.slice(0, size ?? 3).map((hit) => hitJson(collection, hit, wanted)),
      id,
      lookup: found(id),
    })),
  })
}

const isGroupId = (value: Json): boolean =>
  typeof value === 'string' || (value instanceof JsonNumber && /^-?\d+$/.test(value.token))

function lookUp(asked: WithLookup | null, lookup: Lookup): (id: Json) => JsonObject | undefined {
  if (asked === null) return () => undefined
  const source = lookup(asked.collection)
  const wanted = { payload: asked.with_payload ?? allPayload, vectors: asked.with_vectors ?? false }
  return (id) => {
    const pointId = parsePointId(textOf(id))
    const point = pointId === null ? undefined : source.points.get(pointId)
    return point === undefined ? undefined : recordJson(source, point, wanted)
  }
}

const textOf = (id: Json): string =>
  typeof id === 'string' ? id : id instanceof JsonNumber ? id.token : ''

/** For each of a sample its nearest others. The sample is of the points with the lowest ids. */
export function matrixPairs(
  collection: Collection,
  asked: ReturnType<typeof matrixRequest>,
): Pair[] {
  const using = asked.using ?? ''
  collection.vectorParams(using)
  const withVector: Predicate = (candidate) => candidate.hasVector(using)
  const sample = collection.select(both(asked.filter, withVector)).slice(0, asked.sample ?? 10)
  const ids = new Set(sample.map(({ id }) => id))
  const among: Predicate = ({ id }) => id !== null && ids.has(id)
  return sample.flatMap((point) => {
    const vector = point.vectors.get(using)
    if (vector === undefined) throw notFound('Vector')
    const others: Predicate = ({ id }) => id !== point.id
    const hits = runQuery(
      collection,
      {
        prefetch: [],
        query: { kind: 'nearest', input: { vector } },
        using,
        filter: both(among, others),
        scoreThreshold: null,
        limit: asked.limit ?? 3,
        lookupFrom: null,
      },
      () => collection,
    )
    return hits.map((hit) => ({ a: point.id, b: hit.point.id, score: hit.score }))
  })
}

interface Pair {
  readonly a: string
  readonly b: string
  readonly score: number
}

export function pairsJson(pairs: readonly Pair[]): Json {
  return toJson({
    pairs: pairs.map(({ a, b, score }) => ({
      a: pointIdJson(a),
      b: pointIdJson(b),
      score: float32Number(score),
    })),
  })
}

export function offsetsJson(pairs: readonly Pair[]): Json {
  const ids = [...new Set(pairs.flatMap(({ a, b }) => [a, b]))].sort(comparePointIds)
  return toJson({
    offsets_row: pairs.map(({ a }) => ids.indexOf(a)),
    offsets_col: pairs.map(({ b }) => ids.indexOf(b)),
    scores: pairs.map(({ score }) => float32Number(score)),
    ids: ids.map(pointIdJson),
  })
}
