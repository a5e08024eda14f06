/**
 * The arguments of a class under `Get` and `Aggregate`. Those that would run a model at the server
 * (`nearText`, `ask`, `nearImage` ...) are not among them: what they cost is not metered here.
 */
import { type ArgumentNode, Kind } from 'graphql'
import type { VectorSettings } from '../../adapter.ts'
import { readBeacon } from '../beacon.ts'
import { MAX_DIMENSIONS, MAX_LIMIT, MAX_OFFSET, MAX_TEXT_CHARACTERS } from '../bounds.ts'
import { type Home, isOwnTenant, UUID, VECTOR_NAME } from '../classes.ts'
import { MAX_GROUPS, MAX_NAMES, MAX_SORTS } from './bounds.ts'
import { notThere, refuse } from './refused.ts'
import {
  enumOf,
  integer,
  listOf,
  number,
  objectOf,
  quote,
  string,
  textIn,
  type ValueTable,
  writeMembers,
  type WriteValue,
} from './values.ts'
import { path, where } from './where.ts'

const vector: WriteValue = (value, at) => {
  const isMany = value.kind === Kind.LIST && value.values[0]?.kind === Kind.LIST
  const one = listOf(number, MAX_DIMENSIONS)
  return isMany ? listOf(one, MAX_DIMENSIONS)(value, at) : one(value, at)
}

/** An object whose members are names of vectors. */
function byVector(one: WriteValue): WriteValue {
  return (value, at) => {
    if (value.kind !== Kind.OBJECT) return refuse(at, 'must be an object')
    const names = value.fields
      .map(({ name }) => name.value)
      .filter((name) => VECTOR_NAME.test(name))
    const table = Object.fromEntries(names.map((name) => [`${name}?`, one]))
    return `{${writeMembers(value.fields, table, at)}}`
  }
}

const vectorNames = listOf(string(230, VECTOR_NAME, 'the name of a vector'), MAX_NAMES)
const targeting: ValueTable = {
  'certainty?': number,
  'distance?': number,
  'targetVectors?': vectorNames,
  'targets?': objectOf({
    'targetVectors?': vectorNames,
    'combinationMethod?': enumOf('minimum', 'average', 'sum', 'manualWeights', 'relativeScore'),
    'weights?': byVector((value, at) =>
      value.kind === Kind.LIST ? listOf(number, MAX_NAMES)(value, at) : number(value, at),
    ),
  }),
}

const nearVector = objectOf(
  { 'vector?': vector, 'vectorPerTarget?': byVector(vector), ...targeting },
  { of: ['vector', 'vectorPerTarget'], min: 1 },
)

function nearObject(settings: VectorSettings): WriteValue {
  const beacon: WriteValue = (value, at) => {
    const text = textIn(value, at)
    if (readBeacon(settings, text) === null) {
      refuse(at, 'must be weaviate://localhost/Class/uuid with a class that is offered here')
    }
    return quote(text)
  }
  return objectOf(
    { 'id?': string(36, UUID, 'a UUID'), 'beacon?': beacon, ...targeting },
    { of: ['id', 'beacon'], min: 1 },
  )
}

/** With the weight that a property may have: `title^2`. */
const searched = listOf(
  string(250, /^[_A-Za-z]\w{0,230}(?:\.\w{1,230})*(?:\^\d{1,4}(?:\.\d{1,4})?)?$/, 'a property'),
  MAX_NAMES,
)
const searchOperator = objectOf({
  operator: enumOf('And', 'Or', 'AndCross'),
  'minimumOrTokensMatch?': integer(1, 1_000),
})
const bm25 = objectOf({
  query: string(MAX_TEXT_CHARACTERS),
  'properties?': searched,
  'searchOperator?': searchOperator,
})

const hybridMembers = objectOf({
  query: string(MAX_TEXT_CHARACTERS),
  'alpha?': number,
  'vector?': vector,
  'properties?': searched,
  'fusionType?': enumOf('rankedFusion', 'relativeScoreFusion'),
  'targetVectors?': vectorNames,
  'bm25SearchOperator?': searchOperator,
  'maxVectorDistance?': number,
})

/** Without a vector the server would have the words embedded, unless they alone count. */
const hybrid: WriteValue = (value, at) => {
  const written = hybridMembers(value, at)
  const fields = value.kind === Kind.OBJECT ? value.fields : []
  const member = (wanted: string) => fields.find(({ name }) => name.value === wanted)?.value
  const alpha = member('alpha')
  const isOfWords = alpha?.kind === Kind.INT && alpha.value === '0'
  if (member('vector') === undefined && !isOfWords) {
    refuse(`${at}.vector`, 'is required, unless alpha is 0: words are not embedded here')
  }
  return written
}

const property = string(230, /^[_A-Za-z]\w{0,230}(?:\.\w{1,230})*$/, 'a property')

export function getArguments(
  { space, settings }: Home,
  given: readonly ArgumentNode[],
  at: string,
) {
  const table: ValueTable = {
    'limit?': integer(1, MAX_LIMIT),
    'offset?': integer(0, MAX_OFFSET),
    'after?': (value, place) => string(36, /^$|^[0-9a-f-]{36}$/i, 'a UUID')(value, place),
    'autocut?': integer(0, 100),
    'sort?': listOf(
      objectOf({ path: path(settings, 1), 'order?': enumOf('asc', 'desc') }),
      MAX_SORTS,
    ),
    'where?': where(settings),
    'nearVector?': nearVector,
    'nearObject?': nearObject(settings),
    'bm25?': bm25,
    'hybrid?': hybrid,
    'groupBy?': objectOf({
      path: path(settings, 1),
      groups: integer(1, MAX_GROUPS),
      objectsPerGroup: integer(1, MAX_GROUPS),
    }),
    'consistencyLevel?': enumOf('ONE', 'QUORUM', 'ALL'),
  }
  const exclusive = { of: ['nearVector', 'nearObject', 'bm25', 'hybrid'] }
  return inTenant(space, given, (rest) => writeMembers(rest, table, at, exclusive))
}

export function aggregateArguments(
  { space, settings }: Home,
  given: readonly ArgumentNode[],
  at: string,
) {
  const table: ValueTable = {
    'limit?': integer(1, MAX_LIMIT),
    'objectLimit?': integer(1, MAX_LIMIT),
    'where?': where(settings),
    'groupBy?': listOf(property, 1),
    'nearVector?': nearVector,
    'nearObject?': nearObject(settings),
    'hybrid?': hybrid,
  }
  const exclusive = { of: ['nearVector', 'nearObject', 'hybrid'] }
  return inTenant(space, given, (rest) => writeMembers(rest, table, at, exclusive))
}

/** The tenant is always written, by the gateway. */
function inTenant(
  space: Home['space'],
  given: readonly ArgumentNode[],
  write: (rest: readonly ArgumentNode[]) => string,
): string {
  const isTenant = ({ name }: ArgumentNode) => name.value === 'tenant'
  for (const { value } of given.filter(isTenant)) {
    if (value.kind !== Kind.STRING || !isOwnTenant(space, value.value)) notThere()
  }
  const rest = write(given.filter((one) => !isTenant(one)))
  return `(tenant:${quote(space.tenant)}${rest === '' ? '' : `,${rest}`})`
}
