// How points go out: which of their payload and vectors, and the shapes of records and hits.
import type { Collection, Point } from './collection.ts'
import { copyJson, float32Number, type Json, JsonNumber, JsonObject } from './json.ts'
import { jsonPath, project } from './json-path.ts'
import { pointIdJson } from './point-id.ts'
import { anyOf, as, type Decode, flag, list, required, struct, text } from './serde.ts'
import { vectorJson } from './vector.ts'

/** The payload that is asked for, or null for none. */
export type PayloadChoice = (payload: JsonObject) => JsonObject | null
/** The names of the vectors that are asked for. */
export type VectorChoice = boolean | readonly string[]

export const allPayload: PayloadChoice = (payload) => copyJson(payload)
export const noPayload: PayloadChoice = () => null

export const withPayload: Decode<PayloadChoice> = anyOf<PayloadChoice>(
  'Expected a boolean, an array of strings, or an object with an include/exclude field',
  as(flag, (wanted) => (wanted ? allPayload : noPayload)),
  as(list(jsonPath), (paths) => (payload: JsonObject) => project(payload, paths, true)),
  as(
    struct('PayloadSelectorInclude', { include: required(list(jsonPath)) }, { strict: true }),
    ({ include }) =>
      (payload: JsonObject) =>
        project(payload, include, true),
  ),
  as(
    struct('PayloadSelectorExclude', { exclude: required(list(jsonPath)) }, { strict: true }),
    ({ exclude }) =>
      (payload: JsonObject) =>
        project(payload, exclude, false),
  ),
)

export const withVector: Decode<VectorChoice> = anyOf<VectorChoice>(
  'Expected a boolean, or an array of strings',
  flag,
  list(text),
)

/** A hit: a point with its score, and what it was ordered by. */
export interface Hit {
  readonly point: Point
  readonly score: number
  readonly orderValue?: Json
}

export interface Wanted {
  readonly payload: PayloadChoice
  readonly vectors: VectorChoice
}

export function recordJson(
  collection: Collection,
  point: Point,
  { payload, vectors }: Wanted,
  orderValue?: Json,
): JsonObject {
  const record = new JsonObject([['id', pointIdJson(point.id)]])
  const chosen = payload(point.payload)
  if (chosen !== null) record.members.set('payload', chosen)
  if (vectors !== false) record.members.set('vector', vectorsJson(collection, point, vectors))
  if (orderValue !== undefined) record.members.set('order_value', orderValue)
  return record
}

export function hitJson(collection: Collection, hit: Hit, wanted: Wanted): JsonObject {
  const { point, score, orderValue } = hit
  const record = recordJson(collection, point, wanted, orderValue)
  const [id, ...others] = record.members
  return new JsonObject([
    ...(id === undefined ? [] : [id]),
    ['version', new JsonNumber(String(point.version))],
    ['score', float32Number(score)],
    ...others,
  ])
}

/** The unnamed vector stands alone; named ones in an object. */
function vectorsJson(collection: Collection, point: Point, wanted: VectorChoice): Json {
  const names = Array.isArray(wanted) ? wanted : [...collection.config.vectors.keys()]
  for (const name of names) collection.vectorParams(name)
  const told = names.flatMap((name) => {
    const vector = point.vectors.get(name)
    return vector === undefined ? [] : [[name, vectorJson(vector)] as const]
  })
  const alone = told.length === 1 && told[0]?.[0] === '' ? told[0][1] : null
  return alone ?? new JsonObject(told)
}
