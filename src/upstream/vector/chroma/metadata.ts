/**
 * Metadata of records and collections: the tenant's own, within bounds. In that of a collection the
 * members `hnsw:...` are settings of its index, by an older way that the service still honours.
 */
import { type Json, isJsonArray, isJsonObject, isRawNumber } from '../../json.ts'
import {
  anyNumber,
  fault,
  flag,
  integer,
  list,
  members,
  nullable,
  oneOf,
  type Rule,
  text,
  within,
} from '../../rules.ts'
import {
  MAX_DIMENSIONS,
  MAX_METADATA_KEY_CHARACTERS,
  MAX_METADATA_LIST_ITEMS,
  MAX_METADATA_MEMBERS,
} from './bounds.ts'
import { index } from './configuration.ts'

const isNumber = (value: Json): boolean => typeof value === 'number' || isRawNumber(value)

/** Newer servers keep arrays of one type. */
const listValue: Rule = (value) => {
  const first = isJsonArray(value) ? value[0] : undefined
  const item = typeof first === 'string' ? text() : typeof first === 'boolean' ? flag : anyNumber
  return list(item, { min: 1, max: MAX_METADATA_LIST_ITEMS })(value)
}

const sparseVector = members({
  '#type?': oneOf('sparse_vector'),
  indices: list(integer(0, 2 ** 32 - 1), { max: MAX_DIMENSIONS }),
  values: list(anyNumber, { max: MAX_DIMENSIONS }),
  'tokens?': nullable(list(text(), { max: MAX_DIMENSIONS })),
})

const metadataValue: Rule = (value) => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return null
  if (isNumber(value)) return null
  return isJsonArray(value) ? listValue(value) : sparseVector(value)
}

/** `chroma:` is the service's own: it keeps the document as such a member. */
const RESERVED = 'chroma:'
const INDEX_SETTING = 'hnsw:'

const INDEX_SETTINGS: Readonly<Record<string, Rule>> = {
  space: index.space,
  construction_ef: index.searchWidth,
  search_ef: index.searchWidth,
  M: index.neighbors,
  num_threads: index.threads,
  resize_factor: index.resizeFactor,
  batch_size: index.unsynced,
  sync_threshold: index.unsynced,
}

/** null, as metadata of a record may be, is left to the caller. */
function metadata(valueRule: (key: string) => Rule | null): Rule {
  return (value) => {
    if (!isJsonObject(value)) return fault('must be an object')
    const keys = Object.keys(value)
    if (keys.length > MAX_METADATA_MEMBERS) {
      return fault(`must have at most ${MAX_METADATA_MEMBERS} members`)
    }
    for (const key of keys) {
      if (key.length === 0 || key.length > MAX_METADATA_KEY_CHARACTERS) {
        const detail = `must have member names of 1 to ${MAX_METADATA_KEY_CHARACTERS} characters`
        return fault(detail)
      }
      const rule = key.startsWith(RESERVED) ? null : valueRule(key)
      if (rule === null) return within(key, fault('is not a name that may be used here'))
      const wrong = rule(value[key] ?? null)
      if (wrong !== null) return within(key, wrong)
    }
    return null
  }
}

export const recordMetadata: Rule = metadata(() => metadataValue)

export const collectionMetadata: Rule = metadata((key) => {
  if (!key.startsWith(INDEX_SETTING)) return metadataValue
  const setting = key.slice(INDEX_SETTING.length)
  return Object.hasOwn(INDEX_SETTINGS, setting) ? (INDEX_SETTINGS[setting] ?? null) : null
})
