// Payload indexes: what an index makes possible (order_by, facet), and how it is told.
import { badInput } from './errors.ts'
import { dateOf } from './field-tests.ts'
import { type Json, JsonNumber, JsonObject, toJson } from './json.ts'
import { jsonPath, type JsonPath, valuesAt } from './json-path.ts'
import { anyOf, as, defaulted, oneOf, optional, required, struct, anything } from './serde.ts'
import type { Collection } from './collection.ts'

const TYPES = ['keyword', 'integer', 'float', 'geo', 'text', 'bool', 'datetime', 'uuid'] as const

export interface PayloadIndex {
  readonly path: JsonPath
  readonly type: (typeof TYPES)[number]
  readonly params: Json
}

const schema = anyOf<Omit<PayloadIndex, 'path'>>(
  'data did not match any variant of untagged enum PayloadFieldSchema',
  as(oneOf(...TYPES), (type) => ({ type, params: null })),
  (json) => {
    const { type } = struct(
      'PayloadSchemaParams',
      { type: required(oneOf(...TYPES)) },
      { objectOnly: true },
    )(json)
    return { type, params: json }
  },
)

export const createFieldIndex = struct('CreateFieldIndex', {
  field_name: required(jsonPath),
  field_schema: optional(schema, 'field_type'),
  shard_key: defaulted(anything),
})

/** `payload_schema` of a collection's information. */
export function schemaTold({ indexes, points }: Collection): Json {
  const told = [...indexes].map(([name, { path, type, params }]) => {
    const indexed = [...points.values()].filter(({ payload }) => valuesAt(path, payload).length > 0)
    const info = { data_type: type, ...(params === null ? {} : { params }), points: indexed.length }
    return [name, toJson(info)] as const
  })
  return new JsonObject(told)
}

/** What a value is ordered by; null when the index holds no such value. */
export function orderValue(index: PayloadIndex, value: Json): number | null {
  if (index.type === 'datetime') return typeof value === 'string' ? dateOf(value) : null
  if (!(value instanceof JsonNumber)) return null
  return index.type === 'integer' && !/^-?\d+$/.test(value.token) ? null : value.value
}

/** How an order value is told: a date in microseconds. */
export function orderValueJson({ type }: PayloadIndex, value: number): Json {
  if (type === 'datetime') return new JsonNumber(String(BigInt(value) * 1000n))
  return toJson(value)
}

const RANGE_TYPES: readonly string[] = ['integer', 'float', 'datetime']
const FACET_TYPES: readonly string[] = ['keyword', 'integer', 'bool', 'uuid']

export function rangeIndex({ indexes }: Collection, key: string): PayloadIndex {
  const index = indexes.get(key)
  if (index !== undefined && RANGE_TYPES.includes(index.type)) return index
  throw badInput(
    `No range index for \`order_by\` key: \`${key}\`. Please create one to use \`order_by\`. Check https://qdrant.tech/documentation/concepts/indexing/#payload-index to see which payload schemas support Range conditions`,
  )
}

export function facetIndex({ indexes }: Collection, key: string): PayloadIndex {
  const index = indexes.get(key)
  if (index !== undefined && FACET_TYPES.includes(index.type)) return index
  throw badInput(
    `No appropriate index for faceting: \`${key}\`. Please create one to facet on this field. Check https://qdrant.tech/documentation/concepts/indexing/#payload-index to see which payload schemas support Match conditions`,
  )
}
