/** What one request to Chroma may hold and ask for. The service itself bounds next to nothing of it. */

/** The service's own bounds on a collection's name. */
export const MIN_NAME_CHARACTERS = 3
export const MAX_NAME_CHARACTERS = 512

export const MAX_COLLECTIONS_LISTED = 1_000
export const MAX_OFFSET = 1_000_000_000

/** Of one add, update or upsert; told to clients, which split what is larger. */
export const MAX_BATCH_RECORDS = 1_000
/** Ids that a get, query or delete names, and records that one get answers. */
export const MAX_RECORDS_READ = 10_000
/** Of a delete by filter that sets itself a limit. */
export const MAX_RECORDS_DELETED = 1_000_000
export const MAX_ID_CHARACTERS = 1_024
export const MAX_DIMENSIONS = 16_384

export const MAX_SEARCHES = 100
export const MAX_RESULTS = 1_000

export const MAX_METADATA_MEMBERS = 128
export const MAX_METADATA_KEY_CHARACTERS = 256
export const MAX_METADATA_LIST_ITEMS = 1_000
/** Metadata and configuration of a collection: they cost no vectors, so that nothing else bounds them. */
export const MAX_COLLECTION_BODY_BYTES = 64 * 1024

export const MAX_WHERE_DEPTH = 8
export const MAX_WHERE_BRANCHES = 64
export const MAX_WHERE_CLAUSES = 256
export const MAX_WHERE_LIST_ITEMS = 1_000
export const MAX_PATTERN_CHARACTERS = 1_024

export const MAX_EMBEDDING_FUNCTION_NAME_CHARACTERS = 128

/** Of an index, which lives in the memory of all tenants' server. */
export const MAX_NEIGHBORS = 256
export const MAX_SEARCH_WIDTH = 2_000
export const MAX_THREADS = 8
export const MAX_UNSYNCED_RECORDS = 100_000
export const MAX_RESIZE_FACTOR = 10
/** Of the hosted service's own index. */
export const MAX_PROBES = 256
export const MAX_POSTINGS = 1_000
