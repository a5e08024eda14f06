// The server's errors: a status and a text, worded as Qdrant 1.19 words them. Several texts carry the
// physical collection name on purpose: a gateway that passes them on is seen.

export class QdrantError extends Error {
  readonly status: number
  readonly retryAfter: number | null

  constructor(status: number, text: string, retryAfter: number | null = null) {
    super(text)
    this.status = status
    this.retryAfter = retryAfter
  }
}

/** A vector was to be computed by a model: a server without a provider fails, one with it would pay. */
export class InferenceAsked extends QdrantError {
  readonly model: string

  constructor(model: string) {
    super(
      500,
      'Service internal error: InferenceService is not initialized. Please check if it was properly configured and initialized during startup.',
    )
    this.model = model
  }
}

export const badInput = (text: string): QdrantError => new QdrantError(400, `Wrong input: ${text}`)

export const badRequest = (text: string): QdrantError =>
  new QdrantError(400, `Bad request: ${text}`)

export const notFound = (text: string): QdrantError => new QdrantError(404, `Not found: ${text}`)

export const noCollection = (name: string): QdrantError =>
  notFound(`Collection \`${name}\` doesn't exist!`)

export const collectionExists = (name: string): QdrantError =>
  new QdrantError(409, `Wrong input: Collection \`${name}\` already exists!`)

export const invalid = (where: string, field: string, why: string): QdrantError =>
  new QdrantError(422, `Validation error in ${where}: [${field}: ${why}]`)

export const malformed = (where: string, why: string): QdrantError =>
  new QdrantError(400, `Format error in ${where}: ${why}`)

/** What the stand-in does not do is said aloud, never answered as if it had been done. */
export const notImitated = (what: string): QdrantError =>
  new QdrantError(501, `Service internal error: this stand-in does not imitate ${what}`)
