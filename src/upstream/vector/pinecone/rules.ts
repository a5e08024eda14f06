/** What vectors, metadata and filters may be made of. Members have the spellings of the REST API alone. */
import {
  anyNumber,
  byType,
  integer,
  list,
  mapOf,
  members,
  nullable,
  ownData,
  type Rule,
  text,
} from '../../rules.ts'
import { isJsonObject } from '../../json.ts'
import {
  MAX_DIMENSIONS,
  MAX_FILTER_DEPTH,
  MAX_FILTER_VALUES,
  MAX_ID_CHARACTERS,
  MAX_METADATA_LIST_ITEMS,
  MAX_METADATA_MEMBERS,
  MAX_SPARSE_VALUES,
} from './bounds.ts'

/** ASCII. An answer has records by their ids, and no answer with a member `__proto__` is read. */
const ID = /^(?!__proto__$)[\x20-\x7e]+$/
const MAX_SPARSE_INDEX = 2 ** 32 - 1

export const id: Rule = text({ max: MAX_ID_CHARACTERS, pattern: ID })
export const ID_QUERY = /^(?!__proto__$)[\x20-\x7e]{1,512}$/
export const ID_PREFIX_QUERY = /^[\x20-\x7e]{0,512}$/

export const values: Rule = list(anyNumber, { max: MAX_DIMENSIONS })

export const sparseIndices: Rule = list(integer(0, MAX_SPARSE_INDEX), { max: MAX_SPARSE_VALUES })
export const sparseNumbers: Rule = list(anyNumber, { max: MAX_SPARSE_VALUES })
export const sparseValues: Rule = members({ indices: sparseIndices, values: sparseNumbers })

const metadataList = list(text(), { max: MAX_METADATA_LIST_ITEMS })

/** Nested objects and lists of other things are refused by the service as well. */
export const metadataValue: Rule = (value) => {
  if (typeof value === 'boolean' || anyNumber(value) === null) return null
  return byType({ string: text(), array: metadataList })(value)
}

export const metadata: Rule = mapOf(metadataValue, MAX_METADATA_MEMBERS)

const filterData = ownData({ maxDepth: MAX_FILTER_DEPTH, maxValues: MAX_FILTER_VALUES })

/** An expression over metadata alone: it has no word for a namespace. */
export const filter: Rule = (value) =>
  isJsonObject(value) ? filterData(value) : { detail: 'must be an object', path: [] }

export const vector: Rule = members({
  id,
  'values?': nullable(values),
  'sparseValues?': nullable(sparseValues),
  'metadata?': nullable(metadata),
})
export const VECTOR_MEMBERS = ['id', 'values', 'sparseValues', 'metadata'] as const
