/** Bounds of single requests, so that no tenant's request is dear to those who share the cluster. */

/** Of a collection's or an alias's name as it is called on the service. */
export const MAX_NAME_BYTES = 255
export const MAX_VECTOR_NAME_BYTES = 200
export const MAX_PAYLOAD_KEY_CHARACTERS = 512

export const MAX_DIMENSIONS = 16_384
export const MAX_NAMED_VECTORS = 16
export const MAX_SHARDS = 6
export const MAX_METADATA_BYTES = 4_096
export const MAX_ALIASES_PER_TENANT = 100
export const MAX_ALIAS_ACTIONS = 50

/** Points of an upsert, ids of a selection or of a lookup. */
export const MAX_POINTS = 10_000
export const MAX_BATCH_OPERATIONS = 100

/** Points of an answer, and of a prefetch. */
export const MAX_LIMIT = 10_000
export const MAX_OFFSET = 100_000
export const MAX_SEARCHES = 100
export const MAX_GROUPS = 1_000
export const MAX_GROUP_SIZE = 1_000
export const MAX_HNSW_EF = 10_000
export const MAX_OVERSAMPLING = 100
export const MAX_MATRIX_SAMPLE = 1_000
export const MAX_MATRIX_LIMIT = 1_000
export const MAX_MMR_CANDIDATES = 10_000
/** Vectors or ids that a recommendation, a discovery or feedback is given. */
export const MAX_EXAMPLES = 256

export const MAX_PREFETCH_DEPTH = 8
/** Of a whole query, on all levels. */
export const MAX_PREFETCHES = 64
export const MAX_CONDITIONS = 256
export const MAX_MATCH_VALUES = 10_000
export const MAX_POLYGON_POINTS = 1_000
export const MAX_TEXT_CHARACTERS = 65_536
export const MAX_SELECTED_KEYS = 256
export const MAX_FORMULA_TERMS = 64
export const MAX_STOPWORDS = 1_000
