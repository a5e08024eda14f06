/** What records and queries may be made of. The spellings are those of the REST API. */
import { isJsonArray, isJsonObject } from '../../json.ts'
import {
  anyNumber,
  fault,
  flag,
  integer,
  list,
  members,
  nullable,
  oneOf,
  ownData,
  type Rule,
  text,
  wideInteger,
} from '../../rules.ts'
import {
  MAX_DATA_CHARACTERS,
  MAX_DIMENSIONS,
  MAX_FILTER_CHARACTERS,
  MAX_ID_CHARACTERS,
  MAX_IDLE_SECONDS,
  MAX_METADATA_DEPTH,
  MAX_METADATA_VALUES,
  MAX_RESULTS,
  MAX_SPARSE_VALUES,
} from './bounds.ts'

/** Without control characters, and without halves of a surrogate pair, which all become one character. */
const WELL_FORMED = /^[^\p{Cc}\p{Cs}]+$/u
const idText = text({ max: MAX_ID_CHARACTERS, pattern: WELL_FORMED })

/** The service takes an integer for the text of its digits. */
export const id: Rule = (value) => (typeof value === 'string' ? idText(value) : wideInteger(value))
export const idPrefix: Rule = text({ max: MAX_ID_CHARACTERS })

export const vector: Rule = list(anyNumber, { min: 1, max: MAX_DIMENSIONS })

const MAX_SPARSE_INDEX = 2 ** 31 - 1

export const sparseVector: Rule = members({
  indices: list(integer(0, MAX_SPARSE_INDEX), { max: MAX_SPARSE_VALUES }),
  values: list(anyNumber, { max: MAX_SPARSE_VALUES }),
})

const metadataValues = ownData({ maxDepth: MAX_METADATA_DEPTH, maxValues: MAX_METADATA_VALUES })

export const metadata: Rule = (value) =>
  isJsonObject(value) ? metadataValues(value) : fault('must be an object')

export const data: Rule = text({ max: MAX_DATA_CHARACTERS })

/** An expression over metadata: its words are keys of it, of which none is a namespace. */
export const filter: Rule = text({ max: MAX_FILTER_CHARACTERS })

export const INCLUDED = ['includeMetadata', 'includeVectors', 'includeData'] as const
export const included: Readonly<Record<string, Rule>> = {
  'includeMetadata?': nullable(flag),
  'includeVectors?': nullable(flag),
  'includeData?': nullable(flag),
}

const asked: Readonly<Record<string, Rule>> = {
  'topK?': nullable(integer(1, MAX_RESULTS)),
  'filter?': nullable(filter),
  'weightingStrategy?': nullable(oneOf('IDF')),
  'fusionAlgorithm?': nullable(oneOf('RRF', 'DBSF')),
  'queryMode?': nullable(oneOf('HYBRID', 'DENSE', 'SPARSE')),
  ...included,
}

const byVector = { ...asked, 'vector?': nullable(vector), 'sparseVector?': nullable(sparseVector) }
const byData = { ...asked, data }
const idle = { 'maxIdle?': nullable(integer(1, MAX_IDLE_SECONDS)) }

/** Dense, sparse, or both. */
export function hasVector(rule: Rule): Rule {
  return (value) => {
    const wrong = rule(value)
    if (wrong !== null || !isJsonObject(value)) return wrong
    const isThere = ['vector', 'sparseVector'].some((name) => (value[name] ?? null) !== null)
    return isThere ? null : fault('must have vector or sparseVector, or both')
  }
}

/** By a vector, or by a text that the service embeds. */
export const query = { vector: hasVector(members(byVector)), data: members(byData) } as const
export const resumableQuery = {
  vector: hasVector(members({ ...byVector, ...idle })),
  data: members({ ...byData, ...idle }),
} as const

export const QUERY_MEMBERS = [
  'vector',
  'sparseVector',
  'data',
  'topK',
  'filter',
  'weightingStrategy',
  'fusionAlgorithm',
  'queryMode',
  'maxIdle',
  ...INCLUDED,
] as const

/** Clients send an empty list where a command takes nothing. */
export const nothing: Rule = (value) => {
  const isEmpty =
    value === null ||
    (isJsonArray(value) && value.length === 0) ||
    (isJsonObject(value) && Object.keys(value).length === 0)
  return isEmpty ? null : fault('must be empty')
}
