/** Bodies that name records: what add, update, upsert and delete write, and what get and query ask for. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../json.ts'
import {
  fault,
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
  MAX_BATCH_RECORDS,
  MAX_ID_CHARACTERS,
  MAX_OFFSET,
  MAX_RECORDS_DELETED,
  MAX_RECORDS_READ,
  MAX_RESULTS,
  MAX_SEARCHES,
} from './bounds.ts'
import { embeddings, queryEmbeddings } from './embeddings.ts'
import { recordMetadata } from './metadata.ts'
import { where, whereDocument } from './where.ts'

const id: Rule = (value) => (value === '' ? fault('must not be empty') : idText(value))
const idText = text({ max: MAX_ID_CHARACTERS })
const batchIds = list(id, { min: 1, max: MAX_BATCH_RECORDS })
const readIds = list(id, { max: MAX_RECORDS_READ })

const column = (item: Rule) => nullable(list(nullable(item), { max: MAX_BATCH_RECORDS }))

const COLUMNS = {
  ids: batchIds,
  'documents?': column(text()),
  'metadatas?': column(recordMetadata),
  'uris?': column(text()),
}

/** Of add and upsert. */
export const wholeRecords: Rule = allOfOneLength(
  members({ ...COLUMNS, embeddings: embeddings(MAX_BATCH_RECORDS, { optional: false }) }),
)

export const changedRecords: Rule = allOfOneLength(
  members({
    ...COLUMNS,
    'embeddings?': nullable(embeddings(MAX_BATCH_RECORDS, { optional: true })),
  }),
)

const FILTERS = {
  'ids?': nullable(readIds),
  'where?': nullable(where),
  'where_document?': nullable(whereDocument),
}

const include = list(oneOf('distances', 'documents', 'embeddings', 'metadatas', 'uris'), { max: 5 })

export const recordsAsked: Rule = members({
  ...FILTERS,
  'limit?': nullable(integer(0, MAX_RECORDS_READ)),
  'offset?': nullable(integer(0, MAX_OFFSET)),
  'include?': include,
})

export const nearestAsked: Rule = members({
  ...FILTERS,
  query_embeddings: queryEmbeddings(MAX_SEARCHES),
  'n_results?': nullable(integer(1, MAX_RESULTS)),
  'include?': include,
})

const deletion = members({
  ...FILTERS,
  'limit?': nullable(integer(0, MAX_RECORDS_DELETED)),
})

/** What some servers take for nothing to be deleted must not be taken by others for everything. */
export const recordsDeleted: Rule = (value) => {
  const wrong = deletion(value)
  if (wrong !== null || !isJsonObject(value)) return wrong
  const filtered = isGiven(value, 'where') || isGiven(value, 'where_document')
  const ids = value['ids']
  if (!filtered && !(isJsonArray(ids) && ids.length > 0)) {
    return within('ids', fault('must not be empty where there is no where and no where_document'))
  }
  return isGiven(value, 'limit') && !filtered
    ? within('limit', fault('is only for where and where_document'))
    : null
}

function isGiven(value: JsonObject, member: string): boolean {
  return (value[member] ?? null) !== null
}

/** A body of columns, one item a record in each. */
function allOfOneLength(rule: Rule): Rule {
  return (value) => {
    const wrong = rule(value)
    if (wrong !== null || !isJsonObject(value)) return wrong
    const { length } = idsOf(value)
    const odd = Object.keys(value).find((name) => !isOfLength(value[name] ?? null, length))
    return odd === undefined ? null : within(odd, fault(`must have ${length} items, as ids has`))
  }
}

function isOfLength(value: Json, length: number): boolean {
  return value === null || (isJsonArray(value) && value.length === length)
}

export function idsOf(body: Json | undefined): readonly Json[] {
  const ids = isJsonObject(body) ? body['ids'] : undefined
  return isJsonArray(ids) ? ids : []
}
