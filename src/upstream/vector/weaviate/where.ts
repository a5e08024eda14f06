/**
 * Filters of REST. What they compare with is the tenant's own; a path goes from property to class to
 * property, so that every second name in it is a class, which must be one that is declared.
 */
import { isJsonArray, isJsonObject, type JsonObject } from '../../json.ts'
import { itemsOf, memberOf, stringIn } from '../../json-read.ts'
import { anyNumber, fault, flag, list, members, oneOf, type Rule, text } from '../../rules.ts'
import type { VectorSettings } from '../adapter.ts'
import { given } from '../members.ts'
import {
  MAX_PATH_PARTS,
  MAX_TEXT_CHARACTERS,
  MAX_WHERE_CONDITIONS,
  MAX_WHERE_DEPTH,
  MAX_WHERE_VALUES,
} from './bounds.ts'

export const OPERATORS = [
  'Equal',
  'NotEqual',
  'GreaterThan',
  'GreaterThanEqual',
  'LessThan',
  'LessThanEqual',
  'Like',
  'WithinGeoRange',
  'IsNull',
  'ContainsAny',
  'ContainsAll',
  'ContainsNone',
] as const
export const GROUPS = ['And', 'Or', 'Not'] as const

/** `title`, `len(title)`, and `cars[1].make` of a property that is an object. */
const PATH_PROPERTY =
  /^(?:len\([_A-Za-z]\w{0,230}\)|[_A-Za-z]\w{0,230}(?:\[\d{1,4}\])?(?:\.[_A-Za-z]\w{0,230}(?:\[\d{1,4}\])?){0,8})$/

/** What is wrong with a path; null when it may go to the server. */
export function pathFault({ classes }: VectorSettings, path: readonly unknown[]): string | null {
  if (path.length % 2 === 0 || path.length > MAX_PATH_PARTS) {
    return `must have 1, 3, 5, 7 or ${MAX_PATH_PARTS} names: of properties, and classes between them`
  }
  const isSound = path.every(
    (part, at) =>
      typeof part === 'string' &&
      (at % 2 === 0 ? PATH_PROPERTY.test(part) : classes.includes(part)),
  )
  return isSound ? null : 'must go from properties to classes that are offered here'
}

function pathRule(settings: VectorSettings): Rule {
  return (value) => {
    const wrong = isJsonArray(value) ? pathFault(settings, value) : 'must be an array of names'
    return wrong === null ? null : fault(wrong)
  }
}

const anyText = text({ max: MAX_TEXT_CHARACTERS })
const listOf = (one: Rule): Rule => list(one, { max: MAX_WHERE_VALUES })
const oneOrMany =
  (one: Rule): Rule =>
  (value) =>
    isJsonArray(value) ? listOf(one)(value) : one(value)

const geoRange = members({
  geoCoordinates: members({ latitude: anyNumber, longitude: anyNumber }),
  distance: members({ max: anyNumber }),
})

const VALUES: Readonly<Record<string, Rule>> = {
  valueText: oneOrMany(anyText),
  valueString: oneOrMany(anyText),
  valueDate: oneOrMany(anyText),
  valueInt: oneOrMany(anyNumber),
  valueNumber: oneOrMany(anyNumber),
  valueBoolean: oneOrMany(flag),
  valueTextArray: listOf(anyText),
  valueStringArray: listOf(anyText),
  valueDateArray: listOf(anyText),
  valueIntArray: listOf(anyNumber),
  valueNumberArray: listOf(anyNumber),
  valueBooleanArray: listOf(flag),
  valueGeoRange: geoRange,
}

const optional = Object.fromEntries(
  Object.entries(VALUES).map(([name, rule]) => [`${name}?`, rule]),
)

export function whereRule(settings: VectorSettings): Rule {
  const condition = members({
    operator: oneOf(...OPERATORS),
    path: pathRule(settings),
    ...optional,
  })
  return (value) => {
    let conditions = 0
    const at = (depth: number): Rule => {
      const inner: Rule = (one) => at(depth + 1)(one)
      const operands = list(inner, { min: 1, max: MAX_WHERE_CONDITIONS })
      const group = members({ operator: oneOf(...GROUPS), operands })
      return (one) => {
        conditions += 1
        if (depth > MAX_WHERE_DEPTH) return fault(`must nest at most ${MAX_WHERE_DEPTH} deep`)
        if (conditions > MAX_WHERE_CONDITIONS) {
          return fault(`must have at most ${MAX_WHERE_CONDITIONS} conditions`)
        }
        if (memberOf(one, 'operands') !== undefined) return group(one)
        const values = Object.keys(VALUES).filter((name) => memberOf(one, name) !== undefined)
        return condition(one) ?? (values.length === 1 ? null : fault('must have exactly one value'))
      }
    }
    return at(1)(value)
  }
}

/** The filter anew, of the members that the rule has let pass. */
export function writeWhere(where: unknown): JsonObject {
  const operator = stringIn(where, 'operator')
  const operands = memberOf(where, 'operands')
  if (operands !== undefined) return { operator, operands: itemsOf(operands).map(writeWhere) }
  const path = itemsOf(memberOf(where, 'path'))
  const values = isJsonObject(where) ? given(where, Object.keys(VALUES)) : {}
  return { operator, path, ...values }
}
