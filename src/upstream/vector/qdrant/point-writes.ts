/**
 * The kinds of writes to points, alone or as one operation of a batch: what each must look like, what
 * goes to the service in its place, and how much it can add.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, writeJson } from '../../json.ts'
import { itemsOf } from '../../json-read.ts'
import {
  exactlyOne,
  fault,
  list,
  members,
  nullable,
  oneOf,
  type Rule,
  within,
} from '../../rules.ts'
import { filter } from './filter.ts'
import { MAX_NAMED_VECTORS, MAX_POINTS, MAX_SELECTED_KEYS } from './limits.ts'
import { vectorName } from './names.ts'
import { countDistinct, distinct, normalId, normalIds, pointId } from './point-id.ts'
import { shardKey } from './selection.ts'
import { demandTag, payload, payloadPath, withTag } from './tag.ts'
import { pointVectors, storedBytes, vectorColumn } from './vector.ts'

export interface PointWrite {
  readonly rule: Rule
  /** The body for the service. */
  rewrite(slug: string, body: JsonObject): JsonObject
  /** The most that it can add. */
  growth(body: JsonObject): Growth
}

export interface Growth {
  readonly vectors: number
  readonly bytes: number
  /** For each point that the filter matches, how many bytes come on top. */
  readonly bytesPerMatch: number
}

const NOTHING: Growth = { vectors: 0, bytes: 0, bytesPerMatch: 0 }

/** What a point takes besides vectors and payload. */
const BYTES_PER_POINT = 16

const ids = list(pointId, { max: MAX_POINTS })
const SELECTOR = {
  'points?': nullable(ids),
  'filter?': nullable(filter),
  'shard_key?': shardKey,
}

/** Points by id or by filter; Qdrant would take the first and pass over the second. */
function selecting(table: Readonly<Record<string, Rule>>): Rule {
  return exactlyOne(['points', 'filter'], members({ ...SELECTOR, ...table }))
}

function rewriteSelector(slug: string, body: JsonObject): JsonObject {
  const { points, filter: selected } = body
  return {
    ...body,
    ...(isJsonArray(points) ? { points: normalIds(points) } : {}),
    ...(isJsonObject(selected) ? { filter: demandTag(slug, selected) } : {}),
  }
}

const withOneVector = (rule: Rule) => exactlyOne(['vector', 'vectors'], rule)

const VECTORS = { id: pointId, 'vector?': pointVectors, 'vectors?': pointVectors }

const UPDATE = { 'shard_key?': shardKey, 'update_filter?': nullable(filter) }

const column: Rule = (value) => {
  const wrong = members({
    ids,
    vectors: vectorColumn(MAX_POINTS),
    'payloads?': nullable(list(nullable(payload), { max: MAX_POINTS })),
  })(value)
  if (wrong !== null || !isJsonObject(value)) return wrong
  const { payloads } = value
  // A payload without a point of its own would be counted nowhere.
  const isEven = !isJsonArray(payloads) || payloads.length === itemsOf(value['ids']).length
  return isEven ? null : within('payloads', fault('must be as many as ids'))
}

const upsert: PointWrite = {
  rule: exactlyOne(
    ['points', 'batch'],
    members({
      'points?': list(withOneVector(members({ ...VECTORS, 'payload?': nullable(payload) })), {
        max: MAX_POINTS,
      }),
      'batch?': column,
      ...UPDATE,
      'update_mode?': nullable(oneOf('upsert', 'insert_only', 'update_only')),
    }),
  ),
  rewrite(slug, body) {
    const { points, batch, ...rest } = rewriteUpdate(slug, body)
    if (!isJsonObject(batch)) {
      const tagged = itemsOf(points).map((point) => rewritePoint(point, slug))
      return { ...rest, points: tagged }
    }
    const named = itemsOf(batch['ids'])
    const payloads = itemsOf(batch['payloads'])
    const tagged = named.map((_, at) => withTag(slug, payloads[at]))
    return {
      ...rest,
      batch: { ids: normalIds(named), vectors: batch['vectors'] ?? [], payloads: tagged },
    }
  },
  growth(body) {
    const { points, batch, update_mode: mode } = body
    const column = isJsonObject(batch) ? batch : {}
    const listed = itemsOf(points)
    const count = upsertedIds(body).length
    let bytes = BYTES_PER_POINT * count + storedBytes(column['vectors'])
    for (const each of itemsOf(column['payloads'])) bytes += jsonBytes(each)
    for (const point of listed) bytes += pointBytes(point)
    return { vectors: mode === 'update_only' ? 0 : count, bytes, bytesPerMatch: 0 }
  },
}

const updateVectors: PointWrite = {
  rule: members({
    points: list(withOneVector(members(VECTORS)), { max: MAX_POINTS }),
    ...UPDATE,
  }),
  rewrite(slug, body) {
    const points = itemsOf(body['points']).map((point) => rewritePoint(point, null))
    return { ...rewriteUpdate(slug, body), points }
  },
  growth({ points }) {
    let bytes = 0
    for (const point of itemsOf(points)) bytes += pointBytes(point)
    return { ...NOTHING, bytes }
  },
}

const withPayload = selecting({ payload, 'key?': nullable(payloadPath) })

/** Merged into what is there, so that the tag stays as it is. */
const setPayload: PointWrite = {
  rule: withPayload,
  rewrite: rewriteSelector,
  growth: payloadGrowth,
}

/** In the place of what is there, the tag included. */
const overwritePayload: PointWrite = {
  rule: withPayload,
  rewrite: (slug, body) => ({
    ...rewriteSelector(slug, body),
    payload: withTag(slug, body['payload']),
  }),
  growth: payloadGrowth,
}

/** Goes to the service as an overwriting by nothing but the tag. */
const clearPayload: PointWrite = {
  rule: selecting({}),
  rewrite: (slug, body) => ({ ...rewriteSelector(slug, body), payload: withTag(slug, {}) }),
  growth: () => NOTHING,
}

const deletePayload: PointWrite = {
  rule: selecting({ keys: list(payloadPath, { max: MAX_SELECTED_KEYS }) }),
  rewrite: rewriteSelector,
  growth: () => NOTHING,
}

const deletePoints: PointWrite = {
  rule: selecting({}),
  rewrite: rewriteSelector,
  growth: () => NOTHING,
}

const deleteVectors: PointWrite = {
  rule: selecting({ vector: list(vectorName, { min: 1, max: MAX_NAMED_VECTORS }) }),
  rewrite: rewriteSelector,
  growth: () => NOTHING,
}

/** By the names that a batch has for them. */
export const POINT_WRITES = {
  upsert,
  delete: deletePoints,
  set_payload: setPayload,
  overwrite_payload: overwritePayload,
  delete_payload: deletePayload,
  clear_payload: clearPayload,
  update_vectors: updateVectors,
  delete_vectors: deleteVectors,
} as const satisfies Readonly<Record<string, PointWrite>>

/** Of all points of an upsert, each once, as they go to the service. */
export function upsertedIds(body: JsonObject): readonly Json[] {
  const { points, batch } = body
  const named = isJsonObject(batch) ? itemsOf(batch['ids']) : itemsOf(points).map(idOf)
  return distinct(normalIds(named))
}

function rewriteUpdate(slug: string, body: JsonObject): JsonObject {
  const { update_filter: condition } = body
  return isJsonObject(condition) ? { ...body, update_filter: demandTag(slug, condition) } : body
}

/** `slug` null: a point without a payload of its own. */
function rewritePoint(point: Json, slug: string | null): JsonObject {
  if (!isJsonObject(point)) return {}
  return {
    id: normalId(idOf(point)),
    vector: point['vector'] ?? point['vectors'] ?? null,
    ...(slug === null ? {} : { payload: withTag(slug, point['payload']) }),
  }
}

function payloadGrowth({ points, payload: given }: JsonObject): Growth {
  const bytes = jsonBytes(given)
  return isJsonArray(points)
    ? { ...NOTHING, bytes: bytes * countDistinct(points) }
    : { ...NOTHING, bytesPerMatch: bytes }
}

function pointBytes(point: Json): number {
  if (!isJsonObject(point)) return 0
  return storedBytes(point['vector'] ?? point['vectors']) + jsonBytes(point['payload'])
}

/** A payload's own text, which is about what the service stores of it. */
function jsonBytes(value: Json | undefined): number {
  return value === undefined || value === null
    ? 0
    : new TextEncoder().encode(writeJson(value)).length
}

function idOf(point: Json): Json {
  return isJsonObject(point) ? (point['id'] ?? null) : null
}
