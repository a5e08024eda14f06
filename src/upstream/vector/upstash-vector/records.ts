/** Records as the service answers them, told member by member. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../json.ts'
import { given, objectsOf, strangeReply } from '../members.ts'

const RECORD = ['id', 'vector', 'sparseVector', 'metadata', 'data']
const MATCH = [...RECORD, 'score']

/** Best first, of one query. */
export function matchesOf(result: Json | undefined): JsonObject[] {
  return objectsOf(result, MATCH)
}

/** Of several queries; the service answers a list of one as it does a query that is in none. */
export function matchesOfMany(result: Json | undefined): Json {
  if (!isJsonArray(result)) throw strangeReply()
  return result.some(isJsonArray) ? result.map(matchesOf) : matchesOf(result)
}

export function recordsOf(result: Json | undefined): JsonObject[] {
  return objectsOf(result, RECORD)
}

/** In the order of the ids that were asked for; null where there is none. */
export function recordsOrNulls(result: Json | undefined): Json[] {
  if (!isJsonArray(result)) throw strangeReply()
  return result.map((record) => {
    if (record !== null && !isJsonObject(record)) throw strangeReply()
    return record === null ? null : given(record, RECORD)
  })
}
