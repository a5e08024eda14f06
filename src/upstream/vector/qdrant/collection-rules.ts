/**
 * How a collection may be configured. What spreads it over nodes, copies another one, bounds the
 * cluster's own resources or is its operator's defence is not a tenant's to say.
 */
import { isJsonObject, type Json, writeJson } from '../../json.ts'
import {
  anyNumber,
  because,
  exactlyOne,
  fault,
  flag,
  integer,
  mapOf,
  members,
  nullable,
  oneOf,
  refused,
  type Rule,
  within,
} from '../../rules.ts'
import { MAX_DIMENSIONS, MAX_METADATA_BYTES, MAX_NAMED_VECTORS, MAX_SHARDS } from './limits.ts'
import { vectorName } from './names.ts'

const MAX_U32 = 2 ** 32 - 1
const count = nullable(integer(0, MAX_U32))

const memory = nullable(
  because("memory that is never given back is the operator's to plan", oneOf('cold', 'cached')),
)
const optionalFlag = nullable(flag)
const distance = oneOf('Cosine', 'Euclid', 'Dot', 'Manhattan')
const datatype = nullable(oneOf('float32', 'float16', 'uint8', 'turbo4'))
const multivector = nullable(members({ comparator: oneOf('max_sim') }))
const OPERATORS = "how a cluster keeps its data is the operator's to say"
const operators = refused(OPERATORS)

const hnsw = nullable(
  members({
    'm?': nullable(integer(0, 128)),
    'ef_construct?': nullable(integer(4, 1_000)),
    'full_scan_threshold?': count,
    'max_indexing_threads?': nullable(integer(0, 16)),
    'on_disk?': optionalFlag,
    'memory?': memory,
    'payload_m?': nullable(integer(0, 128)),
    'inline_storage?': optionalFlag,
  }),
)

const RAM = { 'always_ram?': optionalFlag, 'memory?': memory }

const QUANTIZATIONS = {
  'scalar?': members({ type: oneOf('int8'), 'quantile?': nullable(anyNumber), ...RAM }),
  'product?': members({ compression: oneOf('x4', 'x8', 'x16', 'x32', 'x64'), ...RAM }),
  'binary?': members({
    ...RAM,
    'encoding?': nullable(oneOf('one_bit', 'two_bits', 'one_and_half_bits')),
    'query_encoding?': nullable(oneOf('default', 'binary', 'scalar4bits', 'scalar8bits')),
  }),
  'turbo?': members({ ...RAM, 'bits?': nullable(oneOf('bits1', 'bits1_5', 'bits2', 'bits4')) }),
}
const quantization = nullable(
  exactlyOne(['scalar', 'product', 'binary', 'turbo'], members(QUANTIZATIONS)),
)
const quantizationDiff: Rule = (value) =>
  typeof value === 'string' ? oneOf('Disabled')(value) : quantization(value)

const size: Rule = integer(1, MAX_DIMENSIONS)

const vectorParams = members({
  size,
  distance,
  'hnsw_config?': hnsw,
  'quantization_config?': quantization,
  'on_disk?': optionalFlag,
  'memory?': memory,
  'datatype?': datatype,
  'multivector_config?': multivector,
})

const sparseParams = members({
  'index?': nullable(
    members({
      'full_scan_threshold?': count,
      'on_disk?': optionalFlag,
      'memory?': memory,
      'datatype?': datatype,
    }),
  ),
  'modifier?': nullable(oneOf('none', 'idf')),
})

/** One configuration for each vector by its name. */
function byName(rule: Rule): Rule {
  const table = mapOf(rule, MAX_NAMED_VECTORS)
  return (value) => {
    for (const name of isJsonObject(value) ? Object.keys(value) : []) {
      const wrong = vectorName(name)
      if (wrong !== null) return within(name.slice(0, 64), wrong)
    }
    return table(value)
  }
}

/** Either of the only vector or of several by name; a vector may be called `size`. */
const vectors: Rule = (value) => (isOnlyVector(value) ? vectorParams : byName(vectorParams))(value)

function isOnlyVector(value: Json): boolean {
  return isJsonObject(value) && Object.hasOwn(value, 'size') && !isJsonObject(value['size'])
}

const sparseVectors = nullable(byName(sparseParams))

const optimizers = nullable(
  members({
    'deleted_threshold?': nullable(anyNumber),
    'vacuum_min_vector_number?': count,
    'default_segment_number?': nullable(integer(0, 16)),
    'max_segment_size?': count,
    'memmap_threshold?': count,
    'indexing_threshold?': count,
    'flush_interval_sec?': nullable(integer(1, 3_600)),
    'max_optimization_threads?': nullable((value) =>
      typeof value === 'string' ? oneOf('auto')(value) : integer(0, 8)(value),
    ),
    'prevent_unoptimized?': optionalFlag,
  }),
)

const metadata = nullable((value) => {
  if (!isJsonObject(value)) return fault('must be an object')
  const bytes = new TextEncoder().encode(writeJson(value)).length
  return bytes <= MAX_METADATA_BYTES ? null : fault(`must have at most ${MAX_METADATA_BYTES} bytes`)
})

const storage = nullable(members({ 'memory?': memory }))

export const createRule: Rule = members({
  'vectors?': nullable(vectors),
  'sparse_vectors?': sparseVectors,
  'shard_number?': nullable(integer(1, MAX_SHARDS)),
  'on_disk_payload?': optionalFlag,
  'payload?': storage,
  'hnsw_config?': hnsw,
  'optimizers_config?': optimizers,
  'quantization_config?': quantization,
  'metadata?': metadata,
  'sharding_method?': operators,
  'replication_factor?': operators,
  'write_consistency_factor?': operators,
  'wal_config?': operators,
  'strict_mode_config?': operators,
  'init_from?': refused('collections cannot be made as copies of others'),
})

export const updateRule: Rule = members({
  'vectors?': nullable(
    byName(
      members({
        'hnsw_config?': hnsw,
        'quantization_config?': nullable(quantizationDiff),
        'on_disk?': optionalFlag,
        'memory?': memory,
      }),
    ),
  ),
  'optimizers_config?': optimizers,
  'params?': nullable(
    members({
      'on_disk_payload?': optionalFlag,
      'payload?': storage,
      'replication_factor?': operators,
      'write_consistency_factor?': operators,
      'read_fan_out_factor?': operators,
      'read_fan_out_delay_ms?': operators,
    }),
  ),
  'hnsw_config?': hnsw,
  'quantization_config?': nullable(quantizationDiff),
  'sparse_vectors?': sparseVectors,
  'metadata?': metadata,
  'strict_mode_config?': operators,
})

/** A further vector for a collection that there is. */
export const vectorNameRule: Rule = exactlyOne(
  ['dense', 'sparse'],
  members({
    'dense?': members({
      size,
      distance,
      'multivector_config?': multivector,
      'datatype?': datatype,
    }),
    'sparse?': members({ 'modifier?': nullable(oneOf('none', 'idf')), 'datatype?': datatype }),
  }),
)

const BYTES_OF: Readonly<Record<string, number>> = { float32: 4, float16: 2, uint8: 1, turbo4: 0.5 }

/** Bytes of the dense vectors of one point, by the body that makes its collection. */
export function denseBytesPerPoint(created: Json): number {
  const given = isJsonObject(created) ? (created['vectors'] ?? null) : null
  if (!isJsonObject(given)) return 0
  const configured = isOnlyVector(given) ? [given] : Object.values(given)
  return configured.reduce<number>((bytes, each) => bytes + denseBytes(each), 0)
}

function denseBytes(vector: Json): number {
  if (!isJsonObject(vector)) return 0
  const { size: dimensions, datatype: type } = vector
  const bytes = BYTES_OF[typeof type === 'string' ? type : 'float32'] ?? 4
  return typeof dimensions === 'number' ? Math.ceil(dimensions * bytes) : 0
}
