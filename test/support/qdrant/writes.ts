// The eight operations that change points, decoded into something that can be applied now or later.
// `points` beside `batch` is ignored, and an operation with two keys is the first kind that fits.
import { type Collection, type NewPoint, type Selector } from './collection.ts'
import { InferenceAsked } from './errors.ts'
import { filter } from './filter.ts'
import { copyJson, JsonObject } from './json.ts'
import { jsonPath, removeAt, setAt } from './json-path.ts'
import { pointId } from './point-id.ts'
import {
  anyOf,
  anything,
  as,
  type Decode,
  defaulted,
  Invalid,
  list,
  Misfit,
  nullable,
  object,
  oneOf,
  optional,
  required,
  struct,
  text,
} from './serde.ts'
import { vectorColumn, type Vectors, vectors } from './vector.ts'

/** A change to a collection; what needs an embedding provider is refused before anything is changed. */
export interface Write {
  readonly kind: WriteKind
  /** The models that the operation would have computed its vectors by. */
  readonly models: readonly string[]
  apply(collection: Collection): void
}
export type WriteKind = (typeof KINDS)[number]
const KINDS = [
  'upsert',
  'delete',
  'set_payload',
  'overwrite_payload',
  'delete_payload',
  'clear_payload',
  'update_vectors',
  'delete_vectors',
] as const

const payload = as(nullable(object), (given) => copyJson(given ?? new JsonObject()))
const shardKey = defaulted(anything)
const extras = {
  shard_key: shardKey,
  update_filter: defaulted(filter),
  update_mode: defaulted(oneOf('upsert', 'insert_only', 'update_only')),
}

const pointStruct = struct('PointStruct', {
  id: required(pointId),
  vector: required(vectors, 'vectors'),
  payload: optional(payload),
})
const pointsList = as(
  struct('PointsList', { points: required(list(pointStruct)), ...extras }),
  ({ points, ...rest }) => ({
    ...rest,
    points: points.map(({ id, vector, payload: given }): NewPoint => ({
      id,
      vectors: vector,
      payload: given ?? new JsonObject(),
    })),
  }),
)

const batch = struct('Batch', {
  ids: required(list(pointId)),
  vectors: required(vectorColumn),
  payloads: optional(list(nullable(payload))),
})
const pointsBatch = as(
  struct('PointsBatch', { batch: required(batch), ...extras }),
  ({ batch: { ids, vectors: column, payloads }, ...rest }) => {
    if (column.length !== ids.length && !(column.length === 0 && ids.length > 0)) {
      throw new Invalid(
        'batch',
        `number of ids and vectors must be equal, got ${ids.length} and ${column.length}`,
      )
    }
    if (payloads !== null && payloads.length !== ids.length) {
      throw new Invalid('batch', 'number of ids and payloads must be equal')
    }
    const points = ids.map((id, at): NewPoint => {
      const given = payloads?.[at] ?? new JsonObject()
      return { id, vectors: column[at] ?? new Map(), payload: given }
    })
    return { ...rest, points }
  },
)

/** Read through serde_json::Value: the last of a repeated name wins, and `batch` wins over `points`. */
const insertion: Decode<ReturnType<typeof pointsList>> = (json) => {
  if (json instanceof JsonObject) {
    // A copy remembers no repetition.
    if (json.members.has('batch')) return pointsBatch(copyJson(json))
    if (json.members.has('points')) return pointsList(copyJson(json))
  }
  throw new Misfit('Invalid PointInsertOperations format')
}

const modelsOf = (all: readonly Vectors[]): string[] =>
  all.flatMap((each) =>
    [...each.values()].flatMap((v) => (v.kind === 'inference' ? [v.model] : [])),
  )

const refuseModels = (models: readonly string[]): void => {
  const [model] = models
  if (model !== undefined) throw new InferenceAsked(model)
}

export const upsert: Decode<Write> = as(insertion, ({ points, update_filter, update_mode }) => {
  const models = modelsOf(points.map((point) => point.vectors))
  return {
    kind: 'upsert',
    models,
    apply(collection) {
      refuseModels(models)
      collection.upsert(points, update_mode ?? 'upsert', update_filter)
    },
  }
})

const idsSelector = struct('PointIdsList', { points: required(list(pointId)), shard_key: shardKey })
const filterSelector = struct('FilterSelector', { filter: required(filter), shard_key: shardKey })

/** With ids and filter both, the ids are taken and the filter is not even looked at. */
const selector = anyOf<Selector>(
  'data did not match any variant of untagged enum PointsSelector',
  as(idsSelector, ({ points }) => ({ points, filter: null })),
  as(filterSelector, ({ filter: chosen }) => ({ points: null, filter: chosen })),
)

const noModels = { models: [] }

export const deletePoints: Decode<Write> = as(selector, (chosen) => ({
  kind: 'delete',
  ...noModels,
  apply: (collection) => collection.delete(chosen),
}))

const setFields = {
  payload: required(payload),
  points: optional(list(pointId)),
  filter: optional(filter),
  shard_key: optional(anything),
  key: optional(jsonPath),
}
const setting = struct('SetPayload', setFields)

function needsSelector<T extends { points: unknown; filter: unknown }>(asked: T): T {
  if (asked.points !== null || asked.filter !== null) return asked
  throw new Misfit('Either list of point ids or filter must be provided')
}

export const setPayload: Decode<Write> = as(as(setting, needsSelector), (asked) => ({
  kind: 'set_payload',
  ...noModels,
  apply: (collection) =>
    collection.changePayloads(asked, (target) => setAt(asked.key, target, asked.payload)),
}))

export const overwritePayload: Decode<Write> = as(as(setting, needsSelector), (asked) => ({
  kind: 'overwrite_payload',
  ...noModels,
  // `key` is taken and has no meaning here, as on the server.
  apply: (collection) =>
    collection.changePayloads(asked, (target) => {
      target.members.clear()
      for (const [name, value] of asked.payload.members) target.members.set(name, copyJson(value))
    }),
}))

const deletion = struct('DeletePayload', {
  keys: required(list(jsonPath)),
  points: optional(list(pointId)),
  filter: optional(filter),
  shard_key: optional(anything),
})

export const deletePayload: Decode<Write> = as(as(deletion, needsSelector), (asked) => ({
  kind: 'delete_payload',
  ...noModels,
  apply: (collection) =>
    collection.changePayloads(asked, (target) => {
      for (const key of asked.keys) removeAt(key, target)
    }),
}))

export const clearPayload: Decode<Write> = as(selector, (chosen) => ({
  kind: 'clear_payload',
  ...noModels,
  apply: (collection) => collection.changePayloads(chosen, (target) => target.members.clear()),
}))

const pointVectors = struct('PointVectors', {
  id: required(pointId),
  vector: required(vectors, 'vectors'),
})

export const updateVectors: Decode<Write> = as(
  struct('UpdateVectors', {
    points: required(list(pointVectors)),
    shard_key: shardKey,
    update_filter: defaulted(filter),
  }),
  ({ points, update_filter }) => {
    if (points.length === 0) throw new Invalid('points', 'must specify points to update')
    const models = modelsOf(points.map(({ vector }) => vector))
    return {
      kind: 'update_vectors',
      models,
      apply(collection) {
        refuseModels(models)
        const given = points.map(({ id, vector }) => ({ id, vectors: vector }))
        collection.updateVectors(given, update_filter)
      },
    }
  },
)

export const deleteVectors: Decode<Write> = as(
  struct('DeleteVectors', {
    points: optional(list(pointId)),
    filter: optional(filter),
    vector: required(list(text), 'vectors'),
    shard_key: shardKey,
  }),
  (asked) => {
    if (asked.vector.length === 0) {
      throw new Invalid('vector', 'must specify vector names to delete')
    }
    return {
      kind: 'delete_vectors',
      ...noModels,
      apply: (collection) => collection.deleteVectors(asked, asked.vector),
    }
  },
)

const byKind: Readonly<Record<WriteKind, Decode<Write>>> = {
  upsert,
  delete: deletePoints,
  set_payload: setPayload,
  overwrite_payload: overwritePayload,
  delete_payload: deletePayload,
  clear_payload: clearPayload,
  update_vectors: updateVectors,
  delete_vectors: deleteVectors,
}

const operation = anyOf<Write>(
  'data did not match any variant of untagged enum UpdateOperation',
  ...KINDS.map((kind) =>
    as(struct(kind, { [kind]: required(byKind[kind]) }), (asked) => asked[kind] ?? fail()),
  ),
)

function fail(): never {
  throw new Misfit('no operation')
}

/** The body of points/batch. */
export const operations: Decode<readonly Write[]> = as(
  struct('UpdateOperations', { operations: required(list(operation)) }),
  (asked) => asked.operations,
)
