/**
 * The whole grammar of filters (`Filter`, `Condition`), by strict rules. Qdrant reads an array where it
 * expects one of its structs, and drops members that it does not know: neither passes here.
 */
import { isJsonArray, isJsonObject, type Json } from '../../json.ts'
import {
  anyNumber,
  byType,
  exactlyOne,
  fault,
  flag,
  integer,
  list,
  members,
  nullable,
  type Rule,
  text,
  wideInteger,
} from '../../rules.ts'
import {
  MAX_CONDITIONS,
  MAX_MATCH_VALUES,
  MAX_POINTS,
  MAX_POLYGON_POINTS,
  MAX_TEXT_CHARACTERS,
} from './limits.ts'
import { vectorName } from './names.ts'
import { pointId } from './point-id.ts'
import { payloadPath } from './tag.ts'

const MAX_U32 = 2 ** 32 - 1

/** One or several in one place, as `must: {...}` and `must: [...]`. */
export function oneOrMany(rule: Rule, max: number): Rule {
  return byType({ object: rule, array: list(rule, { max }) })
}

const words = text({ max: MAX_TEXT_CHARACTERS })

const scalar: Rule = (value) =>
  typeof value === 'string' ? words(value) : typeof value === 'boolean' ? null : wideInteger(value)

/** All strings or all integers. */
const variants: Rule = (value) => {
  const item = isJsonArray(value) && typeof value[0] === 'string' ? words : wideInteger
  return list(item, { max: MAX_MATCH_VALUES })(value)
}

const MATCHES = {
  'value?': scalar,
  'text?': words,
  'text_any?': words,
  'phrase?': words,
  'prefix?': words,
  'any?': variants,
  'except?': variants,
}
const match = exactlyOne(
  Object.keys(MATCHES).map((name) => name.slice(0, -1)),
  members(MATCHES),
)

/** Numbers or times; which of them, the service decides for all four. */
const bound: Rule = nullable((value) =>
  typeof value === 'string' ? text({ max: 64 })(value) : anyNumber(value),
)
const range = members({ 'lt?': bound, 'lte?': bound, 'gt?': bound, 'gte?': bound })

const many = nullable(integer(0, Number.MAX_SAFE_INTEGER))
const valuesCount = members({ 'lt?': many, 'lte?': many, 'gt?': many, 'gte?': many })

export const geoPoint = members({ lon: anyNumber, lat: anyNumber })
const line = members({ points: list(geoPoint, { max: MAX_POLYGON_POINTS }) })

const field = members({
  key: payloadPath,
  'match?': nullable(match),
  'range?': nullable(range),
  'geo_bounding_box?': nullable(members({ top_left: geoPoint, bottom_right: geoPoint })),
  'geo_radius?': nullable(members({ center: geoPoint, radius: anyNumber })),
  'geo_polygon?': nullable(
    members({ exterior: line, 'interiors?': nullable(list(line, { max: 64 })) }),
  ),
  'values_count?': nullable(valuesCount),
  'is_empty?': nullable(flag),
  'is_null?': nullable(flag),
})

const atKey = members({ key: payloadPath })

/** What a condition other than on a field is known by. */
const CONDITIONS: Readonly<Record<string, Rule>> = {
  key: field,
  is_empty: members({ is_empty: atKey }),
  is_null: members({ is_null: atKey }),
  has_id: members({ has_id: list(pointId, { max: MAX_POINTS }) }),
  has_vector: members({ has_vector: vectorName }),
  slice: members({
    slice: members({ total: integer(1, MAX_U32), index: integer(0, MAX_U32 - 1) }),
  }),
  nested: members({ nested: members({ key: payloadPath, filter: (value) => filter(value) }) }),
}

export const condition: Rule = (value) => {
  if (!isJsonObject(value)) return fault('must be an object')
  const kind = Object.keys(CONDITIONS).find((name) => Object.hasOwn(value, name))
  return ruleOf(kind)(value)
}

/** Whether an object is a condition at all, where something else may stand as well. */
export function isCondition(value: Json): boolean {
  if (!isJsonObject(value)) return false
  const names = [...Object.keys(CONDITIONS), 'must', 'must_not', 'should', 'min_should']
  return names.some((name) => Object.hasOwn(value, name))
}

function ruleOf(kind: string | undefined): Rule {
  return (kind === undefined ? undefined : CONDITIONS[kind]) ?? filter
}

const conditions = nullable(oneOrMany(condition, MAX_CONDITIONS))

export const filter: Rule = members({
  'must?': conditions,
  'must_not?': conditions,
  'should?': conditions,
  'min_should?': nullable(
    members({
      conditions: list(condition, { max: MAX_CONDITIONS }),
      min_count: integer(1, MAX_CONDITIONS),
    }),
  ),
})
