/**
 * The tenant's tag: a member of each point's payload that the gateway alone writes, demands in every
 * filter, asks for in every read, checks and takes out again. It is a second wall behind the names of
 * collections, and clients cannot name it.
 */
import { type Json, type JsonObject, isJsonObject } from '../../json.ts'
import { fault, type Rule, unacceptable, within } from '../../rules.ts'
import { MAX_PAYLOAD_KEY_CHARACTERS } from './limits.ts'

export const TAG = '_tenant_id'

/** Qdrant's grammar of a path into a payload: `a.b`, `a[0]`, `a[].b`, `"quoted key".b`. */
const PATH =
  /^(?:([\p{Alphabetic}\p{N}_-]+)|"([^"\\]*)")(?:\.(?:[\p{Alphabetic}\p{N}_-]+|"[^"\\]*")|\[[0-9]+\]|\[\])*$/u

const reserved = () => unacceptable(`is the gateway's own: no client may name "${TAG}"`)

/** A path into a payload that does not begin at the tag, however it is spelled. */
export const payloadPath: Rule = (value) => {
  if (typeof value !== 'string') return fault('must be a string')
  if (value.length > MAX_PAYLOAD_KEY_CHARACTERS) {
    return fault(`must have at most ${MAX_PAYLOAD_KEY_CHARACTERS} characters`)
  }
  const match = PATH.exec(value)
  if (match === null) return fault('is not a path into a payload')
  return (match[1] ?? match[2]) === TAG ? reserved() : null
}

/** A payload: any object without the tag. Its depth and size are bounded with the body's. */
export const payload: Rule = (value) => {
  if (!isJsonObject(value)) return fault('must be an object')
  return Object.hasOwn(value, TAG) ? within(TAG, reserved()) : null
}

/** The same payload, tagged. */
export function withTag(slug: string, value: Json | undefined): JsonObject {
  return { ...(isJsonObject(value) ? value : {}), [TAG]: slug }
}

/** Only this tenant's points, and of them those that the client's own filter lets pass. */
export function demandTag(slug: string, filter?: Json): JsonObject {
  const own = { key: TAG, match: { value: slug } }
  // A filter is a condition too, so that no part of the client's own can weaken the demand.
  const hasOwn = isJsonObject(filter) && Object.keys(filter).length > 0
  return { must: hasOwn ? [own, filter] : [own] }
}
