/** What one request to Weaviate may ask for at most. */
export const MAX_BATCH_OBJECTS = 1_000
export const MAX_BATCH_REFERENCES = 1_000
/** Of one property of one object, when they are all replaced. */
export const MAX_REFERENCES = 1_000
export const MAX_DIMENSIONS = 65_535
/** Named vectors of one object. */
export const MAX_NAMED_VECTORS = 16
/** Of what stands in an object's properties, arrays and objects within one another. */
export const MAX_PROPERTY_DEPTH = 32
export const MAX_PROPERTY_VALUES = 200_000
/** A page of a listing or of a search. The server has no more than 10,000 for both together. */
export const MAX_LIMIT = 1_000
export const MAX_OFFSET = 9_000
/** The server looks the ids up itself; longer is none. */
export const MAX_ID_CHARACTERS = 64
/** Of a filter: `And` in `Or` in `Not` and so on; conditions in all; names on the way to a property. */
export const MAX_WHERE_DEPTH = 8
export const MAX_WHERE_CONDITIONS = 256
export const MAX_WHERE_VALUES = 10_000
export const MAX_PATH_PARTS = 9
export const MAX_TEXT_CHARACTERS = 10_000
