// Requests of the data plane as protobuf's JSON mapping reads them: camelCase and snake_case alike,
// the last of two spellings winning. An array is taken for the message's fields in the order of their
// declaration, which is how a serde server reads it: a trap, kept open on purpose.
import * as z from 'zod'
import { refuse } from './errors.ts'

const Filter = z.record(z.string(), z.unknown())
const Metadata = z.record(z.string(), z.unknown())
const Values = z.array(z.number())
const Sparse = z.object({ indices: z.array(z.int()), values: Values })
const Count = z.coerce.number().int()
const Name = z.string().nullish()

export const Vector = z.object({
  id: z.string().min(1).max(512),
  values: Values.default([]),
  sparseValues: Sparse.optional(),
  metadata: Metadata.optional(),
})
export type Vector = z.infer<typeof Vector>

export const Upsert = z.object({ vectors: z.array(Vector).min(1).max(1000), namespace: Name })

const Target = {
  values: Values.optional(),
  topK: Count.optional(),
  namespace: Name,
  filter: Filter.nullish(),
}
export const Query = z.object({
  namespace: Name,
  topK: Count.min(1).max(10_000),
  filter: Filter.nullish(),
  includeValues: z.boolean().default(false),
  includeMetadata: z.boolean().default(false),
  /** Deprecated, and each may name a namespace of its own. */
  queries: z.array(z.object(Target)).default([]),
  vector: Values.optional(),
  id: z.string().optional(),
  sparseVector: Sparse.optional(),
})

export const Delete = z.object({
  ids: z.array(z.string()).default([]),
  deleteAll: z.coerce.boolean().default(false),
  namespace: Name,
  filter: Filter.nullish(),
})

export const Update = z.object({
  id: z.string().optional(),
  values: Values.optional(),
  setMetadata: Metadata.optional(),
  namespace: Name,
  sparseValues: Sparse.optional(),
  filter: Filter.nullish(),
  dryRun: z.boolean().default(false),
})

export const FetchByMetadata = z.object({
  namespace: Name,
  filter: Filter,
  limit: Count.min(1).max(10_000).default(100),
  paginationToken: z.string().nullish(),
})

export const Stats = z.object({ filter: Filter.nullish() })
export const CreateNamespace = z.object({ name: z.string(), schema: z.unknown().optional() })

/** Throws a refusal with the service's own status and shape. */
export function readMessage<T extends z.ZodObject>(schema: T, text: string): z.infer<T> {
  let body: unknown
  try {
    body = text === '' ? {} : JSON.parse(text)
  } catch {
    refuse(3, 'Request body is not valid JSON')
  }
  const named = Array.isArray(body)
    ? Object.fromEntries(Object.keys(schema.shape).map((key, at) => [key, body[at]]))
    : body
  const read = schema.safeParse(inCamelCase(named))
  if (!read.success) refuse(3, `Invalid request: ${z.prettifyError(read.error)}`)
  return read.data
}

/** Members of the messages, and of the vectors and queries in them, but not of metadata or filters. */
function inCamelCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inCamelCase)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]: [string, unknown]) => {
      const name = key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
      const isOpaque = name === 'metadata' || name === 'setMetadata' || name === 'filter'
      return [name, isOpaque ? member : inCamelCase(member)]
    }),
  )
}
