/** Filters in a query: as those of REST, with values of GraphQL. */
import { Kind, type ValueNode } from 'graphql'
import type { VectorSettings } from '../../adapter.ts'
import {
  MAX_PATH_PARTS,
  MAX_TEXT_CHARACTERS,
  MAX_WHERE_CONDITIONS,
  MAX_WHERE_DEPTH,
  MAX_WHERE_VALUES,
} from '../bounds.ts'
import { GROUPS, OPERATORS, pathFault } from '../where.ts'
import { refuse } from './refused.ts'
import {
  enumOf,
  flag,
  listOf,
  number,
  objectOf,
  oneOrMany,
  quote,
  string,
  textIn,
  type ValueTable,
  type WriteValue,
} from './values.ts'

const texts = oneOrMany(string(MAX_TEXT_CHARACTERS), MAX_WHERE_VALUES)
const numbers = oneOrMany(number, MAX_WHERE_VALUES)

const VALUES: ValueTable = {
  'valueText?': texts,
  'valueString?': texts,
  'valueDate?': texts,
  'valueInt?': numbers,
  'valueNumber?': numbers,
  'valueBoolean?': oneOrMany(flag, MAX_WHERE_VALUES),
  'valueGeoRange?': objectOf({
    geoCoordinates: objectOf({ latitude: number, longitude: number }),
    distance: objectOf({ max: number }),
  }),
}
const ONE_VALUE = {
  of: Object.keys(VALUES).map((name) => name.slice(0, -1)),
  min: 1,
} as const

/** Of properties, and of declared classes between them. */
export function path(settings: VectorSettings, maxParts = MAX_PATH_PARTS): WriteValue {
  return (value, at) => {
    const nodes = value.kind === Kind.LIST ? value.values : [value]
    if (nodes.length > maxParts) refuse(at, `must have at most ${maxParts} names`)
    const parts = nodes.map((node, nth) => textIn(node, `${at}[${nth}]`))
    const wrong = pathFault(settings, parts)
    if (wrong !== null) refuse(at, wrong)
    return `[${parts.map(quote).join(',')}]`
  }
}

export function where(settings: VectorSettings): WriteValue {
  const condition = objectOf(
    { operator: enumOf(...OPERATORS), path: path(settings), ...VALUES },
    ONE_VALUE,
  )
  return (value, at) => {
    let conditions = 0
    const write =
      (depth: number): WriteValue =>
      (one, place) => {
        conditions += 1
        if (depth > MAX_WHERE_DEPTH) refuse(place, `must nest at most ${MAX_WHERE_DEPTH} deep`)
        if (conditions > MAX_WHERE_CONDITIONS) {
          refuse(place, `must have at most ${MAX_WHERE_CONDITIONS} conditions`)
        }
        if (!isGroup(one)) return condition(one, place)
        const inner: WriteValue = (operand, below) => write(depth + 1)(operand, below)
        const operands = listOf(inner, MAX_WHERE_CONDITIONS)
        return objectOf({ operator: enumOf(...GROUPS), operands })(one, place)
      }
    return write(1)(value, at)
  }
}

function isGroup(value: ValueNode): boolean {
  return value.kind === Kind.OBJECT && value.fields.some(({ name }) => name.value === 'operands')
}
