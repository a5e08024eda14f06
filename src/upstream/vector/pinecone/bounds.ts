/** What one request to Pinecone may hold and ask for. Most are the service's own documented limits. */

/** Of a namespace as it is called at the service. */
export const MAX_NAMESPACE_CHARACTERS = 512
export const MAX_ID_CHARACTERS = 512
export const MAX_DIMENSIONS = 20_000
export const MAX_SPARSE_VALUES = 2_048

export const MAX_UPSERT_VECTORS = 1_000
/** Of text: the largest batch of the service's embedding models. */
export const MAX_UPSERT_RECORDS = 96
/** That one fetch or delete names. */
export const MAX_IDS = 1_000

export const MAX_TOP_K = 10_000
export const MAX_CANDIDATES = 100_000
export const MAX_PAGE = 100
export const MAX_METADATA_PAGE = 10_000

export const MAX_METADATA_MEMBERS = 1_000
export const MAX_METADATA_LIST_ITEMS = 10_000
export const MAX_FIELDS = 1_000
export const MAX_FIELD_CHARACTERS = 512
export const MAX_MATCH_TERMS = 256
export const MAX_QUERY_TEXT_CHARACTERS = 100_000

export const MAX_FILTER_DEPTH = 16
export const MAX_FILTER_VALUES = 20_000

export const MAX_TOKEN_CHARACTERS = 8_192
