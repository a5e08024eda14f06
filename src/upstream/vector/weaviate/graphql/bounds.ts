/** What one GraphQL query may be at most. */
export const MAX_QUERY_CHARACTERS = 2_000_000
/** A vector has one token a dimension. */
export const MAX_TOKENS = 150_000
/** Brackets of all kinds within one another: counted before anything recurses. */
export const MAX_NESTING = 48
export const MAX_FIELDS = 500
/** References followed from an object to the next. */
export const MAX_REFERENCE_STEPS = 4
export const MAX_SORTS = 8
export const MAX_GROUPS = 100
export const MAX_NAMES = 64
export const MAX_NUMBER_CHARACTERS = 64
export const MAX_ERRORS_TOLD = 10
