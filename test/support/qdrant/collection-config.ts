// What a collection is made with. Fields that only tune the server are taken and given back as they
// came; `init_from` is no field of 1.19 and is ignored like any other that is unknown.
import { badInput, badRequest, invalid } from './errors.ts'
import { copyJson, type Json, JsonObject, toJson } from './json.ts'
import {
  anyOf,
  anything,
  as,
  count,
  countFrom,
  type Decode,
  defaulted,
  flag,
  Invalid,
  mapOf,
  object,
  oneOf,
  optional,
  required,
  struct,
} from './serde.ts'
import { type Distance, DISTANCES } from './vector.ts'

export type VectorParams =
  | {
      readonly kind: 'dense'
      readonly size: number
      readonly distance: Distance
      readonly multi: boolean
      readonly told: Json
    }
  | { readonly kind: 'sparse'; readonly told: Json }

const vectorSize = as(countFrom(1, 'vectors.size'), (size) => {
  if (size <= 65_536) return size
  throw new Invalid('vectors.size', `value ${size} invalid, must be from 1 to 65536`)
})

const denseParams: Decode<VectorParams> = (json) => {
  const {
    size,
    distance,
    multivector_config: multi,
  } = struct('VectorParams', {
    size: required(vectorSize),
    distance: required(oneOf(...DISTANCES)),
    hnsw_config: defaulted(object),
    quantization_config: defaulted(object),
    on_disk: defaulted(flag),
    datatype: defaulted(oneOf('float32', 'uint8', 'float16')),
    multivector_config: defaulted(
      struct('MultiVectorConfig', { comparator: required(oneOf('max_sim')) }),
    ),
  })(json)
  const told = json instanceof JsonObject ? copyJson(json) : toJson({ size, distance })
  return { kind: 'dense', size, distance, multi: multi !== null, told }
}

const sparseParams: Decode<VectorParams> = as(object, (told) => ({ kind: 'sparse', told }))

type Schema = ReadonlyMap<string, VectorParams>

const vectorsConfig = anyOf<Schema>(
  'data did not match any variant of untagged enum VectorsConfig',
  as(denseParams, (only) => new Map([['', only]])),
  mapOf(denseParams),
)

export const strictMode = struct('StrictModeConfig', {
  enabled: optional(flag),
  max_query_limit: optional(countFrom(1, 'strict_mode_config.max_query_limit')),
  max_timeout: optional(countFrom(1, 'strict_mode_config.max_timeout')),
  upsert_max_batchsize: optional(count),
  search_max_batchsize: optional(count),
  max_points_count: optional(countFrom(1, 'strict_mode_config.max_points_count')),
})
export type StrictMode = ReturnType<typeof strictMode>

const createCollection = struct('CreateCollection', {
  vectors: defaulted(anything),
  shard_number: defaulted(countFrom(1, 'shard_number')),
  sharding_method: defaulted(oneOf('auto', 'custom')),
  replication_factor: defaulted(countFrom(1, 'replication_factor')),
  write_consistency_factor: defaulted(countFrom(1, 'write_consistency_factor')),
  on_disk_payload: defaulted(flag),
  payload: defaulted(object),
  hnsw_config: optional(object),
  wal_config: optional(object),
  optimizers_config: optional(object, 'optimizer_config'),
  quantization_config: defaulted(object, 'quantization'),
  sparse_vectors: optional(mapOf(sparseParams)),
  strict_mode_config: optional(object),
  uuid: defaulted(anything),
  metadata: defaulted(object),
})

export const updateCollection = struct('UpdateCollection', {
  vectors: optional(object),
  optimizers_config: optional(object, 'optimizer_config'),
  params: optional(object),
  hnsw_config: optional(object),
  quantization_config: defaulted(anything, 'quantization'),
  sparse_vectors: optional(object),
  strict_mode_config: optional(object),
  metadata: defaulted(object),
})

/** The configuration of a living collection: its vectors, and the rest as it is told. */
export interface CollectionConfig {
  readonly vectors: Map<string, VectorParams>
  readonly told: JsonObject
  strict: StrictMode | null
}

const DEFAULTS = {
  params: {
    shard_number: 1,
    replication_factor: 1,
    write_consistency_factor: 1,
    on_disk_payload: true,
  },
  hnsw_config: {
    m: 16,
    ef_construct: 100,
    full_scan_threshold: 10000,
    max_indexing_threads: 0,
    on_disk: false,
  },
  optimizer_config: {
    deleted_threshold: 0.2,
    vacuum_min_vector_number: 1000,
    default_segment_number: 0,
    max_segment_size: null,
    memmap_threshold: null,
    indexing_threshold: 10000,
    flush_interval_sec: 5,
    max_optimization_threads: null,
  },
  wal_config: { wal_capacity_mb: 32, wal_segments_ahead: 0, wal_retain_closed: 1 },
}

export const collectionConfig: Decode<CollectionConfig> = as(createCollection, (asked) => {
  const dense: Schema = asked.vectors === null ? new Map() : vectorsConfig(asked.vectors)
  const sparse: Schema = asked.sparse_vectors ?? new Map()
  if (sparse.has('')) throw badInput('Sparse vector name cannot be empty')
  for (const name of [...dense.keys(), ...sparse.keys()]) checkVectorName(name)
  const twice = [...dense.keys()].find((name) => sparse.has(name))
  if (twice !== undefined) {
    throw badInput(`Dense and sparse vector names must be unique - duplicate found with '${twice}'`)
  }
  const { shard_number, replication_factor, write_consistency_factor, on_disk_payload } = asked
  const chosen = { shard_number, replication_factor, write_consistency_factor, on_disk_payload }
  const told = new JsonObject([
    ['params', merged(toJson(DEFAULTS.params), toJson(chosen))],
    ['hnsw_config', merged(toJson(DEFAULTS.hnsw_config), asked.hnsw_config)],
    ['optimizer_config', merged(toJson(DEFAULTS.optimizer_config), asked.optimizers_config)],
    ['wal_config', merged(toJson(DEFAULTS.wal_config), asked.wal_config)],
    ['quantization_config', asked.quantization_config],
  ])
  const strict = asked.strict_mode_config
  if (strict !== null) told.members.set('strict_mode_config', strict)
  if (asked.metadata !== null) told.members.set('metadata', asked.metadata)
  return {
    vectors: new Map([...dense, ...sparse]),
    told,
    strict: strict === null ? null : strictMode(strict),
  }
})

/** What PATCH changes. */
export function applyUpdate(
  config: CollectionConfig,
  asked: ReturnType<typeof updateCollection>,
): void {
  const unknown = [...(asked.vectors?.members.keys() ?? [])].find(
    (name) => !config.vectors.has(name),
  )
  if (unknown !== undefined) throw badInput(`Not existing vector name error: ${unknown}`)
  const { told } = config
  const merge = (name: string, change: Json): void => {
    if (change !== null) told.members.set(name, merged(told.get(name) ?? null, change))
  }
  merge('params', asked.params)
  merge('hnsw_config', asked.hnsw_config)
  merge('optimizer_config', asked.optimizers_config)
  merge('quantization_config', asked.quantization_config)
  merge('strict_mode_config', asked.strict_mode_config)
  merge('metadata', asked.metadata)
  const strict = told.get('strict_mode_config')
  config.strict = strict instanceof JsonObject ? strictMode(strict) : null
}

/** The vector part of the parameters, in the form it was given: alone or by name. */
export function vectorsTold({ vectors }: CollectionConfig): { vectors: Json; sparse: Json } {
  const ofKind = (kind: VectorParams['kind']): [string, Json][] =>
    [...vectors].flatMap(([name, params]) => (params.kind === kind ? [[name, params.told]] : []))
  const alone = vectors.get('')
  const sparse = ofKind('sparse')
  return {
    vectors: alone?.told ?? new JsonObject(ofKind('dense')),
    sparse: sparse.length === 0 ? null : new JsonObject(sparse),
  }
}

/** The body of PUT /collections/{c}/vectors/{name}. */
export const vectorNameConfig = anyOf<VectorParams>(
  'data did not match any variant of untagged enum VectorNameConfig',
  as(struct('Dense', { dense: required(denseParams) }), ({ dense }) => dense),
  as(struct('Sparse', { sparse: required(sparseParams) }), ({ sparse }) => sparse),
)

/** A sign that no new name may have, because names become folders. */
export function unsafeSign(name: string): string | undefined {
  return ['<', '>', ':', '"', '/', '\\', '|', '?', '*', '\0', '\u001F'].find((sign) =>
    name.includes(sign),
  )
}

export function checkVectorName(name: string): void {
  if (Buffer.byteLength(name) > 200) throw badRequest('vector name must be at most 200 bytes long')
  const bad = unsafeSign(name)
  if (bad !== undefined) {
    throw invalid('path parameters', 'vector_name', `vector name cannot contain "${bad}" char`)
  }
}

function merged(base: Json, change: Json): Json {
  if (!(base instanceof JsonObject) || !(change instanceof JsonObject)) return change ?? base
  const members = [...change.members].filter(([, value]) => value !== null)
  return new JsonObject([...base.members, ...members])
}
