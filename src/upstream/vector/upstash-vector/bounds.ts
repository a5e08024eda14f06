/** What one request to Upstash Vector may hold and ask for, by its documented limits where it has any. */

/** Of a namespace as it is called at the service, which documents no bound. */
export const MAX_NAMESPACE_CHARACTERS = 512
export const MAX_ID_CHARACTERS = 1_024
export const MAX_DIMENSIONS = 5_376
export const MAX_SPARSE_VALUES = 1_000

/** Recommended as the largest batch. */
export const MAX_UPSERT_RECORDS = 1_000
/** That one fetch or delete names. */
export const MAX_IDS = 1_000
export const MAX_QUERIES = 100
/** Of one query, one page, or one step of a query that is gone on with. */
export const MAX_RESULTS = 1_000
export const MAX_IDLE_SECONDS = 3_600

export const MAX_DATA_CHARACTERS = 1_000_000
export const MAX_FILTER_CHARACTERS = 16_384
export const MAX_METADATA_DEPTH = 16
export const MAX_METADATA_VALUES = 10_000
export const MAX_HANDLE_CHARACTERS = 1_024
