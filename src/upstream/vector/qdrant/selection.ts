/**
 * What of a point is asked for. Whatever a client selects, the tag is asked for as well, and what was
 * asked only for its sake is left out of the answer.
 */
import { isJsonArray, isJsonObject, type Json } from '../../json.ts'
import {
  anyNumber,
  atMostOne,
  exactlyOne,
  flag,
  list,
  members,
  nullable,
  oneOf,
  type Rule,
  text,
} from '../../rules.ts'
import { MAX_NAMED_VECTORS, MAX_SELECTED_KEYS } from './limits.ts'
import { vectorName } from './names.ts'
import { payloadPath, TAG } from './tag.ts'

const keys = list(payloadPath, { max: MAX_SELECTED_KEYS })
const selector = exactlyOne(
  ['include', 'exclude'],
  members({ 'include?': nullable(keys), 'exclude?': nullable(keys) }),
)

export const withPayload: Rule = nullable((value) =>
  isJsonArray(value) ? keys(value) : isJsonObject(value) ? selector(value) : flag(value),
)

export const withVector: Rule = nullable((value) =>
  isJsonArray(value) ? list(vectorName, { max: MAX_NAMED_VECTORS })(value) : flag(value),
)

/** `with_vectors` is another name of the same member. */
export function oneWithVector(rule: Rule): Rule {
  return atMostOne(['with_vector', 'with_vectors'], rule)
}

export interface PayloadSelection {
  /** What is asked of the service. */
  readonly asked: Json
  /** Whether the client gets a payload at all. */
  readonly wanted: boolean
}

/** `byDefault`: what the operation gives when the client says nothing. */
export function selectPayload(chosen: Json | undefined, byDefault: boolean): PayloadSelection {
  const selected = chosen ?? byDefault
  if (selected === false) return { asked: [TAG], wanted: false }
  if (isJsonArray(selected)) return { asked: [...selected, TAG], wanted: true }
  if (isJsonObject(selected) && isJsonArray(selected['include'])) {
    return { asked: { include: [...selected['include'], TAG] }, wanted: true }
  }
  if (isJsonObject(selected)) {
    return { asked: { exclude: selected['exclude'] ?? [] }, wanted: true }
  }
  return { asked: true, wanted: true }
}

/** `order_by`: a path, or one with a direction and a start. */
export const orderBy: Rule = (value) =>
  isJsonObject(value)
    ? members({
        key: payloadPath,
        'direction?': nullable(oneOf('asc', 'desc')),
        'start_from?': nullable((start) =>
          typeof start === 'string' ? text({ max: 64 })(start) : anyNumber(start),
        ),
      })(value)
    : payloadPath(value)

const key: Rule = (value) =>
  typeof value === 'string' ? text({ max: 255 })(value) : anyNumber(value)

/** Of no use where collections are not sharded by key, and of no harm. */
export const shardKey: Rule = nullable((value) =>
  isJsonArray(value)
    ? list(key, { max: 64 })(value)
    : isJsonObject(value)
      ? members({ target: key, fallback: key })(value)
      : key(value),
)
